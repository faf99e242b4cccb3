#include "tests/protocol/custodian.h"

#include "crypto/encoding.h"
#include "crypto/hpke.h"

#include <utility>

namespace doorward::tests {

TestCustodian::TestCustodian(protocol::TechnicianId technician) : id(std::move(technician)) {}

protocol::Assertion TestCustodian::assertion(const crypto::Digest& challenge, std::string_view origin) const {
    const std::string text = R"({"type":"webauthn.get","challenge":")" + crypto::base64url_encode(challenge.bytes()) +
                             R"(","origin":")" + std::string(origin) + R"("})";
    AuthenticatorAnswer answer;
    answer.rp_id = k_rp_id;
    answer.client_data_json = {text.begin(), text.end()};
    auto made = passkey.approve(answer);
    return {.credential_id = passkey.credential_id(),
            .authenticator_data = std::move(made.authenticator_data),
            .client_data_json = std::move(made.client_data_json),
            .signature = std::move(made.signature)};
}

protocol::Custodian TestCustodian::record(const protocol::TeamId& team) const {
    const auto public_key = passkey.public_key();
    const auto raw = public_key.raw();
    return {.technician_id = id,
            .name = "Somebody",
            .algorithm = public_key.algorithm(),
            .public_key = {raw.begin(), raw.end()},
            .agreement_key = key.public_key(),
            .proof = assertion(protocol::custodian_key_challenge(team, id, key.public_key()))};
}

std::string TestCustodian::open(const protocol::BreakGlassPlace& place, const protocol::SealedHalf& half) const {
    const auto context = protocol::half_context(place, id);
    const auto text = crypto::open_sealed(key, {crypto::Purpose::BreakGlassSeal, context}, half.sealed);
    if (!text) return {};
    const auto bytes = text->bytes();
    return {bytes.begin(), bytes.end()};
}

}  // namespace doorward::tests
