#include "msp-portal/server/services/right_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/technician_store.h"
#include "msp-portal/server/stores/tenant_store.h"

#include <algorithm>

namespace doorward::portal::right_service {

namespace {

using namespace protocol;

// The name to show; nothing where it is not the team's.
Result<std::string> object_name(UnitOfWork& unit, const TeamId& team, const RightObject& object) {
    if (const auto* id = std::get_if<DeviceId>(&object)) {
        const auto device = device_store::find(unit.database, *id);
        if (!device || device->team_id != team) return std::unexpected(Error::NotFound);
        return device->tenant_name + " / " + device->name;
    }
    if (const auto* id = std::get_if<TenantId>(&object)) {
        const auto tenant = tenant_store::find(unit.database, team, *id);
        if (!tenant) return std::unexpected(Error::NotFound);
        return tenant->document.name;
    }
    if (const auto* section = std::get_if<Section>(&object)) return std::string(to_string(*section));
    if (std::holds_alternative<AllDevices>(object)) return std::string("all_devices");
    return std::unexpected(Error::NotFound);
}

bool fits(const RoleDocument& role, const RightObject& object) {
    const auto* section = std::get_if<Section>(&object);
    if (role.purpose == RolePurpose::Devices) return section == nullptr;
    if (section == nullptr) return false;
    // Whoever administers the team counts as a second person, so there is one way only to become that.
    return *section == Section::Team ||
           std::ranges::find(role.permissions, "technicians_and_settings") == role.permissions.end();
}

std::optional<std::string> time_text(const std::optional<Timestamp>& time) {
    return time ? std::optional(format_time(*time)) : std::nullopt;
}

}  // namespace

Result<ChangeRecord> grant(UnitOfWork& unit, const Actor& actor, const Wish& wish) {
    const auto role = team_store::role(unit.database, actor.team_id, wish.role_id);
    if (!role) return std::unexpected(Error::NotFound);
    const auto object = object_name(unit, actor.team_id, wish.object);
    if (!object) return std::unexpected(object.error());
    if (!fits(role->document, wish.object)) return std::unexpected(Error::Malformed);
    const auto from = wish.valid_from.value_or(unit.now);
    if (wish.valid_until && (*wish.valid_until <= from || *wish.valid_until <= unit.now)) {
        return std::unexpected(Error::Malformed);
    }
    ChangePayload payload;
    payload.kind = ChangeKind::RightGrant;
    if (const auto* id = std::get_if<TechnicianId>(&wish.subject)) {
        const auto technician = technician_store::find(unit.database, actor.team_id, *id);
        if (!technician) return std::unexpected(Error::NotFound);
        payload.subject_kind = ChangeSubject::Technician;
        payload.subject_id = id->uuid();
        payload.subject_name = technician->name;
    } else if (!std::holds_alternative<Everyone>(wish.subject)) {
        return std::unexpected(Error::NotFound);
    } else if (role->document.purpose == RolePurpose::Administration) {
        // Not everybody administers.
        return std::unexpected(Error::Malformed);
    }
    payload.right =
        RightDocument{unit.new_id<RightId>(), wish.subject, wish.object, wish.role_id, from, wish.valid_until};
    if (right_store::exists_same(unit.database, actor.team_id, *payload.right)) {
        return std::unexpected(Error::RightExists);
    }
    payload.difference = {{"role", std::nullopt, role->document.name},
                          {"object", std::nullopt, *object},
                          {"valid_from", std::nullopt, format_time(from)},
                          {"valid_until", std::nullopt, time_text(wish.valid_until)}};
    return change_service::propose(unit, actor, std::move(payload));
}

Result<void> revoke(UnitOfWork& unit, const Actor& actor, const RightId& id) {
    const auto right = right_store::find(unit.database, actor.team_id, id);
    if (!right) return std::unexpected(Error::NotFound);
    const bool administration = std::holds_alternative<Section>(right->document.object);
    const auto* holder = std::get_if<TechnicianId>(&right->document.subject);
    if (administration && holder != nullptr && team_store::owner(unit.database, actor.team_id) == *holder) {
        return std::unexpected(Error::OwnerProtected);
    }
    right_store::remove(unit, id);
    roster_service::right_revoked(unit, *right);
    if (administration) unit.effects.admin_sessions_changed = true;
    if (administration && (holder == nullptr || *holder != actor.technician_id)) {
        team_store::hold_off_acting_alone(unit, actor.team_id);
    }
    PortalEvent event{.team_id = actor.team_id, .kind = "right_revoked"};
    event.actor = actor.technician_id;
    if (holder != nullptr) event.technician = *holder;
    if (const auto* tenant = std::get_if<TenantId>(&right->document.object)) event.tenant = *tenant;
    if (const auto* device = std::get_if<DeviceId>(&right->document.object)) event.device = *device;
    event.subject_kind = "right";
    event.subject_id = id.uuid();
    event.subject_name = right->role_name;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Rights, id.uuid());
    if (holder != nullptr) unit.changed(actor.team_id, Topic::Technicians, holder->uuid());
    return {};
}

}  // namespace doorward::portal::right_service
