#include "desktop-client/agent/accounts/account_files.h"

#include "platform/secure_file.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace doorward::agent {
namespace {

constexpr std::size_t k_largest_file = std::size_t{64} * 1024 * 1024;

using Fields = std::vector<std::string_view>;

Fields split(std::string_view text, char separator) {
    Fields fields;
    for (;;) {
        const std::size_t end = text.find(separator);
        fields.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return fields;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return id;
}

// The first line of `file` whose `column` says `value`, as the C library reads it: first match wins.
std::optional<Fields> find_line(std::string_view file, std::size_t column, std::string_view value,
                                std::size_t columns) {
    for (const std::string_view line : split(file, '\n')) {
        Fields fields = split(line, ':');
        if (fields.size() >= columns && fields[column] == value) return fields;
    }
    return std::nullopt;
}

std::optional<std::string> content_of(const char* path) {
    auto content = platform::read_file(path, k_largest_file);
    if (!content) return std::nullopt;
    return std::move(*content);
}

std::optional<PasswdEntry> user_in(const std::optional<Fields>& line) {
    if (!line) return std::nullopt;
    const auto uid = parse_id(line->at(2));
    const auto gid = parse_id(line->at(3));
    if (!uid || !gid) return std::nullopt;
    return PasswdEntry{.name = std::string(line->at(0)), .uid = *uid, .gid = *gid};
}

std::optional<GroupEntry> group_in(const std::optional<Fields>& line) {
    if (!line) return std::nullopt;
    const auto gid = parse_id(line->at(2));
    if (!gid) return std::nullopt;
    GroupEntry group{.name = std::string(line->at(0)), .gid = *gid, .members = {}};
    for (const std::string_view member : split(line->at(3), ',')) {
        if (!member.empty()) group.members.emplace_back(member);
    }
    return group;
}

}  // namespace

bool GroupEntry::has(std::string_view user) const {
    return std::ranges::find(members, user) != members.end();
}

std::optional<AccountFiles> AccountFiles::read() {
    auto passwd = content_of("/etc/passwd");
    auto group = content_of("/etc/group");
    auto shadow = content_of("/etc/shadow");
    if (!passwd || !group || !shadow) return std::nullopt;
    AccountFiles files;
    files.m_passwd = std::move(*passwd);
    files.m_group = std::move(*group);
    files.m_shadow = std::move(*shadow);
    files.m_gshadow = content_of("/etc/gshadow").value_or("");
    return files;
}

std::optional<PasswdEntry> AccountFiles::user(std::string_view name) const {
    return user_in(find_line(m_passwd, 0, name, 7));
}

std::optional<PasswdEntry> AccountFiles::user(std::uint32_t uid) const {
    return user_in(find_line(m_passwd, 2, std::to_string(uid), 7));
}

std::optional<GroupEntry> AccountFiles::group(std::string_view name) const {
    return group_in(find_line(m_group, 0, name, 4));
}

std::optional<GroupEntry> AccountFiles::group(std::uint32_t gid) const {
    return group_in(find_line(m_group, 2, std::to_string(gid), 4));
}

std::optional<ShadowEntry> AccountFiles::shadow(std::string_view name) const {
    const auto line = find_line(m_shadow, 0, name, 9);
    if (!line) return std::nullopt;
    return ShadowEntry{.hash = std::string(line->at(1)), .expires = std::string(line->at(7))};
}

bool AccountFiles::mentions(std::string_view name) const {
    for (const std::string_view file : {std::string_view(m_passwd), std::string_view(m_shadow)}) {
        if (find_line(file, 0, name, 1)) return true;
    }
    for (const std::string_view file : {std::string_view(m_group), std::string_view(m_gshadow)}) {
        for (const std::string_view line : split(file, '\n')) {
            const Fields fields = split(line, ':');
            if (fields.front() == name) return true;
            for (std::size_t column = 2; column < fields.size(); ++column) {
                const auto members = split(fields[column], ',');
                if (std::ranges::find(members, name) != members.end()) return true;
            }
        }
    }
    return false;
}

}  // namespace doorward::agent
