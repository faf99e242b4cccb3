#pragma once

#include "protocol/choice.h"
#include "protocol/policy_document.h"
#include "protocol/roster_document.h"

#include <array>

namespace doorward::protocol {

// The enum texts inside roster documents.

inline constexpr std::array<Choice<DocumentKind>, 10> k_document_kinds{{
    {DocumentKind::Team, "team"},
    {DocumentKind::Tenant, "tenant"},
    {DocumentKind::Device, "device"},
    {DocumentKind::DeviceCodes, "device_codes"},
    {DocumentKind::DeviceGroup, "device_group"},
    {DocumentKind::Department, "department"},
    {DocumentKind::Technician, "technician"},
    {DocumentKind::Role, "role"},
    {DocumentKind::Right, "right"},
    {DocumentKind::Policy, "policy"},
}};
inline constexpr std::array<Choice<AccountMode>, 2> k_account_modes{{
    {AccountMode::Named, "named"},
    {AccountMode::Shared, "shared"},
}};
inline constexpr std::array<Choice<CodeScheme>, 2> k_code_schemes{{
    {CodeScheme::PerMachine, "per_machine"},
    {CodeScheme::PerTenant, "per_tenant"},
}};
inline constexpr std::array<Choice<SudoAsks>, 2> k_sudo_asks{{
    {SudoAsks::Nothing, "nothing"},
    {SudoAsks::EveryTime, "every_time"},
}};
inline constexpr std::array<Choice<HomeKeeping>, 2> k_home_keepings{{
    {HomeKeeping::Kept, "kept"},
    {HomeKeeping::Fresh, "fresh"},
}};
inline constexpr std::array<Choice<DeviceKind>, 2> k_device_kinds{{
    {DeviceKind::Domain, "domain"},
    {DeviceKind::NonDomain, "non_domain"},
}};
inline constexpr std::array<Choice<PhoneStrength>, 3> k_phone_strengths{{
    {PhoneStrength::DeviceBound, "device_bound"},
    {PhoneStrength::Synced, "synced"},
    {PhoneStrength::WithoutPrf, "without_prf"},
}};
inline constexpr std::array<Choice<crypto::PasskeyAlgorithm>, 2> k_passkey_algorithms{{
    {crypto::PasskeyAlgorithm::Es256, "es256"},
    {crypto::PasskeyAlgorithm::EdDsa, "eddsa"},
}};
inline constexpr std::array<Choice<TechnicianState>, 2> k_technician_states{{
    {TechnicianState::Invitation, "invitation"},
    {TechnicianState::Activated, "activated"},
}};
inline constexpr std::array<Choice<TechnicianStatus>, 2> k_technician_statuses{{
    {TechnicianStatus::Active, "active"},
    {TechnicianStatus::Disabled, "disabled"},
}};
inline constexpr std::array<Choice<RolePurpose>, 3> k_role_purposes{{
    {RolePurpose::Devices, "devices"},
    {RolePurpose::Invitations, "invitations"},
    {RolePurpose::Administration, "administration"},
}};
inline constexpr std::array<Choice<Section>, 3> k_sections{{
    {Section::PermanentAccess, "permanent_access"},
    {Section::QuickSupport, "quick_support"},
    {Section::Team, "team"},
}};
inline constexpr std::array<Choice<PolicyKind>, 3> k_policy_kinds{{
    {PolicyKind::Domain, "domain"},
    {PolicyKind::NonDomain, "non_domain"},
    {PolicyKind::Any, "any"},
}};
inline constexpr std::array<Choice<PolicyState>, 4> k_policy_states{{
    {PolicyState::Pending, "pending"},
    {PolicyState::Active, "active"},
    {PolicyState::Retired, "retired"},
    {PolicyState::Rejected, "rejected"},
}};
inline constexpr std::array<Choice<EndBehaviour>, 2> k_end_behaviours{{
    {EndBehaviour::EndSession, "end_session"},
    {EndBehaviour::KeepUntilLogout, "keep_until_logout"},
}};

}  // namespace doorward::protocol
