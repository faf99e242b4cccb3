#include "platform/config.h"

#include "platform/secure_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <set>
#include <utility>

namespace doorward::platform {
namespace {

constexpr std::size_t k_size_limit = 256 * 1024;

std::string place(const toml::node& node) {
    return "line " + std::to_string(node.source().begin.line);
}

}  // namespace

struct ConfigReader::State {
    std::string name;
    toml::table table;
    std::set<std::string, std::less<>> asked;
    std::optional<ConfigProblem> problem;

    void note(ConfigError error, std::string message) {
        if (!problem) problem = ConfigProblem{error, name + ": " + std::move(message)};
    }

    const toml::node* ask(std::string_view key) {
        asked.emplace(key);
        return table.at_path(key).node();
    }

    template <class Value>
    std::optional<Value> value(std::string_view key, std::string_view type) {
        const toml::node* node = ask(key);
        if (node == nullptr) return std::nullopt;
        auto found = node->value_exact<Value>();
        if (!found)
            note(ConfigError::WrongType, place(*node) + ": " + std::string(key) + " must be " + std::string(type));
        return found;
    }

    // The first key, in the order of the file's tables, that nobody asked for.
    void find_unknown(const toml::table& inside, const std::string& prefix, std::optional<ConfigProblem>& found) const {
        for (const auto& [key, node] : inside) {
            const std::string path = prefix + std::string(key.str());
            if (found || asked.contains(path)) continue;
            if (const auto* nested = node.as_table()) {
                const auto below = asked.lower_bound(path + ".");
                if (below != asked.end() && below->starts_with(path + ".")) {
                    find_unknown(*nested, path + ".", found);
                    continue;
                }
            }
            found = ConfigProblem{ConfigError::UnknownKey, name + ": " + place(node) + ": unknown setting " + path};
        }
    }
};

std::string_view to_string(ConfigError error) {
    switch (error) {
        case ConfigError::Missing:
            return "configuration missing";
        case ConfigError::Empty:
            return "configuration empty";
        case ConfigError::UnsafeFile:
            return "configuration can be written by others";
        case ConfigError::TooLarge:
            return "configuration too large";
        case ConfigError::Syntax:
            return "configuration is not TOML";
        case ConfigError::UnknownKey:
            return "unknown setting";
        case ConfigError::WrongType:
            return "setting has the wrong type";
        case ConfigError::MissingKey:
            return "setting missing";
        case ConfigError::OutOfRange:
            return "setting out of range";
    }
    return "unknown";
}

std::expected<ConfigReader, ConfigProblem> ConfigReader::load(const std::filesystem::path& file) {
    auto refuse = [&file](ConfigError error, std::string_view advice) {
        return std::unexpected(ConfigProblem{error, file.string() + ": " + std::string(advice)});
    };
    struct stat found{};
    if (stat(file.c_str(), &found) != 0) {
        return refuse(ConfigError::Missing,
                      "cannot be read; create it (an example comes with the package) or name another");
    }
    const bool trusted_owner = found.st_uid == geteuid() || found.st_uid == 0;
    if (!S_ISREG(found.st_mode) || !trusted_owner || (found.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return refuse(ConfigError::UnsafeFile,
                      "must be a file that only its owner (root or this user) can write; chmod go-w");
    }
    auto text = read_file(file, k_size_limit);
    if (!text && text.error() == FileError::TooLarge) return refuse(ConfigError::TooLarge, "larger than 256 KB");
    if (!text) return refuse(ConfigError::Missing, to_string(text.error()));
    return parse(*text, file.string());
}

std::expected<ConfigReader, ConfigProblem> ConfigReader::parse(std::string_view text, std::string_view name) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return std::unexpected(
            ConfigProblem{ConfigError::Empty,
                          std::string(name) + ": is empty; write the settings into it, or restore it from a backup"});
    }
    auto state = std::make_unique<State>();
    state->name = name;
    try {
        state->table = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        return std::unexpected(ConfigProblem{ConfigError::Syntax, state->name + ": line " +
                                                                      std::to_string(error.source().begin.line) + ": " +
                                                                      std::string(error.description())});
    }
    return ConfigReader(std::move(state));
}

ConfigReader::ConfigReader(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ConfigReader::ConfigReader(ConfigReader&&) noexcept = default;
ConfigReader& ConfigReader::operator=(ConfigReader&&) noexcept = default;
ConfigReader::~ConfigReader() = default;

std::optional<std::string> ConfigReader::optional_text(std::string_view key) {
    return m_state->value<std::string>(key, "a text");
}

std::string ConfigReader::text(std::string_view key, std::string_view fallback) {
    return optional_text(key).value_or(std::string(fallback));
}

std::string ConfigReader::required_text(std::string_view key) {
    auto found = optional_text(key);
    if (!found || found->empty()) m_state->note(ConfigError::MissingKey, "setting " + std::string(key) + " is missing");
    return found.value_or("");
}

std::int64_t ConfigReader::integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const auto found = m_state->value<std::int64_t>(key, "a whole number");
    if (!found) return fallback;
    if (*found >= least && *found <= most) return *found;
    m_state->note(ConfigError::OutOfRange, "setting " + std::string(key) + " must be from " + std::to_string(least) +
                                               " to " + std::to_string(most));
    return fallback;
}

bool ConfigReader::boolean(std::string_view key, bool fallback) {
    return m_state->value<bool>(key, "true or false").value_or(fallback);
}

std::vector<std::string> ConfigReader::texts(std::string_view key) {
    std::vector<std::string> found;
    const toml::node* node = m_state->ask(key);
    if (node == nullptr) return found;
    const toml::array* list = node->as_array();
    if (list != nullptr) {
        for (const toml::node& element : *list) {
            if (auto text = element.value_exact<std::string>()) found.push_back(std::move(*text));
        }
        if (found.size() == list->size()) return found;
    }
    m_state->note(ConfigError::WrongType, place(*node) + ": " + std::string(key) + " must be a list of texts");
    return {};
}

bool ConfigReader::has(std::string_view key) const {
    return m_state->table.at_path(key).node() != nullptr;
}

std::expected<void, ConfigProblem> ConfigReader::finish() const {
    if (m_state->problem) return std::unexpected(*m_state->problem);
    std::optional<ConfigProblem> unknown;
    m_state->find_unknown(m_state->table, "", unknown);
    if (unknown) return std::unexpected(std::move(*unknown));
    return {};
}

}  // namespace doorward::platform
