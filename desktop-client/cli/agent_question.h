#pragma once

#include "desktop-client/agent/ipc/admin_message.h"

#include <expected>
#include <string>

namespace doorward::cli {

/// Why there is no answer, with the status the tool ends with.
struct Trouble {
    agent::AdminStatus status = agent::AdminStatus::Failed;
    std::string sentence;
};

/// One question over admin.sock. Waits up to a minute: an enrolment and a sync wait for the network.
[[nodiscard]] std::expected<agent::AdminReply, Trouble> ask_agent(const std::string& socket,
                                                                  const agent::AdminRequest& request);

}  // namespace doorward::cli
