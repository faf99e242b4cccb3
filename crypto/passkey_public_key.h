#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <cstdint>
#include <expected>
#include <memory>

struct evp_pkey_st;

namespace doorward::crypto {

// COSE algorithm numbers (RFC 9053).
enum class PasskeyAlgorithm : std::int32_t { Es256 = -7, EdDsa = -8 };

[[nodiscard]] std::expected<PasskeyAlgorithm, Error> parse_passkey_algorithm(std::int64_t cose_number);

// A passkey's public key, loaded once so that verifying again costs the signature check only. Immutable; copies are
// cheap and share what was loaded.
class PasskeyPublicKey {
public:
    // ES256: x | y, 64 bytes, a point on P-256. EdDSA: 32 bytes. Otherwise BadPublicKey.
    [[nodiscard]] static std::expected<PasskeyPublicKey, Error> create(PasskeyAlgorithm algorithm, ByteView raw);
    // What serialise() gave.
    [[nodiscard]] static std::expected<PasskeyPublicKey, Error> parse(ByteView serialised);

    PasskeyPublicKey(const PasskeyPublicKey& other);
    PasskeyPublicKey& operator=(const PasskeyPublicKey& other);
    PasskeyPublicKey(PasskeyPublicKey&&) noexcept = default;
    PasskeyPublicKey& operator=(PasskeyPublicKey&&) noexcept = default;
    ~PasskeyPublicKey() = default;

    [[nodiscard]] PasskeyAlgorithm algorithm() const { return m_algorithm; }
    [[nodiscard]] ByteView raw() const { return m_raw; }
    // One byte (7 for ES256, 8 for EdDSA: the COSE number without its sign), then the raw key.
    [[nodiscard]] Bytes serialise() const;

    // The bare signature (ES256: DER; EdDSA: 64 bytes). Whoever approves something is checked by verify_assertion().
    [[nodiscard]] std::expected<void, Error> verify(ByteView message, ByteView signature) const;

    [[nodiscard]] friend bool operator==(const PasskeyPublicKey& left, const PasskeyPublicKey& right) {
        return left.m_algorithm == right.m_algorithm && left.m_raw == right.m_raw;
    }

private:
    struct Release {
        void operator()(evp_pkey_st* key) const;
    };
    using LoadedKey = std::unique_ptr<evp_pkey_st, Release>;

    PasskeyPublicKey(PasskeyAlgorithm algorithm, ByteView raw, LoadedKey loaded);
    [[nodiscard]] static LoadedKey load_es256(ByteView raw);

    PasskeyAlgorithm m_algorithm;
    Bytes m_raw;
    // For ES256 only: libsodium takes an Ed25519 key as it is.
    LoadedKey m_loaded;
};

}  // namespace doorward::crypto
