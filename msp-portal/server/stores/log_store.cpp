#include "msp-portal/server/stores/log_store.h"

#include "msp-portal/server/stores/tenant_store.h"

#include <algorithm>

namespace doorward::portal::log_store {

namespace {

using namespace protocol;

constexpr std::string_view k_last_row = "SELECT max(rowid) FROM audit_event";
// Events behind this row have no places in the lists yet (audit_store).
constexpr std::string_view k_placed = "SELECT up_to FROM audit_placed WHERE only_row = 1";
constexpr std::string_view k_placed_leaves =
    "SELECT e.rowid, e.received_at, e.hash FROM audit_place p CROSS JOIN audit_event e ON e.rowid = p.row"
    " WHERE p.list = ?1 AND p.id = ?2 AND p.row > ?3 AND p.row <= ?4 ORDER BY p.row LIMIT ?5";
constexpr std::string_view k_fresh_leaves =
    "SELECT rowid, received_at, hash FROM audit_event WHERE rowid > ?1 AND rowid <= ?2 AND team_id = ?3"
    " AND tenant_id IS ?4 ORDER BY rowid LIMIT ?5";
constexpr std::string_view k_blocks = "SELECT root, last_row FROM audit_log_block WHERE log_id = ? ORDER BY number";
constexpr std::string_view k_insert_block =
    "INSERT INTO audit_log_block (log_id, number, root, last_row) VALUES (?, ?, ?, ?)";
constexpr std::string_view k_devices =
    "SELECT d.id, d.tenant_id, d.signing_key, c.head_body, c.head_signature FROM audit_chain c"
    " JOIN device d ON d.id = c.source_id WHERE d.team_id = ?1 AND (?2 IS NULL OR d.tenant_id = ?2)"
    " AND c.head_body IS NOT NULL ORDER BY d.id";
constexpr std::string_view k_placed_events =
    "SELECT e.rowid, e.source, e.received_at, e.body FROM audit_place p CROSS JOIN audit_event e ON e.rowid = p.row"
    " WHERE p.list = ?1 AND p.id = ?2 AND p.row > ?3 AND p.row <= ?4 ORDER BY p.row LIMIT ?5";
constexpr std::string_view k_fresh_events =
    "SELECT rowid, source, received_at, body FROM audit_event WHERE rowid > ?1 AND rowid <= ?2 AND team_id = ?3"
    " AND (?4 IS NULL OR tenant_id = ?4) ORDER BY rowid LIMIT ?5";

Uuid id_of(const LogName& log) {
    return log.tenant_id ? log.tenant_id->uuid() : log.team_id.uuid();
}

}  // namespace

std::int64_t last_row(platform::Database& database) {
    return sql::number(database, k_last_row);
}

std::vector<Leaf> leaves(platform::Database& database, const LogName& log, const LogRows& rows, std::int64_t limit) {
    std::vector<Leaf> found;
    const auto take = [&](sql::Rows read) {
        while (read.next()) {
            const LogEntry entry{.received_at = read.time(1), .event_hash = read.fixed<crypto::Digest>(2)};
            found.push_back({.row = read.integer(0), .hash = log_leaf(entry)});
        }
    };
    const auto list = log.tenant_id ? "tenant" : "own";
    take(sql::query(database, k_placed_leaves, list, id_of(log), rows.after, rows.until, limit));
    const auto fresh = std::max(rows.after, sql::number(database, k_placed));
    const auto left = limit - static_cast<std::int64_t>(found.size());
    take(sql::query(database, k_fresh_leaves, fresh, rows.until, log.team_id, log.tenant_id, left));
    return found;
}

std::vector<LogBlock> blocks(platform::Database& database, const LogName& log) {
    std::vector<LogBlock> found;
    auto rows = sql::query(database, k_blocks, id_of(log));
    while (rows.next())
        found.push_back({.root = rows.fixed<crypto::Digest>(0), .last_row = rows.integer(1)});
    return found;
}

void insert_block(UnitOfWork& unit, const LogName& log, std::int64_t number, const LogBlock& block) {
    sql::execute(unit.database, k_insert_block, id_of(log), number, block.root, block.last_row);
}

std::vector<LogName> logs(platform::Database& database, const ExportScope& scope) {
    if (scope.tenant_id) return {LogName{scope.team_id, scope.tenant_id}};
    std::vector<LogName> found{LogName{scope.team_id, std::nullopt}};
    for (const auto& tenant : tenant_store::all_of_team(database, scope.team_id))
        found.push_back({scope.team_id, tenant});
    return found;
}

std::vector<ExportDevice> devices(platform::Database& database, const ExportScope& scope) {
    std::vector<ExportDevice> found;
    auto rows = sql::query(database, k_devices, scope.team_id, scope.tenant_id);
    while (rows.next()) {
        found.push_back({.device_id = rows.id<DeviceId>(0),
                         .tenant_id = rows.id<TenantId>(1),
                         .signing_key = rows.fixed<crypto::DevicePublicKey>(2),
                         .head = {.body = rows.body(3), .signature = rows.fixed<crypto::Signature>(4)}});
    }
    return found;
}

std::vector<ExportedEvent> events(platform::Database& database, const ExportScope& scope, const LogRows& rows,
                                  std::int64_t limit) {
    std::vector<ExportedEvent> found;
    const auto take = [&](sql::Rows read) {
        while (read.next()) {
            found.push_back({.row = read.integer(0),
                             .event = {.source = read.one_of(1, {EventSource::Device, EventSource::Portal}),
                                       .received_at = read.time(2),
                                       .body = read.body(3)}});
        }
    };
    const auto list = scope.tenant_id ? "tenant" : "team";
    const auto id = scope.tenant_id ? scope.tenant_id->uuid() : scope.team_id.uuid();
    take(sql::query(database, k_placed_events, list, id, rows.after, rows.until, limit));
    const auto fresh = std::max(rows.after, sql::number(database, k_placed));
    const auto left = limit - static_cast<std::int64_t>(found.size());
    take(sql::query(database, k_fresh_events, fresh, rows.until, scope.team_id, scope.tenant_id, left));
    return found;
}

}  // namespace doorward::portal::log_store
