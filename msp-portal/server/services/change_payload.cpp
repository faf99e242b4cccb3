#include "msp-portal/server/services/change_payload.h"

#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

#include <array>
#include <tuple>

namespace doorward::portal {

namespace {

using namespace protocol;

constexpr std::size_t k_longest_payload = std::size_t{128} * 1024;
constexpr SizeRange k_lines{0, 32};
constexpr SizeRange k_document{2, k_longest_document_body};

constexpr std::array k_kinds{
    Choice<ChangeKind>{ChangeKind::RightGrant, "right_grant"},
    Choice<ChangeKind>{ChangeKind::TechnicianEnable, "technician_enable"},
    Choice<ChangeKind>{ChangeKind::TenantOfflineDays, "tenant_offline_days"},
    Choice<ChangeKind>{ChangeKind::TenantLongestSession, "tenant_longest_session"},
    Choice<ChangeKind>{ChangeKind::TenantResume, "tenant_resume"},
    Choice<ChangeKind>{ChangeKind::DeviceResume, "device_resume"},
    Choice<ChangeKind>{ChangeKind::PhonePairing, "phone_pairing"},
    Choice<ChangeKind>{ChangeKind::AdministratorPasskey, "administrator_passkey"},
    Choice<ChangeKind>{ChangeKind::TenantCodeScheme, "tenant_code_scheme"},
    Choice<ChangeKind>{ChangeKind::WorkstationConfirmation, "workstation_confirmation"},
};
constexpr std::array k_subjects{
    Choice<ChangeSubject>{ChangeSubject::Technician, "technician"},
    Choice<ChangeSubject>{ChangeSubject::Everyone, "everyone"},
    Choice<ChangeSubject>{ChangeSubject::Tenant, "tenant"},
    Choice<ChangeSubject>{ChangeSubject::Device, "device"},
};

bool any_text(std::string_view) {
    return true;
}

std::optional<std::string> read_text(const JsonReader& value) {
    return value.optional([](const JsonReader& text) { return text.text(any_text); });
}

std::optional<Uuid> read_uuid(const JsonReader& value) {
    return value.optional([](const JsonReader& id) { return id.id<EventId>().uuid(); });
}

void write_uuid(JsonWriter& out, std::string_view name, const std::optional<Uuid>& id) {
    out.optional_text(name, id ? std::optional(id->to_string()) : std::nullopt);
}

struct CarriedRight {
    RightId id;
    std::string body;
};

}  // namespace

std::string encode_change_payload(const ChangePayload& payload) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.text("kind", choice_text(k_kinds, payload.kind));
        out.object("subject", [&] {
            out.text("kind", choice_text(k_subjects, payload.subject_kind));
            write_uuid(out, "id", payload.subject_id);
            out.optional_text("name", payload.subject_name);
        });
        out.list("difference", payload.difference, [&](const Difference& line) {
            out.object([&] {
                out.text("field", line.field);
                out.optional_text("before", line.before);
                out.optional_text("after", line.after);
            });
        });
        if (payload.right) {
            const auto document = encode_document(*payload.right);
            out.object("right", [&] {
                out.id("id", payload.right->id);
                out.bytes("body", crypto::as_bytes(document.body));
            });
        } else {
            out.null("right");
        }
        write_uuid(out, "target", payload.target);
        out.optional_integer("number", payload.number);
        out.ids("devices", payload.devices);
    });
}

Decoded<ChangePayload> decode_change_payload(std::string_view text) {
    std::optional<CarriedRight> carried;
    auto payload = decode_object(text, k_longest_payload, [&](JsonObjectReader& members) {
        ChangePayload read;
        members.version_one();
        read.kind = members["kind"].choice(k_kinds);
        std::ignore = members["subject"].object([&](JsonObjectReader& subject) {
            read.subject_kind = subject["kind"].choice(k_subjects);
            read.subject_id = read_uuid(subject["id"]);
            read.subject_name = read_text(subject["name"]);
            return true;
        });
        read.difference = members["difference"].list(k_lines, [](const JsonReader& item) {
            return item.object([](JsonObjectReader& line) {
                Difference difference;
                difference.field = line["field"].text(any_text);
                difference.before = read_text(line["before"]);
                difference.after = read_text(line["after"]);
                return difference;
            });
        });
        carried = members["right"].optional([](const JsonReader& right) {
            return right.object([](JsonObjectReader& document) {
                const auto id = document["id"].id<RightId>();
                return CarriedRight{id, document["body"].byte_text(k_document)};
            });
        });
        read.target = read_uuid(members["target"]);
        read.number = members["number"].optional([](const JsonReader& value) { return value.integer(k_any_count); });
        read.devices = members["devices"].ids<DeviceId>(k_lines);
        return read;
    });
    if (!payload || !carried) return payload;
    auto content = decode_document(document_id(carried->id), carried->body);
    if (!content) return std::unexpected(content.error());
    payload->right = std::get<RightDocument>(std::move(*content));
    return payload;
}

}  // namespace doorward::portal
