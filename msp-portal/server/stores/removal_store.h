#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/envelope.h"

#include <optional>
#include <string>

namespace doorward::portal {

/// A workstation's statement about its removal, as it came.
struct RemovalRecord {
    protocol::SignedEnvelope statement;
    protocol::Timestamp received_at;
    std::optional<Named<protocol::TechnicianId>> brought_by;  ///< nothing: it came from the workstation itself
};

/// A workstation that is not one of the team's any more.
struct RemovedDevice {
    protocol::DeviceId id;
    std::string name;
    Named<protocol::TenantId> tenant;
    protocol::Timestamp removed_at;
    std::optional<protocol::Timestamp> last_seen_at;
    std::optional<RemovalRecord> statement;
};

namespace removal_store {

/// The first statement of a device counts; false where it has one.
[[nodiscard]] bool insert(UnitOfWork& unit, const protocol::DeviceId& device, const protocol::SignedEnvelope& statement,
                          const std::optional<protocol::TechnicianId>& brought_by);
[[nodiscard]] std::optional<RemovedDevice> find(platform::Database& database, const protocol::TeamId& team,
                                                const protocol::DeviceId& device);
/// By name.
[[nodiscard]] Page<RemovedDevice> list(platform::Database& database, const protocol::TeamId& team,
                                       const PageRequest& page);

}  // namespace removal_store
}  // namespace doorward::portal
