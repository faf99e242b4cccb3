#include "protocol/portal_message.h"

#include "protocol/json_parts.h"

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<GoodbyeReason>, 6> k_goodbye_reasons{{
    {GoodbyeReason::UnknownDevice, "unknown_device"},
    {GoodbyeReason::Suspended, "suspended"},
    {GoodbyeReason::Quarantined, "quarantined"},
    {GoodbyeReason::Superseded, "superseded"},
    {GoodbyeReason::ProtocolError, "protocol_error"},
    {GoodbyeReason::ShuttingDown, "shutting_down"},
}};

constexpr std::array<Choice<EnrolRefusal>, 3> k_enrol_refusals{{
    {EnrolRefusal::Token, "token"},
    {EnrolRefusal::NameTaken, "name_taken"},
    {EnrolRefusal::Malformed, "malformed"},
}};

constexpr std::array<Choice<SignInProgress>, 8> k_progress{{
    {SignInProgress::Delivered, "delivered"},
    {SignInProgress::Waiting, "waiting"},
    {SignInProgress::Refused, "refused"},
    {SignInProgress::NotMe, "not_me"},
    {SignInProgress::Expired, "expired"},
    {SignInProgress::RateLimited, "rate_limited"},
    {SignInProgress::NoPhone, "no_phone"},
    {SignInProgress::NotAllowed, "not_allowed"},
}};

// In the order of the variant.
enum class Type {
    Challenge,
    Welcome,
    Goodbye,
    Enrolled,
    EnrolRefused,
    Sync,
    SignInState,
    SignInAnswer,
    AuditAcknowledged,
    LogHead,
    BreakGlassOrder,
    RemovalTaken
};
constexpr std::array<Choice<Type>, 12> k_types{{
    {Type::Challenge, "challenge"},
    {Type::Welcome, "welcome"},
    {Type::Goodbye, "goodbye"},
    {Type::Enrolled, "enrolled"},
    {Type::EnrolRefused, "enrol_refused"},
    {Type::Sync, "sync"},
    {Type::SignInState, "sign_in_state"},
    {Type::SignInAnswer, "sign_in_answer"},
    {Type::AuditAcknowledged, "audit_ack"},
    {Type::LogHead, "log_head"},
    {Type::BreakGlassOrder, "break_glass_order"},
    {Type::RemovalTaken, "removal_taken"},
}};

// A message is at most 1 MiB, so no list in it can be longer than this.
constexpr SizeRange k_document_count{0, 32 * 1024};
constexpr std::array<std::uint8_t, 10> k_no_random{};

void write(JsonWriter& out, const ChallengeMessage& message) {
    out.bytes("nonce", message.nonce);
}
void write(JsonWriter& out, const WelcomeMessage& message) {
    write_envelope(out, "envelope", message.envelope);
}
void write(JsonWriter& out, const GoodbyeMessage& message) {
    out.text("reason", to_string(message.reason));
}

void write(JsonWriter& out, const EnrolledMessage& message) {
    out.id("device_id", message.device_id);
    out.id("team_id", message.team_id);
    out.id("tenant_id", message.tenant_id);
}

void write(JsonWriter& out, const EnrolRefusedMessage& message) {
    out.text("reason", to_string(message.reason));
}

void write(JsonWriter& out, const SyncMessage& message) {
    out.integer("from_revision", message.from_revision);
    out.boolean("full", message.full);
    out.boolean("more", message.more);
    out.list("documents", message.documents, [&](const RosterDocument& document) {
        out.object([&] {
            out.text("id", document.id.to_string());
            out.bytes("body", crypto::as_bytes(document.body));
        });
    });
    out.list("removed", message.removed, [&](const DocumentId& id) { out.text(id.to_string()); });
    write_envelope(out, "head", message.head);
}

void write(JsonWriter& out, const SignInStateMessage& message) {
    out.id("request_id", message.request_id);
    out.text("state", to_string(message.state));
}

void write(JsonWriter& out, const SignInAnswerMessage& message) {
    out.id("request_id", message.request_id);
    out.id("phone_id", message.phone_id);
    write_assertion(out, "assertion", message.assertion);
}

void write(JsonWriter& out, const AuditAcknowledgedMessage& message) {
    out.integer("sequence", message.sequence);
}

void write(JsonWriter& out, const LogHeadMessage& message) {
    write_envelope(out, "head", message.head);
    out.integer("held_size", message.held_size);
    out.list("proof", message.proof, [&](const crypto::Digest& hash) { out.bytes(hash.bytes()); });
}

void write(JsonWriter& out, const BreakGlassOrderMessage& message) {
    write_envelope(out, "envelope", message.envelope);
}

void write(JsonWriter&, const RemovalTakenMessage&) {}

// A document id has no placeholder of its own: any will do once the failure is noted.
DocumentId read_document_id(const JsonReader& value) {
    const auto id =
        DocumentId::parse(value.text([](std::string_view text) { return DocumentId::parse(text).has_value(); }));
    return id.value_or(DocumentId{.kind = DocumentKind::Team, .uuid = Uuid::make(k_earliest_time, k_no_random)});
}

RosterDocument read_document(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return RosterDocument{.id = read_document_id(in["id"]),
                              .body = in["body"].byte_text({2, k_longest_document_body})};
    });
}

SyncMessage read_sync(JsonObjectReader& in) {
    SyncMessage message{.from_revision = in["from_revision"].integer(k_any_count),
                        .full = in["full"].boolean(),
                        .more = in["more"].boolean(),
                        .documents = in["documents"].list(k_document_count, read_document),
                        .removed = in["removed"].list(k_document_count, read_document_id),
                        .head = read_envelope(in["head"])};
    if (message.full && !message.removed.empty()) in.fail("removed", DecodeErrorKind::BadValue);
    return message;
}

PortalMessage read_message(JsonObjectReader& in) {
    switch (in["type"].choice(k_types)) {
        case Type::Challenge:
            return ChallengeMessage{.nonce = in["nonce"].array<32>()};
        case Type::Welcome:
            return WelcomeMessage{.envelope = read_envelope(in["envelope"])};
        case Type::Goodbye:
            return GoodbyeMessage{.reason = in["reason"].choice(k_goodbye_reasons)};
        case Type::Enrolled:
            return EnrolledMessage{.device_id = in["device_id"].id<DeviceId>(),
                                   .team_id = in["team_id"].id<TeamId>(),
                                   .tenant_id = in["tenant_id"].id<TenantId>()};
        case Type::EnrolRefused:
            return EnrolRefusedMessage{.reason = in["reason"].choice(k_enrol_refusals)};
        case Type::Sync:
            return read_sync(in);
        case Type::SignInState:
            return SignInStateMessage{.request_id = in["request_id"].id<RequestId>(),
                                      .state = in["state"].choice(k_progress)};
        case Type::SignInAnswer:
            return SignInAnswerMessage{.request_id = in["request_id"].id<RequestId>(),
                                       .phone_id = in["phone_id"].id<PhoneId>(),
                                       .assertion = read_assertion(in["assertion"])};
        case Type::AuditAcknowledged:
            return AuditAcknowledgedMessage{.sequence = in["sequence"].integer(k_any_count)};
        case Type::LogHead:
            return LogHeadMessage{.head = read_envelope(in["head"]),
                                  .held_size = in["held_size"].integer(k_any_count),
                                  .proof = in["proof"].list({0, k_longest_log_proof}, [](const JsonReader& hash) {
                                      return hash.fixed<crypto::Digest>();
                                  })};
        case Type::BreakGlassOrder:
            return BreakGlassOrderMessage{.envelope = read_envelope(in["envelope"])};
        case Type::RemovalTaken:
            return RemovalTakenMessage{};
    }
    __builtin_unreachable();
}

}  // namespace

std::string_view to_string(GoodbyeReason reason) {
    return choice_text(k_goodbye_reasons, reason);
}
std::string_view to_string(EnrolRefusal reason) {
    return choice_text(k_enrol_refusals, reason);
}
std::string_view to_string(SignInProgress state) {
    return choice_text(k_progress, state);
}

std::string encode_portal_message(const PortalMessage& message) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", k_types[message.index()].text);
        std::visit([&](const auto& content) { write(out, content); }, message);
    });
}

Decoded<PortalMessage> decode_portal_message(std::string_view json) {
    return decode_object(json, k_longest_portal_message, read_message);
}

}  // namespace doorward::protocol
