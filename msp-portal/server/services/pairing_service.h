#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/services/link.h"
#include "msp-portal/server/stores/link_store.h"
#include "msp-portal/server/stores/technician_store.h"

#include <string>

namespace doorward::portal {

/// What whoever holds an invitation or pairing link may do, without a session.
namespace pairing_service {

struct InvitationView {
    TeamRecord team;
    TechnicianRecord technician;
    protocol::Timestamp expires_at;
};
[[nodiscard]] Result<InvitationView> look_up_invitation(platform::Database& database, const crypto::Digest& secret_hash,
                                                        protocol::Timestamp now);
/// In the name of `author`; earlier pairings of the technician end.
[[nodiscard]] Link new_pairing(UnitOfWork& unit, const Deployment& deployment, const protocol::TeamId& team,
                               const protocol::TechnicianId& technician, const protocol::TechnicianId& author);

/// A fresh pairing, in the name of who invited.
[[nodiscard]] Result<Link> accept_invitation(UnitOfWork& unit, const Deployment& deployment,
                                             const crypto::Digest& secret_hash);

struct PairingView {
    PairingRecord pairing;
    TeamRecord team;
    TechnicianRecord technician;
    bool replaces_phone = false;  ///< the technician has, or has had, a phone
};
[[nodiscard]] Result<PairingView> look_up(platform::Database& database, const crypto::Digest& secret_hash,
                                          protocol::Timestamp now);

/// A phone whose registration and proof were verified (by the relay).
struct NewPhone {
    protocol::PhoneRecord record;
    std::uint32_t sign_count = 0;
    std::string label;
};
/// Uses the pairing up. The first phone of an invited technician whom no right reaches yet activates them; any other
/// waits as a change for another person's acceptance, unless the team has one administrator only. Error::LinkRefused,
/// TooManyPhones, KeyTaken.
[[nodiscard]] Result<KeyState> complete(UnitOfWork& unit, const crypto::Digest& secret_hash, const NewPhone& phone);

}  // namespace pairing_service
}  // namespace doorward::portal
