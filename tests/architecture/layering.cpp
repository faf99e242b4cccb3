#include "tests/architecture/layering.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <sstream>

namespace doorward::tests {

namespace {

constexpr std::size_t k_longest_file = 600;

struct Include {
    std::string target;
    bool angled;
};

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

std::optional<Include> parse_include(std::string_view line) {
    const auto skip_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
    skip_blanks();
    if (!line.starts_with('#')) return std::nullopt;
    line.remove_prefix(1);
    skip_blanks();
    if (!line.starts_with("include")) return std::nullopt;
    line.remove_prefix(7);
    skip_blanks();
    if (line.empty() || (line.front() != '"' && line.front() != '<')) return std::nullopt;
    const bool angled = line.front() == '<';
    line.remove_prefix(1);
    const auto end = line.find(angled ? '>' : '"');
    if (end == std::string_view::npos) return std::nullopt;
    return Include{std::string(line.substr(0, end)), angled};
}

// A folder of ours, and what of ours its files may include. The first that fits a path decides.
struct Rule {
    std::string_view folder;
    std::vector<std::string_view> may_include;
};

const std::vector<Rule>& rules() {
    static const std::vector<Rule> k_rules{
        {"crypto/", {"crypto/"}},
        {"protocol/", {"crypto/", "protocol/"}},
        {"platform/", {"crypto/", "platform/"}},
        // What judges the portal's log shares nothing with the portal but the formats.
        {"verify/", {"crypto/", "protocol/", "verify/"}},
        {"desktop-client/ipc/", {"desktop-client/ipc/"}},
        // Which names are managed is read from the same file in both modules.
        {"desktop-client/pam/", {"desktop-client/ipc/", "desktop-client/pam/", "desktop-client/nss/names_file.h"}},
        {"desktop-client/nss/", {"desktop-client/ipc/", "desktop-client/nss/"}},
        {"desktop-client/", {"crypto/", "protocol/", "platform/", "desktop-client/"}},
        {"mobile-bridge/", {"crypto/", "protocol/", "platform/", "mobile-bridge/"}},
        // The portal hosts the relay: main.cpp and the adapters in hosting/ know it, nothing else does.
        {"msp-portal/server/main.cpp", {"crypto/", "protocol/", "platform/", "msp-portal/", "mobile-bridge/relay/"}},
        {"msp-portal/server/hosting/", {"crypto/", "protocol/", "platform/", "msp-portal/", "mobile-bridge/relay/"}},
        {"msp-portal/", {"crypto/", "protocol/", "platform/", "msp-portal/"}},
    };
    return k_rules;
}

bool is_ours(std::string_view target) {
    return starts_with_any(target, {"crypto/", "protocol/", "platform/", "desktop-client/", "mobile-bridge/",
                                    "msp-portal/", "verify/", "tests/"});
}

// A third-party library and the only places that may know it.
struct Confinement {
    std::vector<std::string_view> headers;
    std::vector<std::string_view> places;
};

const std::vector<Confinement>& confinements() {
    static const std::vector<Confinement> k_confinements{
        {{"nlohmann/"}, {"protocol/", "tests/"}},
        {{"sqlite3.h", "sqlcipher/"}, {"platform/database"}},
        {{"sodium.h", "sodium/", "liboath/", "oath.h", "fido.h", "fido/"}, {"crypto/", "tests/"}},
    };
    return k_confinements;
}

bool fits(std::string_view target, std::string_view header) {
    return header.ends_with('/') ? target.starts_with(header) : target == header;
}

// In somebody else's process there is POSIX, PAM, NSS and the C++ library; nothing with threads or sockets of its own.
bool is_allowed_in_foreign_process(std::string_view target) {
    if (target.find('/') == std::string_view::npos) {
        static constexpr std::array<std::string_view, 9> k_refused{"thread", "mutex",  "future",   "iostream", "regex",
                                                                   "curl.h", "locale", "sodium.h", "fido.h"};
        return std::ranges::find(k_refused, target) == k_refused.end();
    }
    return starts_with_any(target, {"sys/", "security/", "netinet/", "arpa/", "linux/", "bits/"});
}

// How far up a file stands inside its application; an include may go sideways or down.
std::optional<int> layer(std::string_view path) {
    for (const auto application : {"msp-portal/server/", "desktop-client/agent/"}) {
        if (!path.starts_with(application)) continue;
        const std::string_view inside = path.substr(std::string_view(application).size());
        if (starts_with_any(inside, {"api/", "ipc/", "hosting/"})) return 3;
        if (inside.starts_with("services/")) return 2;
        if (starts_with_any(inside, {"stores/", "accounts/"})) return 1;
    }
    return std::nullopt;
}

std::string_view application_of(std::string_view path) {
    return path.substr(0, path.find('/'));
}

void check_own(std::string_view path, const std::string& target, Violations& violations) {
    const auto rule = std::ranges::find_if(rules(), [&](const Rule& r) { return path.starts_with(r.folder); });
    if (rule != rules().end() && std::ranges::none_of(rule->may_include, [&](std::string_view allowed) {
            return target.starts_with(allowed);
        })) {
        violations.push_back(std::string(path) + ": may not include " + target);
    }
    const auto from = layer(path);
    const auto to = layer(target);
    if (from && to && application_of(path) == application_of(target) && *to > *from) {
        violations.push_back(std::string(path) + ": includes upwards, " + target);
    }
}

}  // namespace

Violations check_includes(std::string_view path, std::string_view content) {
    Violations violations;
    std::istringstream lines{std::string(content)};
    for (std::string line; std::getline(lines, line);) {
        const auto include = parse_include(line);
        if (!include) continue;
        const std::string& target = include->target;
        if (is_ours(target)) {
            check_own(path, target, violations);
            continue;
        }
        if (!include->angled && !target.ends_with("migrations.h")) {
            violations.push_back(std::string(path) + ": not written from the root, " + target);
        }
        for (const Confinement& confinement : confinements()) {
            const bool confined =
                std::ranges::any_of(confinement.headers, [&](std::string_view header) { return fits(target, header); });
            const bool at_home = std::ranges::any_of(confinement.places,
                                                     [&](std::string_view place) { return path.starts_with(place); });
            if (confined && !at_home) violations.push_back(std::string(path) + ": may not know <" + target + ">");
        }
        if (starts_with_any(path, {"desktop-client/pam/", "desktop-client/nss/", "desktop-client/ipc/"}) &&
            !is_allowed_in_foreign_process(target)) {
            violations.push_back(std::string(path) + ": does not belong into a foreign process, <" + target + ">");
        }
    }
    return violations;
}

Violations check_length(std::string_view path, std::string_view content) {
    // Generated from the OpenAPI document; and one file holds one language (style).
    if (path.ends_with(".d.ts") || path.find("/texts/") != std::string_view::npos) return {};
    const auto lines = static_cast<std::size_t>(std::ranges::count(content, '\n'));
    if (lines <= k_longest_file) return {};
    return {std::string(path) + ": " + std::to_string(lines) + " lines"};
}

}  // namespace doorward::tests
