#include "msp-portal/server/stores/link_store.h"

namespace doorward::portal {

std::string_view to_string(SetUpKind kind) {
    switch (kind) {
        case SetUpKind::Owner:
            return "owner";
        case SetUpKind::Recovery:
            return "recovery";
        case SetUpKind::Administrator:
            return "administrator";
    }
    return "unknown";
}

namespace link_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert_invitation =
    "INSERT INTO invitation (id, team_id, technician_id, secret_hash, created_by, created_at, expires_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find_invitation =
    "SELECT id, team_id, technician_id, created_by, expires_at FROM invitation"
    " WHERE secret_hash = ? AND ended_at IS NULL AND expires_at > ?";
constexpr std::string_view k_invitation_of =
    "SELECT id, team_id, technician_id, created_by, expires_at FROM invitation"
    " WHERE technician_id = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1";
constexpr std::string_view k_end_invitations =
    "UPDATE invitation SET ended_at = ? WHERE technician_id = ? AND ended_at IS NULL";

constexpr std::string_view k_insert_pairing =
    "INSERT INTO pairing (id, team_id, technician_id, secret_hash, serial, created_by, created_at, expires_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find_pairing =
    "SELECT id, team_id, technician_id, serial, created_by, expires_at FROM pairing"
    " WHERE secret_hash = ? AND used_at IS NULL AND ended_at IS NULL AND expires_at > ?";
constexpr std::string_view k_use_pairing =
    "UPDATE pairing SET used_at = ?1 WHERE id = ?2 AND used_at IS NULL AND ended_at IS NULL AND expires_at > ?1";
constexpr std::string_view k_end_pairings =
    "UPDATE pairing SET ended_at = ? WHERE technician_id = ? AND used_at IS NULL AND ended_at IS NULL";

constexpr std::string_view k_insert_set_up =
    "INSERT INTO set_up_link (id, team_id, technician_id, kind, secret_hash, created_by, created_at, expires_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find_set_up =
    "SELECT id, team_id, technician_id, kind, created_by, expires_at FROM set_up_link"
    " WHERE secret_hash = ? AND used_at IS NULL AND ended_at IS NULL AND expires_at > ?";
constexpr std::string_view k_use_set_up =
    "UPDATE set_up_link SET used_at = ?1 WHERE id = ?2 AND used_at IS NULL AND ended_at IS NULL AND expires_at > ?1";
constexpr std::string_view k_end_set_ups =
    "UPDATE set_up_link SET ended_at = ? WHERE technician_id = ? AND used_at IS NULL AND ended_at IS NULL";

std::optional<InvitationRecord> invitation_in(sql::Rows rows) {
    if (!rows.next()) return std::nullopt;
    return InvitationRecord{rows.id<InvitationId>(0), rows.id<TeamId>(1), rows.id<TechnicianId>(2),
                            rows.id<TechnicianId>(3), rows.time(4)};
}

}  // namespace

void insert_invitation(UnitOfWork& unit, const InvitationRecord& invitation, const crypto::Digest& secret_hash) {
    sql::execute(unit.database, k_insert_invitation, invitation.id, invitation.team_id, invitation.technician_id,
                 secret_hash, invitation.created_by, unit.now, invitation.expires_at);
}

std::optional<InvitationRecord> find_invitation(platform::Database& database, const crypto::Digest& secret_hash,
                                                Timestamp now) {
    return invitation_in(sql::query(database, k_find_invitation, secret_hash, now));
}

std::optional<InvitationRecord> invitation_of(platform::Database& database, const TechnicianId& technician) {
    return invitation_in(sql::query(database, k_invitation_of, technician));
}

void end_invitations(UnitOfWork& unit, const TechnicianId& technician) {
    sql::execute(unit.database, k_end_invitations, unit.now, technician);
}

void insert_pairing(UnitOfWork& unit, const PairingRecord& pairing, const crypto::Digest& secret_hash) {
    sql::execute(unit.database, k_insert_pairing, pairing.id, pairing.team_id, pairing.technician_id, secret_hash,
                 pairing.serial, pairing.created_by, unit.now, pairing.expires_at);
}

std::optional<PairingRecord> find_pairing(platform::Database& database, const crypto::Digest& secret_hash,
                                          Timestamp now) {
    auto rows = sql::query(database, k_find_pairing, secret_hash, now);
    if (!rows.next()) return std::nullopt;
    return PairingRecord{rows.id<PairingId>(0),    rows.id<TeamId>(1),
                         rows.id<TechnicianId>(2), static_cast<std::uint32_t>(rows.integer(3)),
                         rows.id<TechnicianId>(4), rows.time(5)};
}

bool use_pairing(UnitOfWork& unit, const PairingId& id) {
    return sql::execute(unit.database, k_use_pairing, unit.now, id) == 1;
}

void end_pairings(UnitOfWork& unit, const TechnicianId& technician) {
    sql::execute(unit.database, k_end_pairings, unit.now, technician);
}

void insert_set_up(UnitOfWork& unit, const SetUpLinkRecord& link, const crypto::Digest& secret_hash) {
    sql::execute(unit.database, k_insert_set_up, link.id, link.team_id, link.technician_id, to_string(link.kind),
                 secret_hash, link.created_by, unit.now, link.expires_at);
}

std::optional<SetUpLinkRecord> find_set_up(platform::Database& database, const crypto::Digest& secret_hash,
                                           Timestamp now) {
    auto rows = sql::query(database, k_find_set_up, secret_hash, now);
    if (!rows.next()) return std::nullopt;
    return SetUpLinkRecord{rows.id<SetUpLinkId>(0),
                           rows.id<TeamId>(1),
                           rows.id<TechnicianId>(2),
                           rows.one_of(3, {SetUpKind::Owner, SetUpKind::Recovery, SetUpKind::Administrator}),
                           rows.optional_id<TechnicianId>(4),
                           rows.time(5)};
}

bool use_set_up(UnitOfWork& unit, const SetUpLinkId& id) {
    return sql::execute(unit.database, k_use_set_up, unit.now, id) == 1;
}

void end_set_ups(UnitOfWork& unit, const TechnicianId& technician) {
    sql::execute(unit.database, k_end_set_ups, unit.now, technician);
}

}  // namespace link_store
}  // namespace doorward::portal
