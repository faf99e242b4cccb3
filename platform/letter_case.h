#pragma once
#include <string>
#include <string_view>

namespace doorward::platform {

/// ASCII letters only, whatever the locale is: names of hosts and of HTTP fields (RFC 9110 section 5.1) know no others.
[[nodiscard]] std::string lower_case(std::string text);
[[nodiscard]] bool same_but_for_case(std::string_view left, std::string_view right);

}  // namespace doorward::platform
