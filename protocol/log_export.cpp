#include "protocol/log_export.h"

#include "protocol/audit_event.h"
#include "protocol/json_parts.h"

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

void write(JsonWriter& out, const ExportEvent& event) {
    out.text("source", to_string(event.source));
    out.time("received_at", event.received_at);
    out.bytes("body", crypto::as_bytes(event.body));
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
            return ExportEvent{.source = in["source"].choice(k_sources),
                               .received_at = in["received_at"].time(),
                               .body = in["body"].byte_text({2, k_longest_audit_event})};
        case Type::End:
            return ExportEnd{.events = in["events"].integer(k_any_count)};
    }
    __builtin_unreachable();
}

}  // namespace

std::string_view to_string(EventSource source) {
    return choice_text(k_sources, source);
}

std::string encode_export_line(const ExportLine& line) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", k_types[line.index()].text);
        std::visit([&](const auto& content) { write(out, content); }, line);
    });
}

Decoded<ExportLine> decode_export_line(std::string_view text) {
    return decode_object(text, k_longest_export_line, read_line);
}

}  // namespace doorward::protocol
