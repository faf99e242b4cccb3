#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/restore_store.h"
#include "protocol/assertion.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// After a restore the portal may know less than its workstations: somebody who was put out since the backup would be
/// back. So workstations are told nothing and nothing is widened (roster_service, change_service and pairing_service
/// refuse with Error::AwaitsAcceptance) until administrators have seen what differs and accepted the backup.
namespace restore_service {

struct Overview {
    RestoredTeam team;
    protocol::Incarnation incarnation;  ///< this life
    bool needs_another = false;         ///< two people of the team have to accept
    std::int64_t strangers = 0;         ///< workstations that came and are not in the backup, of whatever team
    std::vector<RestoreReport> reports;
};

/// Nothing where there is nothing to accept.
[[nodiscard]] std::optional<Overview> overview(platform::Database& database, const Actor& actor,
                                               protocol::Timestamp now);

/// What is accepted, as bytes that the page shows and signs: this life of this team's portal.
[[nodiscard]] std::string acceptance_payload(const protocol::TeamId& team, const protocol::Incarnation& life);
/// What a passkey answers for it, as for a change: H(change, life 16 | payload).
[[nodiscard]] crypto::Digest acceptance_challenge(const protocol::TeamId& team, const protocol::Incarnation& life);

/// `assertion` is by a working passkey of the actor over acceptance_challenge() of this life. True: workstations are
/// told from now on. False: another person has to accept as well. Error::WrongState where nothing waits, or the actor
/// was first; Error::NotAnotherPerson for the first one's other account.
[[nodiscard]] Result<bool> accept(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                  const protocol::Assertion& assertion);

}  // namespace restore_service
}  // namespace doorward::portal
