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
constexpr std::string_view k_administering =
    "SELECT t.id FROM technician t WHERE t.team_id = ?1 AND t.status = 'active'"
    " AND EXISTS (SELECT 1" DOORWARD_ADMINISTRATION("t.id") " AND p.permission = 'technicians_and_settings')"
    " ORDER BY t.id";
constexpr std::string_view k_permissions =
    "SELECT DISTINCT p.permission" DOORWARD_ADMINISTRATION("?3") " ORDER BY p.permission";
#undef DOORWARD_ADMINISTRATION
constexpr std::string_view k_alone_from = "SELECT alone_from FROM team WHERE id = ?";
constexpr std::string_view k_hold_off_alone = "UPDATE team SET alone_from = max(alone_from, ?) WHERE id = ?";

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

std::vector<protocol::TechnicianId> administering(platform::Database& database, const protocol::TeamId& team,
                                                  protocol::Timestamp now) {
    std::vector<protocol::TechnicianId> technicians;
    auto rows = sql::query(database, k_administering, team, now);
    while (rows.next())
        technicians.push_back(rows.id<protocol::TechnicianId>(0));
    return technicians;
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

}  // namespace doorward::portal::team_store
