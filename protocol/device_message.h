#pragma once

#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/store_key_place.h"
#include "protocol/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::protocol {

// Device channel, from the device to the portal. One text message each; what is signed stays inside its envelope.
inline constexpr std::size_t k_longest_device_message = 256 * 1024;
inline constexpr std::size_t k_most_audit_events = 100;
inline constexpr std::size_t k_most_reported_accounts = 500;

struct HelloMessage {
    std::optional<DeviceId> device_id;
    SignedEnvelope envelope;
    friend bool operator==(const HelloMessage&, const HelloMessage&) = default;
};

struct EnrolMessage {
    // The enrolment token's hash is inside the envelope.
    SignedEnvelope envelope;
    friend bool operator==(const EnrolMessage&, const EnrolMessage&) = default;
};

struct AppliedMessage {
    Incarnation incarnation;
    std::int64_t revision = 0;
    friend bool operator==(const AppliedMessage&, const AppliedMessage&) = default;
};

enum class OutOfStepReason { Hash, Signature, Malformed };
[[nodiscard]] std::string_view to_string(OutOfStepReason reason);

struct OutOfStepMessage {
    // Nothing and 0 before the first sync.
    std::optional<Incarnation> incarnation;
    std::int64_t revision = 0;
    OutOfStepReason reason = OutOfStepReason::Malformed;
    friend bool operator==(const OutOfStepMessage&, const OutOfStepMessage&) = default;
};

struct SignInRequestMessage {
    SignedEnvelope envelope;
    friend bool operator==(const SignInRequestMessage&, const SignInRequestMessage&) = default;
};

struct SignInCancelMessage {
    RequestId request_id;
    friend bool operator==(const SignInCancelMessage&, const SignInCancelMessage&) = default;
};

struct AuditMessage {
    // Bodies as they were hashed, in sequence, 1 to k_most_audit_events.
    std::vector<std::string> events;
    SignedEnvelope head;
    friend bool operator==(const AuditMessage&, const AuditMessage&) = default;
};

enum class AccountState { Absent, Locked, Open, Conflict };
[[nodiscard]] std::string_view to_string(AccountState state);

struct ReportedAccount {
    std::string name;
    AccountState state = AccountState::Absent;
    friend bool operator==(const ReportedAccount&, const ReportedAccount&) = default;
};

struct StatusMessage {
    std::int64_t generation = 0;
    bool clock_trusted = false;
    std::optional<std::int64_t> clock_drift_ms;  ///< ahead of the portal; negative: behind
    std::optional<Timestamp> offline_until;
    int sessions = 0;
    std::vector<ReportedAccount> accounts;
    std::string agent_version;
    std::optional<StoreKeyPlace> key_place{};
    friend bool operator==(const StatusMessage&, const StatusMessage&) = default;
};

// Asks for a head of the tenant's audit log, and for proof that it continues the log that was seen before.
struct LogHeadRequestMessage {
    // Of the head that is held; 0 for none.
    std::int64_t held_size = 0;
    friend bool operator==(const LogHeadRequestMessage&, const LogHeadRequestMessage&) = default;
};

// Answers an order of a break-glass code (break_glass.h). Purpose BreakGlassCode, signed by the device.
struct BreakGlassCodeMessage {
    SignedEnvelope envelope;
    friend bool operator==(const BreakGlassCodeMessage&, const BreakGlassCodeMessage&) = default;
};

// The last thing that a device says (removal.h). Purpose Removal, signed by the device.
struct RemovalMessage {
    SignedEnvelope envelope;
    friend bool operator==(const RemovalMessage&, const RemovalMessage&) = default;
};

using DeviceMessage = std::variant<HelloMessage, EnrolMessage, AppliedMessage, OutOfStepMessage, SignInRequestMessage,
                                   SignInCancelMessage, AuditMessage, StatusMessage, LogHeadRequestMessage,
                                   BreakGlassCodeMessage, RemovalMessage>;

[[nodiscard]] std::string encode_device_message(const DeviceMessage& message);
[[nodiscard]] Decoded<DeviceMessage> decode_device_message(std::string_view json);

}  // namespace doorward::protocol
