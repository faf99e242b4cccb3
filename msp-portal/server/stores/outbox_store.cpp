#include "msp-portal/server/stores/outbox_store.h"

namespace doorward::portal::outbox_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO mail_outbox (id, team_id, technician_id, recipient, subject, body, state, next_attempt_at, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)";
constexpr std::string_view k_next =
    "SELECT id, team_id, technician_id, recipient, subject, body, attempts FROM mail_outbox"
    " WHERE state = 'waiting' AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT 1";
constexpr std::string_view k_sent =
    "UPDATE mail_outbox SET state = 'sent', body = '', attempts = attempts + 1, closed_at = ? WHERE id = ?"
    " AND state = 'waiting'";
constexpr std::string_view k_failed =
    "UPDATE mail_outbox SET attempts = attempts + 1, last_error = ?, next_attempt_at = ? WHERE id = ?"
    " AND state = 'waiting'";
constexpr std::string_view k_given_up =
    "UPDATE mail_outbox SET state = 'given_up', body = '', attempts = attempts + 1, last_error = ?, closed_at = ?"
    " WHERE id = ? AND state = 'waiting'";
constexpr std::string_view k_cancel =
    "UPDATE mail_outbox SET state = 'cancelled', body = '', closed_at = ? WHERE technician_id = ? AND state = "
    "'waiting'";

}  // namespace

void insert(UnitOfWork& unit, const OutgoingMail& mail) {
    sql::execute(unit.database, k_insert, mail.id, mail.team_id, mail.technician_id, mail.recipient, mail.subject,
                 mail.body, unit.now, unit.now);
    unit.effects.mail_waits = true;
}

std::optional<OutgoingMail> next_due(platform::Database& database, protocol::Timestamp now) {
    auto rows = sql::query(database, k_next, now);
    if (!rows.next()) return std::nullopt;
    return OutgoingMail{rows.id<OutgoingMailId>(0),
                        rows.id<protocol::TeamId>(1),
                        rows.optional_id<protocol::TechnicianId>(2),
                        rows.text(3),
                        rows.text(4),
                        rows.text(5),
                        rows.integer(6)};
}

void sent(UnitOfWork& unit, const OutgoingMailId& id) {
    sql::execute(unit.database, k_sent, unit.now, id);
}

void failed(UnitOfWork& unit, const OutgoingMailId& id, std::string_view error, protocol::Timestamp next_attempt) {
    sql::execute(unit.database, k_failed, error, next_attempt, id);
}

void given_up(UnitOfWork& unit, const OutgoingMailId& id, std::string_view error) {
    sql::execute(unit.database, k_given_up, error, unit.now, id);
}

void cancel_of_technician(UnitOfWork& unit, const protocol::TechnicianId& technician) {
    sql::execute(unit.database, k_cancel, unit.now, technician);
}

}  // namespace doorward::portal::outbox_store
