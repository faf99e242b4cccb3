#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/ids.h"

#include <map>
#include <vector>

namespace doorward::portal {

/// Who would gain and who would lose which workstations by something that is tried out and undone.
namespace what_if {

/// What would change in rosters.
using Draft = std::map<protocol::TenantId, roster_store::Changes>;
/// Of all that the unit has done; it is one of Store::look_ahead().
[[nodiscard]] Draft draft_of(UnitOfWork& unit);

struct Shift {
    Named<protocol::TechnicianId> technician;
    std::vector<Named<protocol::DeviceId>> devices;  ///< by name
};
struct Effect {
    std::vector<Shift> gains;  ///< by the technicians' names
    std::vector<Shift> losses;
};
/// Compared with the rosters as they are; with work in proportion to the tenants that the draft touches.
[[nodiscard]] Effect effect_of(platform::Database& database, const Draft& draft, protocol::Timestamp now);

}  // namespace what_if
}  // namespace doorward::portal
