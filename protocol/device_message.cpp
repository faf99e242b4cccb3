#include "protocol/device_message.h"

#include "protocol/audit_event.h"
#include "protocol/json_parts.h"
#include "protocol/text.h"

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<OutOfStepReason>, 3> k_out_of_step_reasons{{
    {OutOfStepReason::Hash, "hash"},
    {OutOfStepReason::Signature, "signature"},
    {OutOfStepReason::Malformed, "malformed"},
}};

constexpr std::array<Choice<AccountState>, 4> k_account_states{{
    {AccountState::Absent, "absent"},
    {AccountState::Locked, "locked"},
    {AccountState::Open, "open"},
    {AccountState::Conflict, "conflict"},
}};

constexpr std::array<Choice<StoreKeyPlace>, 3> k_key_places{{
    {StoreKeyPlace::File, "file"},
    {StoreKeyPlace::Tpm2, "tpm2"},
    {StoreKeyPlace::SystemdCreds, "systemd_creds"},
}};

// In the order of the variant.
enum class Type {
    Hello,
    Enrol,
    Applied,
    OutOfStep,
    SignInRequest,
    SignInCancel,
    Audit,
    Status,
    LogHeadRequest,
    BreakGlassCode,
    Removal
};
constexpr std::array<Choice<Type>, 11> k_types{{
    {Type::Hello, "hello"},
    {Type::Enrol, "enrol"},
    {Type::Applied, "applied"},
    {Type::OutOfStep, "out_of_step"},
    {Type::SignInRequest, "sign_in_request"},
    {Type::SignInCancel, "sign_in_cancel"},
    {Type::Audit, "audit"},
    {Type::Status, "status"},
    {Type::LogHeadRequest, "log_head_request"},
    {Type::BreakGlassCode, "break_glass_code"},
    {Type::Removal, "removal"},
}};

void write(JsonWriter& out, const HelloMessage& message) {
    out.optional_id("device_id", message.device_id);
    write_envelope(out, "envelope", message.envelope);
}

void write(JsonWriter& out, const EnrolMessage& message) {
    write_envelope(out, "envelope", message.envelope);
}

void write(JsonWriter& out, const AppliedMessage& message) {
    out.id("incarnation", message.incarnation);
    out.integer("revision", message.revision);
}

void write(JsonWriter& out, const OutOfStepMessage& message) {
    out.optional_id("incarnation", message.incarnation);
    out.integer("revision", message.revision);
    out.text("reason", to_string(message.reason));
}

void write(JsonWriter& out, const SignInRequestMessage& message) {
    write_envelope(out, "envelope", message.envelope);
}

void write(JsonWriter& out, const SignInCancelMessage& message) {
    out.id("request_id", message.request_id);
}

void write(JsonWriter& out, const AuditMessage& message) {
    out.list("events", message.events, [&](const std::string& body) { out.bytes(crypto::as_bytes(body)); });
    write_envelope(out, "head", message.head);
}

void write(JsonWriter& out, const StatusMessage& message) {
    out.integer("generation", message.generation);
    out.boolean("clock_trusted", message.clock_trusted);
    out.optional_integer("clock_drift_ms", message.clock_drift_ms);
    out.optional_time("offline_until", message.offline_until);
    out.integer("sessions", message.sessions);
    out.list("accounts", message.accounts, [&](const ReportedAccount& account) {
        out.object([&] {
            out.text("name", account.name);
            out.text("state", to_string(account.state));
        });
    });
    out.text("agent_version", message.agent_version);
    message.key_place ? out.text("key_place", to_string(*message.key_place)) : out.null("key_place");
}

void write(JsonWriter& out, const LogHeadRequestMessage& message) {
    out.integer("held_size", message.held_size);
}

void write(JsonWriter& out, const BreakGlassCodeMessage& message) {
    write_envelope(out, "envelope", message.envelope);
}

void write(JsonWriter& out, const RemovalMessage& message) {
    write_envelope(out, "envelope", message.envelope);
}

ReportedAccount read_account(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return ReportedAccount{.name = in["name"].text(is_account_name), .state = in["state"].choice(k_account_states)};
    });
}

DeviceMessage read_message(JsonObjectReader& in) {
    switch (in["type"].choice(k_types)) {
        case Type::Hello:
            return HelloMessage{
                .device_id = in["device_id"].optional([](const JsonReader& value) { return value.id<DeviceId>(); }),
                .envelope = read_envelope(in["envelope"])};
        case Type::Enrol:
            return EnrolMessage{.envelope = read_envelope(in["envelope"])};
        case Type::Applied:
            return AppliedMessage{.incarnation = in["incarnation"].id<Incarnation>(),
                                  .revision = in["revision"].integer({1, k_any_count.highest})};
        case Type::OutOfStep:
            return OutOfStepMessage{.incarnation = in["incarnation"].optional(
                                        [](const JsonReader& value) { return value.id<Incarnation>(); }),
                                    .revision = in["revision"].integer(k_any_count),
                                    .reason = in["reason"].choice(k_out_of_step_reasons)};
        case Type::SignInRequest:
            return SignInRequestMessage{.envelope = read_envelope(in["envelope"])};
        case Type::SignInCancel:
            return SignInCancelMessage{.request_id = in["request_id"].id<RequestId>()};
        case Type::Audit:
            return AuditMessage{.events = in["events"].list(
                                    {1, k_most_audit_events},
                                    [](const JsonReader& item) { return item.byte_text({2, k_longest_audit_event}); }),
                                .head = read_envelope(in["head"])};
        case Type::Status:
            return StatusMessage{
                .generation = in["generation"].integer(k_any_count),
                .clock_trusted = in["clock_trusted"].boolean(),
                .clock_drift_ms = in["clock_drift_ms"].optional(
                    [](const JsonReader& value) { return value.integer({-k_any_count.highest, k_any_count.highest}); }),
                .offline_until = in["offline_until"].optional([](const JsonReader& value) { return value.time(); }),
                .sessions = in["sessions"].small_integer(0, 100'000),
                .accounts = in["accounts"].list({0, k_most_reported_accounts}, read_account),
                .agent_version = in["agent_version"].text(is_line),
                .key_place = read_later_member(in, "key_place",
                                               [](const JsonReader& value) { return value.choice(k_key_places); })};
        case Type::LogHeadRequest:
            return LogHeadRequestMessage{.held_size = in["held_size"].integer(k_any_count)};
        case Type::BreakGlassCode:
            return BreakGlassCodeMessage{.envelope = read_envelope(in["envelope"])};
        case Type::Removal:
            return RemovalMessage{.envelope = read_envelope(in["envelope"])};
    }
    __builtin_unreachable();
}

}  // namespace

std::string_view to_string(OutOfStepReason reason) {
    return choice_text(k_out_of_step_reasons, reason);
}
std::string_view to_string(AccountState state) {
    return choice_text(k_account_states, state);
}

std::string_view to_string(StoreKeyPlace place) {
    return choice_text(k_key_places, place);
}
std::optional<StoreKeyPlace> parse_store_key_place(std::string_view text) {
    return find_choice(k_key_places, text);
}

std::string encode_device_message(const DeviceMessage& message) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", k_types[message.index()].text);
        std::visit([&](const auto& content) { write(out, content); }, message);
    });
}

Decoded<DeviceMessage> decode_device_message(std::string_view json) {
    return decode_object(json, k_longest_device_message, read_message);
}

}  // namespace doorward::protocol
