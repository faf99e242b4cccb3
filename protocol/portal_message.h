#pragma once

#include "crypto/hash.h"
#include "protocol/assertion.h"
#include "protocol/challenge.h"
#include "protocol/channel_handshake.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/roster_document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::protocol {

// Device channel, from the portal to the device.
inline constexpr std::size_t k_longest_portal_message = 1024 * 1024;

struct ChallengeMessage {
    ChannelNonce nonce{};
    friend bool operator==(const ChallengeMessage&, const ChallengeMessage&) = default;
};

struct WelcomeMessage {
    SignedEnvelope envelope;
    friend bool operator==(const WelcomeMessage&, const WelcomeMessage&) = default;
};

enum class GoodbyeReason { UnknownDevice, Suspended, Quarantined, Superseded, ProtocolError, ShuttingDown };
[[nodiscard]] std::string_view to_string(GoodbyeReason reason);

struct GoodbyeMessage {
    GoodbyeReason reason = GoodbyeReason::ProtocolError;
    friend bool operator==(const GoodbyeMessage&, const GoodbyeMessage&) = default;
};

struct EnrolledMessage {
    DeviceId device_id;
    TeamId team_id;
    TenantId tenant_id;
    friend bool operator==(const EnrolledMessage&, const EnrolledMessage&) = default;
};

enum class EnrolRefusal { Token, NameTaken, Malformed };
[[nodiscard]] std::string_view to_string(EnrolRefusal reason);

struct EnrolRefusedMessage {
    EnrolRefusal reason = EnrolRefusal::Token;
    friend bool operator==(const EnrolRefusedMessage&, const EnrolRefusedMessage&) = default;
};

struct SyncMessage {
    // The revision these changes are on top of; says nothing with `full`.
    std::int64_t from_revision = 0;
    // `documents` are all there are: start from nothing.
    bool full = false;
    // More follows: keep what came, apply when the message with `more` false is here. `head` is about the result.
    bool more = false;
    std::vector<RosterDocument> documents;
    std::vector<DocumentId> removed;
    SignedEnvelope head;
    friend bool operator==(const SyncMessage&, const SyncMessage&) = default;
};

enum class SignInProgress { Delivered, Waiting, Refused, NotMe, Expired, RateLimited, NoPhone, NotAllowed };
[[nodiscard]] std::string_view to_string(SignInProgress state);

struct SignInStateMessage {
    RequestId request_id;
    SignInProgress state = SignInProgress::Expired;
    friend bool operator==(const SignInStateMessage&, const SignInStateMessage&) = default;
};

struct SignInAnswerMessage {
    RequestId request_id;
    PhoneId phone_id;
    Assertion assertion;
    friend bool operator==(const SignInAnswerMessage&, const SignInAnswerMessage&) = default;
};

struct AuditAcknowledgedMessage {
    // The highest that is durable without a gap before it; 0 for none.
    std::int64_t sequence = 0;
    friend bool operator==(const AuditAcknowledgedMessage&, const AuditAcknowledgedMessage&) = default;
};

inline constexpr std::size_t k_longest_log_proof = 64;

// The signed head of the tenant's audit log (audit_log.h).
struct LogHeadMessage {
    SignedEnvelope head;
    // The held size that was asked about, and the consistency proof from there (RFC 9162, section 2.1.4); empty where
    // the log is not longer than that.
    std::int64_t held_size = 0;
    std::vector<crypto::Digest> proof;
    friend bool operator==(const LogHeadMessage&, const LogHeadMessage&) = default;
};

// That the device is to make a break-glass code (break_glass.h). Purpose BreakGlassOrder, signed by the portal.
struct BreakGlassOrderMessage {
    SignedEnvelope envelope;
    friend bool operator==(const BreakGlassOrderMessage&, const BreakGlassOrderMessage&) = default;
};

// The device's statement about its removal holds, and is durable.
struct RemovalTakenMessage {
    friend bool operator==(const RemovalTakenMessage&, const RemovalTakenMessage&) = default;
};

using PortalMessage =
    std::variant<ChallengeMessage, WelcomeMessage, GoodbyeMessage, EnrolledMessage, EnrolRefusedMessage, SyncMessage,
                 SignInStateMessage, SignInAnswerMessage, AuditAcknowledgedMessage, LogHeadMessage,
                 BreakGlassOrderMessage, RemovalTakenMessage>;

[[nodiscard]] std::string encode_portal_message(const PortalMessage& message);
[[nodiscard]] Decoded<PortalMessage> decode_portal_message(std::string_view json);

}  // namespace doorward::protocol
