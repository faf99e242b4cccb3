#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <vector>

namespace doorward::agent {

// Ends the account's processes (logind's sessions and the service manager's units where systemd runs, then every
// process with the uid: SIGTERM, after 2 s SIGKILL) and removes what would act or lie around after the session: sudo
// tickets, linger, units in the home that its next service manager would start, cron and at jobs, shared memory,
// semaphores and message queues, files in the folders that everybody may write to. Returns what is still there. What
// root left in the account's name elsewhere is out of reach.
[[nodiscard]] std::vector<Remainder> remove_session_remains(const AccountIdentity& identity);

}  // namespace doorward::agent
