#include "protocol/challenge.h"

#include "crypto/purpose.h"

#include <array>

namespace doorward::protocol {
namespace {

using crypto::Purpose;
using crypto::purpose_hash;

std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

}  // namespace

std::optional<PromptNumber> PromptNumber::create(int number) {
    if (number < k_lowest || number > k_highest) return std::nullopt;
    return PromptNumber(number);
}

std::optional<PromptNumber> PromptNumber::from_random(std::uint32_t below_count) {
    if (below_count >= static_cast<std::uint32_t>(k_count)) return std::nullopt;
    return PromptNumber(k_lowest + static_cast<int>(below_count));
}

std::string PromptNumber::text() const {
    return std::to_string(m_value);
}

// purpose_hash() in two steps.
SignInChallenges::SignInChallenges(std::string_view request_body) {
    static constexpr std::array<std::uint8_t, 1> k_separator{0};
    m_begun.update(crypto::as_bytes(crypto::text(Purpose::SignIn)))
        .update(k_separator)
        .update(crypto::as_bytes(request_body));
}

crypto::Digest SignInChallenges::of(PromptNumber number) const {
    crypto::Sha256 hash = m_begun;
    return hash.update(crypto::as_bytes(number.text())).digest();
}

crypto::Digest sign_in_challenge(std::string_view request_body, PromptNumber number) {
    return SignInChallenges(request_body).of(number);
}

crypto::Digest pair_challenge(const PairingId& pairing, const TechnicianId& technician, const LinkSecret& secret) {
    return purpose_hash(Purpose::Pair, {pairing.bytes(), technician.bytes(), secret.bytes()});
}

crypto::Digest app_session_challenge(Nonce nonce) {
    return purpose_hash(Purpose::AppSession, {nonce});
}

crypto::Digest agreement_key_challenge(const PhoneBinding& phone, const crypto::PhoneAgreementPublicKey& key) {
    const auto serial = big_endian(phone.serial);
    return purpose_hash(Purpose::AgreementKey,
                        {phone.team_id.bytes(), phone.technician_id.bytes(), key.bytes(), serial});
}

crypto::Digest phone_agreement_prf_input(const PhoneBinding& phone) {
    const auto serial = big_endian(phone.serial);
    return purpose_hash(Purpose::PhoneAgreementKey, {phone.team_id.bytes(), phone.technician_id.bytes(), serial});
}

crypto::Digest admin_register_challenge(const TechnicianId& technician, Nonce nonce) {
    return purpose_hash(Purpose::AdminRegister, {technician.bytes(), nonce});
}

crypto::Digest admin_session_challenge(Nonce nonce) {
    return purpose_hash(Purpose::AdminSession, {nonce});
}

crypto::Digest change_challenge(const ChangeId& change, std::string_view change_body) {
    return purpose_hash(Purpose::Change, {change.bytes(), crypto::as_bytes(change_body)});
}

}  // namespace doorward::protocol
