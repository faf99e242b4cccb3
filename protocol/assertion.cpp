#include "protocol/assertion.h"

#include "protocol/choice.h"
#include "protocol/client_data.h"

#include <algorithm>

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<AssertionError>, 8> k_errors{{
    {AssertionError::MalformedClientData, "malformed_client_data"},
    {AssertionError::WrongType, "wrong_type"},
    {AssertionError::WrongChallenge, "wrong_challenge"},
    {AssertionError::WrongOrigin, "wrong_origin"},
    {AssertionError::CrossOrigin, "cross_origin"},
    {AssertionError::WrongCredential, "wrong_credential"},
    {AssertionError::BadPublicKey, "bad_public_key"},
    {AssertionError::BadAssertion, "bad_assertion"},
}};

}  // namespace

std::string_view to_string(AssertionError error) {
    return choice_text(k_errors, error);
}

std::expected<crypto::AssertedPasskey, AssertionError> verify_assertion(const Assertion& assertion,
                                                                        const KnownPasskey& passkey,
                                                                        const crypto::Digest& challenge,
                                                                        const RelyingParty& party) {
    const auto checked = check_client_data(assertion.client_data_json, CeremonyType::Get, party.origin, challenge);
    if (!checked) return std::unexpected(checked.error());
    if (!std::ranges::equal(assertion.credential_id, passkey.credential_id)) {
        return std::unexpected(AssertionError::WrongCredential);
    }
    const auto asserted = crypto::verify_assertion(passkey.public_key,
                                                   {.client_data_json = assertion.client_data_json,
                                                    .authenticator_data = assertion.authenticator_data,
                                                    .signature = assertion.signature},
                                                   {.rp_id = party.rp_id, .sign_count = passkey.sign_count});
    if (!asserted) return std::unexpected(AssertionError::BadAssertion);
    return *asserted;
}

}  // namespace doorward::protocol
