#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/change_store.h"
#include "msp-portal/server/stores/right_store.h"
#include "msp-portal/server/stores/technician_store.h"

#include <string>

namespace doorward::portal {

/// Everything that widens access goes through here and nowhere else: proposed by one person, applied when another
/// accepts, or at once and marked where the team has only one administrator. Not before a restored portal is accepted
/// (Error::AwaitsAcceptance, restore_service.h).
namespace change_service {

[[nodiscard]] Result<ChangeRecord> propose(UnitOfWork& unit, const Actor& actor, ChangePayload payload);

/// `assertion` is by a working passkey of the actor over H(change, id | payload), so what was seen is what is accepted
/// (Error::CeremonyRefused). Error::NotAnotherPerson for the author, whatever account they use.
[[nodiscard]] Result<ChangeRecord> accept(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                          const protocol::ChangeId& id, const protocol::Assertion& assertion);
[[nodiscard]] Result<ChangeRecord> reject(UnitOfWork& unit, const Actor& actor, const protocol::ChangeId& id,
                                          const std::string& reason);
/// By its author only (Error::Forbidden).
[[nodiscard]] Result<ChangeRecord> withdraw(UnitOfWork& unit, const Actor& actor, const protocol::ChangeId& id);
/// Ends what is pending about something that is gone.
void withdraw_about(UnitOfWork& unit, const Actor& actor, const protocol::Uuid& subject);
/// Ends what is pending in the name of somebody who is put out.
void withdraw_of_author(UnitOfWork& unit, const Actor& actor, const protocol::TechnicianId& author);
/// Ends what would enable a technician again.
void withdraw_enabling(UnitOfWork& unit, const Actor& actor, const protocol::TechnicianId& technician);
/// Whether something waits that would give rights through this department, device group or role: whoever accepted it
/// saw who would gain, so that must not grow meanwhile.
[[nodiscard]] bool concerns_pending(UnitOfWork& unit, const protocol::TeamId& team, const protocol::Uuid& what);
/// Ends the pending phones of a technician, and nothing else about them.
void withdraw_phones(UnitOfWork& unit, const Actor& actor, const protocol::TechnicianId& technician);

/// Ends the pending change about one of the actor's own passkeys, if there is one.
void withdraw_passkey(UnitOfWork& unit, const Actor& actor, const AdminPasskeyId& passkey);

/// Carries out a pending change as if another person had accepted it, to look what would follow: only in a unit that is
/// undone, Error::Forbidden in any other.
[[nodiscard]] Result<void> try_out(UnitOfWork& unit, const protocol::TeamId& team, const protocol::ChangeId& id);
/// All that this unit has proposed; the same holds.
[[nodiscard]] Result<void> try_out_proposed(UnitOfWork& unit, const protocol::TeamId& team);

/// Whether this person could accept it now.
[[nodiscard]] bool may_accept(const ChangeRecord& change, const Actor& actor);

}  // namespace change_service
}  // namespace doorward::portal
