#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/roster_document.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

struct RightRecord {
    protocol::RightDocument document;  ///< valid_from is always there
    protocol::TeamId team_id;
    std::optional<protocol::ChangeId> change_id;
    protocol::Timestamp created_at;
    // To show.
    std::string role_name;
    std::optional<std::string> subject_name;
    std::optional<std::string> object_name;

    [[nodiscard]] const protocol::RightId& id() const { return document.id; }
    [[nodiscard]] bool in_force(protocol::Timestamp now) const {
        return document.valid_from <= std::optional(now) && (!document.valid_until || now < *document.valid_until);
    }
};

/// Rights that reach any of those given; without one, all of the team.
struct RightFilter {
    std::optional<protocol::TechnicianId> technician_id;
    std::optional<protocol::TenantId> tenant_id;
    std::optional<protocol::DeviceId> device_id;
    // These are meant themselves, not what reaches them.
    std::optional<protocol::DepartmentId> department_id{};
    std::optional<protocol::DeviceGroupId> device_group_id{};
    std::optional<protocol::RoleId> role_id{};
};

namespace right_store {

void insert(UnitOfWork& unit, const RightRecord& right);
[[nodiscard]] std::optional<RightRecord> find(platform::Database& database, const protocol::TeamId& team,
                                              const protocol::RightId& id);
/// A right of the same subject, object and role that ends no earlier.
[[nodiscard]] bool exists_same(platform::Database& database, const protocol::TeamId& team,
                               const protocol::RightDocument& right);
void remove(UnitOfWork& unit, const protocol::RightId& id);
[[nodiscard]] Page<RightRecord> list(platform::Database& database, const protocol::TeamId& team,
                                     const RightFilter& filter, const PageRequest& page);

/// Every right that fits.
[[nodiscard]] std::vector<RightRecord> all(platform::Database& database, const protocol::TeamId& team,
                                           const RightFilter& filter);

/// The technician's own, of every purpose; not what comes by way of departments or everyone.
[[nodiscard]] std::vector<RightRecord> of_technician(platform::Database& database, const protocol::TeamId& team,
                                                     const protocol::TechnicianId& technician);
/// Rights of purpose `devices`, the only ones rosters carry.
[[nodiscard]] std::vector<RightRecord> device_rights_of_team(platform::Database& database,
                                                             const protocol::TeamId& team);
[[nodiscard]] std::vector<RightRecord> device_rights_of_technician(platform::Database& database,
                                                                   const protocol::TeamId& team,
                                                                   const protocol::TechnicianId& technician);
/// The tenants in which the right's object lies; all_devices means all of the team, a section none.
[[nodiscard]] std::vector<protocol::TenantId> tenants_reached(platform::Database& database, const RightRecord& right);

}  // namespace right_store
}  // namespace doorward::portal
