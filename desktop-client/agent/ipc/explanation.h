#pragma once

#include "desktop-client/agent/ipc/admin_message.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/timekeeper.h"

#include <string_view>

namespace doorward::agent {

/// Who may sign in here now, and until when codes work; of one technician why, by username or account. Only of an
/// enrolled workstation. Decides nothing: it repeats what protocol::may_sign_in says.
[[nodiscard]] AdminReply explain(const RosterService& roster, const Timekeeper& timekeeper, std::string_view name);

}  // namespace doorward::agent
