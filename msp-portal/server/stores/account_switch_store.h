#pragma once

#include "msp-portal/server/stores/tenant_store.h"

#include <optional>

namespace doorward::portal {

/// The last time a tenant's accounts became other ones.
struct AccountSwitch {
    protocol::TenantId tenant_id;
    AccountWish before;                                                    ///< what to go back to
    protocol::CodeScheme codes_before = protocol::CodeScheme::PerMachine;  ///< likewise
    std::int64_t roster_revision = 0;  ///< a workstation that has applied it has followed
    Named<protocol::TechnicianId> by;
    protocol::Timestamp at;
};

namespace account_switch_store {

/// Replaces the one before.
void put(UnitOfWork& unit, const AccountSwitch& change);
[[nodiscard]] std::optional<AccountSwitch> find(platform::Database& database, const protocol::TenantId& tenant);

}  // namespace account_switch_store
}  // namespace doorward::portal
