#include "crypto/hash.h"

#include <array>

namespace doorward::crypto {

Digest sha256(ByteView bytes) {
    return Sha256().update(bytes).digest();
}

Sha256::Sha256() {
    crypto_hash_sha256_init(&m_state);
}

Sha256& Sha256::update(ByteView bytes) {
    crypto_hash_sha256_update(&m_state, bytes.data(), bytes.size());
    return *this;
}

Digest Sha256::digest() const {
    crypto_hash_sha256_state state = m_state;
    std::array<std::uint8_t, 32> digest;
    crypto_hash_sha256_final(&state, digest.data());
    return Digest(digest);
}

Digest purpose_hash(Purpose purpose, std::initializer_list<ByteView> parts) {
    static constexpr std::array<std::uint8_t, 1> k_separator{0};
    Sha256 hash;
    hash.update(as_bytes(text(purpose))).update(k_separator);
    for (const ByteView part : parts)
        hash.update(part);
    return hash.digest();
}

}  // namespace doorward::crypto
