#include "msp-portal/server/stores/roster_store.h"

#include "msp-portal/server/stores/held_roster.h"

#include <array>

namespace doorward::portal::roster_store {

namespace {

constexpr std::string_view k_hash =
    "SELECT hash FROM roster_document WHERE tenant_id = ? AND document_id = ? AND NOT removed";
constexpr std::string_view k_bump =
    "UPDATE tenant SET roster_revision = roster_revision + 1 WHERE id = ? RETURNING roster_revision";
constexpr std::string_view k_put =
    "INSERT INTO roster_document (tenant_id, document_id, kind, revision, body, hash, removed) VALUES (?, ?, ?, ?, ?, "
    "?, 0)"
    " ON CONFLICT (tenant_id, document_id) DO UPDATE SET revision = excluded.revision, body = excluded.body,"
    " hash = excluded.hash, removed = 0";
constexpr std::string_view k_remove =
    "UPDATE roster_document SET revision = ?, body = x'', removed = 1 WHERE tenant_id = ? AND document_id = ? AND NOT "
    "removed";
// What is replaced in the unit of work that wrote it was held by nobody.
constexpr std::string_view k_keep =
    "INSERT INTO roster_history (tenant_id, revision, document_id, since, body)"
    " SELECT tenant_id, ?1, document_id, revision, body FROM roster_document"
    " WHERE tenant_id = ?2 AND document_id = ?3 AND NOT removed AND revision < ?1";
constexpr std::string_view k_known_from =
    "UPDATE tenant SET roster_known_from = max(roster_known_from, coalesce((SELECT min(held.revision) "
    "FROM " DOORWARD_HELD_ROSTER
    "WHERE held.tenant_id = ?1 AND held.until > ?2), roster_revision)) WHERE id = ?1 RETURNING roster_known_from";
constexpr std::string_view k_forget = "DELETE FROM roster_history WHERE tenant_id = ? AND revision <= ?";
constexpr std::string_view k_bodies_at =
    "SELECT document_id, body FROM roster_history WHERE tenant_id = ?1 AND since <= ?2 AND revision > ?2";
constexpr std::string_view k_unchanged =
    "SELECT document_id, body FROM roster_document WHERE tenant_id = ? AND revision <= ? AND NOT removed";
constexpr std::string_view k_tenants = "SELECT tenant_id FROM roster_document WHERE document_id = ? AND NOT removed";
constexpr std::string_view k_revision = "SELECT roster_revision FROM tenant WHERE id = ?";
constexpr std::string_view k_changes =
    "SELECT document_id, body, removed FROM roster_document WHERE tenant_id = ? AND revision > ?"
    " AND (kind NOT IN ('device', 'device_codes') OR document_id IN (?, ?)) ORDER BY document_id";
constexpr std::string_view k_all_changes =
    "SELECT document_id, body, removed FROM roster_document WHERE tenant_id = ? AND revision > ?";
constexpr std::string_view k_hashes =
    "SELECT document_id, hash FROM roster_document WHERE tenant_id = ? AND NOT removed"
    " AND (kind NOT IN ('device', 'device_codes') OR document_id IN (?, ?)) ORDER BY document_id";

constexpr std::string_view k_find =
    "SELECT document_id, body FROM roster_document WHERE tenant_id = ? AND document_id = ? AND NOT removed";
constexpr std::string_view k_of_kind =
    "SELECT document_id, body FROM roster_document WHERE tenant_id = ? AND document_id >= ? AND document_id < ?"
    " AND NOT removed";

protocol::RosterDocument document_in(const sql::Rows& rows) {
    const auto id = protocol::DocumentId::parse(rows.text(0));
    if (!id) throw StoreFailure(platform::DatabaseError::Corrupt, "a roster document without a good id");
    return {*id, rows.body(1)};
}

// No workstation holds what was before the oldest that one holds.
void forget(UnitOfWork& unit, const protocol::TenantId& tenant) {
    auto rows = sql::query(unit.database, k_known_from, tenant, unit.now);
    if (!rows.next()) throw StoreFailure(platform::DatabaseError::Internal, "a roster without a tenant");
    const auto known_from = rows.integer(0);
    sql::execute(unit.database, k_forget, tenant, known_from);
}

std::int64_t next_revision(UnitOfWork& unit, const protocol::TenantId& tenant) {
    if (const auto known = unit.roster_revisions.find(tenant); known != unit.roster_revisions.end())
        return known->second;
    auto rows = sql::query(unit.database, k_bump, tenant);
    if (!rows.next()) throw StoreFailure(platform::DatabaseError::Internal, "a roster without a tenant");
    const auto revision = rows.integer(0);
    unit.roster_revisions.emplace(tenant, revision);
    unit.effects.rosters.insert(tenant);
    forget(unit, tenant);
    return revision;
}

}  // namespace

void put(UnitOfWork& unit, const protocol::TenantId& tenant, const protocol::DocumentContent& content) {
    const auto document = protocol::encode_document(content);
    const auto id = document.id.to_string();
    const auto hash = crypto::sha256(crypto::as_bytes(document.body));
    {
        auto rows = sql::query(unit.database, k_hash, tenant, id);
        if (rows.next() && rows.fixed<crypto::Digest>(0) == hash) return;
    }
    const auto revision = next_revision(unit, tenant);
    sql::execute(unit.database, k_keep, revision, tenant, id);
    sql::execute(unit.database, k_put, tenant, id, to_string(document.id.kind), revision,
                 crypto::as_bytes(document.body), hash);
}

void remove(UnitOfWork& unit, const protocol::TenantId& tenant, const protocol::DocumentId& document) {
    if (!holds(unit.database, tenant, document)) return;
    const auto revision = next_revision(unit, tenant);
    sql::execute(unit.database, k_keep, revision, tenant, document.to_string());
    sql::execute(unit.database, k_remove, revision, tenant, document.to_string());
}

bool holds(platform::Database& database, const protocol::TenantId& tenant, const protocol::DocumentId& document) {
    return sql::query(database, k_hash, tenant, document.to_string()).next();
}

std::vector<protocol::TenantId> tenants_holding(platform::Database& database, const protocol::DocumentId& document) {
    std::vector<protocol::TenantId> tenants;
    auto rows = sql::query(database, k_tenants, document.to_string());
    while (rows.next())
        tenants.push_back(rows.id<protocol::TenantId>(0));
    return tenants;
}

std::int64_t revision(platform::Database& database, const protocol::TenantId& tenant) {
    return sql::number(database, k_revision, tenant);
}

namespace {

std::vector<protocol::RosterDocument> documents_in(sql::Rows rows) {
    std::vector<protocol::RosterDocument> documents;
    while (rows.next())
        documents.push_back(document_in(rows));
    return documents;
}

}  // namespace

std::vector<protocol::RosterDocument> replaced_since(platform::Database& database, const protocol::TenantId& tenant,
                                                     std::int64_t revision) {
    return documents_in(sql::query(database, k_bodies_at, tenant, revision));
}

std::vector<protocol::RosterDocument> unchanged_since(platform::Database& database, const protocol::TenantId& tenant,
                                                      std::int64_t revision) {
    return documents_in(sql::query(database, k_unchanged, tenant, revision));
}

std::optional<protocol::RosterDocument> find(platform::Database& database, const protocol::TenantId& tenant,
                                             const protocol::DocumentId& document) {
    auto rows = sql::query(database, k_find, tenant, document.to_string());
    if (!rows.next()) return std::nullopt;
    return document_in(rows);
}

std::vector<protocol::RosterDocument> of_kind(platform::Database& database, const protocol::TenantId& tenant,
                                              protocol::DocumentKind kind) {
    // Ids begin with "<kind>/"; '0' is the character behind '/'.
    const std::string word(to_string(kind));
    std::vector<protocol::RosterDocument> documents;
    auto rows = sql::query(database, k_of_kind, tenant, word + "/", word + "0");
    while (rows.next())
        documents.push_back(document_in(rows));
    return documents;
}

namespace {

Changes changes_in(sql::Rows rows, std::int64_t revision) {
    Changes changes;
    while (rows.next()) {
        const auto id = protocol::DocumentId::parse(rows.text(0));
        if (!id) throw StoreFailure(platform::DatabaseError::Corrupt, "a roster document without a good id");
        if (!rows.boolean(2)) {
            changes.documents.push_back({*id, rows.body(1)});
        } else if (revision > 0) {
            changes.removed.push_back(*id);
        }
    }
    return changes;
}

}  // namespace

Changes changes_since(platform::Database& database, const protocol::TenantId& tenant, const protocol::DeviceId& device,
                      std::int64_t revision) {
    return changes_in(sql::query(database, k_changes, tenant, revision, protocol::document_id(device).to_string(),
                                 protocol::document_id(protocol::DeviceCodesId(device.uuid())).to_string()),
                      revision);
}

Changes changes_since(platform::Database& database, const protocol::TenantId& tenant, std::int64_t revision) {
    return changes_in(sql::query(database, k_all_changes, tenant, revision), revision);
}

crypto::Digest state_hash(platform::Database& database, const protocol::TenantId& tenant,
                          const protocol::DeviceId& device) {
    static constexpr std::array<std::uint8_t, 1> k_end{0};
    crypto::Sha256 state;
    state.update(crypto::as_bytes(crypto::text(crypto::Purpose::RosterState))).update(k_end);
    auto rows = sql::query(database, k_hashes, tenant, protocol::document_id(device).to_string(),
                           protocol::document_id(protocol::DeviceCodesId(device.uuid())).to_string());
    while (rows.next()) {
        state.update(crypto::as_bytes(rows.text(0))).update(k_end).update(rows.fixed<crypto::Digest>(1).bytes());
    }
    return state.digest();
}

}  // namespace doorward::portal::roster_store
