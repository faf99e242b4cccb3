#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/roster_document.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// What a tenant wants for its accounts; nothing: as the team has it.
struct AccountWish {
    std::optional<protocol::AccountMode> mode;
    std::optional<std::string> prefix;

    friend bool operator==(const AccountWish&, const AccountWish&) = default;
};

struct TenantRecord {
    /// What the roster says of it: name, suspension, settings.
    protocol::TenantDocument document;
    std::int64_t devices = 0;
    std::int64_t version = 1;
    protocol::Timestamp created_at;
    AccountWish wish{};
    std::string account_prefix{};    ///< its own, or the team's
    std::int64_t shared_number = 0;  ///< with the prefix: the name of the account that all share

    [[nodiscard]] std::string shared_account() const { return account_prefix + std::to_string(shared_number); }
    [[nodiscard]] const protocol::TenantId& id() const { return document.id; }
    [[nodiscard]] const protocol::TeamId& team_id() const { return document.team_id; }
};

namespace tenant_store {

/// A number for a shared account that no tenant has.
[[nodiscard]] std::int64_t free_number(UnitOfWork& unit);
/// Error::NameTaken where the team has a tenant of that name.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const TenantRecord& tenant);
[[nodiscard]] std::optional<TenantRecord> find(platform::Database& database, const protocol::TeamId& team,
                                               const protocol::TenantId& id);
[[nodiscard]] Result<void> update(UnitOfWork& unit, const TenantRecord& tenant);
[[nodiscard]] Page<TenantRecord> list(platform::Database& database, const protocol::TeamId& team,
                                      const std::optional<std::string>& search, const PageRequest& page);
[[nodiscard]] std::vector<protocol::TenantId> all_of_team(platform::Database& database, const protocol::TeamId& team);

}  // namespace tenant_store
}  // namespace doorward::portal
