#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/ids.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// Technicians who are given rights together.
struct DepartmentRecord {
    protocol::DepartmentId id;
    protocol::TeamId team_id;
    std::string name;
    std::int64_t version = 1;
    std::int64_t members = 0;
    std::int64_t rights = 0;  ///< its own, of every purpose
};

namespace department_store {

/// Error::NameTaken where the team has one of that name.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const DepartmentRecord& department);
[[nodiscard]] Result<void> rename(UnitOfWork& unit, const DepartmentRecord& department);
/// With its members. Rights and policies are gone before (department_service.h).
void remove(UnitOfWork& unit, const protocol::DepartmentId& id);
[[nodiscard]] std::optional<DepartmentRecord> find(platform::Database& database, const protocol::TeamId& team,
                                                   const protocol::DepartmentId& id);
/// All of the team, or those of one member; by name.
[[nodiscard]] std::vector<DepartmentRecord> list(platform::Database& database, const protocol::TeamId& team,
                                                 const std::optional<protocol::TechnicianId>& member);

/// By name.
[[nodiscard]] std::vector<Named<protocol::TechnicianId>> members(platform::Database& database,
                                                                 const protocol::DepartmentId& id);
[[nodiscard]] bool has_member(platform::Database& database, const protocol::DepartmentId& id,
                              const protocol::TechnicianId& technician);
/// Nothing where they are a member already.
void add_member(UnitOfWork& unit, const protocol::DepartmentId& id, const protocol::TechnicianId& technician);
/// False where they were none.
[[nodiscard]] bool remove_member(UnitOfWork& unit, const protocol::DepartmentId& id,
                                 const protocol::TechnicianId& technician);

}  // namespace department_store
}  // namespace doorward::portal
