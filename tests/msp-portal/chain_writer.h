#pragma once

#include "msp-portal/server/stores/device_store.h"
#include "protocol/audit_event.h"
#include "protocol/enrolment.h"
#include "tests/msp-portal/portal_world.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::tests {

// A workstation that writes its chain, without an agent.
struct ChainWriter {
    crypto::DeviceSigningKey key = crypto::DeviceSigningKey::generate();
    std::optional<portal::DeviceRecord> device;
    protocol::ChainPosition position = protocol::empty_chain();
    std::vector<std::string> bodies;

    void enrol(PortalWorld& world, const protocol::TenantId& tenant, const std::string& name = "W11-L") {
        device = world.must([&](portal::UnitOfWork& unit) -> portal::Result<portal::DeviceRecord> {
            const auto created = portal::device_service::create_token(unit, *world.owner, world.deployment, tenant, {});
            const auto token = protocol::EnrolmentToken::parse(created->token);
            return portal::device_service::enrol(unit, {protocol::enrolment_secret_hash(token->secret),
                                                        key.public_key(),
                                                        crypto::DeviceAgreementKey::generate().public_key(),
                                                        name,
                                                        "Debian 12",
                                                        protocol::DeviceKind::NonDomain,
                                                        {}});
        });
    }
    void add(protocol::AuditKind kind, std::optional<protocol::CodeUse> use = std::nullopt,
             std::optional<std::string> stated_reason = std::nullopt) {
        protocol::AuditEvent event{.id = protocol::EventId::make({1'790'000'000'000}, crypto::random_array<10>()),
                                   .sequence = position.sequence + 1,
                                   .previous_hash = position.hash,
                                   .at = {1'790'000'000'000},
                                   .clock_trusted = true,
                                   .kind = kind,
                                   .outcome = protocol::AuditOutcome::Success,
                                   .reason = {},
                                   .tenant_id = device->tenant_id,
                                   .device_id = device->id,
                                   .technician_id = {},
                                   .account = "msp-nik",
                                   .session_id = {},
                                   .request_id = {},
                                   .service = "sshd",
                                   .terminal = {},
                                   .remote_host = "<script>alert(1)</script>",
                                   .ticket = {},
                                   .stated_reason = std::move(stated_reason),
                                   .count = 1,
                                   .duration_ms = {},
                                   .code_use = use};
        bodies.push_back(protocol::encode_audit_event(event));
        position = {event.sequence, protocol::audit_event_hash(bodies.back())};
    }
    [[nodiscard]] protocol::SignedEnvelope head() const {
        const protocol::AuditHead head{device->id, position.sequence, position.hash, {1'790'000'000'000}};
        return protocol::sign_envelope(key, crypto::Purpose::AuditHead, protocol::encode_audit_head(head));
    }
};

}  // namespace doorward::tests
