#pragma once

#include "msp-portal/server/services/account_switch_service.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/role_service.h"
#include "msp-portal/server/services/session_service.h"
#include "msp-portal/server/services/team_service.h"
#include "msp-portal/server/services/technician_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/services/tenant_limit.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "protocol/break_glass.h"
#include "protocol/decode_error.h"
#include "protocol/secrets.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// Bodies that the admin UI sends; strict, as openapi.yaml describes them.
namespace doorward::portal::request_body {

using protocol::Decoded;

[[nodiscard]] Decoded<protocol::LinkSecret> link_secret(std::string_view json);

struct SignIn {
    session_service::NonceBytes nonce{};
    protocol::Assertion assertion;
};
[[nodiscard]] Decoded<SignIn> sign_in(std::string_view json);

struct SetUpCompletion {
    protocol::LinkSecret secret;
    protocol::Registration registration;
    std::string label;
    std::optional<session_service::OwnerIntroduction> owner;
};
[[nodiscard]] Decoded<SetUpCompletion> set_up_completion(std::string_view json);

/// Without the version, which comes as If-Match.
[[nodiscard]] Decoded<team_service::Update> team_update(std::string_view json);
[[nodiscard]] Decoded<std::string> name(std::string_view json);
[[nodiscard]] Decoded<account_switch_service::SwitchWish> switch_wish(std::string_view json);
[[nodiscard]] Decoded<tenant_code_service::Handover> handover(std::string_view json);
[[nodiscard]] Decoded<std::vector<protocol::DeviceId>> workstations(std::string_view json);

/// One of a tenant's settings at a time: each may become a change of its own.
struct LimitWish {
    TenantLimit limit;
    int number = 0;
};
using TenantSetting = std::variant<LimitWish, protocol::HomeKeeping>;
[[nodiscard]] Decoded<TenantSetting> tenant_setting(std::string_view json);
[[nodiscard]] Decoded<device_service::NewToken> new_token(std::string_view json);
[[nodiscard]] Decoded<technician_service::Invitation> invitation(std::string_view json);
[[nodiscard]] Decoded<std::string> reason(std::string_view json);

struct NewDeviceGroup {
    protocol::TenantId tenant_id;
    std::string name;
};
[[nodiscard]] Decoded<NewDeviceGroup> new_device_group(std::string_view json);

struct NewRole {
    protocol::RolePurpose purpose;
    role_service::Wish wish;
};
[[nodiscard]] Decoded<NewRole> new_role(std::string_view json);
[[nodiscard]] Decoded<role_service::Wish> role_update(std::string_view json);
/// Of the policy `id`, pending.
[[nodiscard]] Decoded<protocol::PolicyDocument> policy_draft(std::string_view json, const protocol::PolicyId& id);
[[nodiscard]] Decoded<right_service::Wish> right_grant(std::string_view json);
/// Of a change, or of a restored portal.
[[nodiscard]] Decoded<protocol::Assertion> acceptance(std::string_view json);

struct CustodianKeyRegistration {
    protocol::CustodianPublicKey agreement_key;
    protocol::Assertion proof;
};
[[nodiscard]] Decoded<CustodianKeyRegistration> custodian_key(std::string_view json);
/// Two technicians.
[[nodiscard]] Decoded<std::array<protocol::TechnicianId, 2>> custodians(std::string_view json);

}  // namespace doorward::portal::request_body
