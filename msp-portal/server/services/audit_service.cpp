#include "msp-portal/server/services/audit_service.h"

#include "msp-portal/server/services/tenant_code_service.h"
#include "protocol/json_reader.h"
#include "protocol/portal_event.h"

#include <algorithm>

namespace doorward::portal::audit_service {

namespace {

using namespace protocol;

std::string body_of(const AuditRecord& event, const crypto::Digest& previous) {
    return encode_portal_event({.id = event.id,
                                .sequence = event.sequence,
                                .previous_hash = previous,
                                .at = event.at,
                                .kind = event.kind,
                                .outcome = event.outcome,
                                .reason = event.reason,
                                .team_id = event.team_id,
                                .actor_id = event.actor_id,
                                .technician_id = event.technician_id,
                                .tenant_id = event.tenant_id,
                                .device_id = event.device_id,
                                .request_id = event.request_id,
                                .remote_host = event.remote_host,
                                .subject_kind = event.subject_kind,
                                .subject_id = event.subject_id,
                                .subject_name = event.subject_name});
}

AuditRecord record_of(const DeviceRecord& device, const AuditEvent& event, const std::string& body, Timestamp now) {
    return {.id = event.id,
            .team_id = device.team_id,
            .source = AuditSource::Device,
            .source_id = device.id.uuid(),
            .sequence = event.sequence,
            .hash = audit_event_hash(body),
            .body = body,
            .at = event.at,
            .received_at = now,
            .clock_trusted = event.clock_trusted,
            .kind = std::string(to_string(event.kind)),
            .outcome = event.outcome,
            .reason = event.reason,
            // What the store knows, not what the device says.
            .tenant_id = device.tenant_id,
            .device_id = device.id,
            .technician_id = event.technician_id,
            .actor_id = {},
            .account = event.account,
            .session_id = event.session_id,
            .request_id = event.request_id,
            .service = event.service,
            .terminal = event.terminal,
            .remote_host = event.remote_host,
            .ticket = event.ticket,
            .stated_reason = event.stated_reason,
            .count = event.count,
            .duration_ms = event.duration_ms,
            .subject_kind = {},
            .subject_id = {},
            .subject_name = {},
            .row = 0,
            .tenant_name = {},
            .device_name = {},
            .technician_name = {},
            .actor_name = {}};
}

// A body names its place and the hash before it, whoever wrote it.
bool is_whole(const std::vector<std::string>& bodies, const ChainPosition& end) {
    ChainPosition position = empty_chain();
    for (const auto& body : bodies) {
        auto document = JsonDocument::parse(body, k_longest_audit_event);
        if (!document) return false;
        const auto link = document->read_open_object([](JsonObjectReader& members) {
            const auto sequence = members["sequence"].integer(k_any_count);
            return ChainPosition{sequence, members["previous_hash"].fixed<crypto::Digest>()};
        });
        if (!link || link->sequence != position.sequence + 1 || link->hash != position.hash) return false;
        position = {link->sequence, audit_event_hash(body)};
    }
    return position == end;
}

}  // namespace

std::vector<Uuid> broken_chains(platform::Database& database) {
    std::vector<Uuid> broken;
    for (const auto& source : audit_store::sources(database)) {
        if (!is_whole(audit_store::bodies(database, source), audit_store::position(database, source))) {
            broken.push_back(source);
        }
    }
    return broken;
}

void record(UnitOfWork& unit, const PortalEvent& event) {
    const auto chain = audit_store::position(unit.database, event.team_id.uuid());
    AuditRecord entry{.id = unit.new_id<EventId>(),
                      .team_id = event.team_id,
                      .source = AuditSource::Portal,
                      .source_id = event.team_id.uuid(),
                      .sequence = chain.sequence + 1,
                      .hash = chain.hash,
                      .body = {},
                      .at = unit.now,
                      .received_at = unit.now,
                      .clock_trusted = true,
                      .kind = std::string(event.kind),
                      .outcome = event.outcome,
                      .reason = event.reason,
                      .tenant_id = event.tenant,
                      .device_id = event.device,
                      .technician_id = event.technician,
                      .actor_id = event.actor,
                      .account = {},
                      .session_id = {},
                      .request_id = event.request_id,
                      .service = {},
                      .terminal = {},
                      .remote_host = event.remote_host,
                      .ticket = {},
                      .count = 1,
                      .duration_ms = {},
                      .subject_kind = {},
                      .subject_id = event.subject_id,
                      .subject_name = event.subject_name,
                      .row = 0,
                      .tenant_name = {},
                      .device_name = {},
                      .technician_name = {},
                      .actor_name = {}};
    if (!event.subject_kind.empty()) entry.subject_kind = std::string(event.subject_kind);
    entry.body = body_of(entry, chain.hash);
    entry.hash = audit_event_hash(entry.body);
    audit_store::insert(unit, entry);
    audit_store::set_position(unit, event.team_id, event.team_id.uuid(), {entry.sequence, entry.hash}, std::nullopt);
    unit.changed(event.team_id, Topic::AuditEvents, entry.id.uuid());
}

namespace {

bool is_signed_chain(const DeviceRecord& device, std::span<const std::string> bodies, const AuditEvent& first,
                     const SignedEnvelope& head) {
    const auto end = verify_chain(bodies, {first.sequence - 1, first.previous_hash}, device.id);
    return end && verify_audit_head(head, device.signing_key, device.id, *end);
}

}  // namespace

Result<Ingested> ingest(UnitOfWork& unit, const DeviceRecord& device, std::span<const std::string> bodies,
                        const SignedEnvelope& head) {
    const auto chain = audit_store::position(unit.database, device.id.uuid());
    std::vector<AuditEvent> events;
    for (const auto& body : bodies) {
        auto event = decode_audit_event(body);
        if (!event) return std::unexpected(Error::ChainBroken);
        events.push_back(std::move(*event));
    }
    std::size_t held = 0;
    std::optional<std::int64_t> forked_at;
    for (; held < events.size() && events[held].sequence <= chain.sequence && !forked_at; ++held) {
        const auto known = audit_store::hash_at(unit.database, device.id.uuid(), events[held].sequence);
        if (known != audit_event_hash(bodies[held])) forked_at = events[held].sequence;
    }
    const auto fresh = bodies.subspan(held);
    const bool continues = !fresh.empty() && events[held].sequence == chain.sequence + 1;
    if (continues && !forked_at && events[held].previous_hash != chain.hash) forked_at = events[held].sequence;
    if (forked_at) {
        if (!is_signed_chain(device, bodies, events.front(), head)) return std::unexpected(Error::ChainBroken);
        return Ingested{chain.sequence, forked_at};
    }
    // After a gap the device is told what is held, and goes on from there.
    if (!continues) return Ingested{chain.sequence, {}};
    const auto end = verify_chain(fresh, chain, device.id);
    if (!end) return std::unexpected(Error::ChainBroken);
    if (!verify_audit_head(head, device.signing_key, device.id, *end)) return std::unexpected(Error::ChainBroken);
    // Each event says itself into which tenant's log it goes.
    if (std::ranges::any_of(events, [&](const AuditEvent& event) { return event.tenant_id != device.tenant_id; })) {
        return std::unexpected(Error::ChainBroken);
    }
    for (std::size_t at = 0; at < fresh.size(); ++at) {
        const auto& event = events[held + at];
        audit_store::insert(unit, record_of(device, event, fresh[at], unit.now));
        unit.changed(device.team_id, Topic::AuditEvents, event.id.uuid());
        tenant_code_service::code_used(unit, device, event);
    }
    audit_store::set_position(unit, device.team_id, device.id.uuid(), *end, head);
    if (device.released) device_store::chain_went_on(unit, device.id);
    return Ingested{end->sequence, {}};
}

}  // namespace doorward::portal::audit_service
