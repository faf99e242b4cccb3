#include "msp-portal/server/services/department_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/policy_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/technician_store.h"

#include <algorithm>
#include <tuple>
#include <variant>

namespace doorward::portal::department_service {

namespace {

using namespace protocol;

void record(UnitOfWork& unit, const Actor& actor, const DepartmentRecord& department, std::string_view kind,
            const std::optional<TechnicianId>& member = {}) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.technician = member;
    event.subject_kind = "department";
    event.subject_id = department.id.uuid();
    event.subject_name = department.name;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Departments, department.id.uuid());
}

std::vector<RightRecord> rights_of(UnitOfWork& unit, const DepartmentRecord& department) {
    RightFilter filter;
    filter.department_id = department.id;
    return right_store::all(unit.database, department.team_id, filter);
}

bool carries_something(UnitOfWork& unit, const DepartmentRecord& department) {
    return department.rights > 0 ||
           !policy_store::naming(unit.database, department.team_id, department.id.uuid()).empty() ||
           change_service::concerns_pending(unit, department.team_id, department.id.uuid());
}

bool administers(const std::vector<RightRecord>& rights) {
    return std::ranges::any_of(
        rights, [](const RightRecord& right) { return std::holds_alternative<Section>(right.document.object); });
}

// Rights come and go with it: rosters, apps, and the sessions of those who administer by it.
void member_changed(UnitOfWork& unit, const DepartmentRecord& department, const TechnicianId& technician) {
    roster_service::technician_changed(unit, department.team_id, technician);
    unit.effects.admin_sessions_changed = true;
    unit.changed(department.team_id, Topic::Technicians, technician.uuid());
    unit.changed(department.team_id, Topic::Rights, department.id.uuid());
}

// What the second person decides on.
ChangePayload joining(UnitOfWork& unit, const DepartmentRecord& department, const TechnicianRecord& member) {
    ChangePayload payload;
    payload.kind = ChangeKind::DepartmentJoin;
    payload.subject_kind = ChangeSubject::Department;
    payload.subject_id = department.id.uuid();
    payload.subject_name = department.name;
    payload.target = department.id.uuid();
    payload.member = member.id.uuid();
    payload.difference = {{"member", std::nullopt, member.name}};
    right_service::describe(payload, rights_of(unit, department), right_service::Side::Object);
    return payload;
}

Result<DepartmentRecord> as_seen(UnitOfWork& unit, const Actor& actor, const Seen& seen) {
    auto department = department_store::find(unit.database, actor.team_id, seen.id);
    if (!department) return std::unexpected(Error::NotFound);
    if (department->version != seen.version) return std::unexpected(Error::VersionOutdated);
    return std::move(*department);
}

}  // namespace

Result<DepartmentRecord> create(UnitOfWork& unit, const Actor& actor, const std::string& name) {
    DepartmentRecord department{.id = unit.new_id<DepartmentId>(), .team_id = actor.team_id, .name = name};
    if (auto inserted = department_store::insert(unit, department); !inserted) {
        return std::unexpected(inserted.error());
    }
    record(unit, actor, department, "department_created");
    return department;
}

Result<DepartmentRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen, const std::string& name) {
    auto department = as_seen(unit, actor, seen);
    if (!department || department->name == name) return department;
    department->name = name;
    ++department->version;
    if (auto renamed = department_store::rename(unit, *department); !renamed) return std::unexpected(renamed.error());
    record(unit, actor, *department, "department_renamed");
    return department;
}

Result<void> remove(UnitOfWork& unit, const Actor& actor, const DepartmentId& id, const std::string& name) {
    const auto department = department_store::find(unit.database, actor.team_id, id);
    if (!department) return std::unexpected(Error::NotFound);
    if (department->name != name) return std::unexpected(Error::NameNotConfirmed);
    change_service::withdraw_about(unit, actor, id.uuid());
    for (const auto& right : rights_of(unit, *department)) {
        if (auto revoked = right_service::revoke(unit, actor, right.id()); !revoked) return revoked;
    }
    policy_service::forget(unit, actor.team_id, id.uuid());
    const auto members = department_store::members(unit.database, id);
    department_store::remove(unit, id);
    for (const auto& member : members)
        member_changed(unit, *department, member.id);
    record(unit, actor, *department, "department_deleted");
    return {};
}

Result<std::optional<ChangeRecord>> add_member(UnitOfWork& unit, const Actor& actor, const DepartmentId& id,
                                               const TechnicianId& technician) {
    const auto department = department_store::find(unit.database, actor.team_id, id);
    const auto member = technician_store::find(unit.database, actor.team_id, technician);
    if (!department || !member) return std::unexpected(Error::NotFound);
    if (department_store::has_member(unit.database, id, technician)) return std::nullopt;
    if (!carries_something(unit, *department)) {
        department_store::add_member(unit, id, technician);
        member_changed(unit, *department, technician);
        record(unit, actor, *department, "department_member_added", technician);
        return std::nullopt;
    }
    auto change = change_service::propose(unit, actor, joining(unit, *department, *member));
    if (!change) return std::unexpected(change.error());
    return std::optional(std::move(*change));
}

Result<void> remove_member(UnitOfWork& unit, const Actor& actor, const DepartmentId& id,
                           const TechnicianId& technician) {
    const auto department = department_store::find(unit.database, actor.team_id, id);
    if (!department || !department_store::remove_member(unit, id, technician)) return std::unexpected(Error::NotFound);
    member_changed(unit, *department, technician);
    if (administers(rights_of(unit, *department)) && technician != actor.technician_id) {
        team_store::hold_off_acting_alone(unit, actor.team_id);
    }
    record(unit, actor, *department, "department_member_removed", technician);
    return {};
}

Result<void> join(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    if (!payload.target || !payload.member) return std::unexpected(Error::Malformed);
    const auto technician = TechnicianId(*payload.member);
    const auto department = department_store::find(unit.database, change.team_id, DepartmentId(*payload.target));
    const auto member = technician_store::find(unit.database, change.team_id, technician);
    // What membership gives may be another thing by now than what was shown.
    if (!department || !member || department_store::has_member(unit.database, department->id, technician) ||
        joining(unit, *department, *member).difference != payload.difference) {
        return std::unexpected(Error::ChangeOutdated);
    }
    department_store::add_member(unit, department->id, technician);
    member_changed(unit, *department, technician);
    unit.changed(change.team_id, Topic::Departments, department->id.uuid());
    return {};
}

}  // namespace doorward::portal::department_service
