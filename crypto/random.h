#pragma once

#include "crypto/secret_bytes.h"
#include "crypto/secret_key.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>

namespace doorward::crypto {

template <std::size_t Size>
[[nodiscard]] std::array<std::uint8_t, Size> random_array() {
    std::array<std::uint8_t, Size> bytes;
    fill_random(bytes);
    return bytes;
}

[[nodiscard]] SecretBytes random_secret(std::size_t size);

// Uniform in [0, bound), without modulo bias: prompt numbers, challenges, jitter. 0 for a bound of 0 or 1.
[[nodiscard]] std::uint32_t random_below(std::uint32_t bound);

inline constexpr std::size_t k_default_password_length = 24;
// The shortest that still carries 128 bits with this alphabet.
inline constexpr std::size_t k_shortest_password_length = 22;
inline constexpr std::size_t k_longest_password_length = 128;

// ASCII letters and digits without the pairs people mix up (0 O, 1 I l), each uniform and independent.
[[nodiscard]] std::expected<SecretBytes, Error> random_password(std::size_t length = k_default_password_length);

}  // namespace doorward::crypto
