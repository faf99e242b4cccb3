#include "protocol/phone_proof.h"

#include "protocol/challenge.h"

namespace doorward::protocol {

std::expected<crypto::PasskeyPublicKey, crypto::Error> passkey_public_key(const PhoneRecord& phone) {
    return crypto::PasskeyPublicKey::create(phone.algorithm, phone.public_key);
}

std::expected<void, AssertionError> verify_phone_proof(const TeamId& team, const TechnicianId& technician,
                                                       const PhoneRecord& phone, const RelyingParty& party) {
    const auto key = passkey_public_key(phone);
    if (!key) return std::unexpected(AssertionError::BadPublicKey);
    const auto challenge = agreement_key_challenge(
        {.team_id = team, .technician_id = technician, .serial = phone.serial}, phone.agreement_key);
    const Assertion proof{.credential_id = phone.credential_id,
                          .authenticator_data = phone.proof.authenticator_data,
                          .client_data_json = phone.proof.client_data_json,
                          .signature = phone.proof.signature};
    const auto asserted =
        verify_assertion(proof, {.credential_id = phone.credential_id, .public_key = *key}, challenge, party);
    if (!asserted) return std::unexpected(asserted.error());
    return {};
}

}  // namespace doorward::protocol
