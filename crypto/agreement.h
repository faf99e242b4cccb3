#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/fixed_bytes.h"
#include "crypto/hash.h"
#include "crypto/purpose.h"
#include "crypto/secret_key.h"

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace doorward::crypto {

template <class Role>
struct AgreementPublicKeyKind;
template <class Role>
using AgreementPublicKey = FixedBytes<AgreementPublicKeyKind<Role>, 32>;

namespace detail {
[[nodiscard]] std::array<std::uint8_t, 32> agreement_public_key(std::span<const std::uint8_t, 32> private_key);
[[nodiscard]] std::expected<SharedSecret, Error> shared_secret(std::span<const std::uint8_t, 32> private_key,
                                                               std::span<const std::uint8_t, 32> public_key);
}  // namespace detail

// X25519 (RFC 7748).
template <class Role>
class AgreementKey {
public:
    [[nodiscard]] static AgreementKey generate() { return AgreementKey(Private::generate()); }
    // The 32 bytes private_bytes() gave, or any 32 uniform bytes. The caller wipes the original.
    [[nodiscard]] static std::expected<AgreementKey, Error> create(ByteView bytes) {
        auto key = Private::create(bytes);
        if (!key) return std::unexpected(key.error());
        return AgreementKey(std::move(*key));
    }

    // What to store.
    [[nodiscard]] std::span<const std::uint8_t, 32> private_bytes() const { return m_private.bytes(); }
    [[nodiscard]] const AgreementPublicKey<Role>& public_key() const { return m_public; }

    // Refuses (WeakPublicKey) a peer's key that would make the secret all zeros.
    template <class PeerRole>
    [[nodiscard]] std::expected<SharedSecret, Error> shared_secret(const AgreementPublicKey<PeerRole>& peer) const {
        return detail::shared_secret(m_private.bytes(), peer.bytes());
    }

private:
    struct PrivateRole;
    using Private = SecretKey<PrivateRole, 32>;

    explicit AgreementKey(Private key)
        : m_private(std::move(key)), m_public(detail::agreement_public_key(m_private.bytes())) {}

    Private m_private;
    AgreementPublicKey<Role> m_public;
};

namespace role {
struct DeviceAgreement;
struct PhoneAgreement;
}  // namespace role

using DeviceAgreementKey = AgreementKey<role::DeviceAgreement>;
// On the real phone this key exists only in the app; here it serves tests and the lab.
using PhoneAgreementKey = AgreementKey<role::PhoneAgreement>;
using DeviceAgreementPublicKey = AgreementPublicKey<role::DeviceAgreement>;
using PhoneAgreementPublicKey = AgreementPublicKey<role::PhoneAgreement>;

// One technician's phone on one workstation of one tenant.
struct OfflinePairing {
    std::span<const std::uint8_t, 16> tenant_id;
    DeviceAgreementPublicKey device;
    PhoneAgreementPublicKey phone;
};

namespace detail {
void derive_offline_bytes(Purpose purpose, const SharedSecret& shared, const OfflinePairing& pairing,
                          std::span<std::uint8_t, 32> output);
}  // namespace detail

// HKDF-SHA256(shared, salt empty, info = purpose text | 0x00 | tenant id | device key | phone key), 32 bytes.
// Secret is OfflineTotpSecret with Purpose::OfflineTotp, or OfflineChallengeSecret with Purpose::OfflineChallenge.
template <class Secret>
    requires(Secret::k_size == 32)
[[nodiscard]] Secret derive_offline_secret(Purpose purpose, const SharedSecret& shared, const OfflinePairing& pairing) {
    return Secret::filled_by(
        [&](std::span<std::uint8_t, 32> output) { detail::derive_offline_bytes(purpose, shared, pairing, output); });
}

// The two characters that prompt and app both show, so that a stale key is seen: the first ten bits, in Crockford's
// base32 (lower case), of SHA-256(key-id purpose | 0x00 | device key | phone key).
[[nodiscard]] std::string key_id(const DeviceAgreementPublicKey& device, const PhoneAgreementPublicKey& phone);
// The same two characters of any digest that names a key.
[[nodiscard]] std::string key_id(const Digest& name);

}  // namespace doorward::crypto
