#include "crypto/challenge_code.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

const Bytes k_key32 = to_bytes("12345678901234567890123456789012");

}  // namespace

TEST_CASE("RFC 6287, appendix C.1: numeric questions with a PIN", "[crypto][challenge]") {
    const Bytes pin_hash = hex("7110eda4d09e062aa5e4a390b0a572ac0d2c0220");  // SHA-1 of "1234"
    struct Vector {
        std::uint32_t question;
        std::string_view answer;
    };
    for (const Vector vector : {Vector{0, "83238735"},
                                {11111111, "01501458"},
                                {22222222, "17957585"},
                                {33333333, "86776967"},
                                {44444444, "86807031"}}) {
        Bytes data = to_bytes(detail::ocra_question(vector.question));
        data.insert(data.end(), pin_hash.begin(), pin_hash.end());
        CHECK(detail::ocra_sha256_8(k_key32, "OCRA-1:HOTP-SHA256-8:QN08-PSHA1", data).text() == vector.answer);
    }
}

TEST_CASE("RFC 6287, appendix C.2: alphanumeric questions", "[crypto][challenge]") {
    struct Vector {
        std::string_view question;
        std::string_view answer;
    };
    for (const Vector vector : {Vector{"CLI22220SRV11110", "28247970"},
                                {"CLI22221SRV11111", "01984843"},
                                {"CLI22222SRV11112", "65387857"},
                                {"CLI22223SRV11113", "03351211"},
                                {"CLI22224SRV11114", "83412541"}}) {
        Bytes data = to_bytes(vector.question);
        data.resize(128);
        CHECK(detail::ocra_sha256_8(k_key32, "OCRA-1:HOTP-SHA256-8:QA08", data).text() == vector.answer);
    }
}

TEST_CASE("the answer to a challenge passes, any other does not", "[crypto][challenge]") {
    const auto secret = OfflineChallengeSecret::generate();
    const auto question = random_challenge();
    const auto answer = challenge_answer(secret, question).value();
    CHECK(answer.digits() == CodeDigits::Eight);
    CHECK(verify_challenge_answer(secret, question, answer));

    const auto other = Code::from_value((answer.value() + 1) % 100'000'000, CodeDigits::Eight).value();
    CHECK(verify_challenge_answer(secret, question, other).error() == Error::NoMatchingCode);
    const auto six = Code::from_value(answer.value() % 1'000'000, CodeDigits::Six).value();
    CHECK_FALSE(verify_challenge_answer(secret, question, six));
    const auto short_question = Code::from_value(1, CodeDigits::Six).value();
    CHECK(challenge_answer(secret, short_question).error() == Error::BadParameters);
}

TEST_CASE("the product's suite has its own answers", "[crypto][challenge]") {
    const auto secret = OfflineChallengeSecret::create(k_key32).value();
    const auto question = Code::parse("00000000", CodeDigits::Eight).value();
    const auto expected =
        detail::ocra_sha256_8(k_key32, "OCRA-1:HOTP-SHA256-8:QN08", to_bytes(detail::ocra_question(0)));
    CHECK(challenge_answer(secret, question).value() == expected);
}
