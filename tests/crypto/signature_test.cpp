#include "crypto/signature.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

Bytes expanded_key(std::string_view seed) {
    Bytes expanded(64);
    detail::expand_seed(hex_array<32>(seed), std::span<std::uint8_t, 64>(expanded));
    return expanded;
}

}  // namespace

TEST_CASE("RFC 8032, section 7.1: keys and signatures are the expected ones", "[crypto][signature]") {
    struct Vector {
        std::string_view seed;
        std::string_view public_key;
        std::string_view message;
        std::string_view signature;
    };
    // TEST 1 to 3.
    static constexpr Vector k_vectors[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bb"
         "e"
         "24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302"
         "a"
         "eeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed"
         "2"
         "8dc027beceea1ec40a"},
    };
    for (const Vector& vector : k_vectors) {
        const auto key = DeviceSigningKey::from_seed(hex(vector.seed)).value();
        CHECK(to_bytes(key.public_key().bytes()) == hex(vector.public_key));
        CHECK(to_bytes(key.seed()) == hex(vector.seed));
        const Bytes expanded = expanded_key(vector.seed);
        const auto signature = detail::sign_message(std::span<const std::uint8_t, 64>(expanded), hex(vector.message));
        CHECK(to_bytes(signature.bytes()) == hex(vector.signature));
        CHECK(detail::verify_message(key.public_key().bytes(), hex(vector.message), signature));
    }
}

TEST_CASE("Wycheproof's malleable and malformed Ed25519 signatures are refused", "[crypto][signature]") {
    // testvectors_v1/ed25519_test.json, tests 42, 43, 58 to 69; all for this key.
    const auto key = hex_array<32>("7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa");
    struct Vector {
        std::string_view message;
        std::string_view signature;
    };
    static constexpr Vector k_refused[] = {
        {"313233343030",
         "647c1492402ab5ce03e2c3a7f0384d051b9cf3570f1207fc78c1bcc98c281c2b1d125e5538f38afbcc1c84e489521083"
         "041d24bc6240767029da063271a1ff0c"},
        {"313233343030",
         "677c1492402ab5ce03e2c3a7f0384d051b9cf3570f1207fc78c1bcc98c281c2bc108ca4b87a49c9ed2cf383aecad8f54"
         "a962b2899da891e12004d7993a627e01"},
        {"313233343030",
         "657c1492402ab5ce03e2c3a7f0384d051b9cf3570f1207fc78c1bcc98c281c6b8da07efd07a6dafb015ed6a32fe13631"
         "9a972ffbc341f3a0beae97ccf8136505"},
        {"313233343030",
         "657c1492402ab5ce03e2c3a7f0384d051b9cf3570f1207fc78c1bcc98c281cab227aedf259f910f0f3a759a335062665"
         "217925d019173b88917eae294f75d40f"},
        {"313233343030",
         "0000000000000000000000000000000000000000000000000000000000000000e0b8e7770d51c7a36375d006c5bffd6a"
         "f43ff54aaf47e4330dc118c71d61ec02"},
        {"313233343030",
         "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff463a1908382e7eb7693acef9884f7cf9"
         "31a215e0791876be22c631a59881fd0e"},
        {"54657374",
         "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab067654bce3832c2d76f8f6f5dafc08d9339d4"
         "eef676573336a5c51eb6f946b31d"},
        {"54657374",
         "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab05439412b5395d42f462c67008eba6ca839d4"
         "eef676573336a5c51eb6f946b32d"},
        {"54657374",
         "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab02ee12ce5875bf9dff26556464bae2ad239d4"
         "eef676573336a5c51eb6f946b34d"},
        {"54657374",
         "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab0e2300459f1e742404cd934d2c595a6253ad4"
         "eef676573336a5c51eb6f946b38d"},
        {"54657374",
         "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab07a9155711ecfaf7f99f277bad0c6ae7e39d4"
         "eef676573336a5c51eb6f946b32d"},
        {"54657374",
         "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab07a9155711ecfaf7f99f277bad0c6ae7e39d4"
         "eef676573336a5c51eb6f946b38d"},
    };
    for (const Vector& vector : k_refused) {
        const auto signature = Signature::create(hex(vector.signature)).value();
        CHECK_FALSE(detail::verify_message(key, hex(vector.message), signature));
    }
    // Of the last group the one with s itself, so that the refusals above mean something.
    CHECK(detail::verify_message(
        key, hex("54657374"),
        Signature::create(hex("7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab07a9155711ecfaf7f99f277ba"
                              "d0c6ae7e39d4eef676573336a5c51eb6f946b30d"))
            .value()));
    // Test 39, category CompressedSignature: one byte short.
    CHECK_FALSE(
        Signature::create(hex("dffed33a7f420b62bb1731cfd03be805affd18a281ec02b1067ba6e9d20826569e742347df59c88ae9"
                              "6db1f1969fb189b0ec34381d85633e1889da48d95e0e")));
}

TEST_CASE("a signature holds for its key, purpose and body only", "[crypto][signature]") {
    const auto key = DeviceSigningKey::generate();
    const Bytes body = to_bytes("a sign-in request");
    const Signature signature = key.sign(Purpose::SignInRequest, body);
    CHECK(verify(key.public_key(), Purpose::SignInRequest, body, signature));

    CHECK_FALSE(verify(key.public_key(), Purpose::AuditHead, body, signature));
    CHECK_FALSE(verify(key.public_key(), Purpose::SignInRequest, to_bytes("a sign-in request "), signature));
    CHECK_FALSE(verify(DeviceSigningKey::generate().public_key(), Purpose::SignInRequest, body, signature));
}

TEST_CASE("a signature with any one bit flipped is refused", "[crypto][signature]") {
    const auto key = PortalSigningKey::generate();
    const Bytes body = to_bytes("head");
    const auto signature = key.sign(Purpose::RosterHead, body).array();
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        auto flipped = signature;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        REQUIRE_FALSE(verify(key.public_key(), Purpose::RosterHead, body, Signature(flipped)));
    }
}

TEST_CASE("the purpose ends where the body begins", "[crypto][signature]") {
    // Without the zero byte a longer purpose and a shorter body could make the same message.
    const Bytes message = detail::with_purpose(Purpose::Pair, to_bytes("x"));
    CHECK(message == hex("646f6f72776172642f706169722f310078"));
}

TEST_CASE("a public key of small order verifies nothing", "[crypto][signature]") {
    const DevicePublicKey neutral(std::array<std::uint8_t, 32>{1});
    std::array<std::uint8_t, 64> forged{1};
    CHECK_FALSE(verify(neutral, Purpose::Enrol, to_bytes("anything"), Signature(forged)));
}

TEST_CASE("a key restored from its seed signs as before, and other lengths are refused", "[crypto][signature]") {
    const auto key = PortalSigningKey::generate();
    const auto restored = PortalSigningKey::from_seed(key.seed()).value();
    CHECK(restored.public_key() == key.public_key());
    CHECK(restored.sign(Purpose::LogHead, to_bytes("x")) == key.sign(Purpose::LogHead, to_bytes("x")));
    for (const std::size_t size : {0U, 31U, 33U, 64U})
        CHECK_FALSE(PortalSigningKey::from_seed(Bytes(size, 1)));
}
