#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

// /etc/passwd, /etc/group and /etc/shadow as they are at this moment, read directly: NSS would add directories and
// our own names file, and getpwnam and its like are not for a process with threads.

struct PasswdEntry {
    std::string name;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

struct GroupEntry {
    std::string name;
    std::uint32_t gid = 0;
    std::vector<std::string> members;
    [[nodiscard]] bool has(std::string_view user) const;
};

struct ShadowEntry {
    std::string hash;
    std::string expires;  // days since 1970; empty: never
};

class AccountFiles {
public:
    // Nothing if one of the files cannot be read.
    [[nodiscard]] static std::optional<AccountFiles> read();

    [[nodiscard]] std::optional<PasswdEntry> user(std::string_view name) const;
    [[nodiscard]] std::optional<PasswdEntry> user(std::uint32_t uid) const;
    [[nodiscard]] std::optional<GroupEntry> group(std::string_view name) const;
    [[nodiscard]] std::optional<GroupEntry> group(std::uint32_t gid) const;
    [[nodiscard]] std::optional<ShadowEntry> shadow(std::string_view name) const;
    // Whether a user or group of that name, or a member, stands in any of them, /etc/gshadow too.
    [[nodiscard]] bool mentions(std::string_view name) const;

private:
    std::string m_passwd;
    std::string m_group;
    std::string m_shadow;
    std::string m_gshadow;  // empty where there is none
};

}  // namespace doorward::agent
