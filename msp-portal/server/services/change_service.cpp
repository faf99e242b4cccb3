#include "msp-portal/server/services/change_service.h"

#include "msp-portal/server/services/account_switch_service.h"
#include "msp-portal/server/services/admin_passkey_service.h"
#include "msp-portal/server/services/administrator_mail.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/department_service.h"
#include "msp-portal/server/services/device_group_service.h"
#include "msp-portal/server/services/policy_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/role_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/services/tenant_limit.h"
#include "msp-portal/server/stores/department_store.h"
#include "msp-portal/server/stores/device_group_store.h"
#include "msp-portal/server/stores/link_store.h"
#include "msp-portal/server/stores/restore_store.h"
#include "msp-portal/server/stores/role_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "protocol/challenge.h"

#include <algorithm>
#include <ranges>
#include <tuple>

namespace doorward::portal::change_service {

namespace {

using namespace protocol;

template <class IdType>
std::optional<IdType> target_of(const ChangePayload& payload) {
    if (!payload.target) return std::nullopt;
    return IdType(*payload.target);
}

bool object_exists(UnitOfWork& unit, const TeamId& team, const RightObject& object) {
    if (const auto* device = std::get_if<DeviceId>(&object)) {
        const auto record = device_store::find(unit.database, *device);
        return record && record->team_id == team;
    }
    if (const auto* tenant = std::get_if<TenantId>(&object)) {
        return tenant_store::find(unit.database, team, *tenant).has_value();
    }
    if (const auto* group = std::get_if<DeviceGroupId>(&object)) {
        return device_group_store::find(unit.database, team, *group).has_value();
    }
    return true;
}

bool subject_exists(UnitOfWork& unit, const TeamId& team, const RightSubject& subject) {
    if (const auto* technician = std::get_if<TechnicianId>(&subject)) {
        return technician_store::find(unit.database, team, *technician).has_value();
    }
    if (const auto* department = std::get_if<DepartmentId>(&subject)) {
        return department_store::find(unit.database, team, *department).has_value();
    }
    return true;
}

Result<void> apply_right(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    if (!payload.right) return std::unexpected(Error::Malformed);
    const auto& wish = *payload.right;
    if (!role_store::find(unit.database, change.team_id, wish.role_id) ||
        !object_exists(unit, change.team_id, wish.object) || !subject_exists(unit, change.team_id, wish.subject) ||
        (wish.valid_until && *wish.valid_until <= unit.now)) {
        return std::unexpected(Error::ChangeOutdated);
    }
    // More may be in the department by now than were shown.
    if (!std::ranges::equal(
            payload.difference | std::views::filter([](const Difference& line) { return line.field == "member"; }),
            right_service::gaining(unit, wish.subject))) {
        return std::unexpected(Error::ChangeOutdated);
    }
    if (right_store::exists_same(unit.database, change.team_id, wish)) return std::unexpected(Error::RightExists);
    const RightRecord right{wish, change.team_id, change.id, unit.now, {}, {}, {}};
    right_store::insert(unit, right);
    roster_service::right_granted(unit, right);
    unit.changed(change.team_id, Topic::Rights, right.id().uuid());
    if (std::holds_alternative<DepartmentId>(wish.subject)) {
        unit.changed(change.team_id, Topic::Departments, *payload.subject_id);
    } else if (payload.subject_id) {
        unit.changed(change.team_id, Topic::Technicians, *payload.subject_id);
    }
    if (const auto* group = std::get_if<DeviceGroupId>(&wish.object)) {
        unit.changed(change.team_id, Topic::DeviceGroups, group->uuid());
    }
    return {};
}

Result<void> apply_enable(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto id = target_of<TechnicianId>(payload);
    auto technician = id ? technician_store::find(unit.database, change.team_id, *id) : std::nullopt;
    if (!technician || technician->status != TechnicianStatus::Disabled) return std::unexpected(Error::ChangeOutdated);
    technician->status = TechnicianStatus::Active;
    technician->status_reason.reset();
    ++technician->version;
    if (auto updated = technician_store::update(unit, *technician); !updated) return updated;
    roster_service::technician_changed(unit, change.team_id, *id);
    unit.changed(change.team_id, Topic::Technicians, id->uuid());
    return {};
}

Result<void> apply_to_tenant(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto id = target_of<TenantId>(payload);
    auto tenant = id ? tenant_store::find(unit.database, change.team_id, *id) : std::nullopt;
    if (!tenant) return std::unexpected(Error::ChangeOutdated);
    if (change.kind == ChangeKind::TenantResume) {
        if (!tenant->document.suspended) return std::unexpected(Error::ChangeOutdated);
        tenant->document.suspended = false;
    } else {
        const auto& limit = change.kind == ChangeKind::TenantOfflineDays ? k_offline_days : k_longest_session;
        int& present = tenant->document.*limit.number;
        if (!payload.number || *payload.number <= present || payload.difference.empty() ||
            payload.difference.front().before != std::to_string(present)) {
            return std::unexpected(Error::ChangeOutdated);
        }
        present = static_cast<int>(*payload.number);
    }
    ++tenant->version;
    if (auto updated = tenant_store::update(unit, *tenant); !updated) return updated;
    roster_service::tenant_changed(unit, change.team_id, *id);
    unit.changed(change.team_id, Topic::Tenants, id->uuid());
    return {};
}

Result<void> apply_to_codes(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto id = target_of<TenantId>(payload);
    if (!id) return std::unexpected(Error::Malformed);
    if (change.kind == ChangeKind::WorkstationConfirmation) {
        return tenant_code_service::confirm(unit, change, *id, payload.devices);
    }
    return account_switch_service::share_codes(unit, change, *id);
}

Result<void> apply_resume_device(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto id = target_of<DeviceId>(payload);
    auto device = id ? device_store::find(unit.database, *id) : std::nullopt;
    if (!device || device->team_id != change.team_id || device->state == DeviceState::Active) {
        return std::unexpected(Error::ChangeOutdated);
    }
    if (device->state == DeviceState::Quarantined) device_store::release(unit, *id);
    device->state = DeviceState::Active;
    device->quarantine.reset();
    ++device->version;
    if (auto updated = device_store::update(unit, *device); !updated) return updated;
    roster_service::device_changed(unit, *device);
    unit.changed(change.team_id, Topic::Devices, id->uuid());
    return {};
}

Result<void> apply_phone(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto id = target_of<PhoneId>(payload);
    const auto phone = id ? technician_store::find_phone(unit.database, *id) : std::nullopt;
    if (!phone || phone->team_id != change.team_id || phone->state != KeyState::Waiting) {
        return std::unexpected(Error::ChangeOutdated);
    }
    auto technician = technician_store::find(unit.database, change.team_id, phone->technician_id);
    if (!technician || technician->status != TechnicianStatus::Active) return std::unexpected(Error::ChangeOutdated);
    technician_store::set_phone_state(unit, *id, KeyState::Active);
    if (technician->state == TechnicianState::Invitation) {
        technician->state = TechnicianState::Activated;
        technician->activated_at = unit.now;
        ++technician->version;
        if (auto updated = technician_store::update(unit, *technician); !updated) return updated;
    }
    roster_service::technician_changed(unit, change.team_id, phone->technician_id);
    unit.changed(change.team_id, Topic::Technicians, phone->technician_id.uuid());
    return {};
}

Result<void> apply_passkey(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto id = target_of<AdminPasskeyId>(payload);
    const auto passkey = id ? technician_store::find_passkey(unit.database, *id) : std::nullopt;
    if (!passkey || passkey->team_id != change.team_id || passkey->state != KeyState::Waiting) {
        return std::unexpected(Error::ChangeOutdated);
    }
    technician_store::set_passkey_state(unit, *id, KeyState::Active);
    unit.changed(change.team_id, Topic::Technicians, passkey->technician_id.uuid());
    unit.changed(change.team_id, Topic::Team, change.team_id.uuid());
    return {};
}

Result<void> apply(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    switch (change.kind) {
        case ChangeKind::RightGrant:
            return apply_right(unit, change, payload);
        case ChangeKind::TechnicianEnable:
            return apply_enable(unit, change, payload);
        case ChangeKind::TenantOfflineDays:
        case ChangeKind::TenantLongestSession:
        case ChangeKind::TenantResume:
            return apply_to_tenant(unit, change, payload);
        case ChangeKind::DeviceResume:
            return apply_resume_device(unit, change, payload);
        case ChangeKind::PhonePairing:
            return apply_phone(unit, change, payload);
        case ChangeKind::AdministratorPasskey:
            return apply_passkey(unit, change, payload);
        case ChangeKind::TenantCodeScheme:
        case ChangeKind::WorkstationConfirmation:
            return apply_to_codes(unit, change, payload);
        case ChangeKind::DepartmentJoin:
            return department_service::join(unit, change, payload);
        case ChangeKind::DeviceGroupJoin:
            return device_group_service::join(unit, change, payload);
        case ChangeKind::RoleWiden:
            return role_service::widen(unit, change, payload);
        case ChangeKind::PolicyActivate:
            return policy_service::activate(unit, change, payload);
    }
    return std::unexpected(Error::Malformed);
}

// Whoever proposed it must still be one who may: of two people, both count at the moment it is applied.
bool author_stands(UnitOfWork& unit, const ChangeRecord& change) {
    const auto author = technician_store::find(unit.database, change.team_id, change.author.id);
    return author && author->status == TechnicianStatus::Active &&
           !team_store::administration_permissions(unit.database, change.team_id, author->id, unit.now).empty();
}

// A key that was not accepted is forgotten, a policy that was not accepted never was in force.
void undo(UnitOfWork& unit, const ChangeRecord& change, ChangeState state) {
    const auto payload = decode_change_payload(change.payload);
    if (!payload) return;
    if (change.kind == ChangeKind::PolicyActivate) policy_service::turn_down(unit, change, *payload, state);
    if (change.kind == ChangeKind::PhonePairing) {
        if (const auto id = target_of<PhoneId>(*payload)) {
            technician_store::set_phone_state(unit, *id, KeyState::Removed);
        }
    }
    if (change.kind == ChangeKind::AdministratorPasskey) {
        if (const auto id = target_of<AdminPasskeyId>(*payload)) {
            technician_store::set_passkey_state(unit, *id, KeyState::Removed);
        }
    }
    if (change.subject_id) unit.changed(change.team_id, Topic::Technicians, *change.subject_id);
}

void record(UnitOfWork& unit, const Actor& actor, const ChangeRecord& change, std::string_view kind) {
    PortalEvent event{.team_id = change.team_id, .kind = kind, .reason = std::string(to_string(change.kind))};
    event.actor = actor.technician_id;
    if (change.subject_id && change.subject_kind == ChangeSubject::Technician) {
        event.technician = TechnicianId(*change.subject_id);
    }
    if (change.subject_id && change.subject_kind == ChangeSubject::Tenant) event.tenant = TenantId(*change.subject_id);
    if (change.subject_id && change.subject_kind == ChangeSubject::Device) event.device = DeviceId(*change.subject_id);
    event.subject_kind = "change";
    event.subject_id = change.id.uuid();
    audit_service::record(unit, event);
    unit.changed(change.team_id, Topic::Changes, change.id.uuid());
}

Result<ChangeRecord> pending(UnitOfWork& unit, const Actor& actor, const ChangeId& id) {
    auto change = change_store::find(unit.database, actor.team_id, id);
    if (!change) return std::unexpected(Error::NotFound);
    if (change->state != ChangeState::Pending) return std::unexpected(Error::ChangeDecided);
    return std::move(*change);
}

// A passkey for the portal reaches no workstation, and may be needed to accept the restored portal at all.
bool may_widen(UnitOfWork& unit, const TeamId& team, ChangeKind kind) {
    return kind == ChangeKind::AdministratorPasskey || !restore_store::awaits_acceptance(unit.database, team);
}

bool concerns(const RightDocument& right, const Uuid& what) {
    const auto* group = std::get_if<DeviceGroupId>(&right.object);
    return right.role_id.uuid() == what || (group != nullptr && group->uuid() == what);
}

bool concerns(const PolicyDocument& policy, const Uuid& what) {
    return std::ranges::find(policy.subjects.department_ids, DepartmentId(what)) !=
               policy.subjects.department_ids.end() ||
           std::ranges::find(policy.devices.group_ids, DeviceGroupId(what)) != policy.devices.group_ids.end();
}

Result<ChangeRecord> end(UnitOfWork& unit, const Actor& actor, const ChangeRecord& change, ChangeState state,
                         const std::optional<std::string>& reason) {
    const Decision decision{state, {actor.technician_id, actor.person_id}, reason, std::nullopt};
    if (auto decided = change_store::decide(unit, change.id, decision); !decided) {
        return std::unexpected(decided.error());
    }
    undo(unit, change, state);
    record(unit, actor, change, state == ChangeState::Rejected ? "change_rejected" : "change_withdrawn");
    return std::move(*change_store::find(unit.database, actor.team_id, change.id));
}

std::string_view in_words(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::RightGrant:
            return "a right";
        case ChangeKind::TechnicianEnable:
            return "a technician is enabled again";
        case ChangeKind::TenantOfflineDays:
            return "a longer time for which codes work offline";
        case ChangeKind::TenantLongestSession:
            return "longer sessions";
        case ChangeKind::TenantResume:
            return "a customer is resumed";
        case ChangeKind::DeviceResume:
            return "a workstation is resumed";
        case ChangeKind::PhonePairing:
            return "another phone";
        case ChangeKind::AdministratorPasskey:
            return "an administrator's passkey";
        case ChangeKind::TenantCodeScheme:
            return "one secret for a customer's codes";
        case ChangeKind::WorkstationConfirmation:
            return "workstations that get a customer's secret";
        case ChangeKind::DepartmentJoin:
            return "a new member of a department";
        case ChangeKind::DeviceGroupJoin:
            return "another workstation in a group";
        case ChangeKind::RoleWiden:
            return "more permissions in a role";
        case ChangeKind::PolicyActivate:
            return "an access policy";
    }
    return "a change";
}

void tell_deciders(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    const auto link = load_portal_record(unit.database).portal_origin + "/changes/" + change.id.to_string();
    mail_administrators(unit, change.team_id, change.author_person_id, [&](const std::string& name) {
        return change_mail(name, change.author.name, in_words(change.kind), payload.subject_name.value_or(""), link);
    });
}

}  // namespace

Result<ChangeRecord> propose(UnitOfWork& unit, const Actor& actor, ChangePayload payload) {
    if (!may_widen(unit, actor.team_id, payload.kind)) return std::unexpected(Error::AwaitsAcceptance);
    const bool alone = team_store::may_act_alone(unit.database, actor.team_id, actor.person_id, unit.now);
    auto bytes = encode_change_payload(payload);
    const auto id = unit.new_id<ChangeId>();
    const auto digest = change_challenge(id, bytes);
    ChangeRecord change{id,
                        actor.team_id,
                        payload.kind,
                        payload.subject_kind,
                        payload.subject_id,
                        std::move(bytes),
                        digest,
                        alone ? ChangeState::AppliedAlone : ChangeState::Pending,
                        {actor.technician_id, actor.name},
                        actor.person_id,
                        {},
                        {},
                        unit.now,
                        {}};
    if (alone) change.decided_at = unit.now;
    change_store::insert(unit, change);
    if (alone) {
        if (auto applied = apply(unit, change, payload); !applied) return std::unexpected(applied.error());
    }
    record(unit, actor, change, alone ? "change_applied_alone" : "change_proposed");
    if (!alone) tell_deciders(unit, change, payload);
    return change;
}

Result<ChangeRecord> accept(UnitOfWork& unit, const Actor& actor, const Deployment& deployment, const ChangeId& id,
                            const Assertion& assertion) {
    auto change = pending(unit, actor, id);
    if (!change) return change;
    if (!may_accept(*change, actor)) return std::unexpected(Error::NotAnotherPerson);
    if (!may_widen(unit, actor.team_id, change->kind)) return std::unexpected(Error::AwaitsAcceptance);
    const auto payload = decode_change_payload(change->payload);
    if (change_challenge(id, change->payload) != change->digest || !payload || payload->kind != change->kind) {
        throw StoreFailure(platform::DatabaseError::Corrupt, "a change is not what its digest says");
    }
    if (auto vouched = admin_passkey_service::vouch(unit, actor, deployment, assertion, change->digest); !vouched) {
        return std::unexpected(vouched.error());
    }
    if (!author_stands(unit, *change)) return std::unexpected(Error::ChangeOutdated);
    const Decision decision{ChangeState::Accepted, {actor.technician_id, actor.person_id}, std::nullopt, assertion};
    if (auto decided = change_store::decide(unit, id, decision); !decided) return std::unexpected(decided.error());
    if (auto applied = apply(unit, *change, *payload); !applied) return std::unexpected(applied.error());
    record(unit, actor, *change, "change_accepted");
    return std::move(*change_store::find(unit.database, actor.team_id, id));
}

Result<ChangeRecord> reject(UnitOfWork& unit, const Actor& actor, const ChangeId& id, const std::string& reason) {
    auto change = pending(unit, actor, id);
    if (!change) return change;
    return end(unit, actor, *change, ChangeState::Rejected, reason);
}

Result<ChangeRecord> withdraw(UnitOfWork& unit, const Actor& actor, const ChangeId& id) {
    auto change = pending(unit, actor, id);
    if (!change) return change;
    if (change->author.id != actor.technician_id) return std::unexpected(Error::Forbidden);
    return end(unit, actor, *change, ChangeState::Withdrawn, std::nullopt);
}

void withdraw_about(UnitOfWork& unit, const Actor& actor, const Uuid& subject) {
    for (const auto& change : change_store::pending_about(unit.database, actor.team_id, subject)) {
        std::ignore = end(unit, actor, change, ChangeState::Withdrawn, std::nullopt);
    }
}

void withdraw_of_author(UnitOfWork& unit, const Actor& actor, const TechnicianId& author) {
    for (const auto& change : change_store::pending_of(unit.database, actor.team_id, author)) {
        std::ignore = end(unit, actor, change, ChangeState::Withdrawn, std::nullopt);
    }
}

void withdraw_enabling(UnitOfWork& unit, const Actor& actor, const TechnicianId& technician) {
    for (const auto& change : change_store::pending_about(unit.database, actor.team_id, technician.uuid())) {
        if (change.kind == ChangeKind::TechnicianEnable) {
            std::ignore = end(unit, actor, change, ChangeState::Withdrawn, std::nullopt);
        }
    }
}

Result<void> try_out(UnitOfWork& unit, const TeamId& team, const ChangeId& id) {
    if (!unit.undone) return std::unexpected(Error::Forbidden);
    const auto change = change_store::find(unit.database, team, id);
    if (!change) return std::unexpected(Error::NotFound);
    if (change->state != ChangeState::Pending) return std::unexpected(Error::ChangeDecided);
    const auto payload = decode_change_payload(change->payload);
    if (!payload) return std::unexpected(Error::Malformed);
    return apply(unit, *change, *payload);
}

Result<void> try_out_proposed(UnitOfWork& unit, const TeamId& team) {
    const auto changes = unit.effects.changed.find({team, Topic::Changes});
    if (changes == unit.effects.changed.end()) return {};
    for (const auto& id : std::vector(changes->second)) {
        const auto change = change_store::find(unit.database, team, ChangeId(id));
        if (!change || change->state != ChangeState::Pending) continue;
        if (auto tried = try_out(unit, team, change->id); !tried) return tried;
    }
    return {};
}

bool concerns_pending(UnitOfWork& unit, const TeamId& team, const Uuid& what) {
    return std::ranges::any_of(change_store::pending(unit.database, team), [&](const ChangeRecord& change) {
        const auto payload = decode_change_payload(change.payload);
        if (change.subject_id == what || !payload) return true;
        if (payload->right && concerns(*payload->right, what)) return true;
        return payload->policy && concerns(*payload->policy, what);
    });
}

void withdraw_phones(UnitOfWork& unit, const Actor& actor, const TechnicianId& technician) {
    for (const auto& change : change_store::pending_about(unit.database, actor.team_id, technician.uuid())) {
        if (change.kind == ChangeKind::PhonePairing) {
            std::ignore = end(unit, actor, change, ChangeState::Withdrawn, std::nullopt);
        }
    }
}

void withdraw_passkey(UnitOfWork& unit, const Actor& actor, const AdminPasskeyId& passkey) {
    for (const auto& change : change_store::pending_about(unit.database, actor.team_id, actor.technician_id.uuid())) {
        const auto payload = decode_change_payload(change.payload);
        if (change.kind == ChangeKind::AdministratorPasskey && payload && payload->target == passkey.uuid()) {
            std::ignore = end(unit, actor, change, ChangeState::Withdrawn, std::nullopt);
        }
    }
}

bool may_accept(const ChangeRecord& change, const Actor& actor) {
    return change.state == ChangeState::Pending && change.author_person_id != actor.person_id;
}

}  // namespace doorward::portal::change_service
