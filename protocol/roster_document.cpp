#include "protocol/roster_document.h"

#include "protocol/document_codec.h"
#include "protocol/roster_choices.h"
#include "protocol/text.h"

#include <algorithm>
#include <type_traits>

namespace doorward::protocol {
namespace {

constexpr std::string_view k_subject_technician = "technician";
constexpr std::string_view k_subject_department = "department";
constexpr std::string_view k_subject_everyone = "everyone";
constexpr std::string_view k_object_device = "device";
constexpr std::string_view k_object_device_group = "device_group";
constexpr std::string_view k_object_tenant = "tenant";
constexpr std::string_view k_object_all_devices = "all_devices";
constexpr std::string_view k_object_section = "section";

bool is_subject_kind(std::string_view text) {
    return text == k_subject_technician || text == k_subject_department || text == k_subject_everyone;
}

bool is_object_kind(std::string_view text) {
    return text == k_object_device || text == k_object_device_group || text == k_object_tenant ||
           text == k_object_all_devices || text == k_object_section;
}

// A member that this kind of subject or object has to leave null.
void require_null(const JsonReader& value) {
    if (!value.is_null()) (void)value.text([](std::string_view) { return false; });
}

TeamDocument read_team(JsonObjectReader& in, const TeamId& id) {
    return {.id = id,
            .name = in["name"].text(is_name),
            .suspended = in["suspended"].boolean(),
            .app_rp_id = in["app_rp_id"].text(is_host_name),
            .app_origin = in["app_origin"].text(is_https_origin)};
}

void write(JsonWriter& out, const TeamDocument& team) {
    out.text("name", team.name);
    out.boolean("suspended", team.suspended);
    out.text("app_rp_id", team.app_rp_id);
    out.text("app_origin", team.app_origin);
}

TenantDocument read_tenant(JsonObjectReader& in, const TenantId& id) {
    TenantDocument tenant{.id = id,
                          .team_id = in["team_id"].id<TeamId>(),
                          .name = in["name"].text(is_name),
                          .suspended = in["suspended"].boolean(),
                          .account_mode = in["account_mode"].choice(k_account_modes),
                          .shared_account = in["shared_account"].optional(
                              [](const JsonReader& account) { return account.text(is_account_name); }),
                          .code_scheme = in["code_scheme"].choice(k_code_schemes),
                          .offline_days = in["offline_days"].small_integer(1, 90),
                          .longest_session_minutes = in["longest_session_minutes"].small_integer(1, 1440),
                          .sudo_asks = in["sudo_asks"].choice(k_sudo_asks),
                          // A roster of before this was there has none, and is still signed and in force.
                          .homes = in.has("homes") ? in["homes"].choice(k_home_keepings) : HomeKeeping::Kept};
    if (tenant.account_mode == AccountMode::Shared && !tenant.shared_account) {
        in.fail("shared_account", DecodeErrorKind::BadValue);
    }
    return tenant;
}

void write(JsonWriter& out, const TenantDocument& tenant) {
    out.id("team_id", tenant.team_id);
    out.text("name", tenant.name);
    out.boolean("suspended", tenant.suspended);
    out.text("account_mode", to_string(tenant.account_mode));
    out.optional_text("shared_account", tenant.shared_account);
    out.text("code_scheme", to_string(tenant.code_scheme));
    out.integer("offline_days", tenant.offline_days);
    out.integer("longest_session_minutes", tenant.longest_session_minutes);
    out.text("sudo_asks", to_string(tenant.sudo_asks));
    out.text("homes", to_string(tenant.homes));
}

DeviceDocument read_device(JsonObjectReader& in, const DeviceId& id) {
    return {.id = id,
            .tenant_id = in["tenant_id"].id<TenantId>(),
            .name = in["name"].text(is_name),
            .kind = in["kind"].choice(k_device_kinds),
            .signing_key = in["signing_key"].fixed<crypto::DevicePublicKey>(),
            .agreement_key = in["agreement_key"].fixed<crypto::DeviceAgreementPublicKey>(),
            .suspended = in["suspended"].boolean(),
            .group_ids = read_id_set<DeviceGroupId>(in["group_ids"])};
}

void write(JsonWriter& out, const DeviceDocument& device) {
    out.id("tenant_id", device.tenant_id);
    out.text("name", device.name);
    out.text("kind", to_string(device.kind));
    out.bytes("signing_key", device.signing_key.bytes());
    out.bytes("agreement_key", device.agreement_key.bytes());
    out.boolean("suspended", device.suspended);
    out.ids("group_ids", device.group_ids);
}

SealedTenantSecret read_sealed_secret(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return SealedTenantSecret{.id = in["id"].id<TenantSecretId>(),
                                  .ends_at = read_optional_time(in["ends_at"]),
                                  .sealed = in["sealed"].bytes({k_sealed_tenant_secret, k_sealed_tenant_secret})};
    });
}

DeviceCodesDocument read_device_codes(JsonObjectReader& in, const DeviceCodesId& id) {
    DeviceCodesDocument codes{.id = id, .secrets = in["secrets"].list({1, k_most_tenant_secrets}, read_sealed_secret)};
    if (codes.secrets.size() > 1 && codes.secrets.front().id == codes.secrets.back().id) {
        in.fail("secrets", DecodeErrorKind::BadValue);
    }
    return codes;
}

void write(JsonWriter& out, const DeviceCodesDocument& codes) {
    out.list("secrets", codes.secrets, [&](const SealedTenantSecret& secret) {
        out.object([&] {
            out.id("id", secret.id);
            out.optional_time("ends_at", secret.ends_at);
            out.bytes("sealed", secret.sealed);
        });
    });
}

void write(JsonWriter& out, const DeviceGroupDocument& group) {
    out.text("name", group.name);
}
void write(JsonWriter& out, const DepartmentDocument& department) {
    out.text("name", department.name);
}
void write(JsonWriter& out, const TechnicianDocument& technician) {
    write_technician(out, technician);
}
void write(JsonWriter& out, const PolicyDocument& policy) {
    write_policy(out, policy);
}

RoleDocument read_role(JsonObjectReader& in, const RoleId& id) {
    RoleDocument role{.id = id,
                      .name = in["name"].text(is_name),
                      .purpose = in["purpose"].choice(k_role_purposes),
                      .system = in["system"].boolean(),
                      .permissions = in["permissions"].list(
                          {0, 100}, [](const JsonReader& item) { return item.text(is_machine_word); })};
    const auto not_ascending = [](const std::string& left, const std::string& right) { return left >= right; };
    if (std::ranges::adjacent_find(role.permissions, not_ascending) != role.permissions.end()) {
        in.fail("permissions", DecodeErrorKind::BadValue);
    }
    return role;
}

void write(JsonWriter& out, const RoleDocument& role) {
    out.text("name", role.name);
    out.text("purpose", to_string(role.purpose));
    out.boolean("system", role.system);
    out.list("permissions", role.permissions, [&](const std::string& permission) { out.text(permission); });
}

RightSubject read_subject(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) -> RightSubject {
        const std::string kind = in["kind"].text(is_subject_kind);
        const JsonReader id = in["id"];
        if (kind == k_subject_technician) return id.id<TechnicianId>();
        if (kind == k_subject_department) return id.id<DepartmentId>();
        require_null(id);
        return Everyone{};
    });
}

RightObject read_object(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) -> RightObject {
        const std::string kind = in["kind"].text(is_object_kind);
        const JsonReader id = in["id"];
        const JsonReader section = in["section"];
        if (kind == k_object_section) {
            require_null(id);
            return section.choice(k_sections);
        }
        require_null(section);
        if (kind == k_object_device) return id.id<DeviceId>();
        if (kind == k_object_device_group) return id.id<DeviceGroupId>();
        if (kind == k_object_tenant) return id.id<TenantId>();
        require_null(id);
        return AllDevices{};
    });
}

RightDocument read_right(JsonObjectReader& in, const RightId& id) {
    return {.id = id,
            .subject = read_subject(in["subject"]),
            .object = read_object(in["object"]),
            .role_id = in["role_id"].id<RoleId>(),
            .valid_from = read_optional_time(in["valid_from"]),
            .valid_until = read_optional_time(in["valid_until"])};
}

struct SubjectWriter {
    JsonWriter& out;
    void operator()(const TechnicianId& id) const {
        out.text("kind", k_subject_technician);
        out.id("id", id);
    }
    void operator()(const DepartmentId& id) const {
        out.text("kind", k_subject_department);
        out.id("id", id);
    }
    void operator()(const Everyone&) const {
        out.text("kind", k_subject_everyone);
        out.null("id");
    }
};

struct ObjectWriter {
    JsonWriter& out;
    template <class SomeId>
    void with_id(std::string_view kind, const SomeId& id) const {
        out.text("kind", kind);
        out.id("id", id);
        out.null("section");
    }
    void operator()(const DeviceId& id) const { with_id(k_object_device, id); }
    void operator()(const DeviceGroupId& id) const { with_id(k_object_device_group, id); }
    void operator()(const TenantId& id) const { with_id(k_object_tenant, id); }
    void operator()(const AllDevices&) const {
        out.text("kind", k_object_all_devices);
        out.null("id");
        out.null("section");
    }
    void operator()(Section section) const {
        out.text("kind", k_object_section);
        out.null("id");
        out.text("section", to_string(section));
    }
};

void write(JsonWriter& out, const RightDocument& right) {
    out.object("subject", [&] { std::visit(SubjectWriter{out}, right.subject); });
    out.object("object", [&] { std::visit(ObjectWriter{out}, right.object); });
    out.id("role_id", right.role_id);
    out.optional_time("valid_from", right.valid_from);
    out.optional_time("valid_until", right.valid_until);
}

DocumentContent read_content(JsonObjectReader& in, const DocumentId& id) {
    switch (id.kind) {
        case DocumentKind::Team:
            return read_team(in, TeamId(id.uuid));
        case DocumentKind::Tenant:
            return read_tenant(in, TenantId(id.uuid));
        case DocumentKind::Device:
            return read_device(in, DeviceId(id.uuid));
        case DocumentKind::DeviceCodes:
            return read_device_codes(in, DeviceCodesId(id.uuid));
        case DocumentKind::DeviceGroup:
            return DeviceGroupDocument{.id = DeviceGroupId(id.uuid), .name = in["name"].text(is_name)};
        case DocumentKind::Department:
            return DepartmentDocument{.id = DepartmentId(id.uuid), .name = in["name"].text(is_name)};
        case DocumentKind::Technician:
            return read_technician(in, TechnicianId(id.uuid));
        case DocumentKind::Role:
            return read_role(in, RoleId(id.uuid));
        case DocumentKind::Right:
            return read_right(in, RightId(id.uuid));
        case DocumentKind::Policy:
            return read_policy(in, PolicyId(id.uuid));
    }
    __builtin_unreachable();
}

bool is_document_id(std::string_view text) {
    return DocumentId::parse(text).has_value();
}

}  // namespace

std::optional<DocumentId> DocumentId::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto kind = find_choice(k_document_kinds, text.substr(0, slash));
    const auto uuid = Uuid::parse(text.substr(slash + 1));
    if (!kind || !uuid) return std::nullopt;
    return DocumentId{.kind = *kind, .uuid = *uuid};
}

std::string DocumentId::to_string() const {
    std::string text(protocol::to_string(kind));
    text.append("/").append(uuid.to_string());
    return text;
}

DocumentId document_id(const DocumentContent& content) {
    return std::visit([](const auto& document) { return document_id(document.id); }, content);
}

Decoded<DocumentContent> decode_document(const DocumentId& id, std::string_view body) {
    return decode_object(body, k_longest_document_body, [&](JsonObjectReader& in) {
        in.version_one();
        if (in["id"].text(is_document_id) != id.to_string()) in.fail("id", DecodeErrorKind::BadValue);
        return read_content(in, id);
    });
}

RosterDocument encode_document(const DocumentContent& content) {
    const DocumentId id = document_id(content);
    return {.id = id, .body = JsonWriter::object_text([&](JsonWriter& out) {
                          out.integer("version", 1);
                          out.text("id", id.to_string());
                          std::visit([&](const auto& document) { write(out, document); }, content);
                      })};
}

}  // namespace doorward::protocol
