#pragma once

#include "desktop-client/agent/removal.h"

#include <string>
#include <vector>

namespace doorward::agent {

/// What a removal would take away; for a person.
[[nodiscard]] std::string plan_text(const std::vector<AccountIdentity>& recorded,
                                    const std::vector<protocol::RemovalItem>& wiring);
/// What it did, what remained and why, and what to do with the statement.
[[nodiscard]] std::string report_text(const RemovalReport& report);
/// Why nothing was done, or not all, and what to do.
[[nodiscard]] std::string problem_text(RemovalProblem problem, const std::vector<std::string>& in_use);

}  // namespace doorward::agent
