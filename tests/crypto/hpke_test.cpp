#include "crypto/hpke.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <array>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

// RFC 9180, appendix A.1.1, sequence number 0.
constexpr std::string_view k_ephemeral = "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736";
constexpr std::string_view k_recipient = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8";
constexpr std::string_view k_recipient_public = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d";
constexpr std::string_view k_info = "4f6465206f6e2061204772656369616e2055726e";
constexpr std::string_view k_associated = "436f756e742d30";
constexpr std::string_view k_plaintext = "4265617574792069732074727574682c20747275746820626561757479";
constexpr std::string_view k_sealed =
    "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
    "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a";

std::array<std::uint8_t, 32> key(std::string_view text) {
    std::array<std::uint8_t, 32> bytes;
    std::ranges::copy(hex(text), bytes.begin());
    return bytes;
}

}  // namespace

TEST_CASE("HPKE seals and opens as RFC 9180 computed it", "[crypto][hpke]") {
    const auto info = hex(k_info);
    const auto associated = hex(k_associated);
    const auto sealed = detail::hpke_seal(key(k_ephemeral), key(k_recipient_public),
                                          detail::HpkeInputs{.info = info, .associated = associated}, hex(k_plaintext));
    REQUIRE(sealed.has_value());
    CHECK(*sealed == hex(k_sealed));
    const auto opened =
        detail::hpke_open(key(k_recipient), detail::HpkeInputs{.info = info, .associated = associated}, hex(k_sealed));
    REQUIRE(opened.has_value());
    CHECK(std::ranges::equal(opened->bytes(), hex(k_plaintext)));
}

TEST_CASE("what was sealed opens for its recipient, in its context, unchanged, and not otherwise", "[crypto][hpke]") {
    const auto recipient = PhoneAgreementKey::generate();
    const auto context = hex("0102");
    const HpkeContext here{Purpose::TenantCode, context};
    const auto sealed = seal_to(recipient.public_key(), here, hex("aabbcc")).value();
    CHECK(sealed.size() == k_hpke_overhead + 3);
    CHECK(seal_to(recipient.public_key(), here, hex("aabbcc")).value() != sealed);
    CHECK(std::ranges::equal(open_sealed(recipient, here, sealed).value().bytes(), hex("aabbcc")));

    const auto other_context = hex("0103");
    CHECK(open_sealed(recipient, {Purpose::TenantCode, other_context}, sealed).error() == Error::OpenFailed);
    CHECK(open_sealed(recipient, {Purpose::KeyId, context}, sealed).error() == Error::OpenFailed);
    CHECK(open_sealed(PhoneAgreementKey::generate(), here, sealed).error() == Error::OpenFailed);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        // The highest bit of an X25519 key means nothing (RFC 7748, section 5), but the context holds the key as it
        // came.
        Bytes changed = sealed;
        changed[at] ^= 0x80;
        CHECK(open_sealed(recipient, here, changed).error() == Error::OpenFailed);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK(open_sealed(recipient, here, ByteView(sealed).first(size)).error() == Error::OpenFailed);
    CHECK(open_sealed(recipient, here, Bytes(64)).error() == Error::OpenFailed);
    CHECK(seal_to(PhoneAgreementPublicKey(std::array<std::uint8_t, 32>{}), here, hex("00")).error() ==
          Error::WeakPublicKey);
}
