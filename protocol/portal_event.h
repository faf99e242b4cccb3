#pragma once

#include "crypto/hash.h"
#include "protocol/audit_event.h"
#include "protocol/decode_error.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

// What the portal itself records: one chain a team, linked and hashed as a device's (WIRE.md, section 9).
struct PortalEventBody {
    EventId id;
    // From 1, without gaps.
    std::int64_t sequence = 1;
    // Zeros for the first.
    crypto::Digest previous_hash;
    Timestamp at;
    // A machine word; new ones come with what the portal learns to do.
    std::string kind;
    AuditOutcome outcome = AuditOutcome::Noted;
    std::optional<std::string> reason;
    TeamId team_id;
    std::optional<TechnicianId> actor_id;
    std::optional<TechnicianId> technician_id;
    std::optional<TenantId> tenant_id;
    std::optional<DeviceId> device_id;
    std::optional<RequestId> request_id;
    std::optional<std::string> remote_host;
    std::optional<std::string> subject_kind;
    std::optional<Uuid> subject_id;
    std::optional<std::string> subject_name;

    friend bool operator==(const PortalEventBody&, const PortalEventBody&) = default;
};

[[nodiscard]] std::string encode_portal_event(const PortalEventBody& event);
[[nodiscard]] Decoded<PortalEventBody> decode_portal_event(std::string_view body);

}  // namespace doorward::protocol
