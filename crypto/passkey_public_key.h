#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <variant>

struct es256_pk;
struct eddsa_pk;

namespace doorward::crypto {

// COSE algorithm numbers (RFC 9053).
enum class PasskeyAlgorithm : std::int32_t { Es256 = -7, EdDsa = -8 };

[[nodiscard]] std::expected<PasskeyAlgorithm, Error> parse_passkey_algorithm(std::int64_t cose_number);

// A passkey's public key, parsed and checked once. Immutable.
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

    // For libfido2, which takes either kind by this pointer; lives as long as the key.
    [[nodiscard]] const void* handle() const;

    [[nodiscard]] friend bool operator==(const PasskeyPublicKey& left, const PasskeyPublicKey& right) {
        return left.m_algorithm == right.m_algorithm && left.m_raw == right.m_raw;
    }

private:
    struct Release {
        void operator()(es256_pk* key) const;
        void operator()(eddsa_pk* key) const;
    };
    using Es256Key = std::unique_ptr<es256_pk, Release>;
    using EdDsaKey = std::unique_ptr<eddsa_pk, Release>;
    using Handle = std::variant<Es256Key, EdDsaKey>;

    PasskeyPublicKey(PasskeyAlgorithm algorithm, Bytes raw, Handle handle);
    [[nodiscard]] static std::expected<Handle, Error> load(PasskeyAlgorithm algorithm, ByteView raw);

    PasskeyAlgorithm m_algorithm;
    Bytes m_raw;
    Handle m_handle;
};

}  // namespace doorward::crypto
