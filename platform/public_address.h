#pragma once

struct sockaddr;

namespace doorward::platform {

/// False for everything that is not an ordinary address of the Internet: loopback, private, link-local, shared,
/// multicast, documentation and reserved ranges (IANA special-purpose registries), and IPv6 forms that carry such an
/// IPv4 address.
[[nodiscard]] bool is_public_address(const sockaddr& address);

}  // namespace doorward::platform
