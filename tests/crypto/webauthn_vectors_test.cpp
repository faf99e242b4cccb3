#include "crypto/passkey.h"
#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

// W3C Web Authentication Level 3, section 16 (Test Vectors): rpId example.org. Many of them come without user
// verification, which Doorward requires; those show that the refusal comes for that reason.

namespace {

constexpr std::string_view k_rp = "example.org";

std::expected<AssertedPasskey, Error> check(const PasskeyPublicKey& key, std::string_view authenticator_data,
                                            std::string_view client_data_json, std::string_view signature) {
    return verify_assertion(key, {hex(client_data_json), hex(authenticator_data), hex(signature)}, {k_rp, 0});
}

}  // namespace

TEST_CASE("W3C 16.4: an ES256 credential without attestation registers and asserts", "[crypto][passkey][w3c]") {
    // Its client data says crossOrigin true, which is for protocol/ to refuse.
    const auto registered =
        verify_registration({hex("7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a224f2d577"
                                 "17a514e5463554a48493043"
                                 "7257576e7951504859647862694332674872434d475666704c4f306b222c226f726967696e223a2268747"
                                 "470733a2f2f6578616d706c"
                                 "652e6f7267222c2263726f73734f726967696e223a747275652c22657874726144617461223a22636c696"
                                 "56e74446174614a534f4e20"
                                 "6d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e207"
                                 "46865206675747572652c20"
                                 "7375636820617320746869733a207a5a7175457444523944577170573574425754467567227d"),
                             hex("a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6"
                                 "461c9c4735ae7f8edd46592"
                                 "a5e0f01452b2e4b54500000000883f4f6014f19c09d87aa38123be48d000206e1050c0d2ca2f07c755cb2"
                                 "c66a74c64fa43065c18f938"
                                 "354d9915db2bd5ce57a501020326200121582022200a473f90b11078851550d03b4e44a2279f8c4eca27b"
                                 "3153dedfe03e4e97d225820"
                                 "cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e")},
                            k_rp);
    REQUIRE(registered);
    CHECK(registered->credential_id == hex("6e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938354d9915db2bd5ce57"));
    CHECK(to_bytes(registered->aaguid) == hex("883f4f6014f19c09d87aa38123be48d0"));
    CHECK(registered->strength == PasskeyStrength::DeviceBound);

    constexpr std::string_view k_data = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000000";
    constexpr std::string_view k_client_data =
        "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a226832716c463771445f65356c5f505f62796b79"
        "45"
        "377135645650674547685f49584a6b655737736e4d5463222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f726722"
        "2c"
        "2263726f73734f726967696e223a747275652c22657874726144617461223a22636c69656e74446174614a534f4e206d61792062652065"
        "78"
        "74656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c2073756368206173207468"
        "69"
        "733a2039327063545644304162792d713464746d6a36656667227d";
    constexpr std::string_view k_signature =
        "3046022100eb12fcf23b12764c0f122e22371fab92e283879fd798f38ee1841c951b6e40e7022100c76237ff9db77b3c56f30837cda6a0"
        "9a"
        "cfa2e915544e609c0733b1184036d1cf";
    CHECK(check(registered->public_key, k_data, k_client_data, k_signature));

    CHECK(check(registered->public_key, "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000001",
                k_client_data, k_signature)
              .error() == Error::BadSignature);
    CHECK(check(registered->public_key, k_data, "7b7d", k_signature).error() == Error::BadSignature);
}

TEST_CASE("row 77: W3C 16.3: a self-attested ES256 credential registers; its unverified assertion is refused",
          "[crypto][passkey][w3c]") {
    constexpr std::string_view k_client_data =
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a2265476e4374334c55745936366b336a50"
        "6a"
        "796e6962506b31716e666644616966715a774c33417032392d55222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f"
        "72"
        "67222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920"
        "62"
        "6520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c20737563682061"
        "73"
        "20746869733a205539685458764b453255526b4d6e625f307859485667227d";
    const Bytes object = hex(
        "a363666d74667061636b65646761747453746d74a263616c672663736967584630440220067a20754ab925005dbf378097c9212003158"
        "1c73228d1fb4f5b881bcd7da98302207fc7b147558c7c0eba3af18bd9d121fa3d3a26d17fe3f220272178f473b6006d686175746844617"
        "4"
        "6158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b55d00000000df850e09db6afbdfab51697791506c"
        "f"
        "c0020455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58ca5010203262001215820eb151c8176b225cc65155"
        "9"
        "fecf07af450fd85802046656b34c18f6cf193843c5225820927b8aa427a2be1b8834d233a2d34f61f13bfd44119c325d5896e183fee484"
        "f"
        "2");
    const auto registered = verify_registration({hex(k_client_data), object}, k_rp);
    REQUIRE(registered);
    CHECK(registered->strength == PasskeyStrength::Synced);
    CHECK(registered->backup_state == BackupState::BackedUp);

    Bytes bent = object;
    bent[40] ^= 1;
    CHECK(verify_registration({hex(k_client_data), bent}, k_rp).error() == Error::BadSignature);
    CHECK(verify_registration({hex("7b7d"), object}, k_rp).error() == Error::BadSignature);
    CHECK(verify_registration({hex(k_client_data), object}, "example.com").error() == Error::WrongRelyingParty);

    CHECK(
        check(registered->public_key, "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50900000000",
              "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a225248696843784e534e493352594d454f"
              "7731476d3132786e726b634a5f6666707637546e2d4a71386773222c226f726967696e223a2268747470733a2f2f6578616d706c"
              "652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a53"
              "4f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e2074686520667574"
              "7572652c207375636820617320746869733a206754623533727a36456853576f6d58477a696d433151227d",
              "304402203310b9431903c401f1be2bdc8d23a4007682dbbddcf846994947b7f465daf84002204e94dd00047b316061b3b99772b7"
              "efd95994a83ef584b3b6b825ea3550251b66")
            .error() == Error::UserNotVerified);
}

TEST_CASE("W3C 16.2: a credential made without user verification is refused", "[crypto][passkey][w3c]") {
    // Client data is not looked at before that.
    const auto refused = [](std::string_view object) {
        return verify_registration({hex("7b7d"), hex(object)}, k_rp).error();
    };
    CHECK(refused(
              "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd4"
              "6592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f57"
              "9ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b"
              "672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220") ==
          Error::UserNotVerified);
}
