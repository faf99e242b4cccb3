#pragma once

#include "crypto/hash.h"
#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace doorward::protocol {

enum class AuditKind {
    SignInOnline,
    SignInOffline,
    SessionOpened,
    SessionClosed,
    AccountCreated,
    AccountLocked,
    AccountConflict,
    Sudo,
    Enrolled,
    RosterApplied,
    RosterRefused,
    Clock,
    Store,
    Limiter,
    BreakGlass,
    AgentStarted,
    LogHead,
    Removal,
};
[[nodiscard]] std::string_view to_string(AuditKind kind);
[[nodiscard]] std::optional<AuditKind> parse_audit_kind(std::string_view text);

enum class AuditOutcome { Success, Refused, Failed, Noted };
[[nodiscard]] std::string_view to_string(AuditOutcome outcome);
[[nodiscard]] std::optional<AuditOutcome> parse_audit_outcome(std::string_view text);

// Which of the tenant's codes a sign-in used up: two workstations that report the same one were given one code.
struct CodeUse {
    TenantSecretId secret_id;
    std::int64_t step = 0;

    friend bool operator==(const CodeUse&, const CodeUse&) = default;
};

struct AuditEvent {
    EventId id;
    // From 1, without gaps.
    std::int64_t sequence = 1;
    // Zeros for the first.
    crypto::Digest previous_hash;
    Timestamp at;
    bool clock_trusted = false;
    AuditKind kind = AuditKind::AgentStarted;
    AuditOutcome outcome = AuditOutcome::Noted;
    // A machine word.
    std::optional<std::string> reason;
    TenantId tenant_id;
    DeviceId device_id;
    std::optional<TechnicianId> technician_id;
    std::optional<std::string> account;
    std::optional<SessionId> session_id;
    std::optional<RequestId> request_id;
    std::optional<std::string> service;
    std::optional<std::string> terminal;
    std::optional<std::string> remote_host;
    std::optional<std::string> ticket;
    // Why, in the technician's own words; only of who was let in.
    std::optional<std::string> stated_reason{};
    // More than 1 for a coalesced flood.
    std::int64_t count = 1;
    std::optional<std::int64_t> duration_ms;
    // Of a sign-in by one of the tenant's codes.
    std::optional<CodeUse> code_use{};

    friend bool operator==(const AuditEvent&, const AuditEvent&) = default;
};

inline constexpr std::size_t k_longest_audit_event = 8 * 1024;

[[nodiscard]] std::string encode_audit_event(const AuditEvent& event);
[[nodiscard]] Decoded<AuditEvent> decode_audit_event(std::string_view body);

// H(audit-event, body): what the next event and the head carry.
[[nodiscard]] crypto::Digest audit_event_hash(std::string_view body);

// Where a chain stands: the next event has sequence + 1 and this hash as its previous one.
struct ChainPosition {
    std::int64_t sequence = 0;
    crypto::Digest hash;

    friend bool operator==(const ChainPosition&, const ChainPosition&) = default;
};
[[nodiscard]] ChainPosition empty_chain();

enum class ChainError { Malformed, WrongDevice, SequenceGap, WrongPreviousHash, BadSignature, WrongHead };
[[nodiscard]] std::string_view to_string(ChainError error);

// Walks bodies on from `position`; the new position, or why (and nothing of the rest counts).
[[nodiscard]] std::expected<ChainPosition, ChainError> verify_chain(std::span<const std::string> bodies,
                                                                    const ChainPosition& position,
                                                                    const DeviceId& device);

// What the device signs about its chain. Purpose AuditHead.
struct AuditHead {
    DeviceId device_id;
    std::int64_t sequence = 0;
    crypto::Digest hash;
    Timestamp at;

    friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

[[nodiscard]] std::string encode_audit_head(const AuditHead& head);
[[nodiscard]] Decoded<AuditHead> decode_audit_head(std::string_view body);

// The head is this device's, signed by its key, and about exactly this position.
[[nodiscard]] std::expected<AuditHead, ChainError> verify_audit_head(const SignedEnvelope& head,
                                                                     const crypto::DevicePublicKey& key,
                                                                     const DeviceId& device,
                                                                     const ChainPosition& position);

}  // namespace doorward::protocol
