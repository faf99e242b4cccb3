#include "protocol/ids.h"

#include "crypto/encoding.h"

#include <algorithm>

namespace doorward::protocol {
namespace {

constexpr bool is_hyphen_place(std::size_t at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    std::size_t digits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_hyphen_place(at)) {
            if (text[at] != '-') return std::nullopt;
            continue;
        }
        const int value = hex_value(text[at]);
        if (value < 0) return std::nullopt;
        auto& byte = bytes[digits / 2];
        byte = static_cast<std::uint8_t>((byte << 4) | value);
        ++digits;
    }
    return from_bytes(bytes);
}

std::optional<Uuid> Uuid::from_bytes(std::span<const std::uint8_t> bytes) {
    if (bytes.size() != 16 || (bytes[6] >> 4) != 7 || (bytes[8] >> 6) != 2) return std::nullopt;
    std::array<std::uint8_t, 16> copy;
    std::ranges::copy(bytes, copy.begin());
    return Uuid(copy);
}

Uuid Uuid::make(Timestamp now, std::span<const std::uint8_t, 10> random) {
    std::array<std::uint8_t, 16> bytes{};
    const auto milliseconds = static_cast<std::uint64_t>(std::max(now, k_earliest_time).milliseconds);
    for (std::size_t at = 0; at < 6; ++at) {
        bytes[at] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - at)));
    }
    std::ranges::copy(random, bytes.begin() + 6);
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0F));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
    return Uuid(bytes);
}

std::string Uuid::to_string() const {
    const std::string digits = crypto::hex_encode(m_bytes);
    std::string text;
    text.reserve(36);
    for (std::size_t at = 0; at < digits.size(); ++at) {
        if (at == 8 || at == 12 || at == 16 || at == 20) text.push_back('-');
        text.push_back(digits[at]);
    }
    return text;
}

}  // namespace doorward::protocol
