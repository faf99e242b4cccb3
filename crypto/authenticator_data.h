#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/passkey.h"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace doorward::crypto {

// What authenticator data (WebAuthn L3, section 6.1) says about extensions, as far as libfido2 insists on being told.
struct AuthenticatorExtensions {
    bool hmac_secret = false;
    bool credential_blob = false;
    std::optional<std::int64_t> credential_protection;
    std::optional<std::int64_t> shortest_pin;
};

struct AttestedCredential {
    std::span<const std::uint8_t, 16> aaguid;
    ByteView credential_id;
    std::int64_t cose_algorithm;
};

// Borrows the bytes it was parsed from.
struct AuthenticatorData {
    std::span<const std::uint8_t, 32> rp_id_hash;
    std::uint8_t flags;
    std::uint32_t sign_count;
    std::optional<AttestedCredential> credential;
    AuthenticatorExtensions extensions;
};

// Refuses (MalformedAuthenticatorData) anything cut short, left over, or not announced by the flags.
[[nodiscard]] std::expected<AuthenticatorData, Error> parse_authenticator_data(ByteView bytes);

struct BackupFlags {
    PasskeyStrength strength;
    BackupState state;
};

// The checks registration and assertion share: relying party, user present, user verified, sound backup flags.
[[nodiscard]] std::expected<BackupFlags, Error> check_authenticator_data(const AuthenticatorData& data,
                                                                         std::string_view rp_id);

}  // namespace doorward::crypto
