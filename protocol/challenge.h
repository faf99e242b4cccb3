#pragma once

#include "crypto/agreement.h"
#include "crypto/hash.h"
#include "protocol/ids.h"
#include "protocol/secrets.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace doorward::protocol {

// Every challenge a passkey answers here is a hash of what the answer is for, computed by both ends from values they
// know; nobody signs bytes another one chose.

// The number 10 to 99 that the workstation shows and the person types on the phone.
class PromptNumber {
public:
    static constexpr int k_lowest = 10;
    static constexpr int k_highest = 99;
    static constexpr int k_count = k_highest - k_lowest + 1;

    [[nodiscard]] static std::optional<PromptNumber> create(int number);
    // Of a random number below k_count.
    [[nodiscard]] static std::optional<PromptNumber> from_random(std::uint32_t below_count);

    [[nodiscard]] int value() const { return m_value; }
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const PromptNumber&, const PromptNumber&) = default;

private:
    explicit PromptNumber(int value) : m_value(value) {}
    int m_value;
};

using Nonce = std::span<const std::uint8_t, 32>;

// A technician's phone, for what is bound to one.
struct PhoneBinding {
    TeamId team_id;
    TechnicianId technician_id;
    std::uint32_t serial;
};

[[nodiscard]] crypto::Digest sign_in_challenge(std::string_view request_body, PromptNumber number);
// The challenges of one request: what they share, nearly all, is hashed once.
class SignInChallenges {
public:
    explicit SignInChallenges(std::string_view request_body);
    [[nodiscard]] crypto::Digest of(PromptNumber number) const;

private:
    crypto::Sha256 m_begun;
};
[[nodiscard]] crypto::Digest pair_challenge(const PairingId& pairing, const TechnicianId& technician,
                                            const LinkSecret& secret);
[[nodiscard]] crypto::Digest app_session_challenge(Nonce nonce);
[[nodiscard]] crypto::Digest agreement_key_challenge(const PhoneBinding& phone,
                                                     const crypto::PhoneAgreementPublicKey& key);
// eval.first of the PRF whose output makes the phone's agreement key.
[[nodiscard]] crypto::Digest phone_agreement_prf_input(const PhoneBinding& phone);

// Portal: registering an administrator's passkey, signing in with it, and deciding on a change (the exact bytes the
// screen showed, so that what was accepted is what was seen).
[[nodiscard]] crypto::Digest admin_register_challenge(const TechnicianId& technician, Nonce nonce);
[[nodiscard]] crypto::Digest admin_session_challenge(Nonce nonce);
[[nodiscard]] crypto::Digest change_challenge(const ChangeId& change, std::string_view change_body);

}  // namespace doorward::protocol
