#pragma once

#include "desktop-client/agent/ipc/admin_message.h"

#include <string>

namespace doorward::cli {

/// For programs: one object, or an array of them, with "message" left to standard error.
[[nodiscard]] std::string to_json(const agent::AdminReply& reply);
/// For people: "name  value" lines for one thing, a table for many.
[[nodiscard]] std::string to_text(const agent::AdminReply& reply);

}  // namespace doorward::cli
