#include "msp-portal/server/stores/restore_store.h"

#include <algorithm>
#include <array>

namespace doorward::portal {

std::string_view to_string(HeldRoster held) {
    switch (held) {
        case HeldRoster::None:
            return "none";
        case HeldRoster::Same:
            return "same";
        case HeldRoster::Older:
            return "older";
        case HeldRoster::Newer:
            return "newer";
        case HeldRoster::OtherLife:
            return "other_life";
    }
    return "unknown";
}

namespace restore_store {

namespace {

using namespace protocol;

constexpr std::array<std::string_view, 4> k_begin = {"DELETE FROM restored_team", "DELETE FROM restore_report",
                                                     "DELETE FROM restore_stranger",
                                                     "UPDATE tenant SET restored_revision = roster_revision"};
constexpr std::string_view k_insert_teams =
    "INSERT INTO restored_team (team_id, restored_at, life_before)"
    " SELECT team.id, ?, portal.incarnation FROM team, portal WHERE portal.only_row = 1";
constexpr std::string_view k_find =
    "SELECT r.restored_at, r.life_before, r.first_by, t.name, r.first_person_id FROM restored_team r"
    " LEFT JOIN technician t ON t.id = r.first_by WHERE r.team_id = ? AND r.accepted_at IS NULL";
constexpr std::string_view k_awaits = "SELECT count(*) FROM restored_team WHERE team_id = ? AND accepted_at IS NULL";
constexpr std::string_view k_report =
    "INSERT INTO restore_report (device_id, reported_at, incarnation, revision, generation) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (device_id) DO NOTHING";
constexpr std::string_view k_reports =
    "SELECT d.id, d.name, t.id, t.name, p.reported_at, p.incarnation, p.revision, p.generation, t.restored_revision,"
    " (SELECT c.sequence FROM audit_chain c WHERE c.source_id = d.id)"
    " FROM device d JOIN tenant t ON t.id = d.tenant_id LEFT JOIN restore_report p ON p.device_id = d.id"
    " WHERE d.team_id = ? AND d.state <> 'removed' ORDER BY d.name, d.id";
constexpr std::string_view k_stranger =
    "INSERT INTO restore_stranger (device_id, seen_at) SELECT ?1, ?2"
    " WHERE (SELECT count(*) FROM restore_stranger) < ?3 ON CONFLICT (device_id) DO NOTHING";
constexpr std::string_view k_strangers = "SELECT count(*) FROM restore_stranger";
constexpr std::string_view k_first =
    "UPDATE restored_team SET first_by = ?, first_person_id = ? WHERE team_id = ? AND accepted_at IS NULL";
constexpr std::string_view k_last =
    "UPDATE restored_team SET accepted_at = ?1,"
    " second_by = CASE WHEN first_by IS NOT NULL THEN ?2 END,"
    " second_person_id = CASE WHEN first_by IS NOT NULL THEN ?3 END,"
    " first_by = coalesce(first_by, ?2), first_person_id = coalesce(first_person_id, ?3)"
    " WHERE team_id = ?4 AND accepted_at IS NULL";

HeldRoster compare(const std::optional<Incarnation>& held, std::int64_t revision, const Incarnation& life_before,
                   std::int64_t restored) {
    if (!held) return HeldRoster::None;
    if (*held != life_before) return HeldRoster::OtherLife;
    if (revision == restored) return HeldRoster::Same;
    return revision < restored ? HeldRoster::Older : HeldRoster::Newer;
}

}  // namespace

void begin(UnitOfWork& unit) {
    for (const auto statement : k_begin)
        sql::execute(unit.database, statement);
    sql::execute(unit.database, k_insert_teams, unit.now);
}

std::optional<RestoredTeam> find(platform::Database& database, const TeamId& team) {
    auto rows = sql::query(database, k_find, team);
    if (!rows.next()) return std::nullopt;
    RestoredTeam restored{.restored_at = rows.time(0),
                          .life_before = rows.id<Incarnation>(1),
                          .first_by = {},
                          .first_person_id = rows.optional_id<PersonId>(4)};
    if (!rows.is_null(2)) restored.first_by = Named<TechnicianId>{rows.id<TechnicianId>(2), rows.text(3)};
    return restored;
}

bool awaits_acceptance(platform::Database& database, const TeamId& team) {
    return sql::number(database, k_awaits, team) > 0;
}

void report(UnitOfWork& unit, const DeviceId& device, const HelloBody& hello) {
    sql::execute(unit.database, k_report, device, unit.now, hello.incarnation, hello.revision, hello.generation);
}

std::vector<RestoreReport> reports(platform::Database& database, const TeamId& team, const Incarnation& life_before) {
    std::vector<RestoreReport> all;
    auto rows = sql::query(database, k_reports, team);
    while (rows.next()) {
        RestoreReport report{.device_id = rows.id<DeviceId>(0),
                             .name = rows.text(1),
                             .tenant = {rows.id<TenantId>(2), rows.text(3)},
                             .reported_at = rows.optional_time(4)};
        if (report.reported_at) {
            const auto restored = rows.optional_integer(8).value_or(0);
            const auto revision = rows.integer(6);
            report.roster = compare(rows.optional_id<Incarnation>(5), revision, life_before, restored);
            if (report.roster == HeldRoster::Newer) report.revisions_lacking = revision - restored;
            const auto uploaded = rows.optional_integer(9).value_or(0);
            report.events_lacking = std::max<std::int64_t>(0, rows.integer(7) - uploaded);
        }
        all.push_back(std::move(report));
    }
    return all;
}

void note_stranger(UnitOfWork& unit, const DeviceId& device) {
    sql::execute(unit.database, k_stranger, device, unit.now, k_most_strangers);
}

std::int64_t strangers(platform::Database& database) {
    return sql::number(database, k_strangers);
}

void accept_first(UnitOfWork& unit, const TeamId& team, const TechnicianId& by, const PersonId& person) {
    sql::execute(unit.database, k_first, by, person, team);
}

bool accept_last(UnitOfWork& unit, const TeamId& team, const TechnicianId& by, const PersonId& person) {
    return sql::try_execute(unit.database, k_last, unit.now, by, person, team);
}

}  // namespace restore_store
}  // namespace doorward::portal
