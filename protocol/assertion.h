#pragma once

#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/passkey.h"
#include "crypto/passkey_public_key.h"

#include <cstdint>
#include <expected>
#include <string_view>

namespace doorward::protocol {

// What a phone or an administrator's browser sends after navigator.credentials.get().
struct Assertion {
    crypto::Bytes credential_id;
    crypto::Bytes authenticator_data;
    crypto::Bytes client_data_json;
    crypto::Bytes signature;

    friend bool operator==(const Assertion&, const Assertion&) = default;
};

// The text is for the log; a peer learns only that it was refused.
enum class AssertionError {
    MalformedClientData,
    WrongType,
    WrongChallenge,
    WrongOrigin,
    CrossOrigin,
    WrongCredential,
    BadPublicKey,
    BadAssertion,
};
[[nodiscard]] std::string_view to_string(AssertionError error);

// Where a passkey belongs: pinned at enrolment (agent) or at init (portal), never taken from a request.
struct RelyingParty {
    std::string_view rp_id;
    std::string_view origin;
};

struct KnownPasskey {
    crypto::ByteView credential_id;
    const crypto::PasskeyPublicKey& public_key;
    // The highest count seen, 0 at first or where counts are not kept.
    std::uint32_t sign_count = 0;
};

// Client data (type webauthn.get, challenge, origin, no foreign frame), credential id, then signature, rpId, user
// presence and verification.
[[nodiscard]] std::expected<crypto::AssertedPasskey, AssertionError> verify_assertion(const Assertion& assertion,
                                                                                      const KnownPasskey& passkey,
                                                                                      const crypto::Digest& challenge,
                                                                                      const RelyingParty& party);

}  // namespace doorward::protocol
