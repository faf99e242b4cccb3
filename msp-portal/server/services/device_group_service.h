#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/stores/device_group_store.h"

#include <optional>
#include <string>

namespace doorward::portal::device_group_service {

struct Seen {
    protocol::DeviceGroupId id;
    std::int64_t version = 0;
};

[[nodiscard]] Result<DeviceGroupRecord> create(UnitOfWork& unit, const Actor& actor, const protocol::TenantId& tenant,
                                               const std::string& name);
[[nodiscard]] Result<DeviceGroupRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen,
                                               const std::string& name);
/// At once, with the rights on it, its place in policies, and what waits about it. Error::NameNotConfirmed unless
/// `name` is its name.
[[nodiscard]] Result<void> remove(UnitOfWork& unit, const Actor& actor, const protocol::DeviceGroupId& id,
                                  const std::string& name);

/// A change where being in the group lets somebody in, or is about to; else at once. Nothing for what is in it already.
/// Error::NotFound for a device of another tenant.
[[nodiscard]] Result<std::optional<ChangeRecord>> add_member(UnitOfWork& unit, const Actor& actor,
                                                             const protocol::DeviceGroupId& id,
                                                             const protocol::DeviceId& device);
/// At once. Error::NotFound for what is not in it.
[[nodiscard]] Result<void> remove_member(UnitOfWork& unit, const Actor& actor, const protocol::DeviceGroupId& id,
                                         const protocol::DeviceId& device);

/// What an accepted DeviceGroupJoin does.
[[nodiscard]] Result<void> join(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload);

}  // namespace doorward::portal::device_group_service
