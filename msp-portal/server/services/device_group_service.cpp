#include "msp-portal/server/services/device_group_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/policy_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/tenant_store.h"

namespace doorward::portal::device_group_service {

namespace {

using namespace protocol;

void record(UnitOfWork& unit, const Actor& actor, const DeviceGroupRecord& group, std::string_view kind,
            const std::optional<DeviceId>& member = {}) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.tenant = group.tenant.id;
    event.device = member;
    event.subject_kind = "device_group";
    event.subject_id = group.id.uuid();
    event.subject_name = group.name;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::DeviceGroups, group.id.uuid());
}

std::vector<RightRecord> rights_on(UnitOfWork& unit, const DeviceGroupRecord& group) {
    RightFilter filter;
    filter.device_group_id = group.id;
    return right_store::all(unit.database, group.team_id, filter);
}

bool lets_somebody_in(UnitOfWork& unit, const DeviceGroupRecord& group) {
    return group.rights > 0 || !policy_store::naming(unit.database, group.team_id, group.id.uuid()).empty() ||
           change_service::concerns_pending(unit, group.team_id, group.id.uuid());
}

void member_changed(UnitOfWork& unit, const DeviceGroupRecord& group, const DeviceId& id) {
    const auto device = device_store::find(unit.database, id);
    if (!device || device->state == DeviceState::Removed) return;
    roster_service::device_changed(unit, *device);
    for (const auto& right : rights_on(unit, group))
        roster_service::right_reach_changed(unit, right);
    unit.changed(group.team_id, Topic::Devices, id.uuid());
}

// A working device of the group's own tenant.
std::optional<DeviceRecord> fitting(UnitOfWork& unit, const DeviceGroupRecord& group, const DeviceId& id) {
    auto device = device_store::find(unit.database, id);
    if (!device || device->tenant_id != group.tenant.id || device->state == DeviceState::Removed) return std::nullopt;
    return device;
}

// What the second person decides on.
ChangePayload joining(UnitOfWork& unit, const DeviceGroupRecord& group, const DeviceRecord& member) {
    ChangePayload payload;
    payload.kind = ChangeKind::DeviceGroupJoin;
    payload.subject_kind = ChangeSubject::DeviceGroup;
    payload.subject_id = group.id.uuid();
    payload.subject_name = group.name;
    payload.target = group.id.uuid();
    payload.member = member.id.uuid();
    payload.difference = {{"member", std::nullopt, group.tenant.name + " / " + member.name}};
    right_service::describe(payload, rights_on(unit, group), right_service::Side::Subject);
    return payload;
}

Result<DeviceGroupRecord> as_seen(UnitOfWork& unit, const Actor& actor, const Seen& seen) {
    auto group = device_group_store::find(unit.database, actor.team_id, seen.id);
    if (!group) return std::unexpected(Error::NotFound);
    if (group->version != seen.version) return std::unexpected(Error::VersionOutdated);
    return std::move(*group);
}

}  // namespace

Result<DeviceGroupRecord> create(UnitOfWork& unit, const Actor& actor, const TenantId& tenant,
                                 const std::string& name) {
    const auto owner = tenant_store::find(unit.database, actor.team_id, tenant);
    if (!owner) return std::unexpected(Error::NotFound);
    DeviceGroupRecord group{.id = unit.new_id<DeviceGroupId>(),
                            .team_id = actor.team_id,
                            .tenant = {tenant, owner->document.name},
                            .name = name};
    if (auto inserted = device_group_store::insert(unit, group); !inserted) return std::unexpected(inserted.error());
    record(unit, actor, group, "device_group_created");
    return group;
}

Result<DeviceGroupRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen, const std::string& name) {
    auto group = as_seen(unit, actor, seen);
    if (!group || group->name == name) return group;
    group->name = name;
    ++group->version;
    if (auto renamed = device_group_store::rename(unit, *group); !renamed) return std::unexpected(renamed.error());
    record(unit, actor, *group, "device_group_renamed");
    return group;
}

Result<void> remove(UnitOfWork& unit, const Actor& actor, const DeviceGroupId& id, const std::string& name) {
    const auto group = device_group_store::find(unit.database, actor.team_id, id);
    if (!group) return std::unexpected(Error::NotFound);
    if (group->name != name) return std::unexpected(Error::NameNotConfirmed);
    change_service::withdraw_about(unit, actor, id.uuid());
    for (const auto& right : rights_on(unit, *group)) {
        if (auto revoked = right_service::revoke(unit, actor, right.id()); !revoked) return revoked;
    }
    policy_service::forget(unit, actor.team_id, id.uuid());
    const auto members = device_group_store::members(unit.database, id);
    device_group_store::remove(unit, id);
    for (const auto& member : members)
        member_changed(unit, *group, member.id);
    record(unit, actor, *group, "device_group_deleted");
    return {};
}

Result<std::optional<ChangeRecord>> add_member(UnitOfWork& unit, const Actor& actor, const DeviceGroupId& id,
                                               const DeviceId& device) {
    const auto group = device_group_store::find(unit.database, actor.team_id, id);
    const auto member = group ? fitting(unit, *group, device) : std::nullopt;
    if (!member) return std::unexpected(Error::NotFound);
    if (device_group_store::has_member(unit.database, id, device)) return std::nullopt;
    if (!lets_somebody_in(unit, *group)) {
        device_group_store::add_member(unit, id, device);
        member_changed(unit, *group, device);
        record(unit, actor, *group, "device_group_member_added", device);
        return std::nullopt;
    }
    auto change = change_service::propose(unit, actor, joining(unit, *group, *member));
    if (!change) return std::unexpected(change.error());
    return std::optional(std::move(*change));
}

Result<void> remove_member(UnitOfWork& unit, const Actor& actor, const DeviceGroupId& id, const DeviceId& device) {
    const auto group = device_group_store::find(unit.database, actor.team_id, id);
    if (!group || !device_group_store::remove_member(unit, id, device)) return std::unexpected(Error::NotFound);
    member_changed(unit, *group, device);
    record(unit, actor, *group, "device_group_member_removed", device);
    return {};
}

Result<void> join(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    if (!payload.target || !payload.member) return std::unexpected(Error::Malformed);
    const auto device = DeviceId(*payload.member);
    const auto group = device_group_store::find(unit.database, change.team_id, DeviceGroupId(*payload.target));
    const auto member = group ? fitting(unit, *group, device) : std::nullopt;
    // What being in it gives may be another thing by now than what was shown.
    if (!member || device_group_store::has_member(unit.database, group->id, device) ||
        joining(unit, *group, *member).difference != payload.difference) {
        return std::unexpected(Error::ChangeOutdated);
    }
    device_group_store::add_member(unit, group->id, device);
    member_changed(unit, *group, device);
    unit.changed(change.team_id, Topic::DeviceGroups, group->id.uuid());
    return {};
}

}  // namespace doorward::portal::device_group_service
