#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/purpose.h"
#include "crypto/secret_key.h"

#include <cstdint>
#include <expected>
#include <span>

namespace doorward::crypto {

struct HkdfSalt {
    explicit HkdfSalt(ByteView salt) : bytes(salt) {}
    ByteView bytes;
};
struct HkdfInfo {
    explicit HkdfInfo(ByteView info) : bytes(info) {}
    ByteView bytes;
};

// RFC 5869 with SHA-256 (libsodium 1.0.18 has none). Output of 1 to 255 * 32 bytes. Product code derives with
// derive_key() below, which names a purpose.
[[nodiscard]] std::expected<void, Error> hkdf_sha256(ByteView key_material, HkdfSalt salt, HkdfInfo info,
                                                     std::span<std::uint8_t> output);

// info = purpose text | 0x00 | context; salt empty.
void derive_bytes(Purpose purpose, ByteView key_material, ByteView context, std::span<std::uint8_t, 32> output);

template <class Key>
    requires(Key::k_size == 32)
[[nodiscard]] Key derive_key(Purpose purpose, ByteView key_material, ByteView context) {
    return Key::filled_by(
        [&](std::span<std::uint8_t, 32> output) { derive_bytes(purpose, key_material, context, output); });
}

}  // namespace doorward::crypto
