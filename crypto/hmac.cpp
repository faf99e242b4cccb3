#include "crypto/hmac.h"

#include "crypto/constant_time.h"

#include <sodium/utils.h>

#include <array>

namespace doorward::crypto {

HmacSha256::HmacSha256(HmacKey key) {
    // libsodium wants an address even for an empty key.
    static constexpr std::uint8_t k_nothing = 0;
    crypto_auth_hmacsha256_init(&m_state, key.bytes.empty() ? &k_nothing : key.bytes.data(), key.bytes.size());
}

HmacSha256::~HmacSha256() {
    sodium_memzero(&m_state, sizeof m_state);
}

HmacSha256& HmacSha256::update(ByteView bytes) {
    crypto_auth_hmacsha256_update(&m_state, bytes.data(), bytes.size());
    return *this;
}

void HmacSha256::finish(std::span<std::uint8_t, 32> mac) {
    crypto_auth_hmacsha256_final(&m_state, mac.data());
}

Digest hmac_sha256(HmacKey key, ByteView message) {
    std::array<std::uint8_t, 32> mac;
    HmacSha256(key).update(message).finish(mac);
    return Digest(mac);
}

bool verify_hmac_sha256(HmacKey key, ByteView message, ByteView expected_mac) {
    return constant_time_equal(hmac_sha256(key, message).bytes(), expected_mac);
}

}  // namespace doorward::crypto
