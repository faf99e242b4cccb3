#include "crypto/encoding.h"

#include <array>
#include <cstdint>

namespace doorward::crypto {
namespace {

constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view k_base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view k_hex_digits = "0123456789abcdef";
constexpr std::uint8_t k_invalid = 0xff;

constexpr std::array<std::uint8_t, 256> reverse(std::string_view digits) {
    std::array<std::uint8_t, 256> table{};
    table.fill(k_invalid);
    for (std::size_t value = 0; value < digits.size(); ++value) {
        table[static_cast<std::uint8_t>(digits[value])] = static_cast<std::uint8_t>(value);
    }
    return table;
}

constexpr auto k_from_alphabet = reverse(k_alphabet);
constexpr auto k_from_hex = reverse(k_hex_digits);

}  // namespace

std::string base64url_encode(ByteView bytes) {
    const std::size_t whole = bytes.size() / 3;
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    char* out = text.data();
    const auto put = [&out](std::uint32_t bits, int digits) {
        for (int shift = 18; digits > 0; --digits, shift -= 6)
            *out++ = k_alphabet[(bits >> static_cast<unsigned>(shift)) & 63U];
    };
    for (std::size_t at = 0; at < whole * 3; at += 3) {
        put(std::uint32_t{bytes[at]} << 16U | std::uint32_t{bytes[at + 1]} << 8U | bytes[at + 2], 4);
    }
    const auto rest = bytes.subspan(whole * 3);
    if (rest.size() == 1) put(std::uint32_t{rest[0]} << 16U, 2);
    if (rest.size() == 2) put(std::uint32_t{rest[0]} << 16U | std::uint32_t{rest[1]} << 8U, 3);
    return text;
}

std::optional<Bytes> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes(text.size() * 3 / 4);
    std::uint8_t* out = bytes.data();
    // An invalid digit leaves bits that no digit has.
    std::uint32_t seen = 0;
    const auto value_at = [&](std::size_t at) {
        const std::uint32_t value = k_from_alphabet[static_cast<std::uint8_t>(text[at])];
        seen |= value;
        return value;
    };
    const std::size_t whole = text.size() / 4 * 4;
    for (std::size_t at = 0; at < whole; at += 4) {
        const std::uint32_t bits =
            value_at(at) << 18U | value_at(at + 1) << 12U | value_at(at + 2) << 6U | value_at(at + 3);
        *out++ = static_cast<std::uint8_t>(bits >> 16U);
        *out++ = static_cast<std::uint8_t>(bits >> 8U);
        *out++ = static_cast<std::uint8_t>(bits);
    }
    std::uint32_t left_over = 0;
    if (text.size() - whole == 2) {
        const std::uint32_t bits = value_at(whole) << 6U | value_at(whole + 1);
        *out++ = static_cast<std::uint8_t>(bits >> 4U);
        left_over = bits & 15U;
    } else if (text.size() - whole == 3) {
        const std::uint32_t bits = value_at(whole) << 12U | value_at(whole + 1) << 6U | value_at(whole + 2);
        *out++ = static_cast<std::uint8_t>(bits >> 10U);
        *out++ = static_cast<std::uint8_t>(bits >> 2U);
        left_over = bits & 3U;
    }
    if ((seen & ~63U) != 0 || left_over != 0) return std::nullopt;
    return bytes;
}

std::string base32_encode(ByteView bytes) {
    std::string text;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        pending = (pending << 8U) | byte;
        for (bits += 8; bits >= 5; bits -= 5)
            text.push_back(k_base32[(pending >> (bits - 5)) & 31U]);
        pending &= 0xffU;
    }
    if (bits > 0) text.push_back(k_base32[(pending << (5 - bits)) & 31U]);
    return text;
}

std::string hex_encode(ByteView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(k_hex_digits[byte >> 4U]);
        text.push_back(k_hex_digits[byte & 15U]);
    }
    return text;
}

std::optional<Bytes> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t position = 0; position < text.size(); position += 2) {
        const std::uint8_t high = k_from_hex[static_cast<std::uint8_t>(text[position])];
        const std::uint8_t low = k_from_hex[static_cast<std::uint8_t>(text[position + 1])];
        if (high == k_invalid || low == k_invalid) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(high << 4U | low));
    }
    return bytes;
}

}  // namespace doorward::crypto
