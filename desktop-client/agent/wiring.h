#pragma once

#include "protocol/removal.h"

#include <filesystem>
#include <vector>

namespace doorward::agent {

/// What ties Doorward into this system's files, looked at as they are: Removed where there is no trace, Remained
/// ("still_there", or "unreadable") where there is. Changes nothing; configure-agent(8) does.
[[nodiscard]] std::vector<protocol::RemovalItem> look_at_wiring(const std::filesystem::path& root = "/");

}  // namespace doorward::agent
