#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/stores/role_store.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal::role_service {

struct Permission {
    protocol::RolePurpose purpose;
    std::string_view name;
};
/// Those that guard a function that is there, in the order to show them in. A role has no others.
[[nodiscard]] std::span<const Permission> permissions();

struct Seen {
    protocol::RoleId id;
    std::int64_t version = 0;
};

struct Wish {
    std::string name;
    std::vector<std::string> permissions;  ///< ascending, each once
};

/// Error::Malformed for a permission that is not one of the purpose.
[[nodiscard]] Result<RoleRecord> create(UnitOfWork& unit, const Actor& actor, protocol::RolePurpose purpose,
                                        const Wish& wish);

struct Updated {
    RoleRecord role;
    std::optional<ChangeRecord> change;
};
/// What is taken is gone at once; what is given is a change where somebody has the role, or is about to.
/// Error::RoleLocked for a system role.
[[nodiscard]] Result<Updated> update(UnitOfWork& unit, const Actor& actor, const Seen& seen, const Wish& wish);

/// At once, with each right that has it. Error::RoleLocked for a system role, NameNotConfirmed unless `name` is its
/// name.
[[nodiscard]] Result<void> remove(UnitOfWork& unit, const Actor& actor, const protocol::RoleId& id,
                                  const std::string& name);

/// What an accepted RoleWiden does.
[[nodiscard]] Result<void> widen(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload);

}  // namespace doorward::portal::role_service
