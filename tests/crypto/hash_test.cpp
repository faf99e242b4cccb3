#include "crypto/hash.h"

#include "crypto/hash_chain.h"
#include "crypto/hmac.h"
#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

TEST_CASE("FIPS 180-4's SHA-256 examples hold, at once and in pieces", "[crypto][hash]") {
    CHECK(to_bytes(sha256(as_bytes("abc")).bytes()) ==
          hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    CHECK(to_bytes(sha256(ByteView()).bytes()) ==
          hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    CHECK(Sha256().update(as_bytes("a")).update(ByteView()).update(as_bytes("bc")).digest() == sha256(as_bytes("abc")));
}

TEST_CASE("a digest of the state so far does not disturb what follows", "[crypto][hash]") {
    Sha256 hash;
    hash.update(as_bytes("ab"));
    CHECK(hash.digest() == sha256(as_bytes("ab")));
    CHECK(hash.update(as_bytes("c")).digest() == sha256(as_bytes("abc")));
}

TEST_CASE("a purpose hash is SHA-256 of text, zero byte and parts", "[crypto][hash]") {
    Bytes whole = to_bytes("doorward/enrol/1");
    whole.push_back(0);
    for (const char character : std::string_view("onetwo"))
        whole.push_back(static_cast<std::uint8_t>(character));
    CHECK(purpose_hash(Purpose::Enrol, {as_bytes("one"), as_bytes("two")}) == sha256(whole));
    CHECK(purpose_hash(Purpose::Pair, {as_bytes("one"), as_bytes("two")}) != sha256(whole));
}

TEST_CASE("RFC 4231's HMAC-SHA-256 vectors hold", "[crypto][hmac]") {
    CHECK(to_bytes(hmac_sha256(HmacKey(Bytes(20, 0x0b)), as_bytes("Hi There")).bytes()) ==
          hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    CHECK(to_bytes(hmac_sha256(HmacKey(as_bytes("Jefe")), as_bytes("what do ya want for nothing?")).bytes()) ==
          hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    CHECK(to_bytes(
              hmac_sha256(HmacKey(Bytes(131, 0xaa)), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
                  .bytes()) == hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}

TEST_CASE("Wycheproof's HMAC-SHA-256 tags hold, and its modified ones are refused", "[crypto][hmac]") {
    struct Vector {
        std::string_view key;
        std::string_view message;
        std::string_view tag;
        bool valid;
    };
    // testvectors_v1/hmac_sha256_test.json, tests 88, 98, 101, 102 (tags cut to 128 bits) and 109 to 114.
    static constexpr std::string_view k_counting = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    static constexpr Vector k_vectors[] = {
        {"665a02bc265a66d01775091da56726b6668bfd903cb7af66fb1b78a8a062e43c", "3f56935def3f",
         "1cfce745db1ca7de9a1d4420e612ca55", true},
        {"612e837843ceae7f61d49625faa7e7494f9253e20cb3adcea686512b043936cd", "cc37fae15f745a2f40e2c8b192f2b38d",
         "b96bcacafac30094f18ac5039e7b3656", true},
        {"96e1e4896fb2cd05f133a6a100bc5609a7ac3ca6d81721e922dadd69ad07a892",
         "91a17e4dfcc3166a1add26ff0e7c12056e8a654f28a6de24f4ba739ceb5b5b18", "95243eb1a9d448174ae4fccf4a53ebfe", true},
        {"41201567be4e6ea06de2295fd0e6e8a7d862bb57311894f525d8adeabba4a3e4",
         "58c8c73bdd3f350c97477816eae4d0789c9369c0e99c248902c700bc29ed986425985eb3fa55709b73bf620cd9b1cb",
         "343367207f71425d8f81f3110b0405f6", true},
        {k_counting, "", "d28b42096d80f45f826b44a9d5607de7", false},
        {k_counting, "000102030405060708090a0b0c0d0e0f", "d9b99f2709a3ca74172cbe93824c1f29", false},
        {k_counting, "", "d18b42096d80f45f826b44a9d5607de7", false},
        {k_counting, "000102030405060708090a0b0c0d0e0f", "dab99f2709a3ca74172cbe93824c1f29", false},
        {k_counting, "", "538b42096d80f45f826b44a9d5607de7", false},
        {k_counting, "000102030405060708090a0b0c0d0e0f", "58b99f2709a3ca74172cbe93824c1f29", false},
    };
    for (const Vector& vector : k_vectors) {
        const Digest mac = hmac_sha256(HmacKey(hex(vector.key)), hex(vector.message));
        CHECK((to_bytes(mac.bytes().first<16>()) == hex(vector.tag)) == vector.valid);
        // A tag cut short is never enough for us.
        CHECK_FALSE(verify_hmac_sha256(HmacKey(hex(vector.key)), hex(vector.message), hex(vector.tag)));
        CHECK(verify_hmac_sha256(HmacKey(hex(vector.key)), hex(vector.message), mac.bytes()));
    }
}

TEST_CASE("a chain head depends on purpose, order and every event", "[crypto][hash]") {
    const Digest one = sha256(as_bytes("one"));
    const Digest two = sha256(as_bytes("two"));
    const Digest first = next_chain_head(Purpose::AuditEvent, {empty_chain_head(), one});
    const Digest head = next_chain_head(Purpose::AuditEvent, {first, two});
    CHECK(head == purpose_hash(Purpose::AuditEvent, {first.bytes(), two.bytes()}));

    CHECK(head != next_chain_head(Purpose::LogHead, {first, two}));
    CHECK(head != next_chain_head(Purpose::AuditEvent, {two, first}));
    CHECK(head != next_chain_head(Purpose::AuditEvent, {empty_chain_head(), two}));
}
