#pragma once

#include "msp-portal/server/stores/store.h"
#include "protocol/roster_document.h"

#include <optional>
#include <vector>

namespace doorward::portal {

struct RoleRecord {
    protocol::RoleDocument document;
    std::optional<protocol::TeamId> team_id;  ///< none: a system role
    std::int64_t version = 1;
    std::int64_t rights = 0;  ///< the team's rights with it
};

namespace role_store {

/// Error::NameTaken where the team has one of that name; a system role's name counts too.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const RoleRecord& role);
/// Name, permissions and version; only of a team's own role.
[[nodiscard]] Result<void> update(UnitOfWork& unit, const RoleRecord& role);
/// Its rights are gone before (role_service.h).
void remove(UnitOfWork& unit, const protocol::RoleId& id);
/// System roles, and those of the team.
[[nodiscard]] std::optional<RoleRecord> find(platform::Database& database, const protocol::TeamId& team,
                                             const protocol::RoleId& id);
[[nodiscard]] std::vector<RoleRecord> list(platform::Database& database, const protocol::TeamId& team);

}  // namespace role_store
}  // namespace doorward::portal
