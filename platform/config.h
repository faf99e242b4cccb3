#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class ConfigError { Missing, Empty, UnsafeFile, TooLarge, Syntax, UnknownKey, WrongType, MissingKey, OutOfRange };
[[nodiscard]] std::string_view to_string(ConfigError error);

/// What is wrong, where, and what to do, in one sentence for the person who edits the file.
struct ConfigProblem {
    ConfigError error;
    std::string message;
};

/// A strict reader of a TOML file. Values are asked for by dotted name ("listen.port"); finish() then refuses whatever
/// was written but never asked for, naming key and line. The first problem is kept and returned by finish(), so a
/// program reads all its settings and checks once; until then a problematic value reads as its default. A file that
/// others than its owner and root may write, or that is missing or empty, is refused.
class ConfigReader {
public:
    [[nodiscard]] static std::expected<ConfigReader, ConfigProblem> load(const std::filesystem::path& file);
    /// For tests and for text that came from elsewhere; `name` stands in messages.
    [[nodiscard]] static std::expected<ConfigReader, ConfigProblem> parse(std::string_view text, std::string_view name);

    ConfigReader(ConfigReader&&) noexcept;
    ConfigReader& operator=(ConfigReader&&) noexcept;
    ~ConfigReader();

    [[nodiscard]] std::string text(std::string_view key, std::string_view fallback);
    [[nodiscard]] std::string required_text(std::string_view key);
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view key);
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least,
                                       std::int64_t most);
    [[nodiscard]] bool boolean(std::string_view key, bool fallback);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);

    /// True when the table or value is written in the file (a table that is present turns a feature on).
    [[nodiscard]] bool has(std::string_view key) const;

    [[nodiscard]] std::expected<void, ConfigProblem> finish() const;

private:
    struct State;
    explicit ConfigReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace doorward::platform
