#pragma once

#include "crypto/passkey.h"
#include "protocol/assertion.h"
#include "protocol/challenge.h"
#include "protocol/roster_document.h"

#include <cstdint>
#include <expected>
#include <string_view>

namespace doorward::protocol {

// The agent's check: the phone's passkey answered for exactly these request bytes and the number on the own screen.
// A wrong number is WrongChallenge. Verify the phone's proof (phone_proof.h) before trusting its key.
[[nodiscard]] std::expected<crypto::AssertedPasskey, AssertionError> verify_approval(
    std::string_view request_body, PromptNumber number, const PhoneRecord& phone, const Assertion& assertion,
    const RelyingParty& party, std::uint32_t sign_count = 0);

// The portal's check, which does not know the number: any of the 90 will do. Which one it was does not come out.
[[nodiscard]] std::expected<crypto::AssertedPasskey, AssertionError> verify_approval_for_any_number(
    std::string_view request_body, const KnownPasskey& passkey, const Assertion& assertion, const RelyingParty& party);

}  // namespace doorward::protocol
