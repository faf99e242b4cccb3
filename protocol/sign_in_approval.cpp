#include "protocol/sign_in_approval.h"

#include "protocol/client_data.h"
#include "protocol/phone_proof.h"

#include <algorithm>

namespace doorward::protocol {
std::expected<crypto::AssertedPasskey, AssertionError> verify_approval(std::string_view request_body,
                                                                       PromptNumber number, const PhoneRecord& phone,
                                                                       const Assertion& assertion,
                                                                       const RelyingParty& party,
                                                                       std::uint32_t sign_count) {
    const auto key = passkey_public_key(phone);
    if (!key) return std::unexpected(AssertionError::BadPublicKey);
    return verify_assertion(assertion,
                            {.credential_id = phone.credential_id, .public_key = *key, .sign_count = sign_count},
                            sign_in_challenge(request_body, number), party);
}

std::expected<crypto::AssertedPasskey, AssertionError> verify_approval_for_any_number(std::string_view request_body,
                                                                                      const KnownPasskey& passkey,
                                                                                      const Assertion& assertion,
                                                                                      const RelyingParty& party) {
    const auto data = check_client_data(assertion.client_data_json, CeremonyType::Get, party.origin);
    if (!data) return std::unexpected(data.error());
    // All 90 are tried, so that the time does not tell which one it was.
    const SignInChallenges challenges(request_body);
    std::optional<crypto::Digest> challenge;
    for (int value = PromptNumber::k_lowest; value <= PromptNumber::k_highest; ++value) {
        const auto candidate = challenges.of(*PromptNumber::create(value));
        if (std::ranges::equal(candidate.bytes(), data->challenge)) challenge = candidate;
    }
    if (!challenge) return std::unexpected(AssertionError::WrongChallenge);
    return verify_assertion(assertion, passkey, *challenge, party);
}

}  // namespace doorward::protocol
