// The low-level functions are "deprecated" for programs that want to choose a provider. Through EVP each state would be
// an allocation, and copying one costs more than hashing a block.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hash.h"

#include <openssl/sha.h>

#include <type_traits>

namespace doorward::crypto {
namespace {

using State = std::array<std::uint32_t, 28>;
static_assert(sizeof(SHA256_CTX) == sizeof(State) && alignof(SHA256_CTX) <= 8);
static_assert(std::is_trivially_copyable_v<SHA256_CTX>);

SHA256_CTX* native(State& state) {
    return reinterpret_cast<SHA256_CTX*>(state.data());
}

}  // namespace

Digest sha256(ByteView bytes) {
    return Sha256().update(bytes).digest();
}

Sha256::Sha256() {
    SHA256_Init(native(m_state));
}

Sha256& Sha256::update(ByteView bytes) {
    SHA256_Update(native(m_state), bytes.data(), bytes.size());
    return *this;
}

Digest Sha256::digest() const {
    State state = m_state;
    std::array<std::uint8_t, 32> digest;
    SHA256_Final(digest.data(), native(state));
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
