#pragma once

#include "msp-portal/server/stores/device_store.h"
#include "protocol/may_sign_in.h"

#include <string>
#include <vector>

namespace doorward::portal {

/// The portal's use of protocol::may_sign_in (I9). What a workstation alone can judge - its local time of week, reason,
/// ticket, approvals - is left to it: the portal never says no because of those.
namespace sign_in_rules {

/// Reads only what concerns this technician and this device.
[[nodiscard]] bool may_ask(platform::Database& database, const DeviceRecord& device,
                           const protocol::TechnicianId& technician, protocol::Timestamp now);

struct Enterable {
    DeviceRecord device;
    protocol::CodeScheme code_scheme = protocol::CodeScheme::PerMachine;
    std::string account;
};

/// The workstations this technician may enter now, by customer and name.
[[nodiscard]] std::vector<Enterable> enterable_by(platform::Database& database, const protocol::TeamId& team,
                                                  const protocol::TechnicianId& technician, protocol::Timestamp now);

}  // namespace sign_in_rules
}  // namespace doorward::portal
