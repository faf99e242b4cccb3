#include "msp-portal/server/stores/policy_store.h"

#include "msp-portal/server/stores/tenant_store.h"

#include <algorithm>
#include <set>

namespace doorward::portal::policy_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert =
    "INSERT INTO policy (id, team_id, name, description, kind, state, start_policy, all_devices, all_subjects,"
    " directory_imported, ticket_required, ticket_pattern, reason_required, longest_session_minutes, end_behaviour,"
    " valid_from, valid_until, version, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_update =
    "UPDATE policy SET name = ?, description = ?, kind = ?, state = ?, start_policy = ?, all_devices = ?, all_subjects "
    "= ?,"
    " directory_imported = ?, ticket_required = ?, ticket_pattern = ?, reason_required = ?,"
    " longest_session_minutes = ?, end_behaviour = ?, valid_from = ?, valid_until = ?, version = ? WHERE id = ?";
constexpr std::string_view k_remove_members = "DELETE FROM policy_member WHERE policy_id = ?";
constexpr std::string_view k_insert_member = "INSERT INTO policy_member (policy_id, kind, member_id) VALUES (?, ?, ?)";
constexpr std::string_view k_remove_windows = "DELETE FROM policy_time_window WHERE policy_id = ?";
constexpr std::string_view k_insert_window =
    "INSERT INTO policy_time_window (policy_id, from_minute, to_minute) VALUES (?, ?, ?)";

#define DOORWARD_POLICY_COLUMNS                                                                               \
    "SELECT id, name, description, kind, state, start_policy, all_devices, all_subjects, directory_imported," \
    " ticket_required, ticket_pattern, reason_required, longest_session_minutes, end_behaviour, valid_from,"  \
    " valid_until, version FROM policy WHERE team_id = ?1 "
constexpr std::string_view k_list = DOORWARD_POLICY_COLUMNS "ORDER BY id";
constexpr std::string_view k_find = DOORWARD_POLICY_COLUMNS "AND id = ?2";
constexpr std::string_view k_naming = DOORWARD_POLICY_COLUMNS
    "AND state IN ('pending', 'active') AND id IN (SELECT policy_id FROM policy_member WHERE member_id = ?2)"
    " ORDER BY name, id";
#undef DOORWARD_POLICY_COLUMNS

constexpr std::string_view k_members =
    "SELECT kind, member_id FROM policy_member WHERE policy_id = ? ORDER BY kind, member_id";
constexpr std::string_view k_windows =
    "SELECT from_minute, to_minute FROM policy_time_window WHERE policy_id = ? ORDER BY from_minute";

constexpr std::string_view k_technician_name = "SELECT name FROM technician WHERE id = ?";
constexpr std::string_view k_department_name = "SELECT name FROM department WHERE id = ?";
constexpr std::string_view k_device_name =
    "SELECT t.name || ' / ' || d.name FROM device d JOIN tenant t ON t.id = d.tenant_id WHERE d.id = ?";
constexpr std::string_view k_group_name =
    "SELECT t.name || ' / ' || g.name FROM device_group g JOIN tenant t ON t.id = g.tenant_id WHERE g.id = ?";
constexpr std::string_view k_device_tenant = "SELECT tenant_id FROM device WHERE id = ? AND state <> 'removed'";
constexpr std::string_view k_group_tenant = "SELECT tenant_id FROM device_group WHERE id = ?";

void read_members(platform::Database& database, PolicyDocument& policy) {
    auto members = sql::query(database, k_members, policy.id);
    while (members.next()) {
        const auto kind = members.text(0);
        if (kind == "device") policy.devices.device_ids.push_back(members.id<DeviceId>(1));
        if (kind == "device_group") policy.devices.group_ids.push_back(members.id<DeviceGroupId>(1));
        if (kind == "technician") policy.subjects.technician_ids.push_back(members.id<TechnicianId>(1));
        if (kind == "department") policy.subjects.department_ids.push_back(members.id<DepartmentId>(1));
        if (kind == "approver") policy.conditions.approver_ids.push_back(members.id<TechnicianId>(1));
    }
    auto windows = sql::query(database, k_windows, policy.id);
    while (windows.next()) {
        policy.conditions.time_windows.push_back(
            {static_cast<int>(windows.integer(0)), static_cast<int>(windows.integer(1))});
    }
}

std::vector<PolicyRecord> all_in(platform::Database& database, sql::Rows rows) {
    std::vector<PolicyRecord> found;
    while (rows.next()) {
        PolicyRecord record{{.id = rows.id<PolicyId>(0),
                             .name = rows.text(1),
                             .description = rows.text(2),
                             .kind = rows.one_of(3, {PolicyKind::Domain, PolicyKind::NonDomain, PolicyKind::Any}),
                             .state = rows.one_of(4, {PolicyState::Pending, PolicyState::Active, PolicyState::Retired,
                                                      PolicyState::Rejected}),
                             .devices = {},
                             .subjects = {},
                             .conditions = {},
                             .valid_from = rows.optional_time(14),
                             .valid_until = rows.optional_time(15)},
                            rows.boolean(5),
                            rows.integer(16)};
        auto& policy = record.document;
        policy.devices.all = rows.boolean(6);
        policy.subjects.all = rows.boolean(7);
        policy.subjects.directory_imported = rows.boolean(8);
        policy.conditions.ticket_required = rows.boolean(9);
        policy.conditions.ticket_pattern = rows.optional_text(10);
        policy.conditions.reason_required = rows.boolean(11);
        if (const auto minutes = rows.optional_integer(12)) {
            policy.conditions.longest_session_minutes = static_cast<int>(*minutes);
        }
        policy.conditions.end_behaviour = rows.one_of(13, {EndBehaviour::EndSession, EndBehaviour::KeepUntilLogout});
        read_members(database, policy);
        found.push_back(std::move(record));
    }
    return found;
}

void write_members(UnitOfWork& unit, const PolicyDocument& policy) {
    const auto put = [&](std::string_view kind, const auto& ids) {
        for (const auto& id : ids)
            sql::execute(unit.database, k_insert_member, policy.id, kind, id);
    };
    sql::execute(unit.database, k_remove_members, policy.id);
    put("device", policy.devices.device_ids);
    put("device_group", policy.devices.group_ids);
    put("technician", policy.subjects.technician_ids);
    put("department", policy.subjects.department_ids);
    put("approver", policy.conditions.approver_ids);
    sql::execute(unit.database, k_remove_windows, policy.id);
    for (const auto& window : policy.conditions.time_windows)
        sql::execute(unit.database, k_insert_window, policy.id, window.from_minute, window.to_minute);
}

}  // namespace

void insert(UnitOfWork& unit, const TeamId& team, const PolicyRecord& record) {
    const auto& policy = record.document;
    sql::execute(unit.database, k_insert, policy.id, team, policy.name, policy.description, to_string(policy.kind),
                 to_string(policy.state), record.start_policy, policy.devices.all, policy.subjects.all,
                 policy.subjects.directory_imported, policy.conditions.ticket_required,
                 policy.conditions.ticket_pattern, policy.conditions.reason_required,
                 policy.conditions.longest_session_minutes, to_string(policy.conditions.end_behaviour),
                 policy.valid_from, policy.valid_until, record.version, unit.now);
    write_members(unit, policy);
}

void update(UnitOfWork& unit, const PolicyRecord& record) {
    const auto& policy = record.document;
    sql::execute(unit.database, k_update, policy.name, policy.description, to_string(policy.kind),
                 to_string(policy.state), record.start_policy, policy.devices.all, policy.subjects.all,
                 policy.subjects.directory_imported, policy.conditions.ticket_required,
                 policy.conditions.ticket_pattern, policy.conditions.reason_required,
                 policy.conditions.longest_session_minutes, to_string(policy.conditions.end_behaviour),
                 policy.valid_from, policy.valid_until, record.version, policy.id);
    write_members(unit, policy);
}

std::optional<PolicyRecord> find(platform::Database& database, const TeamId& team, const PolicyId& id) {
    auto found = all_in(database, sql::query(database, k_find, team, id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<PolicyRecord> list(platform::Database& database, const TeamId& team) {
    return all_in(database, sql::query(database, k_list, team));
}

std::vector<PolicyRecord> naming(platform::Database& database, const TeamId& team, const Uuid& member) {
    return all_in(database, sql::query(database, k_naming, team, member));
}

std::vector<Named<Uuid>> names(platform::Database& database, const PolicyDocument& policy) {
    std::vector<Named<Uuid>> names;
    const auto add = [&](std::string_view name_of, const auto& ids) {
        for (const auto& id : ids) {
            const bool known = std::ranges::any_of(names, [&](const auto& named) { return named.id == id.uuid(); });
            auto rows = sql::query(database, name_of, id);
            if (!known && rows.next()) names.push_back({id.uuid(), rows.text(0)});
        }
    };
    add(k_device_name, policy.devices.device_ids);
    add(k_group_name, policy.devices.group_ids);
    add(k_technician_name, policy.subjects.technician_ids);
    add(k_department_name, policy.subjects.department_ids);
    add(k_technician_name, policy.conditions.approver_ids);
    return names;
}

std::vector<TenantId> tenants_reached(platform::Database& database, const TeamId& team, const PolicyDocument& policy) {
    if (policy.devices.all) return tenant_store::all_of_team(database, team);
    std::set<TenantId> tenants;
    const auto add = [&](std::string_view tenant_of, const auto& ids) {
        for (const auto& id : ids) {
            auto rows = sql::query(database, tenant_of, id);
            if (rows.next()) tenants.insert(rows.template id<TenantId>(0));
        }
    };
    add(k_device_tenant, policy.devices.device_ids);
    add(k_group_tenant, policy.devices.group_ids);
    return {tenants.begin(), tenants.end()};
}

}  // namespace doorward::portal::policy_store
