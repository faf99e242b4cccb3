#pragma once

#include <string_view>

namespace doorward::agent {

inline constexpr std::string_view k_agent_version = DOORWARD_VERSION;

}  // namespace doorward::agent
