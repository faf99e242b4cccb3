#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace doorward::agent {

// Writes a line to the terminals at which the uid's processes sit, or those of one login (audit_session_of() in
// session_processes.h). Where there is none nobody is told; a terminal that takes nothing is not waited for.
void write_to_terminals(uid_t uid, std::optional<std::uint32_t> audit_session, std::string_view text);

}  // namespace doorward::agent
