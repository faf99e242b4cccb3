#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/fixed_bytes.h"
#include "crypto/purpose.h"
#include "crypto/secret_key.h"

#include <cstdint>
#include <expected>
#include <span>

namespace doorward::crypto {

struct SignatureKind;
using Signature = FixedBytes<SignatureKind, 64>;

// Ed25519 (RFC 8032). What is signed is purpose text | 0x00 | body; the body is carried along as it is, never
// serialised a second time to check it.
template <class Role>
struct VerifyingKeyKind;
template <class Role>
using VerifyingKey = FixedBytes<VerifyingKeyKind<Role>, 32>;

namespace detail {
void expand_seed(std::span<const std::uint8_t, 32> seed, std::span<std::uint8_t, 64> expanded);
// Bare Ed25519, without a purpose: only for the functions below and for the vectors of RFC 8032 and Wycheproof.
[[nodiscard]] Signature sign_message(std::span<const std::uint8_t, 64> expanded, ByteView message);
[[nodiscard]] std::expected<void, Error> verify_message(std::span<const std::uint8_t, 32> key, ByteView message,
                                                        const Signature& signature);
[[nodiscard]] Bytes with_purpose(Purpose purpose, ByteView body);
}  // namespace detail

template <class Role>
class SigningKey {
public:
    [[nodiscard]] static SigningKey generate() {
        const auto seed = SecretKey<Seed, 32>::generate();
        return SigningKey(seed.bytes());
    }
    // The 32 bytes seed() gave. The caller wipes the original.
    [[nodiscard]] static std::expected<SigningKey, Error> from_seed(ByteView seed) {
        if (seed.size() != 32) return std::unexpected(Error::WrongLength);
        return SigningKey(std::span<const std::uint8_t, 32>(seed));
    }

    // What to store.
    [[nodiscard]] std::span<const std::uint8_t, 32> seed() const { return m_expanded.bytes().template first<32>(); }
    [[nodiscard]] VerifyingKey<Role> public_key() const {
        std::array<std::uint8_t, 32> key;
        std::ranges::copy(m_expanded.bytes().template last<32>(), key.begin());
        return VerifyingKey<Role>(key);
    }
    [[nodiscard]] Signature sign(Purpose purpose, ByteView body) const {
        return detail::sign_message(m_expanded.bytes(), detail::with_purpose(purpose, body));
    }

private:
    struct Seed;
    struct Expanded;

    explicit SigningKey(std::span<const std::uint8_t, 32> seed)
        : m_expanded(SecretKey<Expanded, 64>::filled_by(
              [&](std::span<std::uint8_t, 64> expanded) { detail::expand_seed(seed, expanded); })) {}

    SecretKey<Expanded, 64> m_expanded;
};

// Fails with BadSignature, whatever was wrong. Keys of small order and signatures that are not canonical are refused.
template <class Role>
[[nodiscard]] std::expected<void, Error> verify(const VerifyingKey<Role>& key, Purpose purpose, ByteView body,
                                                const Signature& signature) {
    return detail::verify_message(key.bytes(), detail::with_purpose(purpose, body), signature);
}

namespace role {
struct DeviceSigning;
struct PortalSigning;
}  // namespace role

using DeviceSigningKey = SigningKey<role::DeviceSigning>;
using PortalSigningKey = SigningKey<role::PortalSigning>;
using DevicePublicKey = VerifyingKey<role::DeviceSigning>;
using PortalPublicKey = VerifyingKey<role::PortalSigning>;

}  // namespace doorward::crypto
