#include "msp-portal/server/services/role_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/roster_service.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace doorward::portal::role_service {

namespace {

using namespace protocol;

constexpr std::string_view k_administer = "technicians_and_settings";
constexpr std::array<Permission, 3> k_permissions{{
    {RolePurpose::Devices, k_permission_technician_sign_in},
    {RolePurpose::Administration, "audit_log"},
    {RolePurpose::Administration, k_administer},
}};

using Words = std::vector<std::string>;

bool has(const Words& words, std::string_view word) {
    return std::ranges::binary_search(words, word, std::less<>());
}

Words without(const Words& words, const Words& others) {
    Words left;
    std::ranges::set_difference(words, others, std::back_inserter(left));
    return left;
}

Words together(const Words& words, const Words& others) {
    Words all;
    std::ranges::set_union(words, others, std::back_inserter(all));
    return all;
}

// What a role is newly given must be there; what it has from before stays.
bool may_be_given(RolePurpose purpose, const Words& words) {
    return std::ranges::all_of(words, [&](const std::string& word) {
        return std::ranges::any_of(k_permissions, [&](const Permission& permission) {
            return permission.purpose == purpose && permission.name == word;
        });
    });
}

void record(UnitOfWork& unit, const Actor& actor, const RoleRecord& role, std::string_view kind) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.subject_kind = "role";
    event.subject_id = role.document.id.uuid();
    event.subject_name = role.document.name;
    audit_service::record(unit, event);
}

// Rosters, and the sessions of administrators who have the role.
void changed(UnitOfWork& unit, const TeamId& team, const RoleRecord& role) {
    roster_service::role_changed(unit, team, role.document);
    if (role.document.purpose == RolePurpose::Administration) unit.effects.admin_sessions_changed = true;
    unit.changed(team, Topic::Rights, role.document.id.uuid());
}

Result<RoleRecord> own_role(UnitOfWork& unit, const Actor& actor, const RoleId& id) {
    auto role = role_store::find(unit.database, actor.team_id, id);
    if (!role) return std::unexpected(Error::NotFound);
    if (!role->team_id) return std::unexpected(Error::RoleLocked);
    return std::move(*role);
}

// So many rights give it.
Difference holders(const RoleRecord& role) {
    return {"holders", std::nullopt, std::to_string(role.rights)};
}

Result<ChangeRecord> propose_widening(UnitOfWork& unit, const Actor& actor, const RoleRecord& role,
                                      const Words& given) {
    ChangePayload payload;
    payload.kind = ChangeKind::RoleWiden;
    payload.subject_kind = ChangeSubject::Role;
    payload.subject_id = role.document.id.uuid();
    payload.subject_name = role.document.name;
    payload.target = role.document.id.uuid();
    payload.permissions = given;
    for (const auto& word : given)
        payload.difference.push_back({"permissions", std::nullopt, word});
    payload.difference.push_back(holders(role));
    return change_service::propose(unit, actor, std::move(payload));
}

}  // namespace

std::span<const Permission> permissions() {
    return k_permissions;
}

Result<RoleRecord> create(UnitOfWork& unit, const Actor& actor, RolePurpose purpose, const Wish& wish) {
    if (!may_be_given(purpose, wish.permissions)) return std::unexpected(Error::Malformed);
    RoleRecord role{{unit.new_id<RoleId>(), wish.name, purpose, false, wish.permissions}, actor.team_id};
    if (auto inserted = role_store::insert(unit, role); !inserted) return std::unexpected(inserted.error());
    record(unit, actor, role, "role_created");
    unit.changed(actor.team_id, Topic::Rights, role.document.id.uuid());
    return role;
}

Result<Updated> update(UnitOfWork& unit, const Actor& actor, const Seen& seen, const Wish& wish) {
    auto role = own_role(unit, actor, seen.id);
    if (!role) return std::unexpected(role.error());
    if (role->version != seen.version) return std::unexpected(Error::VersionOutdated);
    const auto before = role->document;
    auto given = without(wish.permissions, before.permissions);
    const auto taken = without(before.permissions, wish.permissions);
    if (!may_be_given(before.purpose, given)) return std::unexpected(Error::Malformed);
    const bool is_held = role->rights > 0 || change_service::concerns_pending(unit, actor.team_id, before.id.uuid());
    role->document.name = wish.name;
    role->document.permissions = is_held ? without(before.permissions, taken) : wish.permissions;
    if (role->document.name != before.name || role->document.permissions != before.permissions) {
        ++role->version;
        if (auto updated = role_store::update(unit, *role); !updated) return std::unexpected(updated.error());
        changed(unit, actor.team_id, *role);
        if (is_held && has(taken, k_administer)) team_store::hold_off_acting_alone(unit, actor.team_id);
        record(unit, actor, *role, "role_changed");
    }
    if (!is_held || given.empty()) return Updated{std::move(*role), std::nullopt};
    auto change = propose_widening(unit, actor, *role, given);
    if (!change) return std::unexpected(change.error());
    // Applied already, where there is only one administrator.
    return Updated{std::move(*role_store::find(unit.database, actor.team_id, before.id)), std::move(*change)};
}

Result<void> remove(UnitOfWork& unit, const Actor& actor, const RoleId& id, const std::string& name) {
    const auto role = own_role(unit, actor, id);
    if (!role) return std::unexpected(role.error());
    if (role->document.name != name) return std::unexpected(Error::NameNotConfirmed);
    change_service::withdraw_about(unit, actor, id.uuid());
    RightFilter filter;
    filter.role_id = id;
    for (const auto& right : right_store::all(unit.database, actor.team_id, filter)) {
        if (auto revoked = right_service::revoke(unit, actor, right.id()); !revoked) return revoked;
    }
    role_store::remove(unit, id);
    roster_service::role_removed(unit, id);
    record(unit, actor, *role, "role_deleted");
    unit.changed(actor.team_id, Topic::Rights, id.uuid());
    return {};
}

Result<void> widen(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    auto role =
        payload.target ? role_store::find(unit.database, change.team_id, RoleId(*payload.target)) : std::nullopt;
    // More may have it by now than were shown.
    if (!role || !role->team_id || payload.difference.empty() || payload.difference.back() != holders(*role)) {
        return std::unexpected(Error::ChangeOutdated);
    }
    const auto given = without(payload.permissions, role->document.permissions);
    if (given.empty() || !may_be_given(role->document.purpose, given)) return std::unexpected(Error::ChangeOutdated);
    role->document.permissions = together(role->document.permissions, given);
    ++role->version;
    if (auto updated = role_store::update(unit, *role); !updated) return updated;
    changed(unit, change.team_id, *role);
    return {};
}

}  // namespace doorward::portal::role_service
