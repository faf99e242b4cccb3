#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/presence.h"
#include "msp-portal/server/services/tenant_service.h"
#include "msp-portal/server/stores/account_switch_store.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/team_store.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// Which accounts and codes a tenant's workstations have, and the way from some to others: planned, applied, followed
/// by each workstation when it can, taken back. Other accounts widen nothing: the same technicians get in, by the same
/// proofs, at the same places, so one person may do it. Old ones are locked when their last session ends, and never
/// deleted. One secret for all codes is weaker than one for each workstation: that way round it is a change.
namespace account_switch_service {

struct PlannedAccount {
    std::string name;
    std::optional<Named<protocol::TechnicianId>> technician;  ///< nothing: all of them share it
    friend bool operator==(const PlannedAccount& left, const PlannedAccount& right) { return left.name == right.name; }
};

struct AccountRules {
    protocol::AccountMode mode = protocol::AccountMode::Named;
    std::string prefix;
    std::string shared_account;  ///< also where nobody uses it yet
    protocol::CodeScheme codes = protocol::CodeScheme::PerMachine;
};

struct SwitchWish {
    AccountWish accounts;
    std::optional<protocol::CodeScheme> codes;  ///< nothing: as they are
};

struct Plan {
    AccountRules before;
    AccountRules after;
    std::vector<PlannedAccount> locked;
    std::vector<PlannedAccount> made;
    std::vector<DeviceRecord> devices;  ///< that have to follow
};
[[nodiscard]] Result<Plan> plan(platform::Database& database, const protocol::TeamId& team,
                                const protocol::TenantId& tenant, const SwitchWish& wish);

struct Applied {
    TenantRecord tenant;
    std::optional<ChangeRecord> change;  ///< where the codes would become weaker
};
/// `seen` as for every change of a tenant (Error::VersionOutdated). Error::Malformed for a prefix with which a
/// technician would have no account.
[[nodiscard]] Result<Applied> apply(UnitOfWork& unit, const Actor& actor, const tenant_service::Seen& seen,
                                    const SwitchWish& wish);
/// Once that change was accepted. Error::ChangeOutdated where it no longer fits.
[[nodiscard]] Result<void> share_codes(UnitOfWork& unit, const ChangeRecord& change, const protocol::TenantId& tenant);

/// Notes for every tenant without a wish of its own that the team's default took its accounts along.
void inherited(UnitOfWork& unit, const Actor& actor, const TeamRecord& before);

enum class Progress {
    Waiting,    ///< not connected: follows on return
    Following,  ///< connected, has not answered yet
    StillOpen,  ///< has followed; somebody is still in an old account, which is locked when they leave
    Conflict,   ///< has followed; a local account of the new name is not ours, so nobody can use it there
    Done,
};
[[nodiscard]] std::string_view to_string(Progress progress);

struct Follower {
    DeviceRecord device;
    Progress progress = Progress::Waiting;
    std::vector<std::string> open_accounts;  ///< old ones
};
struct State {
    std::optional<AccountSwitch> last;
    std::vector<Follower> followers;
};
[[nodiscard]] Result<State> state(platform::Database& database, const protocol::TeamId& team,
                                  const protocol::TenantId& tenant, const Presence& presence);

}  // namespace account_switch_service
}  // namespace doorward::portal
