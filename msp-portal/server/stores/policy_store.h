#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/roster_document.h"

#include <optional>
#include <vector>

namespace doorward::portal {

struct PolicyRecord {
    protocol::PolicyDocument document;
    bool start_policy = false;
    std::int64_t version = 1;
};

namespace policy_store {

void insert(UnitOfWork& unit, const protocol::TeamId& team, const PolicyRecord& policy);
void update(UnitOfWork& unit, const PolicyRecord& policy);
[[nodiscard]] std::optional<PolicyRecord> find(platform::Database& database, const protocol::TeamId& team,
                                               const protocol::PolicyId& id);
[[nodiscard]] std::vector<PolicyRecord> list(platform::Database& database, const protocol::TeamId& team);
/// Those that name this department, technician, device or group, and are pending or active.
[[nodiscard]] std::vector<PolicyRecord> naming(platform::Database& database, const protocol::TeamId& team,
                                               const protocol::Uuid& member);
/// The names behind all ids of a policy, devices with their tenant's; what is gone has none.
[[nodiscard]] std::vector<Named<protocol::Uuid>> names(platform::Database& database,
                                                       const protocol::PolicyDocument& policy);
/// The tenants whose devices it may concern.
[[nodiscard]] std::vector<protocol::TenantId> tenants_reached(platform::Database& database,
                                                              const protocol::TeamId& team,
                                                              const protocol::PolicyDocument& policy);

}  // namespace policy_store
}  // namespace doorward::portal
