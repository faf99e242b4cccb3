#include "msp-portal/server/services/device_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/tenant_store.h"

namespace doorward::portal::device_service {

namespace {

using namespace protocol;

// A device proves the token by its hash, so what the store keeps is a hash of that: reading the store enrols nobody.
crypto::Digest stored_hash(const crypto::Digest& token_hash) {
    return crypto::purpose_hash(crypto::Purpose::EnrolmentToken, {token_hash.bytes()});
}

// An administrator's act; without one, what the device did itself.
void record(UnitOfWork& unit, const std::optional<TechnicianId>& actor, const DeviceRecord& device,
            std::string_view kind) {
    PortalEvent event{.team_id = device.team_id, .kind = kind};
    event.actor = actor;
    event.tenant = device.tenant_id;
    event.device = device.id;
    event.subject_kind = "device";
    event.subject_id = device.id.uuid();
    event.subject_name = device.name;
    audit_service::record(unit, event);
    unit.changed(device.team_id, Topic::Devices, device.id.uuid());
}

void record_token(UnitOfWork& unit, const Actor& actor, const EnrolmentTokenRecord& token, std::string_view kind) {
    PortalEvent event{.team_id = token.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.tenant = token.tenant_id;
    event.subject_kind = "enrolment_token";
    event.subject_id = token.id.uuid();
    event.subject_name = token.label;
    audit_service::record(unit, event);
    unit.changed(token.team_id, Topic::EnrolmentTokens, token.id.uuid());
}

Result<DeviceRecord> of_team(UnitOfWork& unit, const Actor& actor, const DeviceId& id) {
    auto device = device_store::find(unit.database, id);
    if (!device || device->team_id != actor.team_id) return std::unexpected(Error::NotFound);
    return std::move(*device);
}

Result<DeviceRecord> save(UnitOfWork& unit, const Actor& actor, DeviceRecord device, std::string_view kind) {
    ++device.version;
    if (auto updated = device_store::update(unit, device); !updated) return std::unexpected(updated.error());
    if (device.state == DeviceState::Removed) {
        roster_service::device_removed(unit, device);
    } else {
        roster_service::device_changed(unit, device);
    }
    record(unit, actor.technician_id, device, kind);
    return device;
}

}  // namespace

Result<CreatedToken> create_token(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                  const TenantId& tenant, const NewToken& wish) {
    if (!tenant_store::find(unit.database, actor.team_id, tenant)) return std::unexpected(Error::NotFound);
    EnrolmentToken token{deployment.app_host, deployment.app_port, deployment.signing_key, EnrolmentSecret::generate()};
    EnrolmentTokenRecord record{.id = unit.new_id<EnrolmentTokenId>(),
                                .team_id = actor.team_id,
                                .tenant_id = tenant,
                                .label = wish.label,
                                .uses_allowed = wish.uses_allowed,
                                .uses = 0,
                                .expires_at = unit.now + wish.life,
                                .revoked_at = {},
                                .created_by = Named<TechnicianId>{actor.technician_id, actor.name},
                                .created_at = unit.now};
    enrolment_token_store::insert(unit, record, stored_hash(enrolment_secret_hash(token.secret)));
    record_token(unit, actor, record, "enrolment_token_created");
    auto text = token.format();
    // By standard input, so that the token is in no argument list; printf is the shell's own.
    auto command = "printf %s '" + text + "' | sudo doorward enrol --token-file -";
    return CreatedToken{std::move(record), std::move(text), std::move(command)};
}

Result<void> revoke_token(UnitOfWork& unit, const Actor& actor, const EnrolmentTokenId& id) {
    const auto token = enrolment_token_store::find(unit.database, actor.team_id, id);
    if (!token) return std::unexpected(Error::NotFound);
    if (token->revoked_at) return {};
    enrolment_token_store::revoke(unit, id);
    record_token(unit, actor, *token, "enrolment_token_revoked");
    return {};
}

Result<DeviceRecord> enrol(UnitOfWork& unit, const EnrolBody& body) {
    const auto token = enrolment_token_store::use(unit, stored_hash(body.token_hash));
    if (!token) return std::unexpected(Error::TokenRefused);
    const auto tenant = tenant_store::find(unit.database, token->team_id, token->tenant_id);
    const auto team = team_store::find(unit.database, token->team_id);
    if (!tenant || tenant->document.suspended || !team || team->suspended) return std::unexpected(Error::TokenRefused);
    DeviceRecord device{.id = unit.new_id<DeviceId>(),
                        .team_id = token->team_id,
                        .tenant_id = token->tenant_id,
                        .tenant_name = tenant->document.name,
                        .name = body.name,
                        .kind = body.kind,
                        .signing_key = body.signing_key,
                        .agreement_key = body.agreement_key,
                        .operating_system = body.operating_system,
                        .state = DeviceState::Active,
                        .enrolled_at = unit.now,
                        .last_seen_at = {},
                        .agent_version = {},
                        .generation = {},
                        .clock_trusted = {},
                        .offline_until = {},
                        .sessions = {},
                        .applied = {},
                        .accounts = {}};
    if (auto inserted = device_store::insert(unit, device, token->id); !inserted) {
        return std::unexpected(inserted.error());
    }
    device_store::update_seen(unit, device.id);
    roster_service::device_changed(unit, device);
    record(unit, std::nullopt, device, "device_enrolled");
    unit.changed(device.team_id, Topic::EnrolmentTokens, token->id.uuid());
    unit.changed(device.team_id, Topic::Tenants, device.tenant_id.uuid());
    return device;
}

Result<DeviceRecord> find(platform::Database& database, const DeviceId& id) {
    auto device = device_store::find(database, id);
    if (!device) return std::unexpected(Error::NotFound);
    return std::move(*device);
}

void seen(UnitOfWork& unit, const DeviceRecord& device) {
    device_store::update_seen(unit, device.id);
    unit.changed(device.team_id, Topic::Devices, device.id.uuid());
}

Result<void> status_reported(UnitOfWork& unit, const DeviceId& id, const DeviceStatus& status) {
    const auto device = device_store::find(unit.database, id);
    if (!device) return std::unexpected(Error::NotFound);
    device_store::update_status(unit, id, status);
    unit.changed(device->team_id, Topic::Devices, id.uuid());
    return {};
}

Result<void> roster_applied(UnitOfWork& unit, const DeviceId& id, const AppliedRoster& applied) {
    const auto device = device_store::find(unit.database, id);
    if (!device) return std::unexpected(Error::NotFound);
    device_store::update_applied(unit, id, applied);
    unit.changed(device->team_id, Topic::Devices, id.uuid());
    return {};
}

Result<DeviceRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen, const std::string& name) {
    auto device = of_team(unit, actor, seen.id);
    if (!device) return device;
    if (device->version != seen.version) return std::unexpected(Error::VersionOutdated);
    if (device->name == name) return device;
    device->name = name;
    return save(unit, actor, std::move(*device), "device_renamed");
}

Result<DeviceRecord> suspend(UnitOfWork& unit, const Actor& actor, const DeviceId& id) {
    auto device = of_team(unit, actor, id);
    if (!device || device->state == DeviceState::Suspended) return device;
    device->state = DeviceState::Suspended;
    // The channel stays until the device has been told; it closes when the roster is applied or the link breaks.
    return save(unit, actor, std::move(*device), "device_suspended");
}

Result<ChangeRecord> resume(UnitOfWork& unit, const Actor& actor, const DeviceId& id) {
    const auto device = of_team(unit, actor, id);
    if (!device) return std::unexpected(device.error());
    if (device->state == DeviceState::Active) return std::unexpected(Error::WrongState);
    ChangePayload payload;
    payload.kind = ChangeKind::DeviceResume;
    payload.subject_kind = ChangeSubject::Device;
    payload.subject_id = id.uuid();
    payload.subject_name = device->name;
    payload.target = id.uuid();
    payload.difference = {{"suspended", "true", "false"}};
    return change_service::propose(unit, actor, std::move(payload));
}

Result<void> remove(UnitOfWork& unit, const Actor& actor, const DeviceId& id) {
    auto device = of_team(unit, actor, id);
    if (!device) return std::unexpected(device.error());
    change_service::withdraw_about(unit, actor, id.uuid());
    device->state = DeviceState::Removed;
    if (auto saved = save(unit, actor, std::move(*device), "device_removed"); !saved) {
        return std::unexpected(saved.error());
    }
    unit.effects.devices_closed.insert(id);
    return {};
}

}  // namespace doorward::portal::device_service
