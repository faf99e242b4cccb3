#include "crypto/account_hash.h"
#include "crypto/password_hash.h"
#include "crypto/random.h"
#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace doorward::crypto;
using namespace doorward::tests;

TEST_CASE("an Argon2id hash verifies its password and no other", "[crypto][password]") {
    const auto hash = hash_password(as_bytes("correct horse"));
    REQUIRE(hash);
    CHECK(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
    CHECK(verify_password(*hash, as_bytes("correct horse")));

    CHECK(verify_password(*hash, as_bytes("correct hors")).error() == Error::BadPassword);
    CHECK(verify_password(*hash, as_bytes("correct horse ")).error() == Error::BadPassword);
    CHECK_FALSE(verify_password(*hash, ByteView()));
    std::string damaged = *hash;
    damaged.back() = damaged.back() == 'A' ? 'B' : 'A';
    CHECK_FALSE(verify_password(damaged, as_bytes("correct horse")));
}

TEST_CASE("a stored hash of another cost or kind is refused before it is computed", "[crypto][password]") {
    for (const std::string_view foreign :
         {"", "$argon2id$", "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaA",
          "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaA", "$y$j75$abc$def", "plain"}) {
        CHECK(verify_password(foreign, as_bytes("x")).error() == Error::BadPassword);
    }
    CHECK_FALSE(verify_password(std::string(4096, '$'), as_bytes("x")));
}

TEST_CASE("empty and over-long portal passwords are refused", "[crypto][password]") {
    CHECK_FALSE(hash_password(ByteView()));
    CHECK_FALSE(hash_password(Bytes(k_longest_hashed_password + 1, 'a')));
}

TEST_CASE("an account hash is yescrypt at its lowest cost and verifies its password only", "[crypto][password]") {
    const auto password = random_password().value();
    const auto hash = hash_account_password(password.bytes());
    REQUIRE(hash);
    CHECK(hash->starts_with("$y$j75$"));
    CHECK(hash->find_first_of(":\n ") == std::string::npos);
    CHECK(verify_account_password(*hash, password.bytes()));
    CHECK(hash != hash_account_password(password.bytes()));

    CHECK(verify_account_password(*hash, random_password().value().bytes()).error() == Error::BadPassword);
    CHECK_FALSE(verify_account_password("!" + *hash, password.bytes()));
    CHECK_FALSE(verify_account_password("*", password.bytes()));
    CHECK_FALSE(verify_account_password("", password.bytes()));
}

TEST_CASE("passwords that crypt would cut short are refused", "[crypto][password]") {
    CHECK_FALSE(hash_account_password(ByteView()));
    CHECK_FALSE(hash_account_password(Bytes{'a', 0, 'b'}));
    CHECK_FALSE(hash_account_password(Bytes(512, 'a')));
    CHECK(hash_account_password(Bytes(511, 'a')));
}
