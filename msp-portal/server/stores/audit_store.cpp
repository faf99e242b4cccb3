#include "msp-portal/server/stores/audit_store.h"

#include <array>
#include <charconv>
#include <limits>

namespace doorward::portal {

std::string_view to_string(AuditSource source) {
    return source == AuditSource::Portal ? "portal" : "device";
}

namespace audit_store {

namespace {

using namespace protocol;

constexpr std::string_view k_position = "SELECT sequence, hash FROM audit_chain WHERE source_id = ?";
constexpr std::string_view k_set_position =
    "INSERT INTO audit_chain (source_id, team_id, sequence, hash, head_body, head_signature) VALUES (?1, ?2, ?3, ?4, "
    "?5, ?6)"
    " ON CONFLICT (source_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash,"
    " head_body = excluded.head_body, head_signature = excluded.head_signature";
constexpr std::string_view k_insert =
    "INSERT INTO audit_event (id, team_id, source, source_id, sequence, hash, body, at, received_at, clock_trusted, "
    "kind,"
    " outcome, reason, tenant_id, device_id, technician_id, actor_id, account, session_id, request_id, service, "
    "terminal,"
    " remote_host, ticket, count, duration_ms, subject_kind, subject_id, subject_name, stated_reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING "
    "rowid";

// Events get their places in the lists so many at a time: one by one each would change a page of every list.
constexpr std::int64_t k_portion = 256;
constexpr std::string_view k_placed = "SELECT up_to FROM audit_placed WHERE only_row = 1";
constexpr std::string_view k_set_placed = "UPDATE audit_placed SET up_to = ? WHERE only_row = 1";
constexpr std::array<std::string_view, 5> k_place = {
    "INSERT INTO audit_place SELECT 'team', team_id, rowid FROM audit_event WHERE rowid > ? AND rowid <= ?",
    "INSERT INTO audit_place SELECT 'tenant', tenant_id, rowid FROM audit_event WHERE rowid > ? AND rowid <= ?"
    " AND tenant_id IS NOT NULL",
    "INSERT INTO audit_place SELECT 'own', team_id, rowid FROM audit_event WHERE rowid > ? AND rowid <= ?"
    " AND tenant_id IS NULL",
    "INSERT INTO audit_place SELECT 'device', device_id, rowid FROM audit_event WHERE rowid > ? AND rowid <= ?"
    " AND device_id IS NOT NULL",
    "INSERT INTO audit_place SELECT 'kind/' || kind, team_id, rowid FROM audit_event WHERE rowid > ? AND rowid <= ?"};

#define DOORWARD_AUDIT_COLUMNS                                                                                         \
    "SELECT e.id, e.team_id, e.source, e.source_id, e.sequence, e.hash, e.body, e.at, e.received_at, e.clock_trusted," \
    " e.kind, e.outcome, e.reason, e.tenant_id, e.device_id, e.technician_id, e.actor_id, e.account, e.session_id,"    \
    " e.request_id, e.service, e.terminal, e.remote_host, e.ticket, e.count, e.duration_ms, e.subject_kind,"           \
    " e.subject_id, e.subject_name, e.rowid, n.name, d.name, t.name, a.name, e.stated_reason FROM "
#define DOORWARD_AUDIT_NAMES                                                                                        \
    " LEFT JOIN tenant n ON n.id = e.tenant_id AND n.team_id = e.team_id LEFT JOIN device d ON d.id = e.device_id " \
    "AND d.team_id = e.team_id"                                                                                     \
    " LEFT JOIN technician t ON t.id = e.technician_id AND t.team_id = e.team_id LEFT JOIN technician a ON a.id = " \
    "e.actor_id AND a.team_id = e.team_id WHERE e.team_id = ?1 AND (?2 IS NULL OR e.kind = ?2)"                     \
    " AND (?3 IS NULL OR e.outcome = ?3) AND (?4 IS NULL OR e.technician_id = ?4 OR e.actor_id = ?4)"               \
    " AND (?5 IS NULL OR e.device_id = ?5) AND (?6 IS NULL OR e.tenant_id = ?6)"                                    \
    " AND (?7 IS NULL OR e.at >= ?7) AND (?8 IS NULL OR e.at < ?8)"
constexpr std::string_view k_list_fresh = DOORWARD_AUDIT_COLUMNS
    "audit_event e" DOORWARD_AUDIT_NAMES " AND e.rowid < ?9 AND e.rowid > ?11 ORDER BY e.rowid DESC LIMIT ?10";
constexpr std::string_view k_list_placed =
    DOORWARD_AUDIT_COLUMNS "audit_place p CROSS JOIN audit_event e ON e.rowid = p.row" DOORWARD_AUDIT_NAMES
                           " AND p.list = ?11 AND p.id = ?12 AND p.row < ?9 ORDER BY p.row DESC LIMIT ?10";
#undef DOORWARD_AUDIT_COLUMNS
#undef DOORWARD_AUDIT_NAMES

constexpr std::array<std::string_view, 2> k_sign_in_kinds = {"sign_in_online", "sign_in_offline"};
constexpr std::string_view k_outcomes_fresh =
    "SELECT received_at, outcome FROM audit_event WHERE rowid > ? AND team_id = ? AND kind = ? ORDER BY rowid DESC";
constexpr std::string_view k_outcomes_placed =
    "SELECT e.received_at, e.outcome FROM audit_place p CROSS JOIN audit_event e ON e.rowid = p.row"
    " WHERE p.list = 'kind/' || ? AND p.id = ? ORDER BY p.row DESC";
constexpr std::string_view k_bodies = "SELECT body FROM audit_event WHERE source_id = ? ORDER BY sequence";
constexpr std::string_view k_hash_at = "SELECT hash FROM audit_event WHERE source_id = ? AND sequence = ?";
constexpr std::string_view k_sources = "SELECT source_id FROM audit_chain";

AuditRecord record_of(const sql::Rows& rows) {
    return {.id = rows.id<EventId>(0),
            .team_id = rows.id<TeamId>(1),
            .source = rows.one_of(2, {AuditSource::Portal, AuditSource::Device}),
            .source_id = rows.id<Uuid>(3),
            .sequence = rows.integer(4),
            .hash = rows.fixed<crypto::Digest>(5),
            .body = rows.body(6),
            .at = rows.time(7),
            .received_at = rows.time(8),
            .clock_trusted = rows.boolean(9),
            .kind = rows.text(10),
            .outcome = rows.one_of(
                11, {AuditOutcome::Success, AuditOutcome::Refused, AuditOutcome::Failed, AuditOutcome::Noted}),
            .reason = rows.optional_text(12),
            .tenant_id = rows.optional_id<TenantId>(13),
            .device_id = rows.optional_id<DeviceId>(14),
            .technician_id = rows.optional_id<TechnicianId>(15),
            .actor_id = rows.optional_id<TechnicianId>(16),
            .account = rows.optional_text(17),
            .session_id = rows.optional_id<SessionId>(18),
            .request_id = rows.optional_id<RequestId>(19),
            .service = rows.optional_text(20),
            .terminal = rows.optional_text(21),
            .remote_host = rows.optional_text(22),
            .ticket = rows.optional_text(23),
            .stated_reason = rows.optional_text(34),
            .count = rows.integer(24),
            .duration_ms = rows.optional_integer(25),
            .subject_kind = rows.optional_text(26),
            .subject_id = rows.optional_id<Uuid>(27),
            .subject_name = rows.optional_text(28),
            .row = rows.integer(29),
            .tenant_name = rows.optional_text(30),
            .device_name = rows.optional_text(31),
            .technician_name = rows.optional_text(32),
            .actor_name = rows.optional_text(33)};
}

constexpr std::int64_t k_above_all = std::numeric_limits<std::int64_t>::max();

std::int64_t row_of(const std::optional<std::string>& cursor) {
    if (!cursor) return k_above_all;
    std::int64_t row = 0;
    const auto [end, error] = std::from_chars(cursor->data(), cursor->data() + cursor->size(), row);
    // A cursor that is not ours ends the list.
    if (error != std::errc() || end != cursor->data() + cursor->size()) return 0;
    return row;
}

std::int64_t placed_up_to(platform::Database& database) {
    return sql::number(database, k_placed);
}

void place_up_to(UnitOfWork& unit, std::int64_t row) {
    const auto from = placed_up_to(unit.database);
    for (const auto statement : k_place)
        sql::execute(unit.database, statement, from, row);
    sql::execute(unit.database, k_set_placed, row);
}

// The list that narrows most.
struct List {
    std::string name;
    Uuid id;
};
List list_of(const TeamId& team, const AuditFilter& filter) {
    if (filter.device_id) return {"device", filter.device_id->uuid()};
    if (filter.tenant_id) return {"tenant", filter.tenant_id->uuid()};
    if (filter.kind) return {"kind/" + *filter.kind, team.uuid()};
    return {"team", team.uuid()};
}

// Newest first, so the first that is too old ends it.
void count_outcomes(sql::Rows rows, Timestamp since, Counts& counts) {
    while (rows.next() && rows.time(0) >= since) {
        if (rows.text(1) == to_string(AuditOutcome::Success)) ++counts.sign_ins;
        if (rows.text(1) == to_string(AuditOutcome::Refused)) ++counts.refusals;
    }
}

}  // namespace

ChainPosition position(platform::Database& database, const Uuid& source) {
    auto rows = sql::query(database, k_position, source);
    if (!rows.next()) return empty_chain();
    return {rows.integer(0), rows.fixed<crypto::Digest>(1)};
}

void set_position(UnitOfWork& unit, const TeamId& team, const Uuid& source, const ChainPosition& position,
                  const std::optional<SignedEnvelope>& head) {
    const auto body = head ? std::optional(crypto::as_bytes(head->body)) : std::nullopt;
    const auto signature = head ? std::optional(head->signature) : std::nullopt;
    sql::execute(unit.database, k_set_position, source, team, position.sequence, position.hash, body, signature);
}

void insert(UnitOfWork& unit, const AuditRecord& event) {
    const auto row =
        sql::number(unit.database, k_insert, event.id, event.team_id, to_string(event.source), event.source_id,
                    event.sequence, event.hash, crypto::as_bytes(event.body), event.at, event.received_at,
                    event.clock_trusted, event.kind, to_string(event.outcome), event.reason, event.tenant_id,
                    event.device_id, event.technician_id, event.actor_id, event.account, event.session_id,
                    event.request_id, event.service, event.terminal, event.remote_host, event.ticket, event.count,
                    event.duration_ms, event.subject_kind, event.subject_id, event.subject_name, event.stated_reason);
    if (row % k_portion == 0) place_up_to(unit, row);
}

Page<AuditRecord> list(platform::Database& database, const TeamId& team, const AuditFilter& filter,
                       const PageRequest& page) {
    const auto outcome = filter.outcome ? std::optional(to_string(*filter.outcome)) : std::nullopt;
    const auto below = row_of(page.after);
    std::vector<AuditRecord> items;
    auto rows = sql::query(database, k_list_fresh, team, filter.kind, outcome, filter.technician_id, filter.device_id,
                           filter.tenant_id, filter.from, filter.until, below, page.limit + 1, placed_up_to(database));
    while (rows.next())
        items.push_back(record_of(rows));
    const auto left = page.limit + 1 - static_cast<std::int64_t>(items.size());
    if (left > 0) {
        const auto [name, id] = list_of(team, filter);
        auto placed = sql::query(database, k_list_placed, team, filter.kind, outcome, filter.technician_id,
                                 filter.device_id, filter.tenant_id, filter.from, filter.until, below, left, name, id);
        while (placed.next())
            items.push_back(record_of(placed));
    }
    return make_page(std::move(items), page.limit, [](const AuditRecord& last) { return std::to_string(last.row); });
}

Counts sign_ins_since(platform::Database& database, const TeamId& team, Timestamp since) {
    Counts counts;
    const auto placed = placed_up_to(database);
    for (const auto kind : k_sign_in_kinds) {
        count_outcomes(sql::query(database, k_outcomes_fresh, placed, team, kind), since, counts);
        count_outcomes(sql::query(database, k_outcomes_placed, kind, team), since, counts);
    }
    return counts;
}

std::optional<crypto::Digest> hash_at(platform::Database& database, const Uuid& source, std::int64_t sequence) {
    auto rows = sql::query(database, k_hash_at, source, sequence);
    if (!rows.next()) return std::nullopt;
    return rows.fixed<crypto::Digest>(0);
}

std::vector<std::string> bodies(platform::Database& database, const Uuid& source) {
    std::vector<std::string> found;
    auto rows = sql::query(database, k_bodies, source);
    while (rows.next())
        found.push_back(rows.body(0));
    return found;
}

std::vector<Uuid> sources(platform::Database& database) {
    std::vector<Uuid> found;
    auto rows = sql::query(database, k_sources);
    while (rows.next())
        found.push_back(rows.id<Uuid>(0));
    return found;
}

}  // namespace audit_store
}  // namespace doorward::portal
