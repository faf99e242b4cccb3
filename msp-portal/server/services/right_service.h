#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/stores/change_store.h"
#include "msp-portal/server/stores/right_store.h"

#include <optional>
#include <vector>

namespace doorward::portal {

namespace right_service {

struct Wish {
    protocol::RightSubject subject;
    protocol::RightObject object;
    protocol::RoleId role_id;
    std::optional<protocol::Timestamp> valid_from;  ///< none: from now
    std::optional<protocol::Timestamp> valid_until;
};

/// A change that, once in force, makes the right. Error::NotFound for what is not the team's, Malformed where role and
/// object do not fit, RightExists where nothing would change.
[[nodiscard]] Result<ChangeRecord> grant(UnitOfWork& unit, const Actor& actor, const Wish& wish);

/// Which side of a right is told to whom decides on who or what joins the other.
enum class Side { Subject, Object };
/// Adds the rights to the difference, at most so many that a person reads them.
void describe(ChangePayload& payload, const std::vector<RightRecord>& rights, Side side);

/// Who of a department gains by a right, in the difference of its grant; nothing for other subjects.
[[nodiscard]] std::vector<Difference> gaining(UnitOfWork& unit, const protocol::RightSubject& subject);

/// At once. The owner's own right of administration stays (Error::OwnerProtected).
[[nodiscard]] Result<void> revoke(UnitOfWork& unit, const Actor& actor, const protocol::RightId& id);

}  // namespace right_service
}  // namespace doorward::portal
