#include "mobile-bridge/relay/pairing_service.h"

#include "tests/mobile-bridge/relay_world.h"

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace doorward;
using relay::PairingError;

struct Pairing {
    tests::RelayWorld world;
    protocol::PairingId id = tests::fresh_id<protocol::PairingId>();
    std::array<std::uint8_t, 32> secret_bytes = crypto::random_array<32>();
    crypto::PhoneAgreementPublicKey agreement_key = crypto::PhoneAgreementKey::generate().public_key();

    Pairing() {
        world.portal.offer.emplace(protocol::pairing_secret_hash(secret()),
                                   relay::PairingOffer{.id = id,
                                                       .team = {.id = world.team, .name = "Team"},
                                                       .technician = world.technician,
                                                       .technician_name = "Nik",
                                                       .username = "nik",
                                                       .serial = 1,
                                                       .expires_at = {world.clock.wall + 900'000},
                                                       .replaces_phone = false});
    }

    [[nodiscard]] protocol::LinkSecret secret() const { return *protocol::LinkSecret::create(secret_bytes); }

    [[nodiscard]] protocol::PairingComplete request(const crypto::Digest& registration_challenge,
                                                    const crypto::Digest& proof_challenge) const {
        tests::AuthenticatorAnswer answer;
        answer.rp_id = tests::k_rp_id;
        answer.client_data_json = tests::client_data("webauthn.create", registration_challenge);
        return {.secret = secret(),
                .registration = {.credential_id = world.passkey.credential_id(),
                                 .client_data_json = answer.client_data_json,
                                 .attestation_object = world.passkey.attestation_object(
                                     answer, tests::SoftwarePasskey::Attestation::None)},
                .agreement_key = agreement_key,
                .proof = tests::assertion(world.passkey, proof_challenge),
                .prf = true,
                .label = "Nik's phone"};
    }

    [[nodiscard]] crypto::Digest pair_challenge() const {
        return protocol::pair_challenge(id, world.technician, secret());
    }
    [[nodiscard]] crypto::Digest proof_challenge() const {
        return protocol::agreement_key_challenge(
            {.team_id = world.team, .technician_id = world.technician, .serial = 1}, agreement_key);
    }
};

}  // namespace

TEST_CASE("a phone is paired by a link and its passkey's word for the agreement key", "[relay][pairing]") {
    Pairing pairing;
    auto result = pairing.world.wait(
        pairing.world.pairings.complete(pairing.request(pairing.pair_challenge(), pairing.proof_challenge())));
    REQUIRE(result);
    REQUIRE(pairing.world.portal.paired.size() == 1);
    const auto& phone = pairing.world.portal.paired[0].record;
    CHECK(phone.id == result->phone_id);
    CHECK(phone.strength == protocol::PhoneStrength::DeviceBound);
    CHECK(phone.agreement_key == pairing.agreement_key);
}

TEST_CASE("a pairing link works once", "[relay][pairing]") {
    Pairing pairing;
    auto& pairings = pairing.world.pairings;
    REQUIRE(
        pairing.world.wait(pairings.complete(pairing.request(pairing.pair_challenge(), pairing.proof_challenge()))));
    CHECK(pairing.world.wait(pairings.complete(pairing.request(pairing.pair_challenge(), pairing.proof_challenge())))
              .error() == PairingError::LinkRefused);
    CHECK(pairing.world.wait(pairings.look_up(protocol::pairing_secret_hash(pairing.secret()))).error() ==
          PairingError::LinkRefused);
}

TEST_CASE("a passkey made for another pairing is refused", "[relay][pairing]") {
    Pairing pairing;
    const auto other =
        protocol::pair_challenge(tests::fresh_id<protocol::PairingId>(), pairing.world.technician, pairing.secret());
    CHECK(pairing.world.wait(pairing.world.pairings.complete(pairing.request(other, pairing.proof_challenge())))
              .error() == PairingError::RegistrationRefused);
    CHECK(pairing.world.portal.paired.empty());
}

TEST_CASE("an agreement key that the passkey did not vouch for is refused", "[relay][pairing]") {
    Pairing pairing;
    auto request = pairing.request(pairing.pair_challenge(), pairing.proof_challenge());
    request.agreement_key = crypto::PhoneAgreementKey::generate().public_key();
    const auto refused = pairing.world.wait(pairing.world.pairings.complete(std::move(request)));
    CHECK(refused.error() == PairingError::ProofRefused);

    const auto other_serial = protocol::agreement_key_challenge(
        {.team_id = pairing.world.team, .technician_id = pairing.world.technician, .serial = 2}, pairing.agreement_key);
    CHECK(pairing.world.wait(pairing.world.pairings.complete(pairing.request(pairing.pair_challenge(), other_serial)))
              .error() == PairingError::ProofRefused);
    CHECK(pairing.world.portal.paired.empty());
}

TEST_CASE("a phone without PRF is taken and called what it is", "[relay][pairing]") {
    Pairing pairing;
    auto request = pairing.request(pairing.pair_challenge(), pairing.proof_challenge());
    request.prf = false;
    const auto taken = pairing.world.wait(pairing.world.pairings.complete(std::move(request)));
    REQUIRE(taken);
    CHECK(pairing.world.portal.paired.at(0).record.strength == protocol::PhoneStrength::WithoutPrf);
}
