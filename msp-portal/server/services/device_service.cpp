#include "msp-portal/server/services/device_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/connection_trail.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/audit_store.h"
#include "msp-portal/server/stores/restore_store.h"
#include "msp-portal/server/stores/tenant_store.h"

#include <algorithm>
#include <utility>

namespace doorward::portal::device_service {

namespace {

using namespace protocol;

// A device proves the token by its hash, so what the store keeps is a hash of that: reading the store enrols nobody.
crypto::Digest stored_hash(const crypto::Digest& token_hash) {
    return crypto::purpose_hash(crypto::Purpose::EnrolmentToken, {token_hash.bytes()});
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

void record(UnitOfWork& unit, const std::optional<TechnicianId>& actor, const DeviceRecord& device,
            std::string_view kind, std::optional<std::string> reason) {
    PortalEvent event{.team_id = device.team_id, .kind = kind};
    event.reason = std::move(reason);
    event.actor = actor;
    event.tenant = device.tenant_id;
    event.device = device.id;
    event.subject_kind = "device";
    event.subject_id = device.id.uuid();
    event.subject_name = device.name;
    audit_service::record(unit, event);
    unit.changed(device.team_id, Topic::Devices, device.id.uuid());
}

Result<CreatedToken> create_token(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                  const TenantId& tenant, const NewToken& wish) {
    if (!tenant_store::find(unit.database, actor.team_id, tenant)) return std::unexpected(Error::NotFound);
    if (restore_store::awaits_acceptance(unit.database, actor.team_id)) {
        return std::unexpected(Error::AwaitsAcceptance);
    }
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
                        .quarantine = {},
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

namespace {

std::optional<QuarantineReason> judge(UnitOfWork& unit, const DeviceRecord& device, const HelloBody& hello,
                                      const std::optional<ConnectionTrail>& trail) {
    const auto uploaded = audit_store::position(unit.database, device.id.uuid()).sequence;
    const auto told = std::max(device.generation.value_or(0), uploaded);
    if (!device.released && hello.generation < told) return QuarantineReason::RolledBack;
    if (trail && !trail->knows(hello.last_nonce)) return QuarantineReason::SecondMachine;
    const auto machine = device_store::machine(unit.database, device.id);
    if (machine && hello.machine && *machine != *hello.machine) return QuarantineReason::AnotherMachine;
    return std::nullopt;
}

Result<std::optional<ConnectionTrail>> trail_of(UnitOfWork& unit, const DeviceId& id) {
    const auto bytes = device_store::trail(unit.database, id);
    if (!bytes) return std::nullopt;
    auto trail = ConnectionTrail::parse(*bytes);
    if (!trail) return std::unexpected(Error::StoreFailed);
    return trail;
}

}  // namespace

Result<Arrived> arrive(UnitOfWork& unit, const HelloBody& hello) {
    auto device = device_store::find(unit.database, *hello.device_id);
    // A wrong key learns no more than an unknown id.
    if (!device || device->signing_key != hello.signing_key) return std::unexpected(Error::NotFound);
    if (restore_store::awaits_acceptance(unit.database, device->team_id)) {
        restore_store::report(unit, device->id, hello);
        unit.changed(device->team_id, Topic::Devices, device->id.uuid());
    }
    if (device->state == DeviceState::Quarantined) {
        const auto reason = device->quarantine.value_or(QuarantineReason::SecondMachine);
        return Arrived{std::move(*device), {reason, {}}};
    }
    auto trail = trail_of(unit, device->id);
    if (!trail) return std::unexpected(trail.error());
    if (const auto reason = judge(unit, *device, hello, *trail)) {
        if (auto done = quarantine(unit, device->id, *reason); !done) return std::unexpected(done.error());
        return Arrived{std::move(*device), {reason, {}}};
    }
    if (!*trail) *trail = ConnectionTrail::from(hello.last_nonce);
    (*trail)->connected(hello.last_nonce, hello.portal_nonce);
    device_store::update_trail(unit, device->id, (*trail)->bytes());
    device_store::raise_generation(unit, device->id, hello.generation);
    if (hello.machine) device_store::update_machine(unit, device->id, *hello.machine);
    device_store::update_seen(unit, device->id);
    unit.changed(device->team_id, Topic::Devices, device->id.uuid());
    Standing standing;
    if (device->released) standing.chain = audit_store::position(unit.database, device->id.uuid());
    return Arrived{std::move(*device), standing};
}

Result<bool> quarantine(UnitOfWork& unit, const DeviceId& id, QuarantineReason reason) {
    auto device = device_store::find(unit.database, id);
    if (!device) return std::unexpected(Error::NotFound);
    if (device->state == DeviceState::Quarantined) return false;
    device->state = DeviceState::Quarantined;
    device->quarantine = reason;
    ++device->version;
    if (auto updated = device_store::update(unit, *device); !updated) return std::unexpected(updated.error());
    roster_service::device_changed(unit, *device);
    record(unit, std::nullopt, *device, "device_quarantined", std::string(to_string(reason)));
    unit.effects.devices_quarantined.insert(id);
    return true;
}

Result<void> status_reported(UnitOfWork& unit, const DeviceId& id, const DeviceStatus& status) {
    const auto device = device_store::find(unit.database, id);
    if (!device) return std::unexpected(Error::NotFound);
    device_store::update_status(unit, id, status);
    unit.changed(device->team_id, Topic::Devices, id.uuid());
    return {};
}

Result<void> roster_applied(UnitOfWork& unit, const DeviceId& id, const AppliedRoster& applied,
                            const ChannelNonce& nonce) {
    const auto device = device_store::find(unit.database, id);
    if (!device) return std::unexpected(Error::NotFound);
    device_store::update_applied(unit, id, applied);
    // It answers only after it has stored whom it answers.
    auto trail = trail_of(unit, id);
    if (!trail) return std::unexpected(trail.error());
    if (*trail) {
        (*trail)->confirmed(nonce);
        device_store::update_trail(unit, id, (*trail)->bytes());
    }
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
    // More than a suspension already, and not ended by one.
    if (device->state == DeviceState::Quarantined) return std::unexpected(Error::WrongState);
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
    if (device->quarantine) {
        payload.difference = {{"quarantine", std::string(to_string(*device->quarantine)), std::nullopt}};
    } else {
        payload.difference = {{"suspended", "true", "false"}};
    }
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
