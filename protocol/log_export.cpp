#include "protocol/log_export.h"

#include "protocol/audit_event.h"
#include "protocol/json_parts.h"

#include <string>
#include <tuple>
#include <utility>

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<EventSource>, 2> k_sources{{
    {EventSource::Device, "device"},
    {EventSource::Portal, "portal"},
}};

// In the order of the variant.
enum class Type { Export, Log, Device, Event, End };
constexpr std::array<Choice<Type>, 5> k_types{{
    {Type::Export, "export"},
    {Type::Log, "log"},
    {Type::Device, "device"},
    {Type::Event, "event"},
    {Type::End, "end"},
}};

void write(JsonWriter& out, const ExportStart& start) {
    out.integer("version", 1);
    out.id("team_id", start.team_id);
    out.optional_id("tenant_id", start.tenant_id);
    out.bytes("portal_key", start.portal_key.bytes());
    out.time("at", start.at);
}

void write(JsonWriter& out, const ExportLog& log) {
    write_envelope(out, "head", log.head);
}

void write(JsonWriter& out, const ExportDevice& device) {
    out.id("device_id", device.device_id);
    out.id("tenant_id", device.tenant_id);
    out.bytes("signing_key", device.signing_key.bytes());
    write_envelope(out, "head", device.head);
}

// Its body follows as it was hashed, see encode_export_line.
void write(JsonWriter& out, const ExportEvent& event) {
    out.text("source", to_string(event.source));
    out.time("received_at", event.received_at);
}

void write(JsonWriter& out, const ExportEnd& end) {
    out.integer("events", end.events);
}

ExportLine read_line(JsonObjectReader& in) {
    switch (in["type"].choice(k_types)) {
        case Type::Export:
            in.version_one();
            return ExportStart{
                .team_id = in["team_id"].id<TeamId>(),
                .tenant_id = in["tenant_id"].optional([](const JsonReader& value) { return value.id<TenantId>(); }),
                .portal_key = in["portal_key"].fixed<crypto::PortalPublicKey>(),
                .at = in["at"].time()};
        case Type::Log:
            return ExportLog{.head = read_envelope(in["head"])};
        case Type::Device:
            return ExportDevice{.device_id = in["device_id"].id<DeviceId>(),
                                .tenant_id = in["tenant_id"].id<TenantId>(),
                                .signing_key = in["signing_key"].fixed<crypto::DevicePublicKey>(),
                                .head = read_envelope(in["head"])};
        case Type::Event:
            // Written otherwise than below, so that where the body begins and ends would be a matter of opinion.
            in.fail("type", DecodeErrorKind::BadValue);
            return ExportEvent{};
        case Type::End:
            return ExportEnd{.events = in["events"].integer(k_any_count)};
    }
    __builtin_unreachable();
}

constexpr std::string_view k_event_begins = R"({"type":"event",)";
constexpr std::string_view k_body_begins = R"(,"body":)";

std::unexpected<DecodeError> refuse(DecodeErrorKind kind, std::string path) {
    return std::unexpected(DecodeError{.kind = kind, .path = std::move(path)});
}

// The body is cut out, not read: it is the event's own decoder that does, and its bytes are what was hashed.
Decoded<ExportLine> decode_event_line(std::string_view text) {
    if (!text.ends_with('}')) return refuse(DecodeErrorKind::Syntax, "");
    const auto at = text.find(k_body_begins);
    if (at == std::string_view::npos) return refuse(DecodeErrorKind::MissingMember, "/body");
    const auto body = text.substr(at + k_body_begins.size(), text.size() - at - k_body_begins.size() - 1);
    if (body.size() < 2 || body.size() > k_longest_audit_event) return refuse(DecodeErrorKind::OutOfRange, "/body");
    if (!body.starts_with('{') || !body.ends_with('}')) return refuse(DecodeErrorKind::WrongType, "/body");
    const std::string before = std::string(text.substr(0, at)) + '}';
    return decode_object(before, k_longest_export_line, [&](JsonObjectReader& in) -> ExportLine {
        std::ignore = in["type"].choice(k_types);
        return ExportEvent{.source = in["source"].choice(k_sources),
                           .received_at = in["received_at"].time(),
                           .body = std::string(body)};
    });
}

}  // namespace

std::string_view to_string(EventSource source) {
    return choice_text(k_sources, source);
}

std::string encode_export_line(const ExportLine& line) {
    std::string text = JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", k_types[line.index()].text);
        std::visit([&](const auto& content) { write(out, content); }, line);
    });
    if (const auto* event = std::get_if<ExportEvent>(&line)) {
        text.pop_back();
        text.append(k_body_begins).append(event->body).push_back('}');
    }
    return text;
}

Decoded<ExportLine> decode_export_line(std::string_view text) {
    if (text.starts_with(k_event_begins)) return decode_event_line(text);
    return decode_object(text, k_longest_export_line, read_line);
}

}  // namespace doorward::protocol
