#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <cstdint>
#include <vector>

namespace doorward::agent {

// What logind and the system's service manager still hold of an account. None of it does anything where systemd does
// not run.

// Ends everything logind counts as the account's: each session's whole scope, root's shells in it as well, and the
// account's own service manager with its timers.
void end_logind_user(const AccountIdentity& identity);

// Ends the scopes of one login alone (audit_session_of() in session_processes.h).
void end_logind_sessions(const AccountIdentity& identity, std::uint32_t audit_session);

// Stops units of the system's own manager that run as the account (`systemd-run --uid`, or a unit that root wrote), and
// the timers, paths and sockets that would start them. Those that a file will bring back after a boot are reported:
// root wrote it, so it is not ours to take away.
void stop_system_units(const AccountIdentity& identity, std::vector<Remainder>& remains);

}  // namespace doorward::agent
