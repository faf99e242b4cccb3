#include "msp-portal/server/services/account_switch_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
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
            .shared_account = tenant.shared_account(),
            .codes = tenant.document.code_scheme};
}

AccountRules rules_by(const TeamRecord& team, const TenantRecord& tenant, const SwitchWish& wish) {
    AccountRules rules{.mode = wish.accounts.mode.value_or(team.account_mode),
                       .prefix = wish.accounts.prefix.value_or(team.account_prefix),
                       .shared_account = {},
                       .codes = wish.codes.value_or(tenant.document.code_scheme)};
    rules.shared_account = rules.prefix + std::to_string(tenant.shared_number);
    return rules;
}

bool are_same(const AccountRules& left, const AccountRules& right) {
    return left.mode == right.mode && left.prefix == right.prefix && left.codes == right.codes;
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

struct Before {
    AccountWish accounts;
    CodeScheme codes;
};

void note(UnitOfWork& unit, const Named<TechnicianId>& by, const TenantRecord& tenant, const Before& before) {
    account_switch_store::put(unit, {.tenant_id = tenant.id(),
                                     .before = before.accounts,
                                     .codes_before = before.codes,
                                     .roster_revision = roster_store::revision(unit.database, tenant.id()),
                                     .by = by,
                                     .at = unit.now});
    const bool codes_changed = before.codes != tenant.document.code_scheme;
    PortalEvent event{.team_id = tenant.team_id(),
                      .kind = codes_changed ? "tenant_codes_switched" : "tenant_accounts_switched"};
    event.reason =
        std::string(codes_changed ? to_string(tenant.document.code_scheme) : to_string(tenant.document.account_mode));
    event.actor = by.id;
    event.tenant = tenant.id();
    event.subject_kind = "tenant";
    event.subject_id = tenant.id().uuid();
    event.subject_name = tenant.document.name;
    audit_service::record(unit, event);
    unit.changed(tenant.team_id(), Topic::Tenants, tenant.id().uuid());
}

Result<ChangeRecord> propose_sharing(UnitOfWork& unit, const Actor& actor, const TenantRecord& tenant) {
    ChangePayload payload;
    payload.kind = ChangeKind::TenantCodeScheme;
    payload.subject_kind = ChangeSubject::Tenant;
    payload.subject_id = tenant.id().uuid();
    payload.subject_name = tenant.document.name;
    payload.target = tenant.id().uuid();
    payload.difference = {
        {"code_scheme", std::string(to_string(CodeScheme::PerMachine)), std::string(to_string(CodeScheme::PerTenant))}};
    return change_service::propose(unit, actor, std::move(payload));
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
                  const SwitchWish& wish) {
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

Result<Applied> apply(UnitOfWork& unit, const Actor& actor, const tenant_service::Seen& seen, const SwitchWish& wish) {
    auto tenant = tenant_store::find(unit.database, actor.team_id, seen.id);
    const auto team = team_store::find(unit.database, actor.team_id);
    if (!tenant || !team) return std::unexpected(Error::NotFound);
    if (tenant->version != seen.version) return std::unexpected(Error::VersionOutdated);
    const auto codes = wish.codes.value_or(tenant->document.code_scheme);
    const bool widens = codes == CodeScheme::PerTenant && tenant->document.code_scheme == CodeScheme::PerMachine;
    const bool narrows = codes == CodeScheme::PerMachine && tenant->document.code_scheme == CodeScheme::PerTenant;
    Applied applied{.tenant = *tenant, .change = std::nullopt};
    if (narrows || tenant->wish != wish.accounts) {
        SwitchWish now = wish;
        if (widens) now.codes.reset();
        const bool is_switch = !are_same(rules_of(*tenant), rules_by(*team, *tenant, now));
        const Before before{std::exchange(tenant->wish, wish.accounts), tenant->document.code_scheme};
        if (narrows) tenant->document.code_scheme = codes;
        ++tenant->version;
        if (auto updated = tenant_store::update(unit, *tenant); !updated) return std::unexpected(updated.error());
        if (narrows) tenant_code_service::stop(unit, seen.id);
        roster_service::accounts_changed(unit, actor.team_id, seen.id);
        applied.tenant = *tenant_store::find(unit.database, actor.team_id, seen.id);
        if (is_switch) {
            note(unit, {actor.technician_id, actor.name}, applied.tenant, before);
        } else {
            unit.changed(actor.team_id, Topic::Tenants, seen.id.uuid());
        }
    }
    if (!widens) return applied;
    auto change = propose_sharing(unit, actor, applied.tenant);
    if (!change) return std::unexpected(change.error());
    applied.change = std::move(*change);
    applied.tenant = *tenant_store::find(unit.database, actor.team_id, seen.id);
    return applied;
}

Result<void> share_codes(UnitOfWork& unit, const ChangeRecord& change, const TenantId& id) {
    auto tenant = tenant_store::find(unit.database, change.team_id, id);
    if (!tenant || tenant->document.code_scheme != CodeScheme::PerMachine) {
        return std::unexpected(Error::ChangeOutdated);
    }
    tenant->document.code_scheme = CodeScheme::PerTenant;
    ++tenant->version;
    if (auto updated = tenant_store::update(unit, *tenant); !updated) return updated;
    tenant_code_service::start(unit, change.team_id, id);
    roster_service::tenant_changed(unit, change.team_id, id);
    note(unit, change.author, *tenant, {tenant->wish, CodeScheme::PerMachine});
    return {};
}

void inherited(UnitOfWork& unit, const Actor& actor, const TeamRecord& before) {
    for (const auto& id : tenant_store::all_of_team(unit.database, before.id)) {
        const auto tenant = tenant_store::find(unit.database, before.id, id);
        if (!tenant || are_same(rules_of(*tenant), rules_by(before, *tenant, {tenant->wish, std::nullopt}))) continue;
        // To go back this tenant alone has to want what the team had.
        AccountWish old = tenant->wish;
        if (!old.mode && before.account_mode != tenant->document.account_mode) old.mode = before.account_mode;
        if (!old.prefix && before.account_prefix != tenant->account_prefix) old.prefix = before.account_prefix;
        note(unit, {actor.technician_id, actor.name}, *tenant, {old, tenant->document.code_scheme});
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
