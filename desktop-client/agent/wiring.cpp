#include "desktop-client/agent/wiring.h"

#include "platform/secure_file.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

namespace doorward::agent {
namespace {

using protocol::RemovalFate;
using protocol::RemovalItem;
using protocol::RemovalPart;

RemovalItem item_of(RemovalPart part, const std::string& name, std::optional<std::string> trouble) {
    const auto fate = trouble ? RemovalFate::Remained : RemovalFate::Removed;
    return {.part = part, .name = name, .fate = fate, .note = std::move(trouble)};
}

// What is behind a '#' counts for nobody.
template <class Ties>
std::optional<std::string> trouble_in(const std::filesystem::path& file, Ties ties) {
    const auto content = platform::read_file(file);
    if (!content && content.error() == platform::FileError::Missing) return std::nullopt;
    if (!content) return "unreadable";
    std::istringstream lines(*content);
    for (std::string line; std::getline(lines, line);) {
        line.resize(std::min(line.size(), line.find('#')));
        if (ties(line)) return "still_there";
    }
    return std::nullopt;
}

auto contains(std::string_view what) {
    return [what](std::string_view line) { return line.find(what) != std::string_view::npos; };
}

bool is_our_limit(std::string_view line) {
    const bool is_limit = line.starts_with("UID_MAX") || line.starts_with("GID_MAX");
    return is_limit && line.find("51999") != std::string_view::npos;
}

std::vector<RemovalItem> look_at_pam(const std::filesystem::path& root) {
    constexpr const char* k_folder = "/etc/pam.d";
    std::vector<RemovalItem> items;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(root / "etc/pam.d", ignored)) {
        if (!entry.is_regular_file(ignored)) continue;
        auto trouble = trouble_in(entry.path(), contains("pam_doorward"));
        if (!trouble) continue;
        const std::string name = std::string(k_folder) + '/' + entry.path().filename().native();
        items.push_back(item_of(RemovalPart::Pam, name, std::move(trouble)));
    }
    std::ranges::sort(items, {}, &RemovalItem::name);
    if (items.empty()) items.push_back(item_of(RemovalPart::Pam, k_folder, std::nullopt));
    return items;
}

std::optional<std::string> present(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(file, error))) return "still_there";
    return std::nullopt;
}

}  // namespace

std::vector<RemovalItem> look_at_wiring(const std::filesystem::path& root) {
    auto items = look_at_pam(root);
    const auto look = [&](RemovalPart part, const char* file, auto ties) {
        items.push_back(item_of(part, std::string("/") + file, trouble_in(root / file, ties)));
    };
    look(RemovalPart::NameService, "etc/nsswitch.conf", contains("doorward"));
    look(RemovalPart::UidRange, "etc/login.defs", is_our_limit);
    for (const auto& [part, file] : {std::pair{RemovalPart::Sudoers, "etc/sudoers.d/doorward"},
                                     std::pair{RemovalPart::Sshd, "etc/ssh/sshd_config.d/50-doorward.conf"}}) {
        items.push_back(item_of(part, std::string("/") + file, present(root / file)));
    }
    return items;
}

}  // namespace doorward::agent
