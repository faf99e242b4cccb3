#include "msp-portal/server/api/request_body.h"

#include "protocol/document_codec.h"
#include "protocol/json_parts.h"
#include "protocol/json_reader.h"
#include "protocol/roster_choices.h"
#include "protocol/text.h"

#include <algorithm>
#include <array>

namespace doorward::portal::request_body {

namespace {

using namespace protocol;

constexpr std::size_t k_longest_body = std::size_t{64} * 1024;
constexpr SizeRange k_attestation_size{64, std::size_t{16} * 1024};
constexpr SizeRange k_rights{0, 20};
constexpr SizeRange k_permissions{1, 64};

enum class SubjectKind { Technician, Department, Everyone };
constexpr std::array k_subject_kinds{
    Choice<SubjectKind>{SubjectKind::Department, "department"},
    Choice<SubjectKind>{SubjectKind::Technician, "technician"},
    Choice<SubjectKind>{SubjectKind::Everyone, "everyone"},
};
enum class ObjectKind { Device, DeviceGroup, Tenant, AllDevices, Section };
constexpr std::array k_object_kinds{
    Choice<ObjectKind>{ObjectKind::DeviceGroup, "device_group"},
    Choice<ObjectKind>{ObjectKind::Device, "device"},
    Choice<ObjectKind>{ObjectKind::Tenant, "tenant"},
    Choice<ObjectKind>{ObjectKind::AllDevices, "all_devices"},
    Choice<ObjectKind>{ObjectKind::Section, "section"},
};
constexpr std::array k_sections{
    Choice<Section>{Section::PermanentAccess, "permanent_access"},
    Choice<Section>{Section::QuickSupport, "quick_support"},
    Choice<Section>{Section::Team, "team"},
};

LinkSecret read_secret(const JsonReader& value) {
    auto bytes = value.array<32>();
    const crypto::WipeOnExit wipe(bytes);
    return std::move(*LinkSecret::create(bytes));
}

Registration read_registration(const JsonReader& value) {
    return value.object([](JsonObjectReader& members) {
        Registration registration;
        registration.credential_id = members["credential_id"].bytes(k_credential_id_size);
        registration.client_data_json = members["client_data_json"].bytes(k_client_data_size);
        registration.attestation_object = members["attestation_object"].bytes(k_attestation_size);
        return registration;
    });
}

std::optional<std::string> read_email(const JsonReader& value) {
    return value.optional([](const JsonReader& email) { return email.text(is_email_address); });
}

std::optional<Timestamp> read_time(const JsonReader& value) {
    return value.optional([](const JsonReader& time) { return time.time_text(); });
}

RightObject read_object(const JsonReader& value) {
    return value.object([](JsonObjectReader& members) -> RightObject {
        const auto kind = members["kind"].choice(k_object_kinds);
        const auto id = members["id"].optional([](const JsonReader& text) { return text.id<EventId>().uuid(); });
        const auto section =
            members["section"].optional([](const JsonReader& text) { return text.choice(k_sections); });
        const bool needs_id = kind != ObjectKind::AllDevices && kind != ObjectKind::Section;
        if (id.has_value() != needs_id) members.fail("id", DecodeErrorKind::BadValue);
        if (section.has_value() != (kind == ObjectKind::Section)) members.fail("section", DecodeErrorKind::BadValue);
        if (id && kind == ObjectKind::Device) return DeviceId(*id);
        if (id && kind == ObjectKind::DeviceGroup) return DeviceGroupId(*id);
        if (id && kind == ObjectKind::Tenant) return TenantId(*id);
        if (section && kind == ObjectKind::Section) return *section;
        return AllDevices{};
    });
}

role_service::Wish read_role_wish(JsonObjectReader& members) {
    role_service::Wish wish;
    wish.name = members["name"].text(is_name);
    wish.permissions =
        members["permissions"].list(k_permissions, [](const JsonReader& word) { return word.text(is_machine_word); });
    std::ranges::sort(wish.permissions);
    if (std::ranges::adjacent_find(wish.permissions) != wish.permissions.end()) {
        members.fail("permissions", DecodeErrorKind::BadValue);
    }
    return wish;
}

RightSubject read_subject(const JsonReader& value) {
    return value.object([](JsonObjectReader& members) -> RightSubject {
        const auto kind = members["kind"].choice(k_subject_kinds);
        const auto id = members["id"].optional([](const JsonReader& text) { return text.id<EventId>().uuid(); });
        if (id.has_value() != (kind != SubjectKind::Everyone)) members.fail("id", DecodeErrorKind::BadValue);
        if (id && kind == SubjectKind::Technician) return TechnicianId(*id);
        if (id && kind == SubjectKind::Department) return DepartmentId(*id);
        return Everyone{};
    });
}

}  // namespace

Decoded<LinkSecret> link_secret(std::string_view json) {
    return decode_object(json, k_longest_body,
                         [](JsonObjectReader& members) { return read_secret(members["secret"]); });
}

Decoded<SignIn> sign_in(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        SignIn request;
        request.nonce = members["nonce"].array<32>();
        request.assertion = read_assertion(members["assertion"]);
        return request;
    });
}

Decoded<SetUpCompletion> set_up_completion(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        SetUpCompletion completion{read_secret(members["secret"]), read_registration(members["registration"]),
                                   members["label"].text(is_name), std::nullopt};
        completion.owner = members["owner"].optional([](const JsonReader& value) {
            return value.object([](JsonObjectReader& owner) {
                session_service::OwnerIntroduction introduction;
                introduction.name = owner["name"].text(is_name);
                introduction.username = owner["username"].text(is_username);
                introduction.email = read_email(owner["email"]);
                introduction.team_name = owner["team_name"].text(is_name);
                return introduction;
            });
        });
        return completion;
    });
}

Decoded<team_service::Update> team_update(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        team_service::Update update;
        update.name = members["name"].text(is_name);
        update.account_prefix = members["account_prefix"].text(is_prefix);
        update.account_mode = members["account_mode"].choice(k_account_modes);
        return update;
    });
}

Decoded<std::string> name(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) { return members["name"].text(is_name); });
}

Decoded<account_switch_service::SwitchWish> switch_wish(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        account_switch_service::SwitchWish wish;
        wish.accounts.mode =
            members["account_mode"].optional([](const JsonReader& mode) { return mode.choice(k_account_modes); });
        wish.accounts.prefix =
            members["account_prefix"].optional([](const JsonReader& prefix) { return prefix.text(is_prefix); });
        wish.codes =
            members["code_scheme"].optional([](const JsonReader& scheme) { return scheme.choice(k_code_schemes); });
        return wish;
    });
}

Decoded<tenant_code_service::Handover> handover(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return members["at_once"].boolean() ? tenant_code_service::Handover::AtOnce
                                            : tenant_code_service::Handover::WithOverlap;
    });
}

Decoded<std::vector<DeviceId>> workstations(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return members["device_ids"].ids<DeviceId>({1, tenant_code_service::k_most_confirmed_at_once});
    });
}

Decoded<TenantSetting> tenant_setting(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) -> TenantSetting {
        if (members.has("homes")) return members["homes"].choice(k_home_keepings);
        if (members.has(k_longest_session.field)) {
            return LimitWish{k_longest_session, members[k_longest_session.field].small_integer(1, 1440)};
        }
        return LimitWish{k_offline_days, members[k_offline_days.field].small_integer(1, 90)};
    });
}

Decoded<device_service::NewToken> new_token(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        device_service::NewToken token;
        token.label = members["label"].optional([](const JsonReader& label) { return label.text(is_name); });
        token.uses_allowed = members["uses_allowed"].integer({1, 1000});
        token.life = std::chrono::hours(members["valid_hours"].integer({1, 720}));
        return token;
    });
}

Decoded<technician_service::Invitation> invitation(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        technician_service::Invitation invitation;
        invitation.name = members["name"].text(is_name);
        invitation.username = members["username"].text(is_username);
        invitation.email = read_email(members["email"]);
        invitation.rights = members["rights"].list(k_rights, [](const JsonReader& item) {
            return item.object([](JsonObjectReader& wish) {
                return technician_service::RightWish{read_object(wish["object"]), wish["role_id"].id<RoleId>(),
                                                     read_time(wish["valid_from"]), read_time(wish["valid_until"])};
            });
        });
        return invitation;
    });
}

Decoded<std::string> reason(std::string_view json) {
    return decode_object(json, k_longest_body,
                         [](JsonObjectReader& members) { return members["reason"].text(is_description); });
}

Decoded<NewDeviceGroup> new_device_group(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return NewDeviceGroup{members["tenant_id"].id<TenantId>(), members["name"].text(is_name)};
    });
}

Decoded<NewRole> new_role(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return NewRole{members["purpose"].choice(k_role_purposes), read_role_wish(members)};
    });
}

Decoded<role_service::Wish> role_update(std::string_view json) {
    return decode_object(json, k_longest_body, read_role_wish);
}

Decoded<PolicyDocument> policy_draft(std::string_view json, const PolicyId& id) {
    return decode_object(json, k_longest_body, [&](JsonObjectReader& members) {
        return PolicyDocument{.id = id,
                              .name = members["name"].text(is_name),
                              .description = members["description"].text(is_policy_description),
                              .kind = members["kind"].choice(k_policy_kinds),
                              .state = PolicyState::Pending,
                              .devices = read_policy_devices(members["devices"]),
                              .subjects = read_policy_subjects(members["subjects"]),
                              .conditions = read_policy_conditions(members["conditions"]),
                              .valid_from = read_time(members["valid_from"]),
                              .valid_until = read_time(members["valid_until"])};
    });
}

Decoded<right_service::Wish> right_grant(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return right_service::Wish{read_subject(members["subject"]), read_object(members["object"]),
                                   members["role_id"].id<RoleId>(), read_time(members["valid_from"]),
                                   read_time(members["valid_until"])};
    });
}

Decoded<Assertion> acceptance(std::string_view json) {
    return decode_object(json, k_longest_body,
                         [](JsonObjectReader& members) { return read_assertion(members["assertion"]); });
}

Decoded<CustodianKeyRegistration> custodian_key(std::string_view json) {
    return decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return CustodianKeyRegistration{.agreement_key = members["agreement_key"].fixed<CustodianPublicKey>(),
                                        .proof = read_assertion(members["proof"])};
    });
}

Decoded<std::array<TechnicianId, 2>> custodians(std::string_view json) {
    auto ids = decode_object(json, k_longest_body, [](JsonObjectReader& members) {
        return members["custodian_ids"].ids<TechnicianId>({2, 2});
    });
    if (!ids) return std::unexpected(ids.error());
    return std::array<TechnicianId, 2>{ids->at(0), ids->at(1)};
}

}  // namespace doorward::portal::request_body
