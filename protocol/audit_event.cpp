#include "protocol/audit_event.h"

#include "crypto/purpose.h"
#include "protocol/json_parts.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/text.h"

namespace doorward::protocol {
namespace {

constexpr std::size_t k_longest_audit_head = 4 * 1024;

constexpr std::array<Choice<AuditKind>, 18> k_kinds{{
    {AuditKind::SignInOnline, "sign_in_online"},
    {AuditKind::SignInOffline, "sign_in_offline"},
    {AuditKind::SessionOpened, "session_opened"},
    {AuditKind::SessionClosed, "session_closed"},
    {AuditKind::AccountCreated, "account_created"},
    {AuditKind::AccountLocked, "account_locked"},
    {AuditKind::AccountConflict, "account_conflict"},
    {AuditKind::Sudo, "sudo"},
    {AuditKind::Enrolled, "enrolled"},
    {AuditKind::RosterApplied, "roster_applied"},
    {AuditKind::RosterRefused, "roster_refused"},
    {AuditKind::Clock, "clock"},
    {AuditKind::Store, "store"},
    {AuditKind::Limiter, "limiter"},
    {AuditKind::BreakGlass, "break_glass"},
    {AuditKind::AgentStarted, "agent_started"},
    {AuditKind::LogHead, "log_head"},
    {AuditKind::Removal, "removal"},
}};

constexpr std::array<Choice<AuditOutcome>, 4> k_outcomes{{
    {AuditOutcome::Success, "success"},
    {AuditOutcome::Refused, "refused"},
    {AuditOutcome::Failed, "failed"},
    {AuditOutcome::Noted, "noted"},
}};

constexpr std::array<Choice<ChainError>, 6> k_errors{{
    {ChainError::Malformed, "malformed"},
    {ChainError::WrongDevice, "wrong_device"},
    {ChainError::SequenceGap, "sequence_gap"},
    {ChainError::WrongPreviousHash, "wrong_previous_hash"},
    {ChainError::BadSignature, "bad_signature"},
    {ChainError::WrongHead, "wrong_head"},
}};

const crypto::Digest k_no_hash{std::array<std::uint8_t, 32>{}};

std::optional<std::string> read_optional_line(const JsonReader& value) {
    return value.optional([](const JsonReader& present) { return present.text(is_line); });
}

template <class SomeId>
std::optional<SomeId> read_optional_id(const JsonReader& value) {
    return value.optional([](const JsonReader& present) { return present.id<SomeId>(); });
}

}  // namespace

std::string_view to_string(AuditKind kind) {
    return choice_text(k_kinds, kind);
}
std::string_view to_string(AuditOutcome outcome) {
    return choice_text(k_outcomes, outcome);
}
std::string_view to_string(ChainError error) {
    return choice_text(k_errors, error);
}
std::optional<AuditKind> parse_audit_kind(std::string_view text) {
    return find_choice(k_kinds, text);
}
std::optional<AuditOutcome> parse_audit_outcome(std::string_view text) {
    return find_choice(k_outcomes, text);
}

std::string encode_audit_event(const AuditEvent& event) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("id", event.id);
        out.integer("sequence", event.sequence);
        out.bytes("previous_hash", event.previous_hash.bytes());
        out.time("at", event.at);
        out.boolean("clock_trusted", event.clock_trusted);
        out.text("kind", to_string(event.kind));
        out.text("outcome", to_string(event.outcome));
        out.optional_text("reason", event.reason);
        out.id("tenant_id", event.tenant_id);
        out.id("device_id", event.device_id);
        out.optional_id("technician_id", event.technician_id);
        out.optional_text("account", event.account);
        out.optional_id("session_id", event.session_id);
        out.optional_id("request_id", event.request_id);
        out.optional_text("service", event.service);
        out.optional_text("terminal", event.terminal);
        out.optional_text("remote_host", event.remote_host);
        out.optional_text("ticket", event.ticket);
        out.optional_text("stated_reason", event.stated_reason);
        out.integer("count", event.count);
        out.optional_integer("duration_ms", event.duration_ms);
        if (!event.code_use) return out.null("code_use");
        out.object("code_use", [&] {
            out.id("secret_id", event.code_use->secret_id);
            out.integer("step", event.code_use->step);
        });
    });
}

Decoded<AuditEvent> decode_audit_event(std::string_view body) {
    if (!is_one_line(body)) return std::unexpected(DecodeError{.kind = DecodeErrorKind::Syntax, .path = ""});
    return decode_object(body, k_longest_audit_event, [](JsonObjectReader& in) {
        in.version_one();
        AuditEvent event{
            .id = in["id"].id<EventId>(),
            .sequence = in["sequence"].integer({1, k_any_count.highest}),
            .previous_hash = in["previous_hash"].fixed<crypto::Digest>(),
            .at = in["at"].time(),
            .clock_trusted = in["clock_trusted"].boolean(),
            .kind = in["kind"].choice(k_kinds),
            .outcome = in["outcome"].choice(k_outcomes),
            .reason = in["reason"].optional([](const JsonReader& value) { return value.text(is_machine_word); }),
            .tenant_id = in["tenant_id"].id<TenantId>(),
            .device_id = in["device_id"].id<DeviceId>(),
            .technician_id = read_optional_id<TechnicianId>(in["technician_id"]),
            // Not checked as an account name: a sign-in with any typed name is recorded.
            .account = read_optional_line(in["account"]),
            .session_id = read_optional_id<SessionId>(in["session_id"]),
            .request_id = read_optional_id<RequestId>(in["request_id"]),
            .service = read_optional_line(in["service"]),
            .terminal = read_optional_line(in["terminal"]),
            .remote_host = read_optional_line(in["remote_host"]),
            .ticket = read_optional_line(in["ticket"]),
            .stated_reason = read_later_member(in, "stated_reason",
                                               [](const JsonReader& value) { return value.text(is_description); }),
            .count = in["count"].integer({1, k_any_count.highest}),
            .duration_ms =
                in["duration_ms"].optional([](const JsonReader& value) { return value.integer(k_any_count); }),
            .code_use = read_later_member(in, "code_use", [](const JsonReader& value) {
                return value.object([](JsonObjectReader& use) {
                    return CodeUse{.secret_id = use["secret_id"].id<TenantSecretId>(),
                                   .step = use["step"].integer(k_any_count)};
                });
            })};
        if ((event.sequence == 1) != (event.previous_hash == k_no_hash)) {
            in.fail("previous_hash", DecodeErrorKind::BadValue);
        }
        return event;
    });
}

crypto::Digest audit_event_hash(std::string_view body) {
    return crypto::purpose_hash(crypto::Purpose::AuditEvent, {crypto::as_bytes(body)});
}

ChainPosition empty_chain() {
    return {.sequence = 0, .hash = k_no_hash};
}

std::expected<ChainPosition, ChainError> verify_chain(std::span<const std::string> bodies,
                                                      const ChainPosition& position, const DeviceId& device) {
    ChainPosition reached = position;
    for (const std::string& body : bodies) {
        const auto event = decode_audit_event(body);
        if (!event) return std::unexpected(ChainError::Malformed);
        if (event->device_id != device) return std::unexpected(ChainError::WrongDevice);
        if (event->sequence != reached.sequence + 1) return std::unexpected(ChainError::SequenceGap);
        if (event->previous_hash != reached.hash) return std::unexpected(ChainError::WrongPreviousHash);
        reached = {.sequence = event->sequence, .hash = audit_event_hash(body)};
    }
    return reached;
}

std::string encode_audit_head(const AuditHead& head) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("device_id", head.device_id);
        out.integer("sequence", head.sequence);
        out.bytes("hash", head.hash.bytes());
        out.time("at", head.at);
    });
}

Decoded<AuditHead> decode_audit_head(std::string_view body) {
    return decode_object(body, k_longest_audit_head, [](JsonObjectReader& in) {
        in.version_one();
        return AuditHead{.device_id = in["device_id"].id<DeviceId>(),
                         .sequence = in["sequence"].integer(k_any_count),
                         .hash = in["hash"].fixed<crypto::Digest>(),
                         .at = in["at"].time()};
    });
}

std::expected<AuditHead, ChainError> verify_audit_head(const SignedEnvelope& head, const crypto::DevicePublicKey& key,
                                                       const DeviceId& device, const ChainPosition& position) {
    if (!verify_envelope(key, crypto::Purpose::AuditHead, head)) return std::unexpected(ChainError::BadSignature);
    auto content = decode_audit_head(head.body);
    if (!content) return std::unexpected(ChainError::Malformed);
    if (content->device_id != device) return std::unexpected(ChainError::WrongDevice);
    if (content->sequence != position.sequence || content->hash != position.hash) {
        return std::unexpected(ChainError::WrongHead);
    }
    return std::move(*content);
}

}  // namespace doorward::protocol
