#include "tests/verify/log_world.h"

#include <array>
#include <set>

namespace doorward::tests {

using namespace protocol;

std::size_t LogWorld::add_device(std::uint8_t number) {
    devices.push_back(
        {.id = numbered_id<DeviceId>(static_cast<std::uint8_t>(100 + devices.size())), .tenant = tenant(number)});
    return devices.size() - 1;
}

void LogWorld::receive(EventSource source, const LogName& log, std::string body) {
    m_now += 1000;
    events.push_back({log, {.source = source, .received_at = {m_now}, .body = std::move(body)}});
}

void LogWorld::device_event(std::size_t number) {
    Device& device = devices[number];
    // It was offline when it happened.
    const AuditEvent event{.id = EventId::make({m_now}, std::array<std::uint8_t, 10>{}),
                           .sequence = device.position.sequence + 1,
                           .previous_hash = device.position.hash,
                           .at = {m_now - 86'400'000},
                           .clock_trusted = true,
                           .kind = AuditKind::SignInOffline,
                           .outcome = AuditOutcome::Success,
                           .reason = std::nullopt,
                           .tenant_id = device.tenant,
                           .device_id = device.id,
                           .technician_id = numbered_id<TechnicianId>(7),
                           .account = "msp-nik",
                           .session_id = std::nullopt,
                           .request_id = std::nullopt,
                           .service = "sshd",
                           .terminal = "ssh",
                           .remote_host = "192.0.2.7",
                           .ticket = std::nullopt,
                           .count = 1,
                           .duration_ms = std::nullopt};
    std::string body = encode_audit_event(event);
    device.position = {event.sequence, audit_event_hash(body)};
    receive(EventSource::Device, {team, device.tenant}, std::move(body));
}

void LogWorld::portal_event(std::optional<std::uint8_t> number) {
    const auto about = log(number);
    const PortalEventBody event{.id = EventId::make({m_now}, std::array<std::uint8_t, 10>{}),
                                .sequence = m_portal.sequence + 1,
                                .previous_hash = m_portal.hash,
                                .at = {m_now},
                                .kind = "right_granted",
                                .outcome = AuditOutcome::Success,
                                .reason = std::nullopt,
                                .team_id = team,
                                .actor_id = numbered_id<TechnicianId>(7),
                                .technician_id = std::nullopt,
                                .tenant_id = about.tenant_id,
                                .device_id = std::nullopt,
                                .request_id = std::nullopt,
                                .remote_host = "192.0.2.8",
                                .subject_kind = "right",
                                .subject_id = numbered_id<RightId>(5).uuid(),
                                .subject_name = "Full device access"};
    std::string body = encode_portal_event(event);
    m_portal = {event.sequence, audit_event_hash(body)};
    receive(EventSource::Portal, about, std::move(body));
}

void LogWorld::busy_day(int rounds) {
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t device = 0; device < devices.size(); ++device)
            device_event(device);
        portal_event(1);
        portal_event(std::nullopt);
    }
}

LogName LogWorld::log(std::optional<std::uint8_t> number) const {
    return {team, number ? std::optional(tenant(*number)) : std::nullopt};
}

SignedEnvelope LogWorld::head_of(const LogName& name) const {
    crypto::MerkleFrontier tree;
    for (const auto& [log, event] : events) {
        if (log == name) tree.append(log_leaf({event.received_at, audit_event_hash(event.body)}));
    }
    const LogHead head{.log = name,
                       .incarnation = numbered_id<Incarnation>(3),
                       .size = static_cast<std::int64_t>(tree.size()),
                       .root_hash = tree.root(),
                       .at = {m_now}};
    return sign_envelope(*portal_key, crypto::Purpose::LogHead, encode_log_head(head));
}

SignedEnvelope LogWorld::head_of(const Device& device) const {
    const AuditHead head{device.id, device.position.sequence, device.position.hash, {m_now}};
    return sign_envelope(*device.key, crypto::Purpose::AuditHead, encode_audit_head(head));
}

std::vector<std::string> LogWorld::exported(std::optional<std::uint8_t> only) const {
    const auto wanted = [&](const std::optional<TenantId>& id) { return !only || id == tenant(*only); };
    std::vector<std::string> lines;
    const auto add = [&](const ExportLine& line) { lines.push_back(encode_export_line(line)); };
    add(ExportStart{.team_id = team,
                    .tenant_id = only ? std::optional(tenant(*only)) : std::nullopt,
                    .portal_key = portal_key->public_key(),
                    .at = {m_now}});
    std::set<LogName> logs;
    if (!only) logs.insert(log(std::nullopt));
    for (const auto& device : devices) {
        if (wanted(device.tenant)) logs.insert({team, device.tenant});
    }
    for (const auto& name : logs)
        add(ExportLog{head_of(name)});
    for (const auto& device : devices) {
        if (wanted(device.tenant))
            add(ExportDevice{device.id, device.tenant, device.key->public_key(), head_of(device)});
    }
    std::int64_t count = 0;
    for (const auto& [name, event] : events) {
        if (!wanted(name.tenant_id)) continue;
        add(event);
        ++count;
    }
    add(ExportEnd{count});
    return lines;
}

}  // namespace doorward::tests
