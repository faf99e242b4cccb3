#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/break_glass_store.h"
#include "msp-portal/server/stores/device_store.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace doorward::portal {

/// Break-glass codes as seen from here: whose keys there are, which workstation is to make one for whom, and the sealed
/// halves. Nothing here opens anything: a half opens with its custodian's passkey only, and one half says nothing.
/// Ordering one widens nothing that one person could use: the halves are for two people who administer the team.
namespace break_glass_service {

/// The agreement key of a working passkey of the actor, with that passkey's word for it (Error::CeremonyRefused).
[[nodiscard]] Result<void> register_key(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                        const protocol::CustodianPublicKey& key, const protocol::Assertion& proof);

/// Administrators of the team with such a key.
[[nodiscard]] std::vector<CustodianKeyRecord> custodians(platform::Database& database, const protocol::TeamId& team,
                                                         protocol::Timestamp now);

/// Replaces the code there is. Error::NotAnotherPerson unless the custodians are two people, Error::WrongState where
/// one of them has no key, or the device is not active; Error::AwaitsAcceptance while the portal is restored and not
/// accepted.
[[nodiscard]] Result<BreakGlassRecord> order(UnitOfWork& unit, const Actor& actor, const protocol::DeviceId& device,
                                             const std::array<protocol::TechnicianId, 2>& custodians);

/// The order that the device has not answered yet, signed. Nothing where one of its custodians is none any more: the
/// device makes no half for somebody who was put out while it was away.
[[nodiscard]] std::optional<protocol::SignedEnvelope> open_order(platform::Database& database,
                                                                 const Deployment& deployment,
                                                                 const protocol::DeviceId& device,
                                                                 const crypto::PortalSigningKey& key,
                                                                 protocol::Timestamp now);
/// The device's answer. Error::Malformed unless it is signed by the device, for the order that waits, with halves for
/// its custodians.
[[nodiscard]] Result<void> answered(UnitOfWork& unit, const DeviceRecord& device,
                                    const protocol::SignedEnvelope& answer);

/// What a device has uploaded to its audit log: a code that was used is on record here, and told to every administrator
/// by mail, once.
void notice(UnitOfWork& unit, const Deployment& deployment, const DeviceRecord& device,
            std::span<const std::string> events);

}  // namespace break_glass_service
}  // namespace doorward::portal
