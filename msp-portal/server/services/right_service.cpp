#include "msp-portal/server/services/right_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/department_store.h"
#include "msp-portal/server/stores/device_group_store.h"
#include "msp-portal/server/stores/role_store.h"
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
    if (const auto* id = std::get_if<DeviceGroupId>(&object)) {
        const auto group = device_group_store::find(unit.database, team, *id);
        if (!group) return std::unexpected(Error::NotFound);
        return group->tenant.name + " / " + group->name;
    }
    if (const auto* section = std::get_if<Section>(&object)) return std::string(to_string(*section));
    return std::string("all_devices");
}

// Whom the right is for; not everybody administers.
Result<void> address(UnitOfWork& unit, const TeamId& team, const RightSubject& subject, const RoleDocument& role,
                     ChangePayload& payload) {
    if (const auto* id = std::get_if<TechnicianId>(&subject)) {
        const auto technician = technician_store::find(unit.database, team, *id);
        if (!technician) return std::unexpected(Error::NotFound);
        payload.subject_kind = ChangeSubject::Technician;
        payload.subject_id = id->uuid();
        payload.subject_name = technician->name;
    } else if (const auto* department_id = std::get_if<DepartmentId>(&subject)) {
        const auto department = department_store::find(unit.database, team, *department_id);
        if (!department) return std::unexpected(Error::NotFound);
        payload.subject_kind = ChangeSubject::Department;
        payload.subject_id = department_id->uuid();
        payload.subject_name = department->name;
    } else if (role.purpose == RolePurpose::Administration) {
        return std::unexpected(Error::Malformed);
    }
    return {};
}

bool fits(const RoleDocument& role, const RightObject& object) {
    const auto* section = std::get_if<Section>(&object);
    if (role.purpose == RolePurpose::Devices) return section == nullptr;
    if (section == nullptr) return false;
    // Whoever administers the team counts as a second person, so there is one way only to become that.
    return *section == Section::Team ||
           std::ranges::find(role.permissions, "technicians_and_settings") == role.permissions.end();
}

// A difference is for a person to read: so many lines of a kind, and how many more there are.
constexpr std::size_t k_readable = 20;

std::string shown_object(const RightRecord& right) {
    if (right.object_name) return *right.object_name;
    const auto* section = std::get_if<Section>(&right.document.object);
    return std::string(section != nullptr ? to_string(*section) : std::string_view("all_devices"));
}

std::optional<std::string> time_text(const std::optional<Timestamp>& time) {
    return time ? std::optional(format_time(*time)) : std::nullopt;
}

}  // namespace

Result<ChangeRecord> grant(UnitOfWork& unit, const Actor& actor, const Wish& wish) {
    const auto role = role_store::find(unit.database, actor.team_id, wish.role_id);
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
    if (auto addressed = address(unit, actor.team_id, wish.subject, role->document, payload); !addressed) {
        return std::unexpected(addressed.error());
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
    const auto who = gaining(unit, wish.subject);
    payload.difference.insert(payload.difference.end(), who.begin(), who.end());
    return change_service::propose(unit, actor, std::move(payload));
}

std::vector<Difference> gaining(UnitOfWork& unit, const RightSubject& subject) {
    std::vector<Difference> lines;
    const auto* department = std::get_if<DepartmentId>(&subject);
    if (department == nullptr) return lines;
    const auto members = department_store::members(unit.database, *department);
    for (std::size_t i = 0; i < std::min(members.size(), k_readable); ++i)
        lines.push_back({"member", std::nullopt, members[i].name});
    if (members.size() > k_readable) {
        lines.push_back({"member", std::nullopt, "+" + std::to_string(members.size() - k_readable)});
    }
    return lines;
}

void describe(ChangePayload& payload, const std::vector<RightRecord>& rights, Side side) {
    for (std::size_t i = 0; i < std::min(rights.size(), k_readable); ++i) {
        const auto& right = rights[i];
        payload.difference.push_back({"rights", std::nullopt,
                                      side == Side::Object
                                          ? right.role_name + ": " + shown_object(right)
                                          : right.subject_name.value_or("everyone") + ": " + right.role_name});
    }
    if (rights.size() > k_readable) {
        payload.difference.push_back({"rights", std::nullopt, "+" + std::to_string(rights.size() - k_readable)});
    }
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
    if (const auto* department = std::get_if<DepartmentId>(&right->document.subject)) {
        unit.changed(actor.team_id, Topic::Departments, department->uuid());
    }
    if (const auto* group = std::get_if<DeviceGroupId>(&right->document.object)) {
        unit.changed(actor.team_id, Topic::DeviceGroups, group->uuid());
    }
    return {};
}

}  // namespace doorward::portal::right_service
