#include "msp-portal/server/services/removal_service.h"

#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/audit_store.h"

#include <algorithm>

namespace doorward::portal::removal_service {

namespace {

using namespace protocol;

Error error_of(RemovalError error) {
    switch (error) {
        case RemovalError::BadSignature:
            return Error::StatementForged;
        case RemovalError::AnotherDevice:
            return Error::StatementOfAnotherDevice;
        case RemovalError::Malformed:
            break;
    }
    return Error::Malformed;
}

}  // namespace

Result<RemovedDevice> take(UnitOfWork& unit, const DeviceId& id, const SignedEnvelope& envelope,
                           const std::optional<Actor>& actor) {
    auto device = device_store::find_of_any_state(unit.database, id);
    if (!device || (actor && device->team_id != actor->team_id)) return std::unexpected(Error::NotFound);
    const auto statement = verify_removal(envelope, device->signing_key, id);
    if (!statement) return std::unexpected(error_of(statement.error()));
    const auto by = actor ? std::optional(actor->technician_id) : std::nullopt;
    if (removal_store::insert(unit, id, envelope, by)) {
        device_service::record(unit, by, *device, "device_removal_stated",
                               statement->forced ? std::optional<std::string>("forced") : std::nullopt);
    }
    if (device->state != DeviceState::Removed) {
        device->state = DeviceState::Removed;
        ++device->version;
        if (auto updated = device_store::update(unit, *device); !updated) return std::unexpected(updated.error());
        roster_service::device_removed(unit, *device);
        device_service::record(unit, by, *device, "device_removed", "statement");
        // By whoever brings a file: what connects in its name now is not that workstation.
        if (actor) unit.effects.devices_closed.insert(id);
    }
    auto removed = removal_store::find(unit.database, device->team_id, id);
    if (!removed) return std::unexpected(Error::StoreFailed);
    return std::move(*removed);
}

std::optional<std::int64_t> missing_events(platform::Database& database, const DeviceId& device,
                                           const RemovalStatement& statement) {
    const auto held = audit_store::position(database, device.uuid());
    if (held.sequence < statement.chain.sequence) return statement.chain.sequence - held.sequence;
    if (held.sequence == statement.chain.sequence && held.hash == statement.chain.hash) return 0;
    return std::nullopt;
}

}  // namespace doorward::portal::removal_service
