#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/ids.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// Workstations of one tenant, put together by hand.
struct DeviceGroupRecord {
    protocol::DeviceGroupId id;
    protocol::TeamId team_id;
    Named<protocol::TenantId> tenant;
    std::string name;
    std::int64_t version = 1;
    std::int64_t members = 0;
    std::int64_t rights = 0;  ///< on it
};

namespace device_group_store {

/// Error::NameTaken where the tenant has one of that name.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const DeviceGroupRecord& group);
[[nodiscard]] Result<void> rename(UnitOfWork& unit, const DeviceGroupRecord& group);
/// With its members. Rights and policies are gone before (device_group_service.h).
void remove(UnitOfWork& unit, const protocol::DeviceGroupId& id);
[[nodiscard]] std::optional<DeviceGroupRecord> find(platform::Database& database, const protocol::TeamId& team,
                                                    const protocol::DeviceGroupId& id);
/// All of the team, or of one tenant, or of one member; by tenant and name.
[[nodiscard]] std::vector<DeviceGroupRecord> list(platform::Database& database, const protocol::TeamId& team,
                                                  const std::optional<protocol::TenantId>& tenant,
                                                  const std::optional<protocol::DeviceId>& member);

/// Devices that are not removed, by name.
[[nodiscard]] std::vector<Named<protocol::DeviceId>> members(platform::Database& database,
                                                             const protocol::DeviceGroupId& id);
[[nodiscard]] bool has_member(platform::Database& database, const protocol::DeviceGroupId& id,
                              const protocol::DeviceId& device);
/// Nothing where it is a member already.
void add_member(UnitOfWork& unit, const protocol::DeviceGroupId& id, const protocol::DeviceId& device);
/// False where it was none.
[[nodiscard]] bool remove_member(UnitOfWork& unit, const protocol::DeviceGroupId& id, const protocol::DeviceId& device);

}  // namespace device_group_store
}  // namespace doorward::portal
