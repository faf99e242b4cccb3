#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/link_store.h"
#include "msp-portal/server/stores/team_store.h"

#include <optional>
#include <string>

namespace doorward::portal {

namespace team_service {

/// A team with its owner (who introduces themselves at set-up), the start policy, and the set-up link, to be shown
/// once.
[[nodiscard]] Result<std::string> create(UnitOfWork& unit, const Deployment& deployment, const std::string& name);

/// A new set-up link for the owner, from the server's console. Recorded.
[[nodiscard]] Result<std::string> recover_owner(UnitOfWork& unit, const Deployment& deployment,
                                                const protocol::TeamId& team);

struct Update {
    std::string name;
    std::string account_prefix;
    protocol::AccountMode account_mode = protocol::AccountMode::Named;
    std::int64_t version = 0;  ///< last seen; Error::VersionOutdated otherwise
};
[[nodiscard]] Result<TeamRecord> update(UnitOfWork& unit, const Actor& actor, const Update& update);

struct Dashboard {
    std::int64_t tenants = 0;
    std::int64_t devices = 0;
    std::int64_t technicians = 0;
    std::int64_t technicians_invited = 0;
    std::int64_t pending_changes = 0;
    std::int64_t sign_ins = 0;
    std::int64_t refusals = 0;
    std::int64_t codes_used_twice = 0;  ///< in the last week
};
[[nodiscard]] Dashboard dashboard(platform::Database& database, const protocol::TeamId& team, protocol::Timestamp now);

}  // namespace team_service
}  // namespace doorward::portal
