#pragma once

#include <string>
#include <string_view>

namespace doorward::platform {

/// What to count calls of an address by, because whoever can choose their address within one place is still one source:
/// IPv6 by its /64, which one customer of a provider has all of; IPv4, also inside IPv6, by the address; this machine's
/// own addresses as one. What is no address stays as it is.
[[nodiscard]] std::string source_network(std::string_view address);

}  // namespace doorward::platform
