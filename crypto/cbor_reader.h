#pragma once

#include "crypto/bytes.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace doorward::crypto {

// Walks CBOR (RFC 8949) without allocating, for the little that WebAuthn needs: definite lengths only, nothing longer
// than the input, at most eight levels deep. After an empty answer the reader is of no further use.
class CborReader {
public:
    explicit CborReader(ByteView bytes) : m_rest(bytes) {}

    [[nodiscard]] std::optional<std::uint64_t> map_size();
    [[nodiscard]] std::optional<std::int64_t> integer();
    [[nodiscard]] std::optional<std::string_view> text();
    [[nodiscard]] std::optional<ByteView> byte_string();
    [[nodiscard]] std::optional<bool> boolean();
    // One whole item of any type, as its encoded bytes.
    [[nodiscard]] std::optional<ByteView> item();

    [[nodiscard]] bool at_end() const { return m_rest.empty(); }
    [[nodiscard]] bool next_is_integer() const;

private:
    struct Head {
        std::uint8_t major;
        std::uint8_t additional;
        std::uint64_t value;
    };
    [[nodiscard]] std::optional<Head> head();
    [[nodiscard]] std::optional<ByteView> take(std::uint64_t size);
    [[nodiscard]] bool skip(unsigned levels_left);

    ByteView m_rest;
};

}  // namespace doorward::crypto
