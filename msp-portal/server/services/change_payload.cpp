#include "msp-portal/server/services/change_payload.h"

#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/text.h"

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
    Choice<ChangeKind>{ChangeKind::DepartmentJoin, "department_join"},
    Choice<ChangeKind>{ChangeKind::DeviceGroupJoin, "device_group_join"},
    Choice<ChangeKind>{ChangeKind::RoleWiden, "role_widen"},
    Choice<ChangeKind>{ChangeKind::PolicyActivate, "policy_activate"},
};
constexpr std::array k_subjects{
    Choice<ChangeSubject>{ChangeSubject::Technician, "technician"},
    Choice<ChangeSubject>{ChangeSubject::Department, "department"},
    Choice<ChangeSubject>{ChangeSubject::Everyone, "everyone"},
    Choice<ChangeSubject>{ChangeSubject::Tenant, "tenant"},
    Choice<ChangeSubject>{ChangeSubject::Device, "device"},
    Choice<ChangeSubject>{ChangeSubject::DeviceGroup, "device_group"},
    Choice<ChangeSubject>{ChangeSubject::Role, "role"},
    Choice<ChangeSubject>{ChangeSubject::Policy, "policy"},
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

/// A roster document inside a payload: the body's own bytes.
struct Carried {
    DocumentId id;
    std::string body;
};

constexpr SizeRange k_permissions{1, 64};

bool joins(ChangeKind kind) {
    return kind == ChangeKind::DepartmentJoin || kind == ChangeKind::DeviceGroupJoin;
}

template <class Document>
void write_document(JsonWriter& out, std::string_view name, const std::optional<Document>& content) {
    if (!content) return out.null(name);
    const auto document = encode_document(*content);
    out.object(name, [&] {
        out.id("id", content->id);
        out.bytes("body", crypto::as_bytes(document.body));
    });
}

template <class IdType>
std::optional<Carried> read_document(const JsonReader& value) {
    return value.optional([](const JsonReader& carried) {
        return carried.object([](JsonObjectReader& document) {
            const auto id = document["id"].id<IdType>();
            return Carried{document_id(id), document["body"].byte_text(k_document)};
        });
    });
}

/// False with why where the body is not what it should be.
template <class Document>
Decoded<Document> content_of(const Carried& carried) {
    auto content = decode_document(carried.id, carried.body);
    if (!content) return std::unexpected(content.error());
    return std::get<Document>(std::move(*content));
}

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
        write_document(out, "right", payload.right);
        write_uuid(out, "target", payload.target);
        out.optional_integer("number", payload.number);
        // Members of later kinds stand in these only, so that what waited before them still reads.
        if (payload.kind == ChangeKind::WorkstationConfirmation) out.ids("devices", payload.devices);
        if (joins(payload.kind)) write_uuid(out, "member", payload.member);
        if (payload.kind == ChangeKind::RoleWiden) {
            out.list("permissions", payload.permissions, [&](const std::string& word) { out.text(word); });
        }
        if (payload.kind == ChangeKind::PolicyActivate) write_document(out, "policy", payload.policy);
    });
}

Decoded<ChangePayload> decode_change_payload(std::string_view text) {
    std::optional<Carried> right;
    std::optional<Carried> policy;
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
        right = read_document<RightId>(members["right"]);
        read.target = read_uuid(members["target"]);
        read.number = members["number"].optional([](const JsonReader& value) { return value.integer(k_any_count); });
        if (read.kind == ChangeKind::WorkstationConfirmation) {
            read.devices = members["devices"].ids<DeviceId>(k_lines);
        }
        if (joins(read.kind)) read.member = read_uuid(members["member"]);
        if (read.kind == ChangeKind::RoleWiden) {
            read.permissions = members["permissions"].list(
                k_permissions, [](const JsonReader& word) { return word.text(is_machine_word); });
        }
        if (read.kind == ChangeKind::PolicyActivate) policy = read_document<PolicyId>(members["policy"]);
        return read;
    });
    if (payload && right) {
        auto content = content_of<RightDocument>(*right);
        if (!content) return std::unexpected(content.error());
        payload->right = std::move(*content);
    }
    if (payload && policy) {
        auto content = content_of<PolicyDocument>(*policy);
        if (!content) return std::unexpected(content.error());
        payload->policy = std::move(*content);
    }
    return payload;
}

}  // namespace doorward::portal
