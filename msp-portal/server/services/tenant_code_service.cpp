#include "msp-portal/server/services/tenant_code_service.h"

#include "crypto/aead.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/stores/right_store.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "protocol/tenant_code.h"

#include <algorithm>
#include <span>
#include <utility>

namespace doorward::portal::tenant_code_service {

namespace {

using namespace protocol;

crypto::TenantTotpSecret opened(const crypto::TenantSealingKey& key, const TenantSecretRecord& secret) {
    const auto name = digest_of(secret.name);
    const auto bytes = crypto::open(key, secret.sealed, crypto::AssociatedData(name.bytes()));
    auto opened = bytes ? crypto::TenantTotpSecret::create(bytes->bytes()) : std::unexpected(bytes.error());
    if (!opened) throw StoreFailure(platform::DatabaseError::Corrupt, "a tenant's secret cannot be opened");
    return std::move(*opened);
}

std::vector<TenantSecretRecord> counting(platform::Database& database, const TenantId& tenant, Timestamp now) {
    auto secrets = tenant_code_store::secrets_of(database, tenant);
    std::erase_if(secrets, [&](const TenantSecretRecord& secret) { return secret.ends_at && *secret.ends_at <= now; });
    return secrets;
}

template <class Role>
std::vector<SealedTenantSecret> sealed_for(const crypto::TenantSealingKey& key,
                                           std::span<const TenantSecretRecord> secrets,
                                           const crypto::AgreementPublicKey<Role>& recipient) {
    std::vector<SealedTenantSecret> list;
    for (const auto& secret : secrets) {
        auto sealed = seal_tenant_secret(recipient, secret.name, opened(key, secret));
        // A key with which anybody would share the secret gets none.
        if (!sealed) return {};
        list.push_back({.id = secret.name.secret, .ends_at = secret.ends_at, .sealed = std::move(*sealed)});
    }
    return list;
}

void make_secret(UnitOfWork& unit, const TenantId& tenant) {
    const TenantSecretName name{tenant, unit.new_id<TenantSecretId>()};
    const auto digest = digest_of(name);
    const auto secret = crypto::TenantTotpSecret::generate();
    tenant_code_store::insert(
        unit, {.name = name,
               .sealed = crypto::seal(unit.codes_key, secret.bytes(), crypto::AssociatedData(digest.bytes())),
               .made_at = unit.now,
               .ends_at = std::nullopt});
}

DocumentId codes_of(const DeviceId& device) {
    return document_id(DeviceCodesId(device.uuid()));
}

void hand_to(UnitOfWork& unit, const DeviceRecord& device, std::span<const TenantSecretRecord> secrets) {
    auto sealed = sealed_for(unit.codes_key, secrets, device.agreement_key);
    if (sealed.empty()) return;
    roster_store::put(unit, device.tenant_id,
                      DeviceCodesDocument{.id = DeviceCodesId(device.id.uuid()), .secrets = std::move(sealed)});
}

void hand_to_all(UnitOfWork& unit, const TeamId& team, const TenantId& tenant) {
    const auto secrets = counting(unit.database, tenant, unit.now);
    const auto confirmed = tenant_code_store::confirmed_of(unit.database, tenant);
    for (const auto& device : device_store::active_of_tenant(unit.database, team, tenant)) {
        if (confirmed.contains(device.id)) hand_to(unit, device, secrets);
    }
}

void tell_phones(UnitOfWork& unit, const TenantId& tenant) {
    for (const auto& document : roster_store::of_kind(unit.database, tenant, DocumentKind::Technician))
        unit.effects.phones_changed.insert(TechnicianId(document.id.uuid));
}

PortalEvent event_about(UnitOfWork& unit, const TeamId& team, const TenantId& tenant, std::string_view kind) {
    PortalEvent event{.team_id = team, .kind = kind};
    event.tenant = tenant;
    event.subject_kind = "tenant";
    event.subject_id = tenant.uuid();
    if (const auto record = tenant_store::find(unit.database, team, tenant)) event.subject_name = record->document.name;
    return event;
}

struct Replacement {
    Handover handover;
    std::string_view reason;
    std::optional<TechnicianId> actor;
};

// Once in a unit of work is enough: nobody learns of a secret before the commit.
void replace_secret(UnitOfWork& unit, const TeamId& team, const TenantId& tenant, const Replacement& how) {
    const auto before = tenant_code_store::secrets_of(unit.database, tenant);
    if (before.empty() || before.front().ends_at) return;
    if (!unit.codes_replaced.insert(tenant).second) return;
    for (const auto& secret : before) {
        const bool stays = how.handover == Handover::WithOverlap && !secret.ends_at;
        if (stays) {
            tenant_code_store::end_secret(unit, secret.name.secret, unit.now + k_overlap);
        } else {
            tenant_code_store::forget_secret(unit, secret.name.secret);
        }
    }
    make_secret(unit, tenant);
    hand_to_all(unit, team, tenant);
    tell_phones(unit, tenant);
    auto event = event_about(unit, team, tenant, "tenant_code_replaced");
    event.reason = std::string(how.reason);
    event.actor = how.actor;
    audit_service::record(unit, event);
    unit.changed(team, Topic::Tenants, tenant.uuid());
}

// With a right that counts now.
bool is_technician_of(platform::Database& database, const Actor& actor, const TenantId& tenant, Timestamp now) {
    const auto rights = right_store::device_rights_of_technician(database, actor.team_id, actor.technician_id);
    const bool has_right = std::ranges::any_of(rights, [&](const RightRecord& right) {
        const auto& [from, until] = std::pair(right.document.valid_from, right.document.valid_until);
        return from <= now && (!until || now < *until) &&
               roster_store::holds(database, tenant, document_id(right.id()));
    });
    if (!has_right) return false;
    const auto document = roster_store::find(database, tenant, document_id(actor.technician_id));
    if (!document) return false;
    const auto content = decode_document(document->id, document->body);
    const auto* known = content ? std::get_if<TechnicianDocument>(&*content) : nullptr;
    return known != nullptr && known->state == TechnicianState::Activated && known->status == TechnicianStatus::Active;
}

MayRead may_read(platform::Database& database, const Actor& actor, const TenantId& tenant, Timestamp now,
                 std::span<const TenantSecretReading> readings) {
    if (!is_technician_of(database, actor, tenant, now)) return MayRead::NoRight;
    const bool did = std::ranges::any_of(
        readings, [&](const TenantSecretReading& reading) { return reading.technician.id == actor.technician_id; });
    return did ? MayRead::ReadBefore : MayRead::Yes;
}

// Durable before the secret is shown.
Result<void> note_reading(UnitOfWork& unit, const Actor& actor, const TenantSecretName& name) {
    if (!is_technician_of(unit.database, actor, name.tenant, unit.now)) return std::unexpected(Error::Forbidden);
    if (!tenant_code_store::note_reading(unit, name.secret, actor.technician_id)) {
        return std::unexpected(Error::WrongState);
    }
    auto event = event_about(unit, actor.team_id, name.tenant, "tenant_code_read");
    event.outcome = AuditOutcome::Noted;
    event.actor = actor.technician_id;
    event.technician = actor.technician_id;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Tenants, name.tenant.uuid());
    return {};
}

bool is_per_tenant(platform::Database& database, const TeamId& team, const TenantId& tenant) {
    const auto record = tenant_store::find(database, team, tenant);
    return record && record->document.code_scheme == CodeScheme::PerTenant;
}

}  // namespace

std::string_view to_string(MayRead may) {
    switch (may) {
        case MayRead::Yes:
            return "yes";
        case MayRead::ReadBefore:
            return "read_before";
        case MayRead::NoRight:
            return "no_right";
    }
    return "unknown";
}

void start(UnitOfWork& unit, const TeamId& team, const TenantId& tenant) {
    if (!tenant_code_store::secrets_of(unit.database, tenant).empty()) return;
    make_secret(unit, tenant);
    audit_service::record(unit, event_about(unit, team, tenant, "tenant_code_made"));
    tell_phones(unit, tenant);
}

void stop(UnitOfWork& unit, const TenantId& tenant) {
    for (const auto& secret : tenant_code_store::secrets_of(unit.database, tenant))
        tenant_code_store::forget_secret(unit, secret.name.secret);
    for (const auto& device : tenant_code_store::confirmed_of(unit.database, tenant)) {
        roster_store::remove(unit, tenant, codes_of(device));
        tenant_code_store::unconfirm(unit, device);
    }
    tell_phones(unit, tenant);
}

void workstation_changed(UnitOfWork& unit, const DeviceRecord& device) {
    if (!tenant_code_store::is_confirmed(unit.database, device.id)) return;
    const bool has_it = roster_store::holds(unit.database, device.tenant_id, codes_of(device.id));
    if (device.state == DeviceState::Active) {
        if (!has_it) hand_to(unit, device, counting(unit.database, device.tenant_id, unit.now));
        return;
    }
    if (device.state == DeviceState::Removed) tenant_code_store::unconfirm(unit, device.id);
    if (!has_it) return;
    roster_store::remove(unit, device.tenant_id, codes_of(device.id));
    replace_secret(unit, device.team_id, device.tenant_id,
                   {.handover = Handover::AtOnce, .reason = "workstation_left", .actor = std::nullopt});
}

void technician_left(UnitOfWork& unit, const TeamId& team, const TenantId& tenant) {
    replace_secret(unit, team, tenant,
                   {.handover = Handover::AtOnce, .reason = "technician_left", .actor = std::nullopt});
}

void replace_where_rights_ended(UnitOfWork& unit) {
    for (const auto& right : tenant_code_store::rights_ended(unit.database, unit.now)) {
        for (const auto& tenant : roster_store::tenants_holding(unit.database, document_id(right.id))) {
            const auto secrets = tenant_code_store::secrets_of(unit.database, tenant);
            if (secrets.empty() || secrets.front().made_at >= right.ended_at) continue;
            replace_secret(unit, right.team_id, tenant,
                           {.handover = Handover::AtOnce, .reason = "right_ended", .actor = std::nullopt});
        }
    }
}

void replace_everywhere(UnitOfWork& unit, const TeamId& team) {
    for (const auto& tenant : tenant_store::all_of_team(unit.database, team)) {
        replace_secret(unit, team, tenant,
                       {.handover = Handover::AtOnce, .reason = "portal_restored", .actor = std::nullopt});
    }
}

Result<void> replace(UnitOfWork& unit, const Actor& actor, const TenantId& tenant, Handover handover) {
    if (!tenant_store::find(unit.database, actor.team_id, tenant)) return std::unexpected(Error::NotFound);
    if (!is_per_tenant(unit.database, actor.team_id, tenant)) return std::unexpected(Error::WrongState);
    replace_secret(unit, actor.team_id, tenant,
                   {.handover = handover, .reason = "by_administrator", .actor = actor.technician_id});
    return {};
}

Result<ChangeRecord> propose_confirmation(UnitOfWork& unit, const Actor& actor, const TenantId& tenant,
                                          const std::vector<DeviceId>& devices) {
    const auto record = tenant_store::find(unit.database, actor.team_id, tenant);
    if (!record) return std::unexpected(Error::NotFound);
    if (record->document.code_scheme != CodeScheme::PerTenant) return std::unexpected(Error::WrongState);
    ChangePayload payload;
    payload.kind = ChangeKind::WorkstationConfirmation;
    payload.subject_kind = ChangeSubject::Tenant;
    payload.subject_id = tenant.uuid();
    payload.subject_name = record->document.name;
    payload.target = tenant.uuid();
    for (const auto& id : devices) {
        const auto device = device_store::find(unit.database, id);
        if (!device || device->tenant_id != tenant || device->team_id != actor.team_id ||
            device->state != DeviceState::Active) {
            return std::unexpected(Error::NotFound);
        }
        if (tenant_code_store::is_confirmed(unit.database, id)) continue;
        payload.devices.push_back(id);
        payload.difference.push_back({"workstation", std::nullopt, device->name});
    }
    if (payload.devices.empty()) return std::unexpected(Error::WrongState);
    return change_service::propose(unit, actor, std::move(payload));
}

Result<void> confirm(UnitOfWork& unit, const ChangeRecord& change, const TenantId& tenant,
                     const std::vector<DeviceId>& devices) {
    if (!is_per_tenant(unit.database, change.team_id, tenant)) return std::unexpected(Error::ChangeOutdated);
    const auto secrets = counting(unit.database, tenant, unit.now);
    for (const auto& id : devices) {
        const auto device = device_store::find(unit.database, id);
        if (!device || device->tenant_id != tenant || device->state != DeviceState::Active) {
            return std::unexpected(Error::ChangeOutdated);
        }
        tenant_code_store::confirm(unit, id, change.id);
        hand_to(unit, *device, secrets);
        unit.changed(change.team_id, Topic::Devices, id.uuid());
        PortalEvent event = event_about(unit, change.team_id, tenant, "workstation_confirmed");
        event.device = id;
        event.actor = change.author.id;
        event.subject_kind = "change";
        event.subject_id = change.id.uuid();
        event.subject_name = device->name;
        audit_service::record(unit, event);
    }
    // A phone shows this customer's codes for what was confirmed.
    tell_phones(unit, tenant);
    unit.changed(change.team_id, Topic::Tenants, tenant.uuid());
    return {};
}

Result<State> state(platform::Database& database, const Actor& actor, const TenantId& tenant, Timestamp now) {
    if (!tenant_store::find(database, actor.team_id, tenant)) return std::unexpected(Error::NotFound);
    State state{.secrets = counting(database, tenant, now), .workstations = {}, .readings = {}};
    const auto confirmed = tenant_code_store::confirmed_of(database, tenant);
    for (auto& device : device_store::active_of_tenant(database, actor.team_id, tenant)) {
        const bool is_confirmed = confirmed.contains(device.id);
        state.workstations.push_back({.device = std::move(device), .confirmed = is_confirmed});
    }
    if (state.secrets.empty()) return state;
    state.readings = tenant_code_store::readings_of(database, state.secrets.front().name.secret);
    state.may_read = may_read(database, actor, tenant, now, state.readings);
    return state;
}

Result<std::string> read(UnitOfWork& unit, const Actor& actor, const TenantId& tenant) {
    const auto record = tenant_store::find(unit.database, actor.team_id, tenant);
    const auto team = team_store::find(unit.database, actor.team_id);
    if (!record || !team) return std::unexpected(Error::NotFound);
    const auto secrets = counting(unit.database, tenant, unit.now);
    if (secrets.empty()) return std::unexpected(Error::WrongState);
    const auto& secret = secrets.front();
    if (auto noted = note_reading(unit, actor, secret.name); !noted) return std::unexpected(noted.error());
    return otpauth_uri(team->name, record->document.name, secret.name, opened(unit.codes_key, secret));
}

Result<void> shown_by_phone(UnitOfWork& unit, const Actor& actor, const TenantSecretName& name) {
    if (!tenant_store::find(unit.database, actor.team_id, name.tenant)) return std::unexpected(Error::NotFound);
    const auto secrets = counting(unit.database, name.tenant, unit.now);
    if (secrets.empty() || secrets.front().name.secret != name.secret) return std::unexpected(Error::WrongState);
    return note_reading(unit, actor, name);
}

std::vector<SealedTenantSecret> sealed_for_phone(platform::Database& database, const crypto::TenantSealingKey& key,
                                                 const TenantId& tenant, const crypto::PhoneAgreementPublicKey& phone,
                                                 Timestamp now) {
    return sealed_for(key, counting(database, tenant, now), phone);
}

void code_used(UnitOfWork& unit, const DeviceRecord& device, const AuditEvent& event) {
    if (!event.code_use || event.outcome != AuditOutcome::Success) return;
    const auto other = tenant_code_store::note_use(unit, device, *event.code_use);
    if (!other) return;
    PortalEvent alarm{.team_id = device.team_id, .kind = "code_used_twice"};
    alarm.outcome = AuditOutcome::Failed;
    alarm.technician = event.technician_id;
    alarm.tenant = device.tenant_id;
    alarm.device = device.id;
    alarm.subject_kind = "device";
    alarm.subject_id = other->uuid();
    if (const auto record = device_store::find(unit.database, *other)) alarm.subject_name = record->name;
    audit_service::record(unit, alarm);
    unit.changed(device.team_id, Topic::Devices, device.id.uuid());
}

}  // namespace doorward::portal::tenant_code_service
