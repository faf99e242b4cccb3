#include "crypto/agreement.h"

#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

DeviceAgreementKey device_key(std::string_view bytes) {
    return DeviceAgreementKey::create(hex(bytes)).value();
}
PhoneAgreementPublicKey phone_public(std::string_view bytes) {
    return PhoneAgreementPublicKey::create(hex(bytes)).value();
}

struct Vector {
    std::string_view public_key;
    std::string_view private_key;
    std::string_view shared;
};

// Project Wycheproof, testvectors_v1/x25519_test.json, tests 2, 7, 12, 19, 24, 27, 31 and 34: points on the twist,
// small and edge-case coordinates, and a key above the field's prime.
constexpr Vector k_wycheproof[] = {
    {"63aa40c6e38346c5caf23a6df0a5e6c80889a08647e551b3563449befcfc9733",
     "d85d8c061a50804ac488ad774ac716c3f5ba714b2712e048491379a500211958",
     "279df67a7c4611db4708a0e8282b195e5ac0ed6f4b2f292c6fbd0acac30d1332"},
    {"0200000000000000000000000000000000000000000000000000000000000000",
     "d03edde9f3e7b799045f9ac3793d4a9277dadeadc41bec0290f81f744f73775f",
     "b87a1722cc6c1e2feecb54e97abd5a22acc27616f78f6e315fd2b73d9f221e57"},
    {"ffffff0f00000000000000000000000000000000000000000000000000000000",
     "d0d31c491cbd39271859b4a63a316826507b1db8c701709fd0ffe3eb21c4467c",
     "9f8954868158ec62b6b586b8cae1d67d1b9f4c03d5b3ca0393cee71accc9ab65"},
    {"ffffff030000f8ffff1f0000c0ffffff000000feffff070000f0ffff3f000000",
     "105d621e1ef339c3d99245cfb77cd3a5bd0c4427a0e4d8752c3b51f045889b4f",
     "61eace52da5f5ecefafa4f199b077ff64f2e3d2a6ece6f8ec0497826b212ef5f"},
    {"000000fcffff070000e0ffff3f000000ffffff010000f8ffff0f0000c0ffff7f",
     "18bffb16f92680a9e267473e43c464476d5372ddd1f664f3d0678efe7c98bc79",
     "5894e0963583ae14a0b80420894167f4b759c8d2eb9b69cb675543f66510f646"},
    {"edfffffffffffffffffffffffffffeffffffffffffffffffffffffffffffff7f",
     "806e7f26ca3246de8182946cbed09f52b95da626c823c7b50450001a47b7b252",
     "bca4a0724f5c1feb184078448c898c8620e7caf81f64cca746f557dff2498859"},
    {"eaffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "d02456e456911d3c6cd054933199807732dfdc958642ad1aebe900c793bef24a",
     "07ba5fcbda21a9a17845c401492b10e6de0a168d5c94b606694c11bac39bea41"},
    {"0400000000000000000000000000000000000000000000000000000000000000",
     "a8386f7f16c50731d64f82e6a170b142a4e34f31fd7768fcb8902925e7d1e25a",
     "34b7e4fa53264420d9f943d15513902342b386b172a0b0b7c8b8f2dd3d669f59"},
};

}  // namespace

TEST_CASE("RFC 7748, section 6.1: both sides agree on the same secret", "[crypto][agreement]") {
    const auto alice = device_key("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const auto bob =
        PhoneAgreementKey::create(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")).value();
    CHECK(to_bytes(alice.public_key().bytes()) ==
          hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
    CHECK(to_bytes(bob.public_key().bytes()) ==
          hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
    const Bytes secret = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    CHECK(to_bytes(alice.shared_secret(bob.public_key()).value().bytes()) == secret);
    CHECK(to_bytes(bob.shared_secret(alice.public_key()).value().bytes()) == secret);
}

TEST_CASE("RFC 7748, section 5.2: a thousand iterations end where they should", "[crypto][agreement]") {
    Bytes scalar = hex("0900000000000000000000000000000000000000000000000000000000000000");
    Bytes point = scalar;
    for (int round = 0; round < 1000; ++round) {
        const auto result =
            DeviceAgreementKey::create(scalar).value().shared_secret(PhoneAgreementPublicKey::create(point).value());
        point = scalar;
        scalar = to_bytes(result.value().bytes());
        if (round == 0) CHECK(scalar == hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
    }
    CHECK(scalar == hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
}

TEST_CASE("Wycheproof's X25519 edge cases give their secrets", "[crypto][agreement]") {
    for (const Vector& vector : k_wycheproof) {
        const auto shared = device_key(vector.private_key).shared_secret(phone_public(vector.public_key));
        REQUIRE(shared);
        CHECK(to_bytes(shared->bytes()) == hex(vector.shared));
    }
}

TEST_CASE("a public key of small order is refused", "[crypto][agreement]") {
    // Wycheproof, tests 32 and 33, and the other points its notes call LowOrderPublic, canonical or not.
    const auto key = device_key("88227494038f2bb811d47805bcdf04a2ac585ada7f2f23389bfd4658f9ddd45e");
    for (const auto weak : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        const auto shared = key.shared_secret(phone_public(weak));
        REQUIRE_FALSE(shared);
        CHECK(shared.error() == Error::WeakPublicKey);
    }
}

TEST_CASE("keys of any other length than 32 bytes are refused", "[crypto][agreement]") {
    for (const std::size_t size : {0U, 31U, 33U, 64U}) {
        CHECK_FALSE(DeviceAgreementKey::create(Bytes(size, 7)));
        CHECK_FALSE(PhoneAgreementPublicKey::create(Bytes(size, 7)));
    }
}

TEST_CASE("phone and workstation derive the same offline secret, and another for every other pairing",
          "[crypto][agreement]") {
    const auto device = DeviceAgreementKey::generate();
    const auto phone = PhoneAgreementKey::generate();
    const auto other = PhoneAgreementKey::generate();
    const auto tenant = hex_array<16>("0192f0c0ffee7000800000000000abcd");
    const auto other_tenant = hex_array<16>("0192f0c0ffee7000800000000000abce");
    const auto at_device = device.shared_secret(phone.public_key()).value();
    const auto at_phone = phone.shared_secret(device.public_key()).value();
    const OfflinePairing pairing{tenant, device.public_key(), phone.public_key()};

    const auto secret = derive_offline_secret<OfflineTotpSecret>(Purpose::OfflineTotp, at_device, pairing);
    CHECK(secret == derive_offline_secret<OfflineTotpSecret>(Purpose::OfflineTotp, at_phone, pairing));

    CHECK_FALSE(secret == derive_offline_secret<OfflineTotpSecret>(Purpose::OfflineChallenge, at_device, pairing));
    CHECK_FALSE(secret ==
                derive_offline_secret<OfflineTotpSecret>(Purpose::OfflineTotp, at_device,
                                                         {other_tenant, device.public_key(), phone.public_key()}));
    CHECK_FALSE(secret == derive_offline_secret<OfflineTotpSecret>(Purpose::OfflineTotp, at_device,
                                                                   {tenant, device.public_key(), other.public_key()}));
}

TEST_CASE("the offline secret is HKDF over purpose, tenant, device key and phone key in this order",
          "[crypto][agreement]") {
    const auto device = DeviceAgreementKey::generate();
    const auto phone = PhoneAgreementKey::generate();
    const auto tenant = hex_array<16>("0192f0c0ffee7000800000000000abcd");
    const auto shared = device.shared_secret(phone.public_key()).value();
    Bytes info = to_bytes("doorward/offline-totp/1");
    info.push_back(0);
    for (const Bytes& part :
         {to_bytes(tenant), to_bytes(device.public_key().bytes()), to_bytes(phone.public_key().bytes())}) {
        info.insert(info.end(), part.begin(), part.end());
    }
    Bytes expected(32);
    REQUIRE(hkdf_sha256(shared.bytes(), HkdfSalt(ByteView()), HkdfInfo(info), expected));
    const auto secret = derive_offline_secret<OfflineTotpSecret>(Purpose::OfflineTotp, shared,
                                                                 {tenant, device.public_key(), phone.public_key()});
    CHECK(to_bytes(secret.bytes()) == expected);
}

TEST_CASE("a key id is two lower-case Crockford characters of the first ten bits", "[crypto][agreement]") {
    const DeviceAgreementPublicKey device(std::array<std::uint8_t, 32>{1});
    const PhoneAgreementPublicKey phone(std::array<std::uint8_t, 32>{2});
    const std::string id = key_id(device, phone);
    const Digest digest = purpose_hash(Purpose::KeyId, {device.bytes(), phone.bytes()});
    const unsigned bits = (digest.array()[0] * 256U + digest.array()[1]) / 64U;
    constexpr std::string_view k_alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    CHECK(id == std::string{k_alphabet[bits / 32], k_alphabet[bits % 32]});
    CHECK(id == key_id(device, phone));
}
