#include "platform/public_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace doorward::platform {
namespace {

struct Range4 {
    std::uint32_t network;
    unsigned prefix;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array k_special{
    Range4{v4(0, 0, 0, 0), 8},      Range4{v4(10, 0, 0, 0), 8},     Range4{v4(100, 64, 0, 0), 10},
    Range4{v4(127, 0, 0, 0), 8},    Range4{v4(169, 254, 0, 0), 16}, Range4{v4(172, 16, 0, 0), 12},
    Range4{v4(192, 0, 0, 0), 24},   Range4{v4(192, 0, 2, 0), 24},   Range4{v4(192, 88, 99, 0), 24},
    Range4{v4(192, 168, 0, 0), 16}, Range4{v4(198, 18, 0, 0), 15},  Range4{v4(198, 51, 100, 0), 24},
    Range4{v4(203, 0, 113, 0), 24}, Range4{v4(224, 0, 0, 0), 4},    Range4{v4(240, 0, 0, 0), 4},
};

bool is_public(std::uint32_t address) {
    return std::none_of(k_special.begin(), k_special.end(), [address](const Range4& range) {
        return (address ^ range.network) >> (32 - range.prefix) == 0;
    });
}

std::uint32_t read_v4(std::span<const std::uint8_t> bytes) {
    return v4(bytes[0], bytes[1], bytes[2], bytes[3]);
}

bool is_public(std::span<const std::uint8_t, 16> bytes) {
    // 64:ff9b::/96 is the NAT64 form of an IPv4 address.
    constexpr std::array<std::uint8_t, 12> k_nat64{0x00, 0x64, 0xff, 0x9b};
    if (std::equal(k_nat64.begin(), k_nat64.end(), bytes.begin())) return is_public(read_v4(bytes.subspan(12)));
    // Only 2000::/3 is given out; of it, without Teredo, 2001::/23 as a whole, 6to4 and documentation.
    if ((bytes[0] & 0xe0U) != 0x20) return false;
    const unsigned first = bytes[0] * 256U + bytes[1];
    const unsigned second = bytes[2] * 256U + bytes[3];
    if (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) return false;
    if (first == 0x3fff && second < 0x1000) return false;
    return first != 0x2002;
}

}  // namespace

bool is_public_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in found{};
        std::memcpy(&found, &address, sizeof(found));
        return is_public(ntohl(found.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 found{};
        std::memcpy(&found, &address, sizeof(found));
        return is_public(std::span<const std::uint8_t, 16>(found.sin6_addr.s6_addr));
    }
    return false;
}

}  // namespace doorward::platform
