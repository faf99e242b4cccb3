#pragma once

#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/right_store.h"
#include "protocol/may_sign_in.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// Why somebody may enter a workstation, or what is missing; by the rosters that workstations are sent, and by
/// protocol::may_sign_in (I9).
namespace access_explainer {

/// Conditional: may enter, if what a workstation alone can judge holds then (its local time of the week, reason,
/// ticket, approval).
enum class Answer { Allowed, Conditional, Refused };
[[nodiscard]] std::string_view to_string(Answer answer);

/// What keeps somebody who may enter from a code that opens without the network.
enum class OfflineObstacle { NoPhone, NeverSynced, HorizonPassed };
[[nodiscard]] std::string_view to_string(OfflineObstacle obstacle);

struct CoveringPolicy {
    Named<protocol::PolicyId> policy;
    std::optional<protocol::SignInRefusal> missing;
    std::optional<protocol::Timestamp> valid_from;
    std::optional<protocol::Timestamp> valid_until;
};

struct Entry {
    Named<protocol::TechnicianId> technician;
    DeviceRecord device;
    std::string account;
    Answer answer = Answer::Refused;
    std::optional<protocol::SignInRefusal> missing;  ///< unless Allowed
    // The following three only where it is not Refused.
    std::optional<protocol::Timestamp> ends_at;  ///< of the rights and policies that stand now; none: open end
    bool has_phone = false;
    std::optional<OfflineObstacle> offline_obstacle;
    std::vector<RightRecord> rights;  ///< that let in, in force or not
    std::vector<CoveringPolicy> policies;
};

/// Error::NotFound for what is not the team's.
[[nodiscard]] Result<Entry> explain(platform::Database& database, const protocol::TeamId& team,
                                    const protocol::TechnicianId& technician, const protocol::DeviceId& device,
                                    protocol::Timestamp now);

/// Everybody whom a right lets into the device, whatever else may be missing; by name.
[[nodiscard]] Result<std::vector<Entry>> of_device(platform::Database& database, const protocol::TeamId& team,
                                                   const protocol::DeviceId& device, protocol::Timestamp now);

/// Every workstation of the tenant into which a right lets them, whatever else may be missing; by name.
[[nodiscard]] Result<std::vector<Entry>> of_technician(platform::Database& database, const protocol::TeamId& team,
                                                       const protocol::TechnicianId& technician,
                                                       const protocol::TenantId& tenant, protocol::Timestamp now);

}  // namespace access_explainer
}  // namespace doorward::portal
