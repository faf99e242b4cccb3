#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/stores/policy_store.h"

#include <optional>

namespace doorward::portal::policy_service {

struct Proposed {
    PolicyRecord policy;
    ChangeRecord change;
};

/// `draft` has a new id; whatever its state, it starts pending. Without valid_from it counts from now. Error::NotFound
/// where it names something that is not the team's, ConditionUnavailable for a condition that no workstation can ask
/// for yet, Malformed where it covers nobody or nothing, or ends before it begins.
[[nodiscard]] Result<Proposed> propose(UnitOfWork& unit, const Actor& actor, protocol::PolicyDocument draft);
/// A new version of the active policy `draft.id`, last seen as `version`, which stays as it is until that is accepted.
/// Error::WrongState for one that is not active, for which something waits already, or where nothing would change.
[[nodiscard]] Result<Proposed> revise(UnitOfWork& unit, const Actor& actor, std::int64_t version,
                                      protocol::PolicyDocument draft);
/// At once and for good, with what waits about it. Error::WrongState for one that is neither pending nor active.
[[nodiscard]] Result<PolicyRecord> retire(UnitOfWork& unit, const Actor& actor, const protocol::PolicyId& id);

/// Takes what is being deleted (a department, a device group) out of the policies that name it.
void forget(UnitOfWork& unit, const protocol::TeamId& team, const protocol::Uuid& member);

/// What an accepted PolicyActivate does, and one that is not accepted.
[[nodiscard]] Result<void> activate(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload);
void turn_down(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload, ChangeState state);

}  // namespace doorward::portal::policy_service
