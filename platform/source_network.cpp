#include "platform/source_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace doorward::platform {

std::string source_network(std::string_view address) {
    // A zone names an interface of ours, not a source.
    const std::string text(address.substr(0, address.find('%')));
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::string(address);
    std::array<char, INET6_ADDRSTRLEN> shown{};
    if (IN6_IS_ADDR_V4MAPPED(&parsed) != 0) {
        ::inet_ntop(AF_INET, &parsed.s6_addr[12], shown.data(), shown.size());
        return shown.data();
    }
    std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
    ::inet_ntop(AF_INET6, &parsed, shown.data(), shown.size());
    return std::string(shown.data()) + "/64";
}

}  // namespace doorward::platform
