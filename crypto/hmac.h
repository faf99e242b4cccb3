#pragma once

#include "crypto/bytes.h"
#include "crypto/hash.h"

#include <sodium/crypto_auth_hmacsha256.h>

#include <cstdint>
#include <span>

namespace doorward::crypto {

struct HmacKey {
    explicit HmacKey(ByteView key) : bytes(key) {}
    ByteView bytes;
};

// RFC 2104 with SHA-256; a key of any length. In pieces; its state, as good as the key, is wiped at the end.
class HmacSha256 {
public:
    explicit HmacSha256(HmacKey key);
    ~HmacSha256();
    HmacSha256(const HmacSha256&) = delete;
    HmacSha256& operator=(const HmacSha256&) = delete;

    HmacSha256& update(ByteView bytes);
    // Once, as the last call.
    void finish(std::span<std::uint8_t, 32> mac);

private:
    crypto_auth_hmacsha256_state m_state;
};

[[nodiscard]] Digest hmac_sha256(HmacKey key, ByteView message);

// Constant time.
[[nodiscard]] bool verify_hmac_sha256(HmacKey key, ByteView message, ByteView expected_mac);

}  // namespace doorward::crypto
