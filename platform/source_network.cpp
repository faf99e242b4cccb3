#include "platform/source_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace doorward::platform {
namespace {

constexpr const char* k_loopback = "loopback";

std::string of_ipv4(const in_addr& address) {
    if (ntohl(address.s_addr) >> 24U == IN_LOOPBACKNET) return k_loopback;
    std::array<char, INET_ADDRSTRLEN> shown{};
    ::inet_ntop(AF_INET, &address, shown.data(), shown.size());
    return shown.data();
}

}  // namespace

std::string source_network(std::string_view address) {
    // A zone names an interface of ours, not a source.
    const std::string text(address.substr(0, address.find('%')));
    in_addr plain{};
    if (::inet_pton(AF_INET, text.c_str(), &plain) == 1) return of_ipv4(plain);
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::string(address);
    if (IN6_IS_ADDR_LOOPBACK(&parsed) != 0) return k_loopback;
    if (IN6_IS_ADDR_V4MAPPED(&parsed) != 0) {
        std::memcpy(&plain, &parsed.s6_addr[12], sizeof plain);
        return of_ipv4(plain);
    }
    std::array<char, INET6_ADDRSTRLEN> shown{};
    std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
    ::inet_ntop(AF_INET6, &parsed, shown.data(), shown.size());
    return std::string(shown.data()) + "/64";
}

}  // namespace doorward::platform
