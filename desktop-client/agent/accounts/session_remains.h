#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <vector>

namespace doorward::agent {

// Ends the account's processes (logind's sessions where it runs, then every process with the uid: SIGTERM, after 2 s
// SIGKILL) and removes what would act or lie around after the session: sudo tickets, linger, cron and at jobs, files
// in the shared temporary folders. Returns what is still there. What root left in the account's name elsewhere is
// out of reach.
[[nodiscard]] std::vector<Remainder> remove_session_remains(const AccountIdentity& identity);

}  // namespace doorward::agent
