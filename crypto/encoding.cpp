#include "crypto/encoding.h"

#include <array>
#include <cstdint>

namespace doorward::crypto {
namespace {

constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
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
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8U) | byte;
        count += 8;
        while (count >= 6) {
            count -= 6;
            text.push_back(k_alphabet[(bits >> count) & 63U]);
        }
    }
    if (count > 0) text.push_back(k_alphabet[(bits << (6 - count)) & 63U]);
    return text;
}

std::optional<Bytes> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char digit : text) {
        const std::uint8_t value = k_from_alphabet[static_cast<std::uint8_t>(digit)];
        if (value == k_invalid) return std::nullopt;
        bits = (bits << 6U) | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> count));
        }
    }
    if ((bits & ((1U << count) - 1U)) != 0) return std::nullopt;
    return bytes;
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
