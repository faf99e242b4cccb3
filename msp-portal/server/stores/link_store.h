#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/store.h"

#include <optional>

namespace doorward::portal {

namespace entity {
struct SetUpLink;
}
using SetUpLinkId = protocol::Id<entity::SetUpLink>;

struct InvitationRecord {
    protocol::InvitationId id;
    protocol::TeamId team_id;
    protocol::TechnicianId technician_id;
    protocol::TechnicianId created_by;
    protocol::Timestamp expires_at;
};

struct PairingRecord {
    protocol::PairingId id;
    protocol::TeamId team_id;
    protocol::TechnicianId technician_id;
    std::uint32_t serial = 0;
    protocol::TechnicianId created_by;
    protocol::Timestamp expires_at;
};

enum class SetUpKind { Owner, Recovery, Administrator };
[[nodiscard]] std::string_view to_string(SetUpKind kind);

struct SetUpLinkRecord {
    SetUpLinkId id;
    protocol::TeamId team_id;
    protocol::TechnicianId technician_id;
    SetUpKind kind = SetUpKind::Owner;
    std::optional<protocol::TechnicianId> created_by;  ///< none: the server's console
    protocol::Timestamp expires_at;
};

/// Links that let somebody in once. Found only while they are good.
namespace link_store {

void insert_invitation(UnitOfWork& unit, const InvitationRecord& invitation, const crypto::Digest& secret_hash);
[[nodiscard]] std::optional<InvitationRecord> find_invitation(platform::Database& database,
                                                              const crypto::Digest& secret_hash,
                                                              protocol::Timestamp now);
/// The newest that was not ended, expired or not.
[[nodiscard]] std::optional<InvitationRecord> invitation_of(platform::Database& database,
                                                            const protocol::TechnicianId& technician);
void end_invitations(UnitOfWork& unit, const protocol::TechnicianId& technician);

void insert_pairing(UnitOfWork& unit, const PairingRecord& pairing, const crypto::Digest& secret_hash);
[[nodiscard]] std::optional<PairingRecord> find_pairing(platform::Database& database, const crypto::Digest& secret_hash,
                                                        protocol::Timestamp now);
/// True for exactly one caller.
[[nodiscard]] bool use_pairing(UnitOfWork& unit, const protocol::PairingId& id);
void end_pairings(UnitOfWork& unit, const protocol::TechnicianId& technician);

void insert_set_up(UnitOfWork& unit, const SetUpLinkRecord& link, const crypto::Digest& secret_hash);
[[nodiscard]] std::optional<SetUpLinkRecord> find_set_up(platform::Database& database,
                                                         const crypto::Digest& secret_hash, protocol::Timestamp now);
/// True for exactly one caller.
[[nodiscard]] bool use_set_up(UnitOfWork& unit, const SetUpLinkId& id);
void end_set_ups(UnitOfWork& unit, const protocol::TechnicianId& technician);

}  // namespace link_store
}  // namespace doorward::portal
