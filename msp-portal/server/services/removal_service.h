#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/removal_store.h"
#include "protocol/removal.h"

#include <optional>

namespace doorward::portal::removal_service {

/// A workstation's statement that Doorward was taken out of it, from itself or, with an actor, as a file. It is checked
/// with the key the device was enrolled with; the device then counts as removed. The first one is kept, a later one
/// changes nothing. Error::Malformed for what is no statement, StatementOfAnotherDevice, StatementForged where the
/// signature is not the device's.
[[nodiscard]] Result<RemovedDevice> take(UnitOfWork& unit, const protocol::DeviceId& device,
                                         const protocol::SignedEnvelope& envelope, const std::optional<Actor>& actor);

/// What of the device's audit chain, up to its statement, is not here; 0 where all is, nothing where what is here is
/// not the beginning of what the statement names.
[[nodiscard]] std::optional<std::int64_t> missing_events(platform::Database& database, const protocol::DeviceId& device,
                                                         const protocol::RemovalStatement& statement);

}  // namespace doorward::portal::removal_service
