#pragma once

#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace doorward::protocol {

// An export of the audit log, to be checked without the portal: lines of JSON, one value each (WIRE.md, section 10).
// They are of one moment: the heads of all its logs and chains, then every event up to these, as they came in.
inline constexpr std::size_t k_longest_export_line = 128 * 1024;

// The first line.
struct ExportStart {
    TeamId team_id;
    // Nothing: the whole team.
    std::optional<TenantId> tenant_id;
    crypto::PortalPublicKey portal_key;
    Timestamp at;
    friend bool operator==(const ExportStart&, const ExportStart&) = default;
};

// One of the logs, with its signed tree head.
struct ExportLog {
    SignedEnvelope head;
    friend bool operator==(const ExportLog&, const ExportLog&) = default;
};

// A device whose events follow, with the last head it signed of its own chain.
struct ExportDevice {
    DeviceId device_id;
    TenantId tenant_id;
    crypto::DevicePublicKey signing_key;
    SignedEnvelope head;
    friend bool operator==(const ExportDevice&, const ExportDevice&) = default;
};

enum class EventSource { Device, Portal };
[[nodiscard]] std::string_view to_string(EventSource source);

struct ExportEvent {
    EventSource source = EventSource::Device;
    Timestamp received_at;
    // The JSON object as it was hashed, without a line feed: it stands in the line as it is.
    std::string body;
    friend bool operator==(const ExportEvent&, const ExportEvent&) = default;
};

// The last line: without it, something is missing.
struct ExportEnd {
    std::int64_t events = 0;
    friend bool operator==(const ExportEnd&, const ExportEnd&) = default;
};

using ExportLine = std::variant<ExportStart, ExportLog, ExportDevice, ExportEvent, ExportEnd>;

// Without the line feed.
[[nodiscard]] std::string encode_export_line(const ExportLine& line);
[[nodiscard]] Decoded<ExportLine> decode_export_line(std::string_view text);

}  // namespace doorward::protocol
