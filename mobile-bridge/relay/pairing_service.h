#pragma once

#include "mobile-bridge/relay/approval_service.h"
#include "mobile-bridge/relay/ports.h"
#include "platform/clock.h"
#include "protocol/phone_request.h"
#include "protocol/phone_response.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <string_view>

namespace doorward::relay {

enum class PairingError : std::uint8_t {
    LinkRefused,          // unknown, used or expired: one answer
    RegistrationRefused,  // the passkey was not made for this pairing, or not as required
    ProofRefused,         // the new passkey does not vouch for the agreement key
    NotAllowed,           // this technician may not have (another) phone now
    Storage,
};
[[nodiscard]] std::string_view to_string(PairingError error);

// Pairs a technician's phone by a single-use link. Every challenge is computed here from the link's secret and the
// pairing, so a registration or proof made for anything else is refused.
class PairingService {
public:
    PairingService(AppParty party, PairingPort& pairings, const platform::Clock& clock);

    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::PairingOffer, PairingError>> look_up(
        crypto::Digest secret_hash);

    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::PairingResult, PairingError>> complete(
        protocol::PairingComplete request);

private:
    [[nodiscard]] std::expected<NewPhone, PairingError> verify(const PairingOffer& offer,
                                                               const protocol::PairingComplete& request) const;

    AppParty m_party;
    PairingPort& m_pairings;
    const platform::Clock& m_clock;
};

}  // namespace doorward::relay
