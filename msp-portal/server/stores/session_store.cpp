#include "msp-portal/server/stores/session_store.h"

namespace doorward::portal::session_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert_nonce = "INSERT INTO session_nonce (nonce_hash, expires_at) VALUES (?, ?)";
constexpr std::string_view k_use_nonce = "DELETE FROM session_nonce WHERE nonce_hash = ? AND expires_at > ?";
constexpr std::string_view k_insert =
    "INSERT INTO admin_session (token_hash, id, team_id, technician_id, passkey_id, address, user_agent,"
    " user_agent_hash, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find =
    "SELECT token_hash, id, team_id, technician_id, passkey_id, address, user_agent, user_agent_hash, created_at,"
    " last_used_at, expires_at FROM admin_session WHERE token_hash = ?";
constexpr std::string_view k_of_technician =
    "SELECT token_hash, id, team_id, technician_id, passkey_id, address, user_agent, user_agent_hash, created_at,"
    " last_used_at, expires_at FROM admin_session WHERE technician_id = ? ORDER BY last_used_at DESC, id DESC";
constexpr std::string_view k_touch = "UPDATE admin_session SET last_used_at = ? WHERE token_hash = ?";
constexpr std::string_view k_end = "DELETE FROM admin_session WHERE token_hash = ?";
constexpr std::string_view k_end_of_technician = "DELETE FROM admin_session WHERE technician_id = ?";
constexpr std::string_view k_sweep_sessions = "DELETE FROM admin_session WHERE expires_at <= ?";
constexpr std::string_view k_sweep_nonces = "DELETE FROM session_nonce WHERE expires_at <= ?";
constexpr std::string_view k_sweep_answers = "DELETE FROM idempotency_key WHERE created_at <= ?";
constexpr std::string_view k_find_answer =
    "SELECT request_hash, response_status, response_headers, response_body FROM idempotency_key"
    " WHERE technician_id = ? AND key = ?";
constexpr std::string_view k_keep_answer =
    "INSERT INTO idempotency_key (technician_id, key, request_hash, response_status, response_headers, response_body,"
    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";

AdminSessionRecord session_of(const sql::Rows& rows) {
    return {rows.fixed<crypto::Digest>(0),
            rows.id<AdminSessionId>(1),
            rows.id<TeamId>(2),
            rows.id<TechnicianId>(3),
            rows.id<AdminPasskeyId>(4),
            {rows.text(5), rows.text(6), rows.fixed<crypto::Digest>(7)},
            rows.time(8),
            rows.time(9),
            rows.time(10)};
}

}  // namespace

void insert_nonce(UnitOfWork& unit, const crypto::Digest& nonce_hash, Timestamp expires_at) {
    sql::execute(unit.database, k_insert_nonce, nonce_hash, expires_at);
}

bool use_nonce(UnitOfWork& unit, const crypto::Digest& nonce_hash) {
    return sql::execute(unit.database, k_use_nonce, nonce_hash, unit.now) == 1;
}

void insert(UnitOfWork& unit, const AdminSessionRecord& session) {
    sql::execute(unit.database, k_insert, session.token_hash, session.id, session.team_id, session.technician_id,
                 session.passkey_id, session.client.address, session.client.user_agent, session.client.user_agent_hash,
                 session.created_at, session.last_used_at, session.expires_at);
}

std::optional<AdminSessionRecord> find(platform::Database& database, const crypto::Digest& token_hash) {
    auto rows = sql::query(database, k_find, token_hash);
    if (!rows.next()) return std::nullopt;
    return session_of(rows);
}

std::vector<AdminSessionRecord> of_technician(platform::Database& database, const TechnicianId& technician) {
    std::vector<AdminSessionRecord> sessions;
    auto rows = sql::query(database, k_of_technician, technician);
    while (rows.next())
        sessions.push_back(session_of(rows));
    return sessions;
}

void touch(UnitOfWork& unit, const crypto::Digest& token_hash) {
    sql::execute(unit.database, k_touch, unit.now, token_hash);
}

void end(UnitOfWork& unit, const crypto::Digest& token_hash) {
    sql::execute(unit.database, k_end, token_hash);
    unit.effects.admin_sessions_changed = true;
}

void end_of_technician(UnitOfWork& unit, const TechnicianId& technician) {
    sql::execute(unit.database, k_end_of_technician, technician);
    unit.effects.admin_sessions_changed = true;
}

void sweep(UnitOfWork& unit, Timestamp answers_before) {
    sql::execute(unit.database, k_sweep_sessions, unit.now);
    sql::execute(unit.database, k_sweep_nonces, unit.now);
    sql::execute(unit.database, k_sweep_answers, answers_before);
}

std::optional<KeptAnswer> find_answer(platform::Database& database, const TechnicianId& technician,
                                      const std::string& key) {
    auto rows = sql::query(database, k_find_answer, technician, key);
    if (!rows.next()) return std::nullopt;
    const auto headers = rows.text(2);
    const auto border = headers.find('\n');
    return KeptAnswer{rows.fixed<crypto::Digest>(0), static_cast<int>(rows.integer(1)), headers.substr(0, border),
                      border == std::string::npos ? "" : headers.substr(border + 1), rows.text(3)};
}

void keep_answer(UnitOfWork& unit, const TechnicianId& technician, const std::string& key, const KeptAnswer& answer) {
    sql::execute(unit.database, k_keep_answer, technician, key, answer.request_hash, answer.status,
                 answer.location + "\n" + answer.etag, answer.body, unit.now);
}

}  // namespace doorward::portal::session_store
