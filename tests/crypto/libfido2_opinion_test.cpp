#include "crypto/hash.h"
#include "crypto/passkey.h"
#include "tests/crypto/hex.h"
#include "tests/crypto/software_passkey.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>

#include <memory>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

constexpr const char* k_rp = "app.example.org";

struct Release {
    void operator()(fido_assert_t* assertion) const { fido_assert_free(&assertion); }
    void operator()(es256_pk_t* key) const { es256_pk_free(&key); }
    void operator()(eddsa_pk_t* key) const { eddsa_pk_free(&key); }
};

bool libfido2_accepts(const PasskeyPublicKey& key, const SoftwareAssertion& assertion) {
    const std::unique_ptr<fido_assert_t, Release> held(fido_assert_new());
    fido_assert_t* const handle = held.get();
    const Digest hash = sha256(assertion.client_data_json);
    if (fido_assert_set_rp(handle, k_rp) != FIDO_OK || fido_assert_set_up(handle, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(handle, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_clientdata_hash(handle, hash.bytes().data(), Digest::k_size) != FIDO_OK ||
        fido_assert_set_count(handle, 1) != FIDO_OK ||
        fido_assert_set_authdata_raw(handle, 0, assertion.authenticator_data.data(),
                                     assertion.authenticator_data.size()) != FIDO_OK ||
        fido_assert_set_sig(handle, 0, assertion.signature.data(), assertion.signature.size()) != FIDO_OK) {
        return false;
    }
    const std::unique_ptr<es256_pk_t, Release> es256(es256_pk_new());
    const std::unique_ptr<eddsa_pk_t, Release> eddsa(eddsa_pk_new());
    const void* loaded = nullptr;
    if (key.algorithm() == PasskeyAlgorithm::Es256) {
        REQUIRE(es256_pk_from_ptr(es256.get(), key.raw().data(), key.raw().size()) == FIDO_OK);
        loaded = es256.get();
    } else {
        REQUIRE(eddsa_pk_from_ptr(eddsa.get(), key.raw().data(), key.raw().size()) == FIDO_OK);
        loaded = eddsa.get();
    }
    return fido_assert_verify(handle, 0, static_cast<int>(key.algorithm()), loaded) == FIDO_OK;
}

}  // namespace

TEST_CASE("libfido2 accepts and refuses the same assertions", "[crypto][passkey]") {
    const auto algorithm = GENERATE(PasskeyAlgorithm::Es256, PasskeyAlgorithm::EdDsa);
    const auto passkey = SoftwarePasskey::generate(algorithm);
    const auto key = passkey.public_key();
    const auto same = [&](const SoftwareAssertion& assertion) {
        const bool ours = verify_assertion(key, assertion.evidence(), {k_rp, 0}).has_value();
        CHECK(ours == libfido2_accepts(key, assertion));
        return ours;
    };
    AuthenticatorAnswer answer;
    answer.client_data_json = to_bytes("{}");
    const auto good = passkey.approve(answer);
    CHECK(same(good));
    CHECK_FALSE(same(SoftwarePasskey::generate(algorithm).approve(answer)));
    for (const auto flags : {std::uint8_t{0}, k_user_present, k_user_verified}) {
        answer.flags = flags;
        CHECK_FALSE(same(passkey.approve(answer)));
    }
    answer.flags = k_user_present | k_user_verified;
    answer.rp_id = "other.example.org";
    CHECK_FALSE(same(passkey.approve(answer)));
    for (std::size_t position = 0; position < good.authenticator_data.size(); ++position) {
        auto changed = good;
        changed.authenticator_data[position] ^= 0x20;
        CHECK_FALSE(same(changed));
    }
    for (std::size_t position = 0; position < good.signature.size(); ++position) {
        auto changed = good;
        changed.signature[position] ^= 0x04;
        CHECK_FALSE(same(changed));
    }
}

TEST_CASE("an Ed25519 passkey of small order verifies nothing", "[crypto][passkey]") {
    Bytes neutral(32);
    neutral[0] = 1;
    const auto key = PasskeyPublicKey::create(PasskeyAlgorithm::EdDsa, neutral);
    Bytes forged(64);
    forged[0] = 1;
    CHECK_FALSE((key && key->verify(to_bytes("anything"), forged)));
}
