#include "crypto/authenticator_data.h"
#include "crypto/hash.h"
#include "crypto/passkey.h"

#include <fido.h>

#include <memory>
#include <string>

namespace doorward::crypto {

namespace {

struct ReleaseAssertion {
    void operator()(fido_assert_t* assertion) const { fido_assert_free(&assertion); }
};

std::expected<void, Error> verify_signature(const PasskeyPublicKey& key, const AssertionEvidence& evidence,
                                            const std::string& rp_id, const AuthenticatorExtensions& extensions) {
    const std::unique_ptr<fido_assert_t, ReleaseAssertion> assertion(fido_assert_new());
    if (!assertion) return std::unexpected(Error::LibraryFailure);
    fido_assert_t* const handle = assertion.get();
    const Digest client_data_hash = sha256(evidence.client_data_json);
    // libfido2 wants to be told which of the extensions it knows were asked for.
    const int asked =
        (extensions.hmac_secret ? FIDO_EXT_HMAC_SECRET : 0) | (extensions.credential_blob ? FIDO_EXT_CRED_BLOB : 0);
    if (fido_assert_set_rp(handle, rp_id.c_str()) != FIDO_OK || fido_assert_set_up(handle, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(handle, FIDO_OPT_TRUE) != FIDO_OK || fido_assert_set_extensions(handle, asked) != FIDO_OK ||
        fido_assert_set_clientdata_hash(handle, client_data_hash.bytes().data(), Digest::k_size) != FIDO_OK ||
        fido_assert_set_count(handle, 1) != FIDO_OK) {
        return std::unexpected(Error::LibraryFailure);
    }
    if (fido_assert_set_authdata_raw(handle, 0, evidence.authenticator_data.data(),
                                     evidence.authenticator_data.size()) != FIDO_OK) {
        return std::unexpected(Error::MalformedAuthenticatorData);
    }
    if (fido_assert_set_sig(handle, 0, evidence.signature.data(), evidence.signature.size()) != FIDO_OK ||
        fido_assert_verify(handle, 0, static_cast<int>(key.algorithm()), key.handle()) != FIDO_OK) {
        return std::unexpected(Error::BadSignature);
    }
    return {};
}

}  // namespace

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
    if (const auto verified = verify_signature(key, evidence, std::string(expectation.rp_id), data->extensions);
        !verified) {
        return std::unexpected(verified.error());
    }
    const bool counts = data->sign_count != 0 || expectation.sign_count != 0;
    if (counts && data->sign_count <= expectation.sign_count) return std::unexpected(Error::SignCountWentBack);
    return AssertedPasskey{data->sign_count, backup->strength, backup->state};
}

}  // namespace doorward::crypto
