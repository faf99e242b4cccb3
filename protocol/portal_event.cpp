#include "protocol/portal_event.h"

#include "protocol/json_parts.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/text.h"

namespace doorward::protocol {
namespace {

// What the portal once said about a person or a thing is evidence, whatever its form.
bool is_any_text(std::string_view) {
    return true;
}

bool is_uuid(std::string_view text) {
    return Uuid::parse(text).has_value();
}

bool is_outcome(std::string_view text) {
    return parse_audit_outcome(text).has_value();
}

std::optional<std::string> read_optional_text(const JsonReader& value) {
    return value.optional([](const JsonReader& present) { return present.text(is_any_text); });
}

template <class SomeId>
std::optional<SomeId> read_optional_id(const JsonReader& value) {
    return value.optional([](const JsonReader& present) { return present.id<SomeId>(); });
}

std::optional<Uuid> read_optional_uuid(const JsonReader& value) {
    const auto text = value.optional([](const JsonReader& present) { return present.text(is_uuid); });
    return text ? Uuid::parse(*text) : std::nullopt;
}

}  // namespace

std::string encode_portal_event(const PortalEventBody& event) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("id", event.id);
        out.integer("sequence", event.sequence);
        out.bytes("previous_hash", event.previous_hash.bytes());
        out.time("at", event.at);
        out.text("kind", event.kind);
        out.text("outcome", to_string(event.outcome));
        out.optional_text("reason", event.reason);
        out.id("team_id", event.team_id);
        out.optional_id("actor_id", event.actor_id);
        out.optional_id("technician_id", event.technician_id);
        out.optional_id("tenant_id", event.tenant_id);
        out.optional_id("device_id", event.device_id);
        out.optional_id("request_id", event.request_id);
        out.optional_text("remote_host", event.remote_host);
        out.optional_text("subject_kind", event.subject_kind);
        out.optional_text("subject_id", event.subject_id ? std::optional(event.subject_id->to_string()) : std::nullopt);
        out.optional_text("subject_name", event.subject_name);
    });
}

Decoded<PortalEventBody> decode_portal_event(std::string_view body) {
    if (!is_one_line(body)) return std::unexpected(DecodeError{.kind = DecodeErrorKind::Syntax, .path = ""});
    return decode_object(body, k_longest_audit_event, [](JsonObjectReader& in) {
        in.version_one();
        PortalEventBody event{
            .id = in["id"].id<EventId>(),
            .sequence = in["sequence"].integer({1, k_any_count.highest}),
            .previous_hash = in["previous_hash"].fixed<crypto::Digest>(),
            .at = in["at"].time(),
            .kind = in["kind"].text(is_machine_word),
            .outcome = parse_audit_outcome(in["outcome"].text(is_outcome)).value_or(AuditOutcome::Noted),
            .reason = read_optional_text(in["reason"]),
            .team_id = in["team_id"].id<TeamId>(),
            .actor_id = read_optional_id<TechnicianId>(in["actor_id"]),
            .technician_id = read_optional_id<TechnicianId>(in["technician_id"]),
            .tenant_id = read_optional_id<TenantId>(in["tenant_id"]),
            .device_id = read_optional_id<DeviceId>(in["device_id"]),
            .request_id = read_optional_id<RequestId>(in["request_id"]),
            .remote_host = read_optional_text(in["remote_host"]),
            .subject_kind = read_optional_text(in["subject_kind"]),
            .subject_id = read_optional_uuid(in["subject_id"]),
            .subject_name = read_optional_text(in["subject_name"])};
        if ((event.sequence == 1) != (event.previous_hash == empty_chain().hash)) {
            in.fail("previous_hash", DecodeErrorKind::BadValue);
        }
        return event;
    });
}

}  // namespace doorward::protocol
