#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/one_time_code.h"
#include "crypto/secret_key.h"

#include <array>
#include <cstdint>
#include <expected>
#include <string_view>

namespace doorward::crypto {

inline constexpr std::string_view k_challenge_suite = "OCRA-1:HOTP-SHA256-8:QN08";

namespace detail {
// The suite "OCRA-1:HOTP-SHA256-8:...": everything after the suite's name and its 0x00 is the data.
[[nodiscard]] Code ocra_sha256_8(ByteView key, std::string_view suite, ByteView data);
// How a numeric question enters the data.
[[nodiscard]] std::array<std::uint8_t, 128> ocra_question(std::uint32_t number);
}  // namespace detail

// A fresh question of eight digits; the caller remembers it and asks it once.
[[nodiscard]] Code random_challenge();

// RFC 6287 with the suite above: what the phone answers to the eight digits at the prompt. Needs no clock.
// Refuses (BadParameters) a question that has not eight digits.
[[nodiscard]] std::expected<Code, Error> challenge_answer(const OfflineChallengeSecret& secret, const Code& question);

// Constant time; NoMatchingCode when it is not the answer.
[[nodiscard]] std::expected<void, Error> verify_challenge_answer(const OfflineChallengeSecret& secret,
                                                                 const Code& question, const Code& answer);

}  // namespace doorward::crypto
