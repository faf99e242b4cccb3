#include "crypto/authenticator_data.h"
#include "crypto/hash.h"
#include "crypto/passkey.h"

namespace doorward::crypto {

std::string_view to_string(PasskeyStrength strength) {
    return strength == PasskeyStrength::Synced ? "synced" : "device_bound";
}

std::expected<AssertedPasskey, Error> verify_assertion(const PasskeyPublicKey& key, const AssertionEvidence& evidence,
                                                       const AssertionExpectation& expectation) {
    const auto data = parse_authenticator_data(evidence.authenticator_data);
    if (!data) return std::unexpected(data.error());
    if (data->credential) return std::unexpected(Error::MalformedAuthenticatorData);
    const auto backup = check_authenticator_data(*data, expectation.rp_id);
    if (!backup) return std::unexpected(backup.error());

    // Not libfido2's fido_assert_verify(): it loads the key anew each time, which takes half as long as the check.
    Bytes message(evidence.authenticator_data.begin(), evidence.authenticator_data.end());
    const Digest client_data_hash = sha256(evidence.client_data_json);
    message.insert(message.end(), client_data_hash.bytes().begin(), client_data_hash.bytes().end());
    if (const auto verified = key.verify(message, evidence.signature); !verified) {
        return std::unexpected(verified.error());
    }

    const bool counts = data->sign_count != 0 || expectation.sign_count != 0;
    if (counts && data->sign_count <= expectation.sign_count) return std::unexpected(Error::SignCountWentBack);
    return AssertedPasskey{data->sign_count, backup->strength, backup->state};
}

}  // namespace doorward::crypto
