#include "crypto/passkey.h"

#include "crypto/hash.h"
#include "tests/crypto/hex.h"
#include "tests/crypto/software_passkey.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

constexpr std::string_view k_rp = "app.example.org";

AuthenticatorAnswer answer_with(std::uint8_t flags) {
    AuthenticatorAnswer answer;
    answer.flags = flags;
    answer.client_data_json = to_bytes(R"({"type":"webauthn.get"})");
    return answer;
}

constexpr std::uint8_t k_verified = k_user_present | k_user_verified;

std::expected<AssertedPasskey, Error> check(const SoftwarePasskey& passkey, const AuthenticatorAnswer& answer,
                                            std::uint32_t known_count = 0) {
    const auto assertion = passkey.approve(answer);
    return verify_assertion(passkey.public_key(), assertion.evidence(), {k_rp, known_count});
}

std::expected<RegisteredPasskey, Error> enroll(const Bytes& attestation_object, const AuthenticatorAnswer& answer) {
    return verify_registration({answer.client_data_json, attestation_object}, k_rp);
}

}  // namespace

TEST_CASE("an assertion by the right key passes and says its strength", "[crypto][passkey]") {
    const auto algorithm = GENERATE(PasskeyAlgorithm::Es256, PasskeyAlgorithm::EdDsa);
    const auto passkey = SoftwarePasskey::generate(algorithm);

    const auto bound = check(passkey, answer_with(k_verified));
    REQUIRE(bound);
    CHECK(bound->strength == PasskeyStrength::DeviceBound);
    CHECK(bound->backup_state == BackupState::NotBackedUp);

    const auto synced = check(passkey, answer_with(k_verified | k_backup_eligible | k_backed_up));
    REQUIRE(synced);
    CHECK(synced->strength == PasskeyStrength::Synced);
    CHECK(synced->backup_state == BackupState::BackedUp);

    CHECK(check(passkey, answer_with(k_verified | k_backup_eligible))->backup_state == BackupState::NotBackedUp);
}

TEST_CASE("row 77: an assertion without presence, verification or sound backup flags is refused", "[crypto][passkey]") {
    const auto algorithm = GENERATE(PasskeyAlgorithm::Es256, PasskeyAlgorithm::EdDsa);
    const auto passkey = SoftwarePasskey::generate(algorithm);
    CHECK(check(passkey, answer_with(k_user_verified)).error() == Error::UserNotPresent);
    CHECK(check(passkey, answer_with(k_user_present)).error() == Error::UserNotVerified);
    CHECK(check(passkey, answer_with(0)).error() == Error::UserNotPresent);
    CHECK(check(passkey, answer_with(k_verified | k_backed_up)).error() == Error::InconsistentBackupFlags);
}

TEST_CASE("row 77: an assertion for another relying party is refused", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    for (const auto other : {"portal.example.org", "example.org", "", "APP.example.org", "app.example.org."}) {
        auto answer = answer_with(k_verified);
        answer.rp_id = other;
        CHECK(check(passkey, answer).error() == Error::WrongRelyingParty);
    }
}

TEST_CASE("row 77: an assertion by another key or about other client data is refused", "[crypto][passkey]") {
    const auto algorithm = GENERATE(PasskeyAlgorithm::Es256, PasskeyAlgorithm::EdDsa);
    const auto passkey = SoftwarePasskey::generate(algorithm);
    const auto other = SoftwarePasskey::generate(algorithm);
    const auto assertion = passkey.approve(answer_with(k_verified));
    CHECK(verify_assertion(other.public_key(), assertion.evidence(), {k_rp, 0}).error() == Error::BadSignature);

    auto changed = assertion;
    changed.client_data_json.push_back(' ');
    CHECK(verify_assertion(passkey.public_key(), changed.evidence(), {k_rp, 0}).error() == Error::BadSignature);
    changed = assertion;
    changed.authenticator_data[36] ^= 1;
    CHECK(verify_assertion(passkey.public_key(), changed.evidence(), {k_rp, 0}).error() == Error::BadSignature);
    changed = assertion;
    changed.authenticator_data[32] |= k_backup_eligible;
    CHECK(verify_assertion(passkey.public_key(), changed.evidence(), {k_rp, 0}).error() == Error::BadSignature);

    const auto elsewhere = SoftwarePasskey::generate(algorithm == PasskeyAlgorithm::Es256 ? PasskeyAlgorithm::EdDsa
                                                                                          : PasskeyAlgorithm::Es256);
    CHECK_FALSE(verify_assertion(elsewhere.public_key(), assertion.evidence(), {k_rp, 0}));
}

TEST_CASE("a flipped bit in an Ed25519 assertion is refused", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::EdDsa);
    const auto key = passkey.public_key();
    const auto assertion = passkey.approve(answer_with(k_verified));
    for (std::size_t bit = 0; bit < 512; ++bit) {
        auto flipped = assertion;
        flipped.signature[bit / 8] = static_cast<std::uint8_t>(flipped.signature[bit / 8] ^ (1U << (bit % 8)));
        CHECK(verify_assertion(key, flipped.evidence(), {k_rp, 0}).error() == Error::BadSignature);
    }
    auto shortened = assertion;
    shortened.signature.pop_back();
    CHECK(verify_assertion(key, shortened.evidence(), {k_rp, 0}).error() == Error::BadSignature);
}

TEST_CASE("row 77: a sign count must grow unless the passkey does not count", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    auto answer = answer_with(k_verified);
    CHECK(check(passkey, answer, 0)->sign_count == 0);
    answer.sign_count = 7;
    CHECK(check(passkey, answer, 0)->sign_count == 7);
    CHECK(check(passkey, answer, 6)->sign_count == 7);
    CHECK(check(passkey, answer, 7).error() == Error::SignCountWentBack);
    CHECK(check(passkey, answer, 8).error() == Error::SignCountWentBack);
    answer.sign_count = 0;
    CHECK(check(passkey, answer, 1).error() == Error::SignCountWentBack);
    answer.sign_count = 0xffffffff;
    CHECK(check(passkey, answer, 0xfffffffe));
}

TEST_CASE("extension data is allowed where it is announced and well formed", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    auto answer = answer_with(k_verified | k_has_extensions);
    // {}, {"uvm": [[2, 4, 2]]}, {"credBlob": h'01'}, {"hmac-secret": 32 bytes}
    for (const auto extensions :
         {"a0", "a16375766d8183020402", "a16863726564426c6f624101",
          "a16b686d61632d73656372657458200101010101010101010101010101010101010101010101010101010101010101"}) {
        CAPTURE(extensions);
        answer.extensions = hex(extensions);
        CHECK(check(passkey, answer));
    }
    for (const auto extensions : {"", "80", "a1", "a16375766d", "a000", "bfff"}) {
        CAPTURE(extensions);
        answer.extensions = hex(extensions);
        CHECK(check(passkey, answer).error() == Error::MalformedAuthenticatorData);
    }
    answer.flags = k_verified;
    answer.extensions = hex("00");
    CHECK(check(passkey, answer).error() == Error::MalformedAuthenticatorData);
}

TEST_CASE("authenticator data of a registration does not pass as an assertion", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    const auto answer = answer_with(k_verified);
    SoftwareAssertion assertion{passkey.registration_data(answer), answer.client_data_json, {}};
    Bytes message = assertion.authenticator_data;
    const auto hash = sha256(answer.client_data_json);
    message.insert(message.end(), hash.bytes().begin(), hash.bytes().end());
    assertion.signature = passkey.sign(message);
    CHECK(verify_assertion(passkey.public_key(), assertion.evidence(), {k_rp, 0}).error() ==
          Error::MalformedAuthenticatorData);
}

TEST_CASE("a registration gives the credential that then asserts", "[crypto][passkey]") {
    const auto algorithm = GENERATE(PasskeyAlgorithm::Es256, PasskeyAlgorithm::EdDsa);
    const auto attestation = GENERATE(SoftwarePasskey::Attestation::None, SoftwarePasskey::Attestation::PackedSelf);
    const auto passkey = SoftwarePasskey::generate(algorithm);
    auto answer = answer_with(k_verified | k_backup_eligible);
    answer.sign_count = 3;
    const auto registered = enroll(passkey.attestation_object(answer, attestation), answer);
    REQUIRE(registered);
    CHECK(registered->credential_id == passkey.credential_id());
    CHECK(registered->public_key == passkey.public_key());
    CHECK(registered->sign_count == 3);
    CHECK(registered->strength == PasskeyStrength::Synced);
    CHECK(registered->aaguid[0] == 0xaa);

    answer.sign_count = 4;
    CHECK(verify_assertion(registered->public_key, passkey.approve(answer).evidence(), {k_rp, 3}));
}

TEST_CASE("a self attestation covers the extensions too", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    auto answer = answer_with(k_verified | k_has_extensions);
    // {"credProtect": 2, "hmac-secret": true}, {"hmac-secret": false}, {"minPinLength": 6}, {"other": 1}
    for (const auto extensions :
         {"a26b6372656450726f74656374026b686d61632d736563726574f5", "a16b686d61632d736563726574f4",
          "a16c6d696e50696e4c656e67746806", "a1656f7468657201"}) {
        CAPTURE(extensions);
        answer.extensions = hex(extensions);
        CHECK(enroll(passkey.attestation_object(answer, SoftwarePasskey::Attestation::PackedSelf), answer));
    }
}

TEST_CASE("a registration without verification or for another relying party is refused", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    const auto with_flags = [&](std::uint8_t flags) {
        const auto answer = answer_with(flags);
        return enroll(passkey.attestation_object(answer, SoftwarePasskey::Attestation::None), answer);
    };
    CHECK(with_flags(k_user_present).error() == Error::UserNotVerified);
    CHECK(with_flags(k_user_verified).error() == Error::UserNotPresent);
    CHECK(with_flags(k_verified | k_backed_up).error() == Error::InconsistentBackupFlags);
    auto answer = answer_with(k_verified);
    answer.rp_id = "evil.example.org";
    CHECK(enroll(passkey.attestation_object(answer, SoftwarePasskey::Attestation::None), answer).error() ==
          Error::WrongRelyingParty);
}

TEST_CASE("a broken self attestation is refused, one by a stranger is ignored", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    const auto answer = answer_with(k_verified);
    const Bytes data = passkey.registration_data(answer);
    const auto with = [&](std::string_view format, std::string_view statement) {
        return enroll(SoftwarePasskey::attestation_object(format, hex(statement), data), answer);
    };
    // {"alg": -7, "sig": 1 byte}, {"alg": -8, ...}, {"alg": -7}, {}, "sig" twice but no map
    CHECK(with("packed", "a263616c67266373696741aa").error() == Error::BadSignature);
    CHECK(with("packed", "a263616c67276373696741aa").error() == Error::MalformedAttestation);
    CHECK(with("packed", "a163616c6726").error() == Error::MalformedAttestation);
    CHECK(with("packed", "a0").error() == Error::MalformedAttestation);
    CHECK(with("packed", "80").error() == Error::MalformedAttestation);
    CHECK(with("none", "a163616c6726").error() == Error::MalformedAttestation);
    // With certificates it is a maker's statement, which proves nothing to us.
    CHECK(with("packed", "a363616c67266373696741aa6378356381410a"));
    CHECK(with("tpm", "a0"));
    CHECK(with("apple", "a16378356381410a"));

    auto other_client_data = answer;
    const auto self = passkey.attestation_object(answer, SoftwarePasskey::Attestation::PackedSelf);
    other_client_data.client_data_json.push_back(' ');
    CHECK(enroll(self, other_client_data).error() == Error::BadSignature);
}

TEST_CASE("row 77: an attestation object of any other shape is refused", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::EdDsa);
    const auto answer = answer_with(k_verified);
    const Bytes good = passkey.attestation_object(answer, SoftwarePasskey::Attestation::None);
    REQUIRE(enroll(good, answer));
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK_FALSE(enroll(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)), answer));
    }
    Bytes trailing = good;
    trailing.push_back(0);
    CHECK(enroll(trailing, answer).error() == Error::MalformedAttestation);
    Bytes renamed = good;
    renamed[2] = 'F';
    CHECK(enroll(renamed, answer).error() == Error::MalformedAttestation);
    Bytes two_members = good;
    two_members[0] = 0xa2;
    CHECK(enroll(two_members, answer).error() == Error::MalformedAttestation);

    const Bytes no_credential = passkey.approve(answer).authenticator_data;
    CHECK(enroll(SoftwarePasskey::attestation_object("none", hex("a0"), no_credential), answer).error() ==
          Error::MalformedAuthenticatorData);
}

TEST_CASE("row 77: algorithms other than ES256 and EdDSA are refused", "[crypto][passkey]") {
    CHECK(parse_passkey_algorithm(-7));
    CHECK(parse_passkey_algorithm(-8));
    for (const std::int64_t number : {0, 7, 8, -1, -35, -36, -37, -257, -258, -65535}) {
        CHECK(parse_passkey_algorithm(number).error() == Error::UnsupportedAlgorithm);
    }
}

TEST_CASE("only a point on the curve becomes an ES256 key", "[crypto][passkey]") {
    const auto good = to_bytes(SoftwarePasskey::generate(PasskeyAlgorithm::Es256).public_key().raw());
    CHECK(PasskeyPublicKey::create(PasskeyAlgorithm::Es256, good));
    Bytes off = good;
    off.back() ^= 1;
    CHECK(PasskeyPublicKey::create(PasskeyAlgorithm::Es256, off).error() == Error::BadPublicKey);
    CHECK_FALSE(PasskeyPublicKey::create(PasskeyAlgorithm::Es256, Bytes(64)));
    CHECK_FALSE(PasskeyPublicKey::create(PasskeyAlgorithm::Es256, Bytes(64, 0xff)));
    for (const std::size_t size : {0U, 32U, 63U, 65U}) {
        CHECK_FALSE(PasskeyPublicKey::create(PasskeyAlgorithm::Es256, Bytes(size, 4)));
    }
    for (const std::size_t size : {0U, 31U, 33U, 64U}) {
        CHECK_FALSE(PasskeyPublicKey::create(PasskeyAlgorithm::EdDsa, Bytes(size, 4)));
    }
}

TEST_CASE("a public key survives copying and serialising", "[crypto][passkey]") {
    const auto algorithm = GENERATE(PasskeyAlgorithm::Es256, PasskeyAlgorithm::EdDsa);
    const auto passkey = SoftwarePasskey::generate(algorithm);
    const auto key = passkey.public_key();
    const auto parsed = PasskeyPublicKey::parse(key.serialise());
    REQUIRE(parsed);
    CHECK(*parsed == key);
    PasskeyPublicKey copy = SoftwarePasskey::generate(algorithm).public_key();
    copy = key;
    const auto assertion = passkey.approve(answer_with(k_verified));
    CHECK(verify_assertion(copy, assertion.evidence(), {k_rp, 0}));
    CHECK(verify_assertion(*parsed, assertion.evidence(), {k_rp, 0}));

    Bytes longer = key.serialise();
    longer.push_back(0);
    CHECK_FALSE(PasskeyPublicKey::parse(longer));
    CHECK_FALSE(PasskeyPublicKey::parse({}));
    Bytes renamed = key.serialise();
    renamed[0] = 9;
    CHECK(PasskeyPublicKey::parse(renamed).error() == Error::UnsupportedAlgorithm);
}
