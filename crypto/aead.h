#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/secret_bytes.h"
#include "crypto/secret_key.h"

#include <expected>
#include <span>

namespace doorward::crypto {

// What a sealed box belongs to (a row id, a name, a version): opening it anywhere else fails. Never empty in use.
struct AssociatedData {
    explicit AssociatedData(ByteView data) : bytes(data) {}
    ByteView bytes;
};

inline constexpr std::size_t k_seal_overhead = 24 + 16;

// XChaCha20-Poly1305: nonce | ciphertext | tag, the nonce random and made here.
[[nodiscard]] Bytes seal_bytes(std::span<const std::uint8_t, 32> key, ByteView plaintext, AssociatedData associated);
[[nodiscard]] std::expected<SecretBytes, Error> open_bytes(std::span<const std::uint8_t, 32> key, ByteView sealed,
                                                           AssociatedData associated);

template <class Role>
[[nodiscard]] Bytes seal(const SecretKey<Role, 32>& key, ByteView plaintext, AssociatedData associated) {
    return seal_bytes(key.bytes(), plaintext, associated);
}

template <class Role>
[[nodiscard]] std::expected<SecretBytes, Error> open(const SecretKey<Role, 32>& key, ByteView sealed,
                                                     AssociatedData associated) {
    return open_bytes(key.bytes(), sealed, associated);
}

}  // namespace doorward::crypto
