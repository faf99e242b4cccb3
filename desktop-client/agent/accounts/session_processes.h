#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace doorward::agent {

// The kernel's number of the login that a process belongs to (/proc/<pid>/sessionid). Children inherit it, only root
// can change it, and pam_loginuid gives each login one of its own. Nothing where there is none.
[[nodiscard]] std::optional<std::uint32_t> audit_session_of(pid_t process);

// Those that run with the uid, perhaps only those of one login.
[[nodiscard]] std::vector<pid_t> processes_of(uid_t uid, std::optional<std::uint32_t> audit_session = std::nullopt);

// Ends every process of the uid, or those of one login: SIGTERM, after 2 s SIGKILL. Returns what still runs.
[[nodiscard]] std::vector<pid_t> end_processes_of(uid_t uid, std::optional<std::uint32_t> audit_session = std::nullopt);

}  // namespace doorward::agent
