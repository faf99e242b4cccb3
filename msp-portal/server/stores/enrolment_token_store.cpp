#include "msp-portal/server/stores/enrolment_token_store.h"

namespace doorward::portal::enrolment_token_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO enrolment_token (id, team_id, tenant_id, secret_hash, label, uses_allowed, expires_at, created_by,"
    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find =
    "SELECT e.id, e.team_id, e.tenant_id, e.label, e.uses_allowed, e.uses, e.expires_at, e.revoked_at, e.created_at,"
    " e.created_by, n.name FROM enrolment_token e LEFT JOIN technician n ON n.id = e.created_by"
    " WHERE e.team_id = ? AND e.id = ?";
constexpr std::string_view k_list =
    "SELECT e.id, e.team_id, e.tenant_id, e.label, e.uses_allowed, e.uses, e.expires_at, e.revoked_at, e.created_at,"
    " e.created_by, n.name FROM enrolment_token e LEFT JOIN technician n ON n.id = e.created_by"
    " WHERE e.tenant_id = ?1 AND (?2 IS NULL OR e.id < ?2) ORDER BY e.id DESC LIMIT ?3";
constexpr std::string_view k_use =
    "UPDATE enrolment_token SET uses = uses + 1 WHERE secret_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2"
    " AND uses < uses_allowed RETURNING id, team_id, tenant_id, label, uses_allowed, uses, expires_at, revoked_at,"
    " created_at, NULL, NULL";
constexpr std::string_view k_revoke = "UPDATE enrolment_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";

EnrolmentTokenRecord token_of(const sql::Rows& rows) {
    using namespace protocol;
    EnrolmentTokenRecord token{rows.id<EnrolmentTokenId>(0),
                               rows.id<TeamId>(1),
                               rows.id<TenantId>(2),
                               rows.optional_text(3),
                               rows.integer(4),
                               rows.integer(5),
                               rows.time(6),
                               rows.optional_time(7),
                               {},
                               rows.time(8)};
    if (!rows.is_null(9)) token.created_by = Named<TechnicianId>{rows.id<TechnicianId>(9), rows.text(10)};
    return token;
}

}  // namespace

void insert(UnitOfWork& unit, const EnrolmentTokenRecord& token, const crypto::Digest& secret_hash) {
    const auto author = token.created_by ? std::optional(token.created_by->id) : std::nullopt;
    sql::execute(unit.database, k_insert, token.id, token.team_id, token.tenant_id, secret_hash, token.label,
                 token.uses_allowed, token.expires_at, author, token.created_at);
}

std::optional<EnrolmentTokenRecord> find(platform::Database& database, const protocol::TeamId& team,
                                         const protocol::EnrolmentTokenId& id) {
    auto rows = sql::query(database, k_find, team, id);
    if (!rows.next()) return std::nullopt;
    return token_of(rows);
}

Page<EnrolmentTokenRecord> list(platform::Database& database, const protocol::TenantId& tenant,
                                const PageRequest& page) {
    const auto after = page.after ? protocol::EnrolmentTokenId::parse(*page.after) : std::nullopt;
    std::vector<EnrolmentTokenRecord> items;
    auto rows = sql::query(database, k_list, tenant, after, page.limit + 1);
    while (rows.next())
        items.push_back(token_of(rows));
    return make_page(std::move(items), page.limit,
                     [](const EnrolmentTokenRecord& last) { return last.id.to_string(); });
}

std::optional<EnrolmentTokenRecord> use(UnitOfWork& unit, const crypto::Digest& secret_hash) {
    auto rows = sql::query(unit.database, k_use, secret_hash, unit.now);
    if (!rows.next()) return std::nullopt;
    auto token = token_of(rows);
    // To the end, so that the statement has finished its write.
    while (rows.next()) {
    }
    return token;
}

void revoke(UnitOfWork& unit, const protocol::EnrolmentTokenId& id) {
    sql::execute(unit.database, k_revoke, unit.now, id);
}

}  // namespace doorward::portal::enrolment_token_store
