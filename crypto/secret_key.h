#pragma once

#include "crypto/secret_bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <ostream>
#include <span>

namespace doorward::crypto {

// Fills with unpredictable bytes from the operating system.
void fill_random(std::span<std::uint8_t> bytes);

// A secret of exactly Size bytes that can be used for one thing only: keys of two roles are different types, so one
// cannot be handed in where the other belongs. Same protection as SecretBytes. Touching a moved-from key aborts.
template <class Role, std::size_t Size>
class SecretKey {
public:
    static constexpr std::size_t k_size = Size;

    [[nodiscard]] static SecretKey generate() {
        SecretKey key;
        fill_random(key.m_bytes.writable_bytes());
        return key;
    }
    // The caller wipes the original. Refuses any other length.
    [[nodiscard]] static std::expected<SecretKey, Error> create(ByteView bytes) {
        if (bytes.size() != Size) return std::unexpected(Error::WrongLength);
        SecretKey key;
        std::ranges::copy(bytes, key.m_bytes.writable_bytes().begin());
        return key;
    }
    // For a derivation that writes the key in place.
    template <class Fill>
    [[nodiscard]] static SecretKey filled_by(Fill&& fill) {
        SecretKey key;
        std::forward<Fill>(fill)(std::span<std::uint8_t, Size>(key.m_bytes.writable_bytes()));
        return key;
    }

    [[nodiscard]] std::span<const std::uint8_t, Size> bytes() const {
        if (m_bytes.size() != Size) std::abort();
        return std::span<const std::uint8_t, Size>(m_bytes.bytes());
    }
    [[nodiscard]] SecretKey clone() const {
        SecretKey key;
        std::ranges::copy(bytes(), key.m_bytes.writable_bytes().begin());
        return key;
    }

    // Constant time.
    [[nodiscard]] friend bool operator==(const SecretKey& left, const SecretKey& right) {
        return left.m_bytes == right.m_bytes;
    }
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>&, const SecretKey&) = delete;

private:
    SecretKey() : m_bytes(SecretBytes::zeroed(Size)) {}

    SecretBytes m_bytes;
};

namespace role {
struct Store;
struct SharedSecret;
struct OfflineTotp;
struct OfflineChallenge;
struct TenantTotp;
struct TenantSealing;
struct Backup;
}  // namespace role

// SQLCipher's raw key, at the portal and on a workstation.
using StoreKey = SecretKey<role::Store, 32>;
// A bare X25519 result: only ever the input of a derivation.
using SharedSecret = SecretKey<role::SharedSecret, 32>;
// Per-machine codes: one technician's phone on one workstation.
using OfflineTotpSecret = SecretKey<role::OfflineTotp, 32>;
using OfflineChallengeSecret = SecretKey<role::OfflineChallenge, 32>;
// Per-tenant codes; 160 bits, as authenticator apps expect with SHA-1 (RFC 4226, section 4, R6).
using TenantTotpSecret = SecretKey<role::TenantTotp, 20>;
// Seals per-tenant secrets inside the portal's store.
using TenantSealingKey = SecretKey<role::TenantSealing, 32>;
using BackupKey = SecretKey<role::Backup, 32>;

}  // namespace doorward::crypto
