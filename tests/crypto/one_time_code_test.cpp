#include "crypto/one_time_code.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <memory>
#include <string>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

constexpr std::string_view k_ascii_secret = "1234567890123456789012345678901234567890123456789012345678901234";

CodeParameters parameters(CodeHash hash, CodeDigits digits) {
    return {hash, digits, 30};
}

// The secret of RFC 6238, appendix B, has the length of the hash.
Bytes rfc_secret(CodeHash hash) {
    if (hash == CodeHash::Sha1) return to_bytes(k_ascii_secret.substr(0, 20));
    if (hash == CodeHash::Sha256) return to_bytes(k_ascii_secret.substr(0, 32));
    return to_bytes(k_ascii_secret);
}

Code eight(std::string_view text) {
    return Code::parse(text, CodeDigits::Eight).value();
}

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string output;
    char buffer[64];
    while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr)
        output += buffer;
    while (output.ends_with('\n'))
        output.pop_back();
    return output;
}

}  // namespace

TEST_CASE("RFC 4226, appendix D: the ten HOTP values", "[crypto][code]") {
    const Bytes secret = rfc_secret(CodeHash::Sha1);
    std::int64_t counter = 0;
    for (const auto expected :
         {"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"}) {
        const auto code = code_at(secret, parameters(CodeHash::Sha1, CodeDigits::Six), Step{counter++});
        CHECK(code.value().text() == expected);
    }
}

TEST_CASE("row 88: RFC 6238, appendix B: TOTP with SHA-1, SHA-256 and SHA-512", "[crypto][code]") {
    struct Vector {
        std::int64_t time;
        std::string_view sha1;
        std::string_view sha256;
        std::string_view sha512;
    };
    static constexpr Vector k_vectors[] = {
        {59, "94287082", "46119246", "90693936"},         {1111111109, "07081804", "68084774", "25091201"},
        {1111111111, "14050471", "67062674", "99943326"}, {1234567890, "89005924", "91819424", "93441116"},
        {2000000000, "69279037", "90698825", "38618901"}, {20000000000, "65353130", "77737706", "47863826"},
    };
    for (const Vector& vector : k_vectors) {
        for (const auto& [hash, expected] : {std::pair{CodeHash::Sha1, vector.sha1},
                                             {CodeHash::Sha256, vector.sha256},
                                             {CodeHash::Sha512, vector.sha512}}) {
            const auto rules = parameters(hash, CodeDigits::Eight);
            const auto step = step_at(vector.time, rules).value();
            CHECK(code_at(rfc_secret(hash), rules, step).value().text() == expected);
            CHECK(match_in_window(rfc_secret(hash), rules, eight(expected), step, {k_no_step}) == step);
        }
    }
}

TEST_CASE("row 88: oathtool computes the same codes", "[crypto][code]") {
    if (access("/usr/bin/oathtool", X_OK) != 0) SKIP("/usr/bin/oathtool is not installed (package oathtool)");
    const Bytes secret = rfc_secret(CodeHash::Sha256);
    const std::string key = hex_encode(secret);
    for (const std::int64_t time :
         {0LL, 29LL, 30LL, 1795296285LL, 2147483647LL, 2147483648LL, 4294967295LL, 4294967296LL, 20000000000LL}) {
        for (const auto& [hash, name] :
             {std::pair{CodeHash::Sha1, "SHA1"}, {CodeHash::Sha256, "SHA256"}, {CodeHash::Sha512, "SHA512"}}) {
            for (const auto digits : {CodeDigits::Six, CodeDigits::Eight}) {
                const auto rules = parameters(hash, digits);
                const std::string command = "/usr/bin/oathtool --totp=" + std::string(name) + " -d " +
                                            std::to_string(static_cast<int>(digits)) + " --now=@" +
                                            std::to_string(time) + " " + key;
                CHECK(code_at(secret, rules, step_at(time, rules).value()).value().text() == output_of(command));
            }
        }
    }
}

TEST_CASE("a code is exactly its digits and nothing else", "[crypto][code]") {
    CHECK(Code::parse("000000", CodeDigits::Six).value().value() == 0);
    CHECK(Code::parse("00123456", CodeDigits::Eight).value().text() == "00123456");
    CHECK(Code::parse("99999999", CodeDigits::Eight).value().value() == 99'999'999);

    using namespace std::string_view_literals;
    for (const auto refused : {""sv,
                               "1"sv,
                               "12345"sv,
                               "1234567"sv,
                               " 123456"sv,
                               "123456 "sv,
                               "123 456"sv,
                               "12345 "sv,
                               " 12345"sv,
                               "+12345"sv,
                               "-12345"sv,
                               "123456\n"sv,
                               "12345\n"sv,
                               "0x1E24"sv,
                               "1e5000"sv,
                               "12345\0"sv,
                               "\0\0\0\0\0\0"sv,
                               "12a456"sv,
                               "１２３４５６"sv,
                               "１２"sv,
                               "\xff\xff\xff\xff\xff\xff"sv,
                               "12,456"sv,
                               "12.456"sv}) {
        const auto code = Code::parse(refused, CodeDigits::Six);
        REQUIRE_FALSE(code);
        CHECK(code.error() == Error::BadCodeText);
    }
    for (const std::size_t size : {64U, 4096U, 65536U}) {
        CHECK_FALSE(Code::parse(std::string(size, '1'), CodeDigits::Eight));
    }
    CHECK_FALSE(Code::parse("123456", CodeDigits::Eight));
    CHECK_FALSE(Code::parse("12345678", CodeDigits::Six));
    CHECK_FALSE(Code::from_value(1'000'000, CodeDigits::Six));
    CHECK_FALSE(Code::from_value(100'000'000, CodeDigits::Eight));
}

TEST_CASE("a step is counted from 1970 on, and no time before that has one", "[crypto][code]") {
    const auto rules = k_per_machine_code;
    CHECK(step_at(0, rules) == Step{0});
    CHECK(step_at(29, rules) == Step{0});
    CHECK(step_at(30, rules) == Step{1});
    CHECK(step_at(2147483648, rules) == Step{71582788});
    CHECK(step_at(4294967296, rules) == Step{143165576});
    CHECK(step_at(20000000000, rules) == Step{666666666});
    CHECK(step_at(std::numeric_limits<std::int64_t>::max(), rules));

    CHECK_FALSE(step_at(-1, rules));
    CHECK_FALSE(step_at(std::numeric_limits<std::int64_t>::min(), rules));
    CHECK_FALSE(step_at(100, {CodeHash::Sha1, CodeDigits::Six, 0}));
    CHECK_FALSE(step_at(100, {CodeHash::Sha1, CodeDigits::Six, -30}));
}

TEST_CASE("the window is the step, the one before and the one after", "[crypto][code]") {
    const Bytes secret = rfc_secret(CodeHash::Sha256);
    const Step now{59'843'209};
    for (std::int64_t offset = -3; offset <= 3; ++offset) {
        const Step step{now.value + offset};
        const auto code = code_at(secret, k_per_machine_code, step).value();
        const auto match = match_in_window(secret, k_per_machine_code, code, now, {k_no_step});
        if (offset >= -1 && offset <= 1) {
            CHECK(match == step);
        } else {
            REQUIRE_FALSE(match);
            CHECK(match.error() == Error::NoMatchingCode);
        }
    }
}

TEST_CASE("a code of the highest accepted step or below is refused like a wrong one", "[crypto][code]") {
    const Bytes secret = rfc_secret(CodeHash::Sha256);
    const Step now{59'843'209};
    const auto before = code_at(secret, k_per_machine_code, Step{now.value - 1}).value();
    const auto current = code_at(secret, k_per_machine_code, now).value();
    const auto after = code_at(secret, k_per_machine_code, Step{now.value + 1}).value();

    CHECK(match_in_window(secret, k_per_machine_code, current, now, {Step{now.value - 1}}) == now);
    CHECK(match_in_window(secret, k_per_machine_code, after, now, {now}));
    for (const auto& refused : {before, current}) {
        const auto match = match_in_window(secret, k_per_machine_code, refused, now, {now});
        REQUIRE_FALSE(match);
        CHECK(match.error() == Error::NoMatchingCode);
    }
    // A clock set back does not make old codes new.
    CHECK_FALSE(match_in_window(secret, k_per_machine_code, current, now, {Step{now.value + 1000}}));
}

TEST_CASE("where two steps of the window share a code the later one is spent", "[crypto][code]") {
    // Six digits collide often enough to find such a pair.
    const Bytes secret = rfc_secret(CodeHash::Sha1);
    std::int64_t step = 1;
    while (!(code_at(secret, k_per_tenant_code, Step{step - 1}).value() ==
             code_at(secret, k_per_tenant_code, Step{step + 1}).value())) {
        ++step;
    }
    const auto code = code_at(secret, k_per_tenant_code, Step{step - 1}).value();
    const auto match = match_in_window(secret, k_per_tenant_code, code, Step{step}, {k_no_step}).value();
    CHECK(match == Step{step + 1});
    CHECK_FALSE(match_in_window(secret, k_per_tenant_code, code, Step{step}, {match}));
}

TEST_CASE("the first step has none before it", "[crypto][code]") {
    const Bytes secret = rfc_secret(CodeHash::Sha256);
    const auto zero = code_at(secret, k_per_machine_code, Step{0}).value();
    CHECK(match_in_window(secret, k_per_machine_code, zero, Step{0}, {k_no_step}) == Step{0});
    CHECK_FALSE(match_in_window(secret, k_per_machine_code, zero, Step{0}, {Step{0}}));

    CHECK_FALSE(match_in_window(secret, k_per_machine_code, zero, Step{-1}, {k_no_step}));
    CHECK_FALSE(
        match_in_window(secret, k_per_machine_code, zero, Step{std::numeric_limits<std::int64_t>::max()}, {k_no_step}));
    CHECK_FALSE(code_at(secret, k_per_machine_code, Step{-1}));
}

TEST_CASE("a code of another length never matches, whatever its value", "[crypto][code]") {
    const Bytes secret = rfc_secret(CodeHash::Sha1);
    std::int64_t step = 0;
    const CodeParameters long_codes{CodeHash::Sha1, CodeDigits::Eight, 30};
    while (code_at(secret, long_codes, Step{step}).value().value() >= 1'000'000)
        ++step;
    const auto value = code_at(secret, long_codes, Step{step}).value().value();
    const auto short_code = Code::from_value(value, CodeDigits::Six).value();
    CHECK_FALSE(match_in_window(secret, long_codes, short_code, Step{step}, {k_no_step}));
}
