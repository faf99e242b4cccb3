#include "crypto/aead.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

struct Vector {
    std::string_view key;
    std::string_view nonce;
    std::string_view associated;
    std::string_view plaintext;
    std::string_view ciphertext;
    std::string_view tag;
};

// Project Wycheproof, testvectors_v1/xchacha20_poly1305_test.json, tests 1, 2, 3, 5, 6 and 13.
constexpr Vector k_wycheproof[] = {
    {"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "404142434445464748494a4b4c4d4e4f5051525354555657", "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666"
     "657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069"
     "742e",
     "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216"
     "cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13"
     "b52e",
     "c0875924c1c7987947deafd8780acf49"},
    {"ab1562faea9f47af3ae1c3d6d030e3af230255dff3df583ced6fbbcbf9d606a9",
     "6a5e0c4617e07091b605a4de2c02dde117de2ebd53b23497", "", "", "", "e2697ea6877aba39d9555a00e14db041"},
    {"d821dce9b890ea37ae1c89e7cb6aeae9371b8179add0d08f5494718322ae0071",
     "3ec3f7c45e687d75a895bf5e71809e7cdac32158bb48ec0d", "8780fb400f94c55d", "", "",
     "966c22d655b9e56326024f028cf887ad"},
    {"697c197c9e0023c8eee42ddf08c12c46718a436561b0c66d998c81879f7cb74c",
     "cd78f4533c94648feacd5aef0291b00b454ee3dcdb76dcc8", "6384f4714ff18c18", "e1", "b0",
     "e5e35f5332f91bdd2d28e59d68a0b141"},
    {"c11213bcff39a88b0e3ecc47b23acf6c3014e4708d80dcca162da7377b316ab3",
     "b60ca1ab736deebe4d9da78bc7cbbab91be14a2f884240b7", "", "57f9", "5e03", "eed21c2cd3f395538d677602964ed578"},
    {"48f1389d9222a80898ca26b5cfef5dc82dfc0af7cf66ea1e01bc5279e7414247",
     "88ccb58d435ea760f19e1fa6172139a071c0c5143959a56c", "5cbdd482f3429a27", "945a1fd040", "fb5daf8c6e",
     "ec1682b61957493c2eb758d7a2b7a179"},
};

Bytes sealed_of(const Vector& vector) {
    Bytes sealed = hex(vector.nonce);
    for (const auto part : {vector.ciphertext, vector.tag}) {
        const Bytes bytes = hex(part);
        sealed.insert(sealed.end(), bytes.begin(), bytes.end());
    }
    return sealed;
}

TenantSealingKey a_key() {
    return TenantSealingKey::generate();
}

}  // namespace

TEST_CASE("Wycheproof's XChaCha20-Poly1305 boxes open to their plaintext", "[crypto][aead]") {
    for (const Vector& vector : k_wycheproof) {
        const auto key = TenantSealingKey::create(hex(vector.key)).value();
        const auto opened = open(key, sealed_of(vector), AssociatedData(hex(vector.associated)));
        REQUIRE(opened);
        CHECK(to_bytes(opened->bytes()) == hex(vector.plaintext));
    }
}

TEST_CASE("a box with any one bit flipped does not open", "[crypto][aead]") {
    for (const Vector& vector : k_wycheproof) {
        const auto key = TenantSealingKey::create(hex(vector.key)).value();
        const Bytes associated = hex(vector.associated);
        const Bytes sealed = sealed_of(vector);
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            Bytes flipped = sealed;
            flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
            const auto opened = open(key, flipped, AssociatedData(associated));
            REQUIRE_FALSE(opened);
            REQUIRE(opened.error() == Error::OpenFailed);
        }
    }
}

TEST_CASE("what was sealed opens with its key and associated data only", "[crypto][aead]") {
    const auto key = a_key();
    const Bytes plaintext = to_bytes("a tenant's secret");
    const Bytes associated = to_bytes("tenant 1, version 1");
    const Bytes sealed = seal(key, plaintext, AssociatedData(associated));
    CHECK(sealed.size() == plaintext.size() + k_seal_overhead);
    REQUIRE(open(key, sealed, AssociatedData(associated)));
    CHECK(to_bytes(open(key, sealed, AssociatedData(associated))->bytes()) == plaintext);

    CHECK_FALSE(open(a_key(), sealed, AssociatedData(associated)));
    CHECK_FALSE(open(key, sealed, AssociatedData(to_bytes("tenant 2, version 1"))));
    CHECK_FALSE(open(key, sealed, AssociatedData(ByteView())));
}

TEST_CASE("a box cut short does not open, whatever is left of it", "[crypto][aead]") {
    const auto key = a_key();
    const Bytes sealed = seal(key, to_bytes("text"), AssociatedData(to_bytes("row")));
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        CHECK_FALSE(open(key, ByteView(sealed).first(size), AssociatedData(to_bytes("row"))));
    }
}

TEST_CASE("sealing the same text twice gives different boxes", "[crypto][aead]") {
    const auto key = a_key();
    CHECK(seal(key, to_bytes("text"), AssociatedData(to_bytes("row"))) !=
          seal(key, to_bytes("text"), AssociatedData(to_bytes("row"))));
}
