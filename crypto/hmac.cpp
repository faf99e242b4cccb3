#include "crypto/hmac.h"

#include "crypto/constant_time.h"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/utils.h>

#include <array>

namespace doorward::crypto {

Digest hmac_sha256(HmacKey key, ByteView message) {
    crypto_auth_hmacsha256_state state;
    std::array<std::uint8_t, 32> mac;
    crypto_auth_hmacsha256_init(&state, key.bytes.data(), key.bytes.size());
    crypto_auth_hmacsha256_update(&state, message.data(), message.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    sodium_memzero(&state, sizeof state);
    return Digest(mac);
}

bool verify_hmac_sha256(HmacKey key, ByteView message, ByteView expected_mac) {
    return constant_time_equal(hmac_sha256(key, message).bytes(), expected_mac);
}

}  // namespace doorward::crypto
