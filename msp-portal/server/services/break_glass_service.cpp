#include "msp-portal/server/services/break_glass_service.h"

#include "msp-portal/server/services/admin_passkey_service.h"
#include "msp-portal/server/services/administrator_mail.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/stores/restore_store.h"
#include "protocol/audit_event.h"

#include <algorithm>
#include <utility>

namespace doorward::portal::break_glass_service {

namespace {

using namespace protocol;

bool administers(platform::Database& database, const TeamId& team, const TechnicianId& technician, Timestamp now) {
    const auto permissions = team_store::administration_permissions(database, team, technician, now);
    return std::ranges::find(permissions, "technicians_and_settings") != permissions.end();
}

Custodian custodian_of(const CustodianKeyRecord& key) {
    return {.technician_id = key.technician.id,
            .name = key.technician.name,
            .algorithm = key.passkey.algorithm,
            .public_key = key.passkey.public_key,
            .agreement_key = key.agreement_key,
            .proof = key.proof};
}

void tell_administrators(UnitOfWork& unit, const DeviceRecord& device, const AuditEvent& event) {
    mail_administrators(unit, device.team_id, std::nullopt, [&](const std::string& name) {
        return break_glass_mail(name, device.name, device.tenant_name, event.at);
    });
}

}  // namespace

Result<void> register_key(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                          const CustodianPublicKey& key, const Assertion& proof) {
    const auto challenge = custodian_key_challenge(actor.team_id, actor.technician_id, key);
    if (auto vouched = admin_passkey_service::vouch(unit, actor, deployment, proof, challenge); !vouched) {
        return vouched;
    }
    const auto passkey = technician_store::find_passkey_by_credential(unit.database, proof.credential_id);
    if (auto put = break_glass_store::put_key(unit, passkey->id, key, proof); !put) return put;
    PortalEvent event{.team_id = actor.team_id, .kind = "custodian_key_registered"};
    event.actor = actor.technician_id;
    event.technician = actor.technician_id;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Technicians, actor.technician_id.uuid());
    return {};
}

std::vector<CustodianKeyRecord> custodians(platform::Database& database, const TeamId& team, Timestamp now) {
    auto keys = break_glass_store::keys_of_team(database, team);
    std::erase_if(keys,
                  [&](const CustodianKeyRecord& key) { return !administers(database, team, key.technician.id, now); });
    return keys;
}

Result<BreakGlassRecord> order(UnitOfWork& unit, const Actor& actor, const DeviceId& id,
                               const std::array<TechnicianId, 2>& wanted) {
    const auto device = device_store::find(unit.database, id);
    if (!device || device->team_id != actor.team_id) return std::unexpected(Error::NotFound);
    if (device->state != DeviceState::Active) return std::unexpected(Error::WrongState);
    if (restore_store::awaits_acceptance(unit.database, actor.team_id)) {
        return std::unexpected(Error::AwaitsAcceptance);
    }
    const auto keys = custodians(unit.database, actor.team_id, unit.now);
    const auto key_of = [&](const TechnicianId& technician) {
        return std::ranges::find(keys, technician, [](const CustodianKeyRecord& key) { return key.technician.id; });
    };
    const auto first = key_of(wanted[0]);
    const auto second = key_of(wanted[1]);
    if (first == keys.end() || second == keys.end()) return std::unexpected(Error::WrongState);
    if (first->person_id == second->person_id) return std::unexpected(Error::NotAnotherPerson);
    BreakGlassRecord record_of_it{.id = unit.new_id<BreakGlassId>(),
                                  .device_id = id,
                                  .team_id = actor.team_id,
                                  .passkeys = {first->passkey.id, second->passkey.id},
                                  .ordered_by = {actor.technician_id, actor.name},
                                  .ordered_at = unit.now,
                                  .answer = {},
                                  .made_at = {},
                                  .used_at = {}};
    if (auto inserted = break_glass_store::insert(unit, record_of_it); !inserted) {
        return std::unexpected(inserted.error());
    }
    device_service::record(unit, actor.technician_id, *device, "break_glass_ordered");
    // Its channel looks what there is to send.
    unit.effects.rosters.insert(device->tenant_id);
    return record_of_it;
}

std::optional<SignedEnvelope> open_order(platform::Database& database, const Deployment& deployment,
                                         const DeviceId& device, const crypto::PortalSigningKey& signing,
                                         Timestamp now) {
    const auto open = break_glass_store::latest(database, device);
    if (!open || open->state != BreakGlassState::Ordered) return std::nullopt;
    const auto keys = custodians(database, open->team_id, now);
    const auto key_of = [&](const AdminPasskeyId& passkey) {
        return std::ranges::find(keys, passkey, [](const CustodianKeyRecord& key) { return key.passkey.id; });
    };
    const auto first = key_of(open->passkeys[0]);
    const auto second = key_of(open->passkeys[1]);
    if (first == keys.end() || second == keys.end()) return std::nullopt;
    const BreakGlassOrder order{.id = open->id,
                                .team_id = open->team_id,
                                .device_id = device,
                                .rp_id = deployment.portal_host,
                                .origin = deployment.portal_origin,
                                .custodians = {custodian_of(*first), custodian_of(*second)}};
    return sign_envelope(signing, crypto::Purpose::BreakGlassOrder, encode_break_glass_order(order));
}

Result<void> answered(UnitOfWork& unit, const DeviceRecord& device, const SignedEnvelope& answer) {
    if (!verify_envelope(device.signing_key, crypto::Purpose::BreakGlassCode, answer)) {
        return std::unexpected(Error::Malformed);
    }
    const auto code = decode_break_glass_code(answer.body);
    const auto open = break_glass_store::latest(unit.database, device.id);
    if (!code || code->device_id != device.id) return std::unexpected(Error::Malformed);
    // An older order's, that was long on its way.
    if (!open || open->id != code->id || open->state != BreakGlassState::Ordered) return {};
    for (std::size_t at = 0; at < code->halves.size(); ++at) {
        const auto key = break_glass_store::key(unit.database, open->passkeys.at(at));
        const auto& half = code->halves.at(at);
        if (!key || half.technician_id != key->technician.id || half.agreement_key != key->agreement_key) {
            return std::unexpected(Error::Malformed);
        }
    }
    if (break_glass_store::answered(unit, code->id, answer, code->made_at)) {
        device_service::record(unit, std::nullopt, device, "break_glass_ready");
    }
    return {};
}

void notice(UnitOfWork& unit, const Deployment& deployment, const DeviceRecord& device,
            std::span<const std::string> events) {
    for (const auto& body : events) {
        const auto event = decode_audit_event(body);
        if (!event || event->kind != AuditKind::BreakGlass || event->outcome != AuditOutcome::Success) continue;
        if (!event->request_id) continue;
        if (!break_glass_store::used(unit, device.id, BreakGlassId(event->request_id->uuid()), event->at)) continue;
        device_service::record(unit, std::nullopt, device, "break_glass_used");
        if (!deployment.mail) continue;
        tell_administrators(unit, device, *event);
        unit.effects.mail_waits = true;
    }
}

}  // namespace doorward::portal::break_glass_service
