#include "crypto/passkey_public_key.h"
#include "tests/crypto/hex.h"
#include "tests/crypto/software_passkey.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

struct Vector {
    std::string_view signature;
    bool valid;
};

// Project Wycheproof, testvectors_v1/ecdsa_secp256r1_sha256_test.json, second group, message 313233343030:
// tests 5 to 13, 19 to 27, 29, 30, 32.
constexpr std::string_view k_key =
    "2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838c7787964eaac00e5921fb1498a60f4606766b3d968500155"
    "8d1a974e7341513e";
constexpr Vector k_wycheproof[] = {
    {"304402202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e1802204cd60b855d442f5b3c7b11eb6c4e0ae7525fe"
     "7"
     "10fab9aa7c77a67f79e6fadd76",
     true},
    {"304402202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e180220b329f479a2bbd0a5c384ee1493b1f5186a871"
     "3"
     "9cac5df4087c134b49156847db",
     false},
    {"304502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db",
     true},
    {"30814502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186"
     "a"
     "87139cac5df4087c134b49156847db",
     false},
    {"3082004502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f51"
     "8"
     "6a87139cac5df4087c134b49156847db",
     false},
    {"304602202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db",
     false},
    {"304402202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db",
     false},
    {"3085010000004502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee149"
     "3"
     "b1f5186a87139cac5df4087c134b49156847db",
     false},
    {"308901000000000000004502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c"
     "3"
     "84ee1493b1f5186a87139cac5df4087c134b49156847db",
     false},
    {"30ff02202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db",
     false},
    {"308002202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db",
     false},
    {"", false},
    {"30", false},
    {"304702202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db0000",
     false},
    {"3047000002202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f51"
     "8"
     "6a87139cac5df4087c134b49156847db",
     false},
    {"304502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db0000",
     false},
    {"304702202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f5186a8"
     "7"
     "139cac5df4087c134b49156847db0500",
     false},
    {"304a498177304502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee149"
     "3"
     "b1f5186a87139cac5df4087c134b49156847db",
     false},
    {"3047304502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c384ee1493b1f51"
     "8"
     "6a87139cac5df4087c134b49156847db0004deadbeef",
     false},
    {"304daa00bb00cd00304502202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18022100b329f479a2bbd0a5c38"
     "4"
     "ee1493b1f5186a87139cac5df4087c134b49156847db",
     false},
    {"304d02202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e182229aa00bb00cd00022100b329f479a2bbd0a5c38"
     "4"
     "ee1493b1f5186a87139cac5df4087c134b49156847db",
     false},
};

}  // namespace

TEST_CASE("Wycheproof's ECDSA P-256 signatures are accepted and refused as it says", "[crypto][passkey]") {
    const auto key = PasskeyPublicKey::create(PasskeyAlgorithm::Es256, hex(k_key)).value();
    for (const Vector& vector : k_wycheproof) {
        CAPTURE(vector.signature);
        CHECK(key.verify(hex("313233343030"), hex(vector.signature)).has_value() == vector.valid);
    }
}

TEST_CASE("an assertion whose signature is bent in Wycheproof's ways is refused", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    const auto key = passkey.public_key();
    AuthenticatorAnswer answer;
    answer.client_data_json = to_bytes("{}");
    const auto good = passkey.approve(answer);
    const AssertionExpectation expectation{answer.rp_id, 0};
    REQUIRE(verify_assertion(key, good.evidence(), expectation));

    const auto refused = [&](Bytes signature) {
        auto bent = good;
        bent.signature = std::move(signature);
        const auto result = verify_assertion(key, bent.evidence(), expectation);
        return !result && result.error() == Error::BadSignature;
    };
    const Bytes& der = good.signature;
    Bytes trailing = der;
    trailing.push_back(0);
    CHECK(refused(trailing));
    Bytes long_form{0x30, 0x81, der[1]};
    long_form.insert(long_form.end(), der.begin() + 2, der.end());
    CHECK(refused(long_form));
    CHECK(refused(Bytes(der.begin(), der.end() - 1)));
    CHECK(refused({}));
    // r and s both 0, both 1, r = 0 with s = 1 (categories InvalidSignature and SmallRandS).
    CHECK(refused(hex("3006020100020100")));
    CHECK(refused(hex("3006020101020101")));
    CHECK(refused(hex("3006020100020101")));
    // r and s equal to the order of the group.
    CHECK(
        refused(hex("3046022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551022100ffffffff00000000ff"
                    "ffffffffffffffbce6faada7179e84f3b9cac2fc632551")));
    // The raw form r | s, which other protocols use.
    CHECK(refused(Bytes(64, 1)));
    for (std::size_t bit = 0; bit < der.size() * 8; bit += 3) {
        Bytes flipped = der;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        CHECK(refused(flipped));
    }
}
