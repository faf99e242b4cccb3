#include "msp-portal/server/stores/team_store.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <iterator>

namespace doorward::portal::team_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO team (id, name, account_prefix, suspended, version, created_at, account_mode)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find =
    "SELECT id, name, account_prefix, suspended, version, created_at, account_mode FROM team WHERE id = ?";
constexpr std::string_view k_all =
    "SELECT id, name, account_prefix, suspended, version, created_at, account_mode FROM team ORDER BY id";
constexpr std::string_view k_update =
    "UPDATE team SET name = ?, account_prefix = ?, account_mode = ?, suspended = ?, version = ? WHERE id = ?";
constexpr std::string_view k_insert_owner = "INSERT INTO owner (team_id, technician_id, created_at) VALUES (?, ?, ?)";
constexpr std::string_view k_owner = "SELECT technician_id FROM owner WHERE team_id = ?";
constexpr std::string_view k_person = "SELECT id FROM person WHERE email_key = ?";
constexpr std::string_view k_insert_person = "INSERT INTO person (id, email_key, created_at) VALUES (?, ?, ?)";

// What administration a technician holds now: by a right on a section, own, by department or for everyone.
// Administering the team itself takes a right on its own section. ?1 is the team, ?2 the time.
#define DOORWARD_ADMINISTRATION(technician)                                                                \
    " FROM access_right r JOIN role o ON o.id = r.role_id JOIN role_permission p ON p.role_id = r.role_id" \
    " WHERE r.team_id = ?1 AND r.object_kind = 'section' AND o.purpose = 'administration'"                 \
    " AND (p.permission <> 'technicians_and_settings' OR r.section = 'team')"                              \
    " AND r.valid_from <= ?2 AND (r.valid_until IS NULL OR r.valid_until > ?2)"                            \
    " AND (r.subject_kind = 'everyone' OR (r.subject_kind = 'technician' AND r.subject_id = " technician   \
    ")"                                                                                                    \
    "   OR (r.subject_kind = 'department' AND r.subject_id IN"                                             \
    "     (SELECT department_id FROM department_member WHERE technician_id = " technician ")))"
constexpr std::string_view k_administrators =
    "SELECT count(DISTINCT t.person_id) FROM technician t WHERE t.team_id = ?1 AND t.status = 'active'"
    " AND EXISTS (SELECT 1 FROM admin_passkey k WHERE k.technician_id = t.id AND k.state = 'active')"
    " AND EXISTS (SELECT 1" DOORWARD_ADMINISTRATION("t.id") " AND p.permission = 'technicians_and_settings')"
    " AND (?3 IS NULL OR t.person_id <> ?3)";
constexpr std::string_view k_permissions =
    "SELECT DISTINCT p.permission" DOORWARD_ADMINISTRATION("?3") " ORDER BY p.permission";
#undef DOORWARD_ADMINISTRATION
constexpr std::string_view k_alone_from = "SELECT alone_from FROM team WHERE id = ?";
constexpr std::string_view k_hold_off_alone = "UPDATE team SET alone_from = max(alone_from, ?) WHERE id = ?";

constexpr std::string_view k_roles =
    "SELECT id, team_id, name, purpose FROM role WHERE team_id IS NULL OR team_id = ? ORDER BY id";
constexpr std::string_view k_role =
    "SELECT id, team_id, name, purpose FROM role WHERE (team_id IS NULL OR team_id = ?) AND id = ?";
constexpr std::string_view k_role_permissions =
    "SELECT permission FROM role_permission WHERE role_id = ? ORDER BY permission";

constexpr std::string_view k_insert_policy =
    "INSERT INTO policy (id, team_id, name, description, kind, state, start_policy, all_devices, all_subjects,"
    " directory_imported, ticket_required, ticket_pattern, reason_required, longest_session_minutes, end_behaviour,"
    " valid_from, valid_until, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_policies =
    "SELECT id, name, description, kind, state, start_policy, all_devices, all_subjects, directory_imported,"
    " ticket_required, ticket_pattern, reason_required, longest_session_minutes, end_behaviour, valid_from, valid_until"
    " FROM policy WHERE team_id = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY id";
constexpr std::string_view k_policy_members =
    "SELECT kind, member_id FROM policy_member WHERE policy_id = ? ORDER BY kind, member_id";
constexpr std::string_view k_policy_windows =
    "SELECT from_minute, to_minute FROM policy_time_window WHERE policy_id = ? ORDER BY from_minute";

TeamRecord team_of(const sql::Rows& rows) {
    using protocol::AccountMode;
    return {rows.id<protocol::TeamId>(0),
            rows.text(1),
            rows.text(2),
            rows.boolean(3),
            rows.integer(4),
            rows.time(5),
            rows.one_of(6, {AccountMode::Named, AccountMode::Shared})};
}

// One mailbox, however it is written: without case, and without what providers ignore behind a plus sign.
std::string email_key(const std::string& email) {
    std::string key;
    std::ranges::transform(email, std::back_inserter(key),
                           [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const auto at = key.find('@');
    const auto plus = key.find('+');
    if (plus != std::string::npos && at != std::string::npos && plus < at && plus > 0) key.erase(plus, at - plus);
    return key;
}

std::vector<RoleRecord> with_permissions(platform::Database& database, sql::Rows rows) {
    using protocol::RolePurpose;
    std::vector<RoleRecord> found;
    while (rows.next()) {
        RoleRecord record{
            {rows.id<protocol::RoleId>(0),
             rows.text(2),
             rows.one_of(3, {RolePurpose::Devices, RolePurpose::Invitations, RolePurpose::Administration}),
             rows.is_null(1),
             {}},
            rows.optional_id<protocol::TeamId>(1)};
        auto permissions = sql::query(database, k_role_permissions, record.document.id);
        while (permissions.next())
            record.document.permissions.push_back(permissions.text(0));
        found.push_back(std::move(record));
    }
    return found;
}

std::vector<PolicyRecord> read_policies(platform::Database& database, const protocol::TeamId& team,
                                        const std::optional<protocol::PolicyId>& only) {
    using namespace protocol;
    std::vector<PolicyRecord> found;
    auto rows = sql::query(database, k_policies, team, only);
    while (rows.next()) {
        PolicyRecord record{{rows.id<PolicyId>(0),
                             rows.text(1),
                             rows.text(2),
                             PolicyKind::Any,
                             PolicyState::Pending,
                             {},
                             {},
                             {},
                             {},
                             {}}};
        auto& policy = record.document;
        policy.kind = rows.one_of(3, {PolicyKind::Domain, PolicyKind::NonDomain, PolicyKind::Any});
        policy.state =
            rows.one_of(4, {PolicyState::Pending, PolicyState::Active, PolicyState::Retired, PolicyState::Rejected});
        record.start_policy = rows.boolean(5);
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
        policy.valid_from = rows.optional_time(14);
        policy.valid_until = rows.optional_time(15);
        auto members = sql::query(database, k_policy_members, policy.id);
        while (members.next()) {
            const auto kind = members.text(0);
            if (kind == "device") policy.devices.device_ids.push_back(members.id<DeviceId>(1));
            if (kind == "device_group") policy.devices.group_ids.push_back(members.id<DeviceGroupId>(1));
            if (kind == "technician") policy.subjects.technician_ids.push_back(members.id<TechnicianId>(1));
            if (kind == "department") policy.subjects.department_ids.push_back(members.id<DepartmentId>(1));
            if (kind == "approver") policy.conditions.approver_ids.push_back(members.id<TechnicianId>(1));
        }
        auto windows = sql::query(database, k_policy_windows, policy.id);
        while (windows.next()) {
            policy.conditions.time_windows.push_back(
                {static_cast<int>(windows.integer(0)), static_cast<int>(windows.integer(1))});
        }
        found.push_back(std::move(record));
    }
    return found;
}

}  // namespace

void insert(UnitOfWork& unit, const TeamRecord& team) {
    sql::execute(unit.database, k_insert, team.id, team.name, team.account_prefix, team.suspended, team.version,
                 team.created_at, to_string(team.account_mode));
}

std::optional<TeamRecord> find(platform::Database& database, const protocol::TeamId& id) {
    auto rows = sql::query(database, k_find, id);
    if (!rows.next()) return std::nullopt;
    return team_of(rows);
}

std::vector<TeamRecord> all(platform::Database& database) {
    std::vector<TeamRecord> teams;
    auto rows = sql::query(database, k_all);
    while (rows.next())
        teams.push_back(team_of(rows));
    return teams;
}

void update(UnitOfWork& unit, const TeamRecord& team) {
    sql::execute(unit.database, k_update, team.name, team.account_prefix, to_string(team.account_mode), team.suspended,
                 team.version, team.id);
}

void insert_owner(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TechnicianId& technician) {
    sql::execute(unit.database, k_insert_owner, team, technician, unit.now);
}

std::optional<protocol::TechnicianId> owner(platform::Database& database, const protocol::TeamId& team) {
    auto rows = sql::query(database, k_owner, team);
    if (!rows.next()) return std::nullopt;
    return rows.id<protocol::TechnicianId>(0);
}

PersonId person_for(UnitOfWork& unit, const std::optional<std::string>& email) {
    const auto key = email ? std::optional(email_key(*email)) : std::nullopt;
    if (key) {
        auto rows = sql::query(unit.database, k_person, *key);
        if (rows.next()) return rows.id<PersonId>(0);
    }
    const auto id = unit.new_id<PersonId>();
    sql::execute(unit.database, k_insert_person, id, key, unit.now);
    return id;
}

std::int64_t administrators(platform::Database& database, const protocol::TeamId& team, protocol::Timestamp now) {
    return sql::number(database, k_administrators, team, now, nullptr);
}

bool may_act_alone(platform::Database& database, const protocol::TeamId& team, const PersonId& person,
                   protocol::Timestamp now) {
    return sql::number(database, k_administrators, team, now, person) == 0 &&
           sql::number(database, k_alone_from, team) <= now.milliseconds;
}

void hold_off_acting_alone(UnitOfWork& unit, const protocol::TeamId& team) {
    static constexpr std::chrono::hours k_hold_off{72};
    sql::execute(unit.database, k_hold_off_alone, unit.now + k_hold_off, team);
}

std::vector<std::string> administration_permissions(platform::Database& database, const protocol::TeamId& team,
                                                    const protocol::TechnicianId& technician, protocol::Timestamp now) {
    std::vector<std::string> permissions;
    auto rows = sql::query(database, k_permissions, team, now, technician);
    while (rows.next())
        permissions.push_back(rows.text(0));
    return permissions;
}

std::vector<RoleRecord> roles(platform::Database& database, const protocol::TeamId& team) {
    return with_permissions(database, sql::query(database, k_roles, team));
}

std::optional<RoleRecord> role(platform::Database& database, const protocol::TeamId& team, const protocol::RoleId& id) {
    auto found = with_permissions(database, sql::query(database, k_role, team, id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

void insert_policy(UnitOfWork& unit, const protocol::TeamId& team, const PolicyRecord& record) {
    const auto& policy = record.document;
    sql::execute(unit.database, k_insert_policy, policy.id, team, policy.name, policy.description,
                 to_string(policy.kind), to_string(policy.state), record.start_policy, policy.devices.all,
                 policy.subjects.all, policy.subjects.directory_imported, policy.conditions.ticket_required,
                 policy.conditions.ticket_pattern, policy.conditions.reason_required,
                 policy.conditions.longest_session_minutes, to_string(policy.conditions.end_behaviour),
                 policy.valid_from, policy.valid_until, unit.now);
}

std::vector<PolicyRecord> policies(platform::Database& database, const protocol::TeamId& team) {
    return read_policies(database, team, std::nullopt);
}

std::optional<PolicyRecord> policy(platform::Database& database, const protocol::TeamId& team,
                                   const protocol::PolicyId& id) {
    auto found = read_policies(database, team, id);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

}  // namespace doorward::portal::team_store
