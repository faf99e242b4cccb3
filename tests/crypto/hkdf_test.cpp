#include "crypto/hkdf.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

struct Vector {
    std::string_view key_material;
    std::string_view salt;
    std::string_view info;
    std::string_view output;
};

// RFC 5869, appendix A.1 to A.3, then Project Wycheproof, testvectors_v1/hkdf_sha256_test.json, tests 4, 9, 10, 15
// and 23.
constexpr Vector k_vectors[] = {
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637"
     "38393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f9091929394959697"
     "98999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7"
     "e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8"
     "367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
    {"24aeff2645e3e0f5494a9a102778c43a", "", "", "d4cca5e416c3d9eb58bd562e922691daff76aa4d"},
    {"55fb6dcc7802354e55a45a6e41858c05", "", "dcd590e418b259c64fb9e139b3a1280d5de8400b",
     "6ca91e1a6c0eb286d6fea277e9936f2486104c4c5d473a92872009f04aa545a61d03d83e14aa0965ba355551b93073ef91382c88afad091c"
     "62f6f65188f789e3"},
    {"c27718560fae2515acb17a874991d357", "4487f538b65c9058625057b4bbdd93e7", "",
     "19eb8ba1cc7e10498d8c3b3256f66d6ee6b2296f"},
    {"7a00817689a3d79001825a864c69c120", "08bc01c053a6406c7c4a667c9b9b3894", "967ccd75395be6e96a67759f070487c9e2107791",
     "75f86fe05c43964bafd75bbfda18333abac649b8607e953826c2bad8d594621d9615521b2f4d56f63a185dd0670af7163fa96ea2dec62051"
     "6158946ee83071b9"},
    {"24a37db03dbcffbe9e28d582d0d8c60a",
     "4c3d3b4f5436418713fbe2fbc4d647095ce5d5392dcfffd20327187e14fb68360b94c5122203292d8b648a754ab70f6d3d61e0650f06d55c"
     "4b5762cba0231e27",
     "8cd9e7b786a74bd370bae434e31a559bdf75d65f",
     "c5c5feec3ad95581ce00a27f8c79783401d455b056196dc072ad2cfd389da72a06d87d431f56978a37c4"},
};

}  // namespace

TEST_CASE("RFC 5869's and Wycheproof's HKDF-SHA-256 vectors hold", "[crypto][hkdf]") {
    for (const Vector& vector : k_vectors) {
        Bytes output(vector.output.size() / 2);
        REQUIRE(hkdf_sha256(hex(vector.key_material), HkdfSalt(hex(vector.salt)), HkdfInfo(hex(vector.info)), output));
        CHECK(output == hex(vector.output));
    }
}

TEST_CASE("HKDF gives 255 blocks and not one byte more", "[crypto][hkdf]") {
    // Wycheproof, test 24 (maximal output size), its beginning; then its category SizeTooLarge.
    const Bytes key = hex("91556a70e96dccb6a2fbee28250bdbd5");
    const Bytes salt = hex("ccdc54836e6046d5c851f917c37b0baeabd225e996b8f71d452cff5036345c3e");
    const Bytes info = hex("2b90f142b2310b23");
    Bytes output(255 * 32);
    REQUIRE(hkdf_sha256(key, HkdfSalt(salt), HkdfInfo(info), output));
    CHECK(to_bytes(ByteView(output).first(32)) ==
          hex("02382e3c9b2e8010bc3b63c6bb4960afd90af438735320bec0a4c626c0d49165"));
    Bytes too_long(255 * 32 + 1);
    CHECK_FALSE(hkdf_sha256(key, HkdfSalt(salt), HkdfInfo(info), too_long));
    CHECK_FALSE(hkdf_sha256(key, HkdfSalt(salt), HkdfInfo(info), {}));
}

TEST_CASE("derived keys differ by purpose and by context", "[crypto][hkdf]") {
    const Bytes material(32, 9);
    const auto key = derive_key<BackupKey>(Purpose::Backup, material, as_bytes("one"));
    CHECK(key == derive_key<BackupKey>(Purpose::Backup, material, as_bytes("one")));
    CHECK_FALSE(key == derive_key<BackupKey>(Purpose::SessionToken, material, as_bytes("one")));
    CHECK_FALSE(key == derive_key<BackupKey>(Purpose::Backup, material, as_bytes("two")));
}
