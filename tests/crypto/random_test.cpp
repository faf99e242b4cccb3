#include "crypto/random.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace doorward::crypto;
using namespace doorward::tests;

TEST_CASE("a password has the asked length and only unambiguous characters", "[crypto][random]") {
    for (const std::size_t length : {22U, 24U, 128U}) {
        const auto password = random_password(length).value();
        CHECK(password.size() == length);
        for (const std::uint8_t character : password.bytes()) {
            CHECK(std::string_view("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
                      .find(static_cast<char>(character)) != std::string_view::npos);
        }
    }
    CHECK(random_password().value().size() == 24);
}

TEST_CASE("a password with less than 128 bits or of absurd length is refused", "[crypto][random]") {
    for (const std::size_t length : {0U, 8U, 21U, 129U})
        CHECK_FALSE(random_password(length));
}

TEST_CASE("every character of the alphabet is about equally frequent", "[crypto][random]") {
    std::map<std::uint8_t, int> seen;
    constexpr int k_passwords = 600;
    for (int i = 0; i < k_passwords; ++i) {
        const auto password = random_password(95).value();
        for (const std::uint8_t character : password.bytes())
            ++seen[character];
    }
    // 1000 expected of each, standard deviation below 32: six of them is once in half a billion.
    CHECK(seen.size() == 57);
    for (const auto& [character, count] : seen)
        CHECK(std::abs(count - 1000) < 192);
}

TEST_CASE("random numbers stay below their bound and reach all of it", "[crypto][random]") {
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 4000; ++i) {
        const auto number = random_below(90);
        REQUIRE(number < 90);
        seen.insert(number);
    }
    CHECK(seen.size() == 90);
    CHECK(random_below(0) == 0);
    CHECK(random_below(1) == 0);
}

TEST_CASE("random bytes do not repeat", "[crypto][random]") {
    CHECK(random_array<16>() != random_array<16>());
    CHECK_FALSE(random_secret(32) == random_secret(32));
    CHECK(random_secret(0).empty());
}
