#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/services/link.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/stores/link_store.h"
#include "msp-portal/server/stores/technician_store.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

namespace technician_service {

struct RightWish {
    protocol::RightObject object;
    protocol::RoleId role_id;
    std::optional<protocol::Timestamp> valid_from;
    std::optional<protocol::Timestamp> valid_until;
};
struct Invitation {
    std::string name;
    std::string username;
    std::optional<std::string> email;
    std::vector<RightWish> rights;
};
struct Invited {
    TechnicianRecord technician;
    Link link;
    std::vector<ChangeRecord> changes;
};
[[nodiscard]] Result<Invited> invite(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                     const Invitation& invitation);
[[nodiscard]] Result<Invited> resend(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                     const protocol::TechnicianId& id);
[[nodiscard]] Result<void> withdraw(UnitOfWork& unit, const Actor& actor, const protocol::TechnicianId& id);

[[nodiscard]] Result<TechnicianRecord> disable(UnitOfWork& unit, const Actor& actor, const protocol::TechnicianId& id,
                                               const std::string& reason);
[[nodiscard]] Result<ChangeRecord> enable(UnitOfWork& unit, const Actor& actor, const protocol::TechnicianId& id);

/// Ends all phones at once; the link leads to a new one.
[[nodiscard]] Result<Link> reset_phone(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                       const protocol::TechnicianId& id);
[[nodiscard]] Result<Link> pairing_link(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                        const protocol::TechnicianId& id);
/// For who holds a right of administration (Error::WrongState otherwise).
[[nodiscard]] Result<Link> administrator_link(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                              const protocol::TechnicianId& id);

}  // namespace technician_service
}  // namespace doorward::portal
