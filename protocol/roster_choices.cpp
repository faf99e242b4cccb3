#include "protocol/roster_choices.h"

namespace doorward::protocol {

std::string_view to_string(DocumentKind kind) {
    return choice_text(k_document_kinds, kind);
}
std::string_view to_string(AccountMode mode) {
    return choice_text(k_account_modes, mode);
}
std::string_view to_string(CodeScheme scheme) {
    return choice_text(k_code_schemes, scheme);
}
std::string_view to_string(HomeKeeping keeping) {
    return choice_text(k_home_keepings, keeping);
}
std::string_view to_string(SudoAsks asks) {
    return choice_text(k_sudo_asks, asks);
}
std::string_view to_string(DeviceKind kind) {
    return choice_text(k_device_kinds, kind);
}
std::string_view to_string(PhoneStrength strength) {
    return choice_text(k_phone_strengths, strength);
}
std::string_view to_string(TechnicianState state) {
    return choice_text(k_technician_states, state);
}
std::string_view to_string(TechnicianStatus status) {
    return choice_text(k_technician_statuses, status);
}
std::string_view to_string(RolePurpose purpose) {
    return choice_text(k_role_purposes, purpose);
}
std::string_view to_string(Section section) {
    return choice_text(k_sections, section);
}
std::string_view to_string(PolicyKind kind) {
    return choice_text(k_policy_kinds, kind);
}
std::string_view to_string(PolicyState state) {
    return choice_text(k_policy_states, state);
}
std::string_view to_string(EndBehaviour behaviour) {
    return choice_text(k_end_behaviours, behaviour);
}

std::optional<DeviceKind> parse_device_kind(std::string_view text) {
    return find_choice(k_device_kinds, text);
}
std::optional<PhoneStrength> parse_phone_strength(std::string_view text) {
    return find_choice(k_phone_strengths, text);
}
std::optional<RolePurpose> parse_role_purpose(std::string_view text) {
    return find_choice(k_role_purposes, text);
}
std::optional<PolicyKind> parse_policy_kind(std::string_view text) {
    return find_choice(k_policy_kinds, text);
}
std::optional<EndBehaviour> parse_end_behaviour(std::string_view text) {
    return find_choice(k_end_behaviours, text);
}

}  // namespace doorward::protocol
