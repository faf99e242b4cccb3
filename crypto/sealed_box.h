#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/purpose.h"
#include "crypto/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

namespace doorward::crypto {

inline constexpr std::size_t k_box_overhead = 32 + 16;

// What a box is for and whom it belongs to; opening it as anything else fails.
struct BoxContext {
    Purpose purpose;
    ByteView bytes;
};

// To an X25519 public key, for a browser to open: ephemeral public key 32 | AES-256-GCM ciphertext | tag 16. The key is
// HKDF-SHA256(X25519, salt none, info = purpose text | 0x00 | ephemeral key | recipient's key | context), of one use,
// so the nonce is zero. AES because WebCrypto has nothing else; from OpenSSL because libsodium's needs a processor that
// has it. Error::WeakPublicKey for a recipient's key that no secret can be agreed with.
[[nodiscard]] std::expected<Bytes, Error> seal_box(std::span<const std::uint8_t, 32> recipient, BoxContext context,
                                                   ByteView plaintext);
[[nodiscard]] std::expected<SecretBytes, Error> open_box(std::span<const std::uint8_t, 32> private_key,
                                                         BoxContext context, ByteView sealed);

}  // namespace doorward::crypto
