#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

namespace doorward::crypto {

// Public bytes of exactly Size (a digest, a public key, a signature), a type of its own for each Kind.
// Comparison is not constant time: see constant_time.h where that matters.
template <class Kind, std::size_t Size>
class FixedBytes {
public:
    static constexpr std::size_t k_size = Size;

    explicit constexpr FixedBytes(const std::array<std::uint8_t, Size>& bytes) : m_bytes(bytes) {}

    // Refuses any other length.
    [[nodiscard]] static std::expected<FixedBytes, Error> create(ByteView bytes) {
        if (bytes.size() != Size) return std::unexpected(Error::WrongLength);
        std::array<std::uint8_t, Size> copy;
        std::ranges::copy(bytes, copy.begin());
        return FixedBytes(copy);
    }

    [[nodiscard]] constexpr std::span<const std::uint8_t, Size> bytes() const { return m_bytes; }
    [[nodiscard]] constexpr const std::array<std::uint8_t, Size>& array() const { return m_bytes; }

    friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

private:
    std::array<std::uint8_t, Size> m_bytes;
};

}  // namespace doorward::crypto
