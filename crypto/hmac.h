#pragma once

#include "crypto/bytes.h"
#include "crypto/hash.h"

namespace doorward::crypto {

struct HmacKey {
    explicit HmacKey(ByteView key) : bytes(key) {}
    ByteView bytes;
};

// RFC 2104 with SHA-256; a key of any length.
[[nodiscard]] Digest hmac_sha256(HmacKey key, ByteView message);

// Constant time.
[[nodiscard]] bool verify_hmac_sha256(HmacKey key, ByteView message, ByteView expected_mac);

}  // namespace doorward::crypto
