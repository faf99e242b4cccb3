#include "msp-portal/server/services/account_switch_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "protocol/text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace doorward::portal::account_switch_service {

namespace {

using namespace protocol;

AccountRules rules_of(const TenantRecord& tenant) {
    return {.mode = tenant.document.account_mode,
            .prefix = tenant.account_prefix,
            .shared_account = tenant.shared_account()};
}

AccountRules rules_by(const TeamRecord& team, const TenantRecord& tenant, const AccountWish& wish) {
    AccountRules rules{.mode = wish.mode.value_or(team.account_mode),
                       .prefix = wish.prefix.value_or(team.account_prefix),
                       .shared_account = {}};
    rules.shared_account = rules.prefix + std::to_string(tenant.shared_number);
    return rules;
}

bool are_same(const AccountRules& left, const AccountRules& right) {
    return left.mode == right.mode && left.prefix == right.prefix;
}

// Whom a right lets in at this tenant.
std::vector<TechnicianRecord> technicians_at(platform::Database& database, const TeamId& team, const TenantId& tenant) {
    std::vector<TechnicianRecord> technicians;
    for (const auto& id : technician_store::all_of_team(database, team)) {
        if (!roster_store::holds(database, tenant, document_id(id))) continue;
        if (auto technician = technician_store::find(database, team, id)) technicians.push_back(std::move(*technician));
    }
    std::ranges::sort(technicians, {}, &TechnicianRecord::username);
    return technicians;
}

std::vector<PlannedAccount> accounts_by(const AccountRules& rules, const std::vector<TechnicianRecord>& technicians) {
    if (rules.mode == AccountMode::Shared) return {{rules.shared_account, std::nullopt}};
    std::vector<PlannedAccount> accounts;
    for (const auto& technician : technicians) {
        auto name = account_name(rules.prefix, technician.username);
        if (name) accounts.push_back({std::move(*name), Named<TechnicianId>{technician.id, technician.name}});
    }
    return accounts;
}

std::vector<PlannedAccount> without(const std::vector<PlannedAccount>& accounts,
                                    const std::vector<PlannedAccount>& others) {
    std::vector<PlannedAccount> left;
    std::ranges::copy_if(accounts, std::back_inserter(left), [&](const PlannedAccount& account) {
        return std::ranges::find(others, account) == others.end();
    });
    return left;
}

void note(UnitOfWork& unit, const Actor& actor, const TenantRecord& tenant, const AccountWish& before) {
    account_switch_store::put(unit, {.tenant_id = tenant.id(),
                                     .before = before,
                                     .roster_revision = roster_store::revision(unit.database, tenant.id()),
                                     .by = {actor.technician_id, actor.name},
                                     .at = unit.now});
    PortalEvent event{.team_id = actor.team_id, .kind = "tenant_accounts_switched"};
    event.reason = std::string(to_string(tenant.document.account_mode));
    event.actor = actor.technician_id;
    event.tenant = tenant.id();
    event.subject_kind = "tenant";
    event.subject_id = tenant.id().uuid();
    event.subject_name = tenant.document.name;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Tenants, tenant.id().uuid());
}

Progress progress_of(const Follower& follower, bool has_followed, bool conflicts, const Presence& presence) {
    if (!has_followed) return presence.connected(follower.device.id) ? Progress::Following : Progress::Waiting;
    if (conflicts) return Progress::Conflict;
    return follower.open_accounts.empty() ? Progress::Done : Progress::StillOpen;
}

}  // namespace

std::string_view to_string(Progress progress) {
    switch (progress) {
        case Progress::Waiting:
            return "waiting";
        case Progress::Following:
            return "following";
        case Progress::StillOpen:
            return "still_open";
        case Progress::Conflict:
            return "conflict";
        case Progress::Done:
            return "done";
    }
    return "unknown";
}

Result<Plan> plan(platform::Database& database, const TeamId& team_id, const TenantId& tenant_id,
                  const AccountWish& wish) {
    const auto tenant = tenant_store::find(database, team_id, tenant_id);
    const auto team = team_store::find(database, team_id);
    if (!tenant || !team) return std::unexpected(Error::NotFound);
    Plan plan{
        .before = rules_of(*tenant), .after = rules_by(*team, *tenant, wish), .locked = {}, .made = {}, .devices = {}};
    if (are_same(plan.before, plan.after)) return plan;
    const auto technicians = technicians_at(database, team_id, tenant_id);
    const auto before = accounts_by(plan.before, technicians);
    const auto after = accounts_by(plan.after, technicians);
    plan.locked = without(before, after);
    plan.made = without(after, before);
    plan.devices = device_store::active_of_tenant(database, team_id, tenant_id);
    return plan;
}

Result<TenantRecord> apply(UnitOfWork& unit, const Actor& actor, const tenant_service::Seen& seen,
                           const AccountWish& wish) {
    auto tenant = tenant_store::find(unit.database, actor.team_id, seen.id);
    const auto team = team_store::find(unit.database, actor.team_id);
    if (!tenant || !team) return std::unexpected(Error::NotFound);
    if (tenant->version != seen.version) return std::unexpected(Error::VersionOutdated);
    if (tenant->wish == wish) return std::move(*tenant);
    const bool is_switch = !are_same(rules_of(*tenant), rules_by(*team, *tenant, wish));
    const AccountWish before = std::exchange(tenant->wish, wish);
    ++tenant->version;
    if (auto updated = tenant_store::update(unit, *tenant); !updated) return std::unexpected(updated.error());
    roster_service::accounts_changed(unit, actor.team_id, seen.id);
    tenant = tenant_store::find(unit.database, actor.team_id, seen.id);
    if (is_switch) {
        note(unit, actor, *tenant, before);
    } else {
        unit.changed(actor.team_id, Topic::Tenants, seen.id.uuid());
    }
    return std::move(*tenant);
}

void inherited(UnitOfWork& unit, const Actor& actor, const TeamRecord& before) {
    for (const auto& id : tenant_store::all_of_team(unit.database, before.id)) {
        const auto tenant = tenant_store::find(unit.database, before.id, id);
        if (!tenant || are_same(rules_of(*tenant), rules_by(before, *tenant, tenant->wish))) continue;
        // To go back this tenant alone has to want what the team had.
        AccountWish old = tenant->wish;
        if (!old.mode && before.account_mode != tenant->document.account_mode) old.mode = before.account_mode;
        if (!old.prefix && before.account_prefix != tenant->account_prefix) old.prefix = before.account_prefix;
        note(unit, actor, *tenant, old);
    }
}

Result<State> state(platform::Database& database, const TeamId& team, const TenantId& tenant_id,
                    const Presence& presence) {
    const auto tenant = tenant_store::find(database, team, tenant_id);
    if (!tenant) return std::unexpected(Error::NotFound);
    State state{.last = account_switch_store::find(database, tenant_id), .followers = {}};
    if (!state.last) return state;
    const auto incarnation = load_portal_record(database).incarnation;
    const auto present = accounts_by(rules_of(*tenant), technicians_at(database, team, tenant_id));
    const auto is_present = [&](const DeviceAccount& account) {
        return std::ranges::find(present, account.name, &PlannedAccount::name) != present.end();
    };
    for (auto& device : device_store::active_of_tenant(database, team, tenant_id)) {
        Follower follower{.device = std::move(device), .open_accounts = {}};
        bool conflicts = false;
        for (auto& account : device_store::accounts_of(database, follower.device.id)) {
            conflicts |= account.state == "conflict" && is_present(account);
            if (account.state == "open" && !is_present(account)) {
                follower.open_accounts.push_back(std::move(account.name));
            }
        }
        const auto& applied = follower.device.applied;
        const bool has_followed =
            applied && applied->incarnation == incarnation && applied->revision >= state.last->roster_revision;
        follower.progress = progress_of(follower, has_followed, conflicts, presence);
        state.followers.push_back(std::move(follower));
    }
    return state;
}

}  // namespace doorward::portal::account_switch_service
