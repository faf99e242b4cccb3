#include "msp-portal/server/services/tenant_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/stores/team_store.h"

namespace doorward::portal::tenant_service {

namespace {

using namespace protocol;

void record(UnitOfWork& unit, const Actor& actor, const TenantRecord& tenant, std::string_view kind) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.tenant = tenant.id();
    event.subject_kind = "tenant";
    event.subject_id = tenant.id().uuid();
    event.subject_name = tenant.document.name;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Tenants, tenant.id().uuid());
}

Result<TenantRecord> save(UnitOfWork& unit, const Actor& actor, TenantRecord tenant, std::string_view kind) {
    ++tenant.version;
    if (auto updated = tenant_store::update(unit, tenant); !updated) return std::unexpected(updated.error());
    roster_service::tenant_changed(unit, actor.team_id, tenant.id());
    record(unit, actor, tenant, kind);
    return tenant;
}

Result<TenantRecord> as_seen(UnitOfWork& unit, const Actor& actor, const Seen& seen) {
    auto tenant = tenant_store::find(unit.database, actor.team_id, seen.id);
    if (!tenant) return std::unexpected(Error::NotFound);
    if (tenant->version != seen.version) return std::unexpected(Error::VersionOutdated);
    return std::move(*tenant);
}

ChangePayload about(const TenantRecord& tenant, ChangeKind kind) {
    ChangePayload payload;
    payload.kind = kind;
    payload.subject_kind = ChangeSubject::Tenant;
    payload.subject_id = tenant.id().uuid();
    payload.subject_name = tenant.document.name;
    payload.target = tenant.id().uuid();
    return payload;
}

}  // namespace

Result<TenantRecord> create(UnitOfWork& unit, const Actor& actor, const std::string& name) {
    const auto team = team_store::find(unit.database, actor.team_id);
    if (!team) return std::unexpected(Error::NotFound);
    // It has no workstations yet, and each is confirmed by two before it gets the secret: nothing is widened.
    const auto scheme = team->account_mode == AccountMode::Shared ? CodeScheme::PerTenant : CodeScheme::PerMachine;
    const TenantRecord wished{.document = {.id = unit.new_id<TenantId>(),
                                           .team_id = actor.team_id,
                                           .name = name,
                                           .shared_account = {},
                                           .code_scheme = scheme},
                              .created_at = unit.now,
                              .shared_number = tenant_store::free_number(unit)};
    if (auto inserted = tenant_store::insert(unit, wished); !inserted) return std::unexpected(inserted.error());
    roster_service::tenant_added(unit, actor.team_id, wished.id());
    auto tenant = *tenant_store::find(unit.database, actor.team_id, wished.id());
    record(unit, actor, tenant, "tenant_created");
    if (scheme == CodeScheme::PerTenant) tenant_code_service::start(unit, actor.team_id, wished.id());
    return tenant;
}

Result<TenantRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen, const std::string& name) {
    auto tenant = as_seen(unit, actor, seen);
    if (!tenant || tenant->document.name == name) return tenant;
    tenant->document.name = name;
    return save(unit, actor, std::move(*tenant), "tenant_renamed");
}

Result<SettingsResult> set_limit(UnitOfWork& unit, const Actor& actor, const Seen& seen, const TenantLimit& limit,
                                 int number) {
    auto tenant = as_seen(unit, actor, seen);
    if (!tenant) return std::unexpected(tenant.error());
    int& present = tenant->document.*limit.number;
    if (number == present) return SettingsResult{std::move(*tenant), std::nullopt};
    if (number < present) {
        present = number;
        auto saved = save(unit, actor, std::move(*tenant), "tenant_settings_changed");
        if (!saved) return std::unexpected(saved.error());
        return SettingsResult{std::move(*saved), std::nullopt};
    }
    auto payload = about(*tenant, limit.raised);
    payload.number = number;
    payload.difference = {{std::string(limit.field), std::to_string(present), std::to_string(number)}};
    auto change = change_service::propose(unit, actor, std::move(payload));
    if (!change) return std::unexpected(change.error());
    return SettingsResult{*tenant_store::find(unit.database, actor.team_id, seen.id), std::move(*change)};
}

Result<SettingsResult> set_homes(UnitOfWork& unit, const Actor& actor, const Seen& seen, HomeKeeping homes) {
    auto tenant = as_seen(unit, actor, seen);
    if (!tenant) return std::unexpected(tenant.error());
    if (homes == tenant->document.homes) return SettingsResult{std::move(*tenant), std::nullopt};
    tenant->document.homes = homes;
    auto saved = save(unit, actor, std::move(*tenant), "tenant_settings_changed");
    if (!saved) return std::unexpected(saved.error());
    return SettingsResult{std::move(*saved), std::nullopt};
}

Result<TenantRecord> suspend(UnitOfWork& unit, const Actor& actor, const TenantId& id) {
    auto tenant = tenant_store::find(unit.database, actor.team_id, id);
    if (!tenant) return std::unexpected(Error::NotFound);
    if (tenant->document.suspended) return std::move(*tenant);
    tenant->document.suspended = true;
    return save(unit, actor, std::move(*tenant), "tenant_suspended");
}

Result<ChangeRecord> resume(UnitOfWork& unit, const Actor& actor, const TenantId& id) {
    const auto tenant = tenant_store::find(unit.database, actor.team_id, id);
    if (!tenant) return std::unexpected(Error::NotFound);
    if (!tenant->document.suspended) return std::unexpected(Error::WrongState);
    auto payload = about(*tenant, ChangeKind::TenantResume);
    payload.difference = {{"suspended", "true", "false"}};
    return change_service::propose(unit, actor, std::move(payload));
}

}  // namespace doorward::portal::tenant_service
