#pragma once

#include "platform/http_message.h"

#include <string_view>

namespace doorward::relay {

// An RFC 9457 answer. `type` is the last part of urn:doorward:problem:<type>; both texts are ours, never a peer's.
[[nodiscard]] platform::Response app_problem(int status, std::string_view type, std::string_view title);

}  // namespace doorward::relay
