#include "desktop-client/agent/stores/session_store.h"

#include <string_view>

namespace doorward::agent {
namespace {

using platform::DatabaseError;

constexpr std::string_view k_insert =
    "INSERT INTO session (id, account, technician_id, method, service, terminal, remote_host, leader, leader_started, "
    "boot_id, opened_at, opened_boot, ends_boot, audit_session, reason, ticket)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_delete = "DELETE FROM session WHERE id = ?";
constexpr std::string_view k_shorten = "UPDATE session SET ends_boot = ? WHERE id = ?";
constexpr std::string_view k_select =
    "SELECT id, account, technician_id, method, service, terminal, remote_host, leader, leader_started, boot_id, "
    "opened_at, opened_boot, ends_boot, audit_session, reason, ticket FROM session ORDER BY id";

}  // namespace

namespace {

SignInMethod method_of(std::string_view word) {
    if (word == "online") return SignInMethod::Online;
    return word == "offline" ? SignInMethod::Offline : SignInMethod::BreakGlass;
}

std::optional<std::string> text_or_null(const platform::Statement& rows, int column) {
    if (rows.is_null(column)) return std::nullopt;
    return std::string(rows.text(column));
}

}  // namespace

std::string_view to_string(SignInMethod method) {
    switch (method) {
        case SignInMethod::Online:
            return "online";
        case SignInMethod::Offline:
            return "offline";
        case SignInMethod::BreakGlass:
            break;
    }
    return "break_glass";
}

Stored<> SessionStore::insert(const Session& session) {
    std::optional<std::int64_t> audit_session;
    if (session.audit_session) audit_session = *session.audit_session;
    std::optional<std::string> technician;
    if (session.technician_id) technician = session.technician_id->to_string();
    return discard(m_database.execute(
        k_insert, std::string_view(session.id.to_string()), std::string_view(session.account), technician,
        to_string(session.method), std::string_view(session.service), std::string_view(session.terminal),
        std::string_view(session.remote_host), std::int64_t{session.leader.process}, session.leader.started,
        std::string_view(session.boot_id), session.opened_at.milliseconds, session.opened_boot, session.ends_boot,
        audit_session, session.grounds.reason, session.grounds.ticket));
}

Stored<> SessionStore::shorten(const protocol::SessionId& id, std::int64_t ends_boot) {
    return discard(m_database.execute(k_shorten, ends_boot, std::string_view(id.to_string())));
}

Stored<> SessionStore::remove(const protocol::SessionId& id) {
    return discard(m_database.execute(k_delete, std::string_view(id.to_string())));
}

Stored<std::vector<Session>> SessionStore::all() {
    auto rows = m_database.query(k_select);
    if (!rows) return std::unexpected(rows.error());
    std::vector<Session> sessions;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return sessions;
        const auto id = protocol::SessionId::parse(rows->text(0));
        std::optional<protocol::TechnicianId> technician;
        if (!rows->is_null(2)) technician = protocol::TechnicianId::parse(rows->text(2));
        if (!id || technician.has_value() == rows->is_null(2)) return std::unexpected(DatabaseError::Corrupt);
        std::optional<std::uint32_t> audit_session;
        if (!rows->is_null(13)) audit_session = static_cast<std::uint32_t>(rows->integer(13));
        sessions.push_back({.id = *id,
                            .account = std::string(rows->text(1)),
                            .technician_id = technician,
                            .method = method_of(rows->text(3)),
                            .service = std::string(rows->text(4)),
                            .terminal = std::string(rows->text(5)),
                            .remote_host = std::string(rows->text(6)),
                            .leader = {.process = static_cast<pid_t>(rows->integer(7)), .started = rows->integer(8)},
                            .boot_id = std::string(rows->text(9)),
                            .opened_at = {rows->integer(10)},
                            .opened_boot = rows->integer(11),
                            .ends_boot = rows->integer(12),
                            .audit_session = audit_session,
                            .grounds = {.reason = text_or_null(*rows, 14), .ticket = text_or_null(*rows, 15)}});
    }
}

}  // namespace doorward::agent
