#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/passkey_public_key.h"

#include <array>
#include <cstdint>
#include <expected>
#include <string_view>

namespace doorward::crypto {

// WebAuthn Level 3 verification, for everything that lives outside the client data. The client data's JSON (type,
// challenge, origin, crossOrigin) is checked in protocol/; here its bytes are only hashed. Both are needed.

// Whether the key can leave the authenticator it was made in (flag BE).
enum class PasskeyStrength : std::uint8_t { DeviceBound, Synced };
[[nodiscard]] std::string_view to_string(PasskeyStrength strength);

enum class BackupState : std::uint8_t { NotBackedUp, BackedUp };

inline constexpr std::size_t k_longest_credential_id = 1023;

struct RegistrationEvidence {
    ByteView client_data_json;
    ByteView attestation_object;
};

struct RegisteredPasskey {
    Bytes credential_id;
    PasskeyPublicKey public_key;
    std::uint32_t sign_count;
    PasskeyStrength strength;
    BackupState backup_state;
    std::array<std::uint8_t, 16> aaguid;
};

// Section 7.1 without the client data. User verification is required. Who made the authenticator is not decided on:
// a packed self attestation must be right, any other statement proves nothing to us and is ignored.
[[nodiscard]] std::expected<RegisteredPasskey, Error> verify_registration(const RegistrationEvidence& evidence,
                                                                          std::string_view rp_id);

struct AssertionEvidence {
    ByteView client_data_json;
    ByteView authenticator_data;
    ByteView signature;
};

struct AssertionExpectation {
    std::string_view rp_id;
    // The highest count seen from this passkey, 0 at first.
    std::uint32_t sign_count;
};

struct AssertedPasskey {
    // To be stored in place of the one before.
    std::uint32_t sign_count;
    PasskeyStrength strength;
    BackupState backup_state;
};

// Section 7.2 without the client data. User verification is required; a sign count that does not grow is refused
// unless both are zero (synced passkeys do not count).
[[nodiscard]] std::expected<AssertedPasskey, Error> verify_assertion(const PasskeyPublicKey& key,
                                                                     const AssertionEvidence& evidence,
                                                                     const AssertionExpectation& expectation);

}  // namespace doorward::crypto
