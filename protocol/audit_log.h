#pragma once

#include "crypto/hash.h"
#include "crypto/merkle_tree.h"
#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace doorward::protocol {

// The portal keeps one append-only log a tenant, and one of the team for what concerns no tenant. An event is in
// exactly one of them, at the place where it came in.
struct LogName {
    TeamId team_id;
    // Nothing: the team's own.
    std::optional<TenantId> tenant_id;

    friend auto operator<=>(const LogName&, const LogName&) = default;
};

// The log's leaf for an event: when the portal received it, and its hash (which covers the time it happened, and its
// place in the chain of whoever recorded it).
struct LogEntry {
    Timestamp received_at;
    crypto::Digest event_hash;
};
[[nodiscard]] crypto::Digest log_leaf(const LogEntry& entry);

// What the portal signs about a log: a signed tree head. Purpose LogHead.
struct LogHead {
    LogName log;
    Incarnation incarnation;
    std::int64_t size = 0;
    crypto::Digest root_hash;
    Timestamp at;

    [[nodiscard]] crypto::TreeHead tree() const { return {static_cast<std::uint64_t>(size), root_hash}; }
    friend bool operator==(const LogHead&, const LogHead&) = default;
};

[[nodiscard]] std::string encode_log_head(const LogHead& head);
[[nodiscard]] Decoded<LogHead> decode_log_head(std::string_view body);

enum class LogHeadError { BadSignature, Malformed };
[[nodiscard]] std::string_view to_string(LogHeadError error);

// Signed by one of the keys; which log it is about is for the caller to look at.
[[nodiscard]] std::expected<LogHead, LogHeadError> verify_log_head(const SignedEnvelope& head,
                                                                   std::span<const crypto::PortalPublicKey> keys);

}  // namespace doorward::protocol
