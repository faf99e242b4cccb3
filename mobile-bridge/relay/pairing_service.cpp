#include "mobile-bridge/relay/pairing_service.h"

#include "crypto/passkey.h"
#include "crypto/random.h"
#include "protocol/challenge.h"
#include "protocol/client_data.h"
#include "protocol/phone_proof.h"
#include "protocol/text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace doorward::relay {
namespace {

PairingError pairing_error(PortError error) {
    switch (error) {
        case PortError::NotFound:
            return PairingError::LinkRefused;
        case PortError::Refused:
            return PairingError::NotAllowed;
        case PortError::Storage:
            return PairingError::Storage;
    }
    return PairingError::Storage;
}

protocol::PhoneStrength strength_of(const crypto::RegisteredPasskey& passkey, bool prf) {
    if (!prf) return protocol::PhoneStrength::WithoutPrf;
    return passkey.strength == crypto::PasskeyStrength::Synced ? protocol::PhoneStrength::Synced
                                                               : protocol::PhoneStrength::DeviceBound;
}

}  // namespace

std::string_view to_string(PairingError error) {
    switch (error) {
        case PairingError::LinkRefused:
            return "link_refused";
        case PairingError::RegistrationRefused:
            return "registration_refused";
        case PairingError::ProofRefused:
            return "proof_refused";
        case PairingError::NotAllowed:
            return "not_allowed";
        case PairingError::Storage:
            return "storage";
    }
    return "unknown";
}

PairingService::PairingService(AppParty party, PairingPort& pairings, const platform::Clock& clock)
    : m_party(std::move(party)), m_pairings(pairings), m_clock(clock) {}

boost::asio::awaitable<std::expected<protocol::PairingOffer, PairingError>> PairingService::look_up(
    crypto::Digest secret_hash) {
    auto offer = co_await m_pairings.look_up(secret_hash);
    if (!offer) co_return std::unexpected(pairing_error(offer.error()));
    protocol::PairingOffer answer{.pairing_id = offer->id,
                                  .team = std::move(offer->team),
                                  .technician_id = offer->technician,
                                  .technician_name = std::move(offer->technician_name),
                                  .technician_username = std::move(offer->username),
                                  .rp_id = m_party.rp_id,
                                  .serial = offer->serial,
                                  .expires_at = offer->expires_at,
                                  .replaces_phone = offer->replaces_phone};
    co_return answer;
}

std::expected<NewPhone, PairingError> PairingService::verify(const PairingOffer& offer,
                                                             const protocol::PairingComplete& request) const {
    const auto challenge = protocol::pair_challenge(offer.id, offer.technician, request.secret);
    const auto& registration = request.registration;
    if (!protocol::check_client_data(registration.client_data_json, protocol::CeremonyType::Create, m_party.origin,
                                     challenge)) {
        return std::unexpected(PairingError::RegistrationRefused);
    }
    auto passkey = crypto::verify_registration(
        {.client_data_json = registration.client_data_json, .attestation_object = registration.attestation_object},
        m_party.rp_id);
    if (!passkey || !std::ranges::equal(passkey->credential_id, registration.credential_id) ||
        passkey->credential_id != request.proof.credential_id) {
        return std::unexpected(PairingError::RegistrationRefused);
    }

    const auto raw_key = passkey->public_key.raw();
    NewPhone phone{.record = {.id = protocol::PhoneId::make({m_clock.wall_now()}, crypto::random_array<10>()),
                              .serial = offer.serial,
                              .credential_id = passkey->credential_id,
                              .algorithm = passkey->public_key.algorithm(),
                              .public_key = crypto::Bytes(raw_key.begin(), raw_key.end()),
                              .agreement_key = request.agreement_key,
                              .proof = {.authenticator_data = request.proof.authenticator_data,
                                        .client_data_json = request.proof.client_data_json,
                                        .signature = request.proof.signature},
                              .strength = strength_of(*passkey, request.prf)},
                   .sign_count = passkey->sign_count,
                   .label = request.label};
    const protocol::RelyingParty party{.rp_id = m_party.rp_id, .origin = m_party.origin};
    if (!protocol::verify_phone_proof(offer.team.id, offer.technician, phone.record, party)) {
        return std::unexpected(PairingError::ProofRefused);
    }
    return phone;
}

boost::asio::awaitable<std::expected<protocol::PairingResult, PairingError>> PairingService::complete(
    protocol::PairingComplete request) {
    const auto secret_hash = protocol::pairing_secret_hash(request.secret);
    auto offer = co_await m_pairings.look_up(secret_hash);
    if (!offer) co_return std::unexpected(pairing_error(offer.error()));
    auto phone = verify(*offer, request);
    if (!phone) co_return std::unexpected(phone.error());
    const auto phone_id = phone->record.id;
    auto state = co_await m_pairings.complete(secret_hash, std::move(*phone));
    if (!state) co_return std::unexpected(pairing_error(state.error()));
    const protocol::PairingResult result{.phone_id = phone_id, .state = *state};
    co_return result;
}

}  // namespace doorward::relay
