#include "msp-portal/server/services/roster_service.h"

#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/stores/department_store.h"
#include "msp-portal/server/stores/policy_store.h"
#include "msp-portal/server/stores/restore_store.h"
#include "msp-portal/server/stores/role_store.h"
#include "msp-portal/server/stores/team_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "protocol/roster_head.h"
#include "protocol/text.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace doorward::portal::roster_service {

namespace {

using namespace protocol;

// "https://app.example.com:8444" -> "app.example.com".
std::string host_of(const std::string& origin) {
    const auto start = origin.find("://") + 3;
    return origin.substr(start, origin.find(':', start) - start);
}

TeamDocument team_document(platform::Database& database, const TeamRecord& team) {
    const auto portal = load_portal_record(database);
    return {team.id, team.name, team.suspended, host_of(portal.app_origin), portal.app_origin};
}

// A tenant may have a prefix of its own.
std::optional<TechnicianDocument> technician_document(platform::Database& database, const TeamId& team,
                                                      const TenantId& tenant_id, const TechnicianId& id) {
    const auto technician = technician_store::find(database, team, id);
    const auto tenant = tenant_store::find(database, team, tenant_id);
    if (!technician || !tenant) return std::nullopt;
    const auto account = account_name(tenant->account_prefix, technician->username);
    if (!account) return std::nullopt;
    TechnicianDocument document{.id = id,
                                .name = technician->name,
                                .username = technician->username,
                                .account = *account,
                                .state = technician->state,
                                .status = technician->status,
                                .department_ids = technician_store::departments_of(database, id),
                                .directory_imported = technician->directory_imported,
                                .phones = {}};
    for (const auto& phone : technician_store::phones_of(database, id)) {
        if (phone.state == KeyState::Active) document.phones.push_back(phone.record);
    }
    return document;
}

DeviceDocument device_document(platform::Database& database, const DeviceRecord& device) {
    return {device.id,
            device.tenant_id,
            device.name,
            device.kind,
            device.signing_key,
            device.agreement_key,
            device.state != DeviceState::Active,
            device_store::groups_of(database, device.id)};
}

TeamRecord team_of(UnitOfWork& unit, const TeamId& id) {
    auto team = team_store::find(unit.database, id);
    if (!team) throw StoreFailure(platform::DatabaseError::Corrupt, "a roster without a team");
    return std::move(*team);
}

std::vector<TechnicianId> members_of(UnitOfWork& unit, const DepartmentId& department) {
    std::vector<TechnicianId> members;
    for (const auto& member : department_store::members(unit.database, department))
        members.push_back(member.id);
    return members;
}

// Whose apps show other workstations when the policy changes.
std::vector<TechnicianId> subjects_of(UnitOfWork& unit, const TeamId& team, const PolicySubjects& subjects) {
    if (subjects.all || subjects.directory_imported) return technician_store::all_of_team(unit.database, team);
    auto technicians = subjects.technician_ids;
    for (const auto& department : subjects.department_ids) {
        const auto members = members_of(unit, department);
        technicians.insert(technicians.end(), members.begin(), members.end());
    }
    return technicians;
}

std::vector<TechnicianId> subjects_of(UnitOfWork& unit, const RightRecord& right) {
    if (const auto* technician = std::get_if<TechnicianId>(&right.document.subject)) return {*technician};
    if (const auto* department = std::get_if<DepartmentId>(&right.document.subject)) {
        return members_of(unit, *department);
    }
    return technician_store::all_of_team(unit.database, right.team_id);
}

// Whoever could make the tenant's codes and cannot any more, with this phone or at all, still knows its secret.
bool was_taken_away(const TechnicianDocument& before, const TechnicianDocument* after) {
    const auto works = [](const TechnicianDocument& technician) {
        return technician.state == TechnicianState::Activated && technician.status == TechnicianStatus::Active;
    };
    if (!works(before)) return false;
    if (after == nullptr || !works(*after)) return true;
    return !std::ranges::all_of(before.phones, [&](const PhoneRecord& phone) {
        return std::ranges::find(after->phones, phone.id, &PhoneRecord::id) != after->phones.end();
    });
}

// What stands in a tenant's roster at present.
template <class Document, class IdType>
std::optional<Document> standing(UnitOfWork& unit, const TenantId& tenant, const IdType& id) {
    const auto stored = roster_store::find(unit.database, tenant, document_id(id));
    if (!stored) return std::nullopt;
    auto content = decode_document(stored->id, stored->body);
    auto* document = content ? std::get_if<Document>(&*content) : nullptr;
    return document != nullptr ? std::optional(std::move(*document)) : std::nullopt;
}

// Every technician's coming, change and going in a tenant's roster; nothing: going.
void put_technician(UnitOfWork& unit, const TeamId& team, const TenantId& tenant, const TechnicianId& id,
                    std::optional<TechnicianDocument> document) {
    bool leaves = false;
    if (const auto before = standing<TechnicianDocument>(unit, tenant, id)) {
        leaves = was_taken_away(*before, document ? &*document : nullptr);
    }
    if (document) {
        roster_store::put(unit, tenant, std::move(*document));
    } else {
        roster_store::remove(unit, tenant, document_id(id));
    }
    if (leaves) tenant_code_service::technician_left(unit, team, tenant);
}

// Somebody is not named any more.
bool narrows(const PolicySubjects& before, const PolicySubjects& after) {
    if (after.all) return false;
    return before.all || (before.directory_imported && !after.directory_imported) ||
           !std::ranges::includes(after.technician_ids, before.technician_ids) ||
           !std::ranges::includes(after.department_ids, before.department_ids);
}

bool lets_sign_in(const RoleDocument& role) {
    return std::ranges::find(role.permissions, k_permission_technician_sign_in) != role.permissions.end();
}

// The right, its role, and whoever holds it, into one tenant's roster.
void put_right(UnitOfWork& unit, const TeamId& team, const RightRecord& right, const TenantId& tenant) {
    if (const auto role = role_store::find(unit.database, team, right.document.role_id)) {
        roster_store::put(unit, tenant, role->document);
    }
    roster_store::put(unit, tenant, right.document);
    for (const auto& technician : subjects_of(unit, right)) {
        if (auto document = technician_document(unit.database, team, tenant, technician)) {
            put_technician(unit, team, tenant, technician, std::move(document));
        }
    }
}

bool concerns_devices(UnitOfWork& unit, const RightRecord& right) {
    const auto role = role_store::find(unit.database, right.team_id, right.document.role_id);
    return role && role->document.purpose == RolePurpose::Devices;
}

}  // namespace

void team_changed(UnitOfWork& unit, const TeamId& id) {
    const auto team = team_of(unit, id);
    for (const auto& tenant : tenant_store::all_of_team(unit.database, id)) {
        roster_store::put(unit, tenant, team_document(unit.database, team));
    }
    // Mode and prefix are inherited, and the prefix stands in every technician's account name.
    for (const auto& tenant : tenant_store::all_of_team(unit.database, id))
        tenant_changed(unit, id, tenant);
    for (const auto& technician : technician_store::all_of_team(unit.database, id)) {
        technician_changed(unit, id, technician);
    }
}

void tenant_added(UnitOfWork& unit, const TeamId& id, const TenantId& tenant) {
    const auto team = team_of(unit, id);
    roster_store::put(unit, tenant, team_document(unit.database, team));
    tenant_changed(unit, id, tenant);
    for (const auto& policy : policy_store::list(unit.database, id)) {
        const auto& document = policy.document;
        if (document.state == PolicyState::Active && document.devices.all) roster_store::put(unit, tenant, document);
    }
    for (const auto& right : right_store::device_rights_of_team(unit.database, id)) {
        if (std::holds_alternative<AllDevices>(right.document.object)) put_right(unit, id, right, tenant);
    }
}

void tenant_changed(UnitOfWork& unit, const TeamId& team, const TenantId& tenant) {
    const auto record = tenant_store::find(unit.database, team, tenant);
    if (record) roster_store::put(unit, tenant, record->document);
}

void accounts_changed(UnitOfWork& unit, const TeamId& team, const TenantId& tenant) {
    tenant_changed(unit, team, tenant);
    for (const auto& id : technician_store::all_of_team(unit.database, team)) {
        if (!roster_store::holds(unit.database, tenant, document_id(id))) continue;
        if (auto document = technician_document(unit.database, team, tenant, id)) {
            put_technician(unit, team, tenant, id, std::move(document));
        }
        unit.effects.phones_changed.insert(id);
    }
}

void device_changed(UnitOfWork& unit, const DeviceRecord& device) {
    roster_store::put(unit, device.tenant_id, device_document(unit.database, device));
    tenant_code_service::workstation_changed(unit, device);
}

void device_removed(UnitOfWork& unit, const DeviceRecord& device) {
    roster_store::remove(unit, device.tenant_id, document_id(device.id));
    tenant_code_service::workstation_changed(unit, device);
}

void technician_changed(UnitOfWork& unit, const TeamId& id, const TechnicianId& technician) {
    std::set<TenantId> reached;
    for (const auto& right : right_store::device_rights_of_technician(unit.database, id, technician)) {
        const auto tenants = right_store::tenants_reached(unit.database, right);
        reached.insert(tenants.begin(), tenants.end());
    }
    for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(technician))) {
        if (!reached.contains(tenant)) put_technician(unit, id, tenant, technician, std::nullopt);
    }
    for (const auto& tenant : reached)
        put_technician(unit, id, tenant, technician, technician_document(unit.database, id, tenant, technician));
    unit.effects.phones_changed.insert(technician);
}

void technician_removed(UnitOfWork& unit, const TeamId& team, const TechnicianId& technician) {
    for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(technician)))
        put_technician(unit, team, tenant, technician, std::nullopt);
    unit.effects.phones_changed.insert(technician);
}

void right_granted(UnitOfWork& unit, const RightRecord& right) {
    if (!concerns_devices(unit, right)) return;
    for (const auto& tenant : right_store::tenants_reached(unit.database, right))
        put_right(unit, right.team_id, right, tenant);
    right_reach_changed(unit, right);
}

void right_reach_changed(UnitOfWork& unit, const RightRecord& right) {
    for (const auto& technician : subjects_of(unit, right))
        unit.effects.phones_changed.insert(technician);
}

void role_changed(UnitOfWork& unit, const TeamId& team, const RoleDocument& role) {
    for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(role.id))) {
        const auto before = standing<RoleDocument>(unit, tenant, role.id);
        roster_store::put(unit, tenant, role);
        if (before && lets_sign_in(*before) && !lets_sign_in(role)) {
            tenant_code_service::technician_left(unit, team, tenant);
        }
    }
}

void role_removed(UnitOfWork& unit, const RoleId& role) {
    for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(role)))
        roster_store::remove(unit, tenant, document_id(role));
}

void policy_changed(UnitOfWork& unit, const TeamId& team, const PolicyDocument& policy) {
    std::vector<TenantId> reached;
    if (policy.state == PolicyState::Active) reached = policy_store::tenants_reached(unit.database, team, policy);
    for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(policy.id))) {
        if (std::ranges::find(reached, tenant) != reached.end()) continue;
        roster_store::remove(unit, tenant, document_id(policy.id));
        tenant_code_service::technician_left(unit, team, tenant);
    }
    for (const auto& tenant : reached) {
        const auto before = standing<PolicyDocument>(unit, tenant, policy.id);
        roster_store::put(unit, tenant, policy);
        if (before && narrows(before->subjects, policy.subjects)) {
            tenant_code_service::technician_left(unit, team, tenant);
        }
    }
    for (const auto& technician : subjects_of(unit, team, policy.subjects))
        unit.effects.phones_changed.insert(technician);
}

void right_revoked(UnitOfWork& unit, const RightRecord& right) {
    if (!concerns_devices(unit, right)) return;
    for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(right.id()))) {
        roster_store::remove(unit, tenant, document_id(right.id()));
    }
    for (const auto& technician : subjects_of(unit, right))
        technician_changed(unit, right.team_id, technician);
}

Result<Sync> sync(platform::Database& database, const DeviceId& id, std::int64_t from_revision, Timestamp now,
                  const HeadSigner& signer) {
    const auto device = device_store::find(database, id);
    if (!device) return std::unexpected(Error::NotFound);
    if (restore_store::awaits_acceptance(database, device->team_id)) return std::unexpected(Error::AwaitsAcceptance);
    const auto tenant = tenant_store::find(database, device->team_id, device->tenant_id);
    if (!tenant) return std::unexpected(Error::NotFound);
    const auto revision = roster_store::revision(database, device->tenant_id);
    // A device that claims a future of ours gets everything.
    const auto from = from_revision > revision || from_revision < 0 ? 0 : from_revision;
    const RosterHead head{.team_id = device->team_id,
                          .tenant_id = device->tenant_id,
                          .device_id = id,
                          .incarnation = load_portal_record(database).incarnation,
                          .revision = revision,
                          .state_hash = roster_store::state_hash(database, device->tenant_id, id),
                          .issued_at = now,
                          .offline_until = now + std::chrono::days(tenant->document.offline_days),
                          .next_portal_key = signer.next_key};
    return Sync{from, from == 0, roster_store::changes_since(database, device->tenant_id, id, from),
                sign_envelope(signer.key, crypto::Purpose::RosterHead, encode_roster_head(head)), revision};
}

}  // namespace doorward::portal::roster_service
