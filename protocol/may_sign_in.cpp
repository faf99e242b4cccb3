#include "protocol/may_sign_in.h"

#include "protocol/choice.h"
#include "protocol/ticket_pattern.h"

#include <algorithm>
#include <array>
#include <compare>
#include <utility>
#include <variant>

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<SignInRefusal>, 15> k_refusals{{
    {SignInRefusal::TeamSuspended, "team_suspended"},
    {SignInRefusal::TenantSuspended, "tenant_suspended"},
    {SignInRefusal::DeviceSuspended, "device_suspended"},
    {SignInRefusal::TechnicianUnknown, "technician_unknown"},
    {SignInRefusal::TechnicianNotActivated, "technician_not_activated"},
    {SignInRefusal::TechnicianDisabled, "technician_disabled"},
    {SignInRefusal::NoRight, "no_right"},
    {SignInRefusal::RightNotInForce, "right_not_in_force"},
    {SignInRefusal::NoPolicy, "no_policy"},
    {SignInRefusal::PolicyNotInForce, "policy_not_in_force"},
    {SignInRefusal::OutsideTimeWindow, "outside_time_window"},
    {SignInRefusal::ReasonRequired, "reason_required"},
    {SignInRefusal::TicketRequired, "ticket_required"},
    {SignInRefusal::TicketMalformed, "ticket_malformed"},
    {SignInRefusal::ApprovalRequired, "approval_required"},
}};

constexpr std::array<Choice<RightOrigin>, 3> k_origins{{
    {RightOrigin::Own, "own"},
    {RightOrigin::Department, "department"},
    {RightOrigin::Everyone, "everyone"},
}};

constexpr std::array<Choice<RightReach>, 4> k_reaches{{
    {RightReach::Device, "device"},
    {RightReach::DeviceGroup, "device_group"},
    {RightReach::Tenant, "tenant"},
    {RightReach::AllDevices, "all_devices"},
}};

template <class SomeId>
bool contains(const std::vector<SomeId>& sorted, const SomeId& id) {
    return std::ranges::binary_search(sorted, id);
}

template <class SomeId>
bool intersects(const std::vector<SomeId>& sorted, const std::vector<SomeId>& ids) {
    return std::ranges::any_of(ids, [&](const SomeId& id) { return contains(sorted, id); });
}

bool is_in_force(const std::optional<Timestamp>& from, const std::optional<Timestamp>& until, Timestamp time) {
    return (!from || *from <= time) && (!until || time < *until);
}

// How a right's object covers the device; nothing where it does not.
std::optional<RightReach> reach_of(const RightObject& object, const DeviceDocument& device) {
    if (const auto* id = std::get_if<DeviceId>(&object)) {
        if (*id == device.id) return RightReach::Device;
    } else if (const auto* group = std::get_if<DeviceGroupId>(&object)) {
        if (contains(device.group_ids, *group)) return RightReach::DeviceGroup;
    } else if (const auto* tenant = std::get_if<TenantId>(&object)) {
        if (*tenant == device.tenant_id) return RightReach::Tenant;
    } else if (std::holds_alternative<AllDevices>(object)) {
        return RightReach::AllDevices;
    }
    return std::nullopt;
}

bool lets_sign_in(const RoleDocument* role) {
    return role != nullptr && role->purpose == RolePurpose::Devices &&
           std::ranges::binary_search(role->permissions, k_permission_technician_sign_in, std::less<>());
}

// All rights that let the technician into the device, in force or not, ascending by id.
std::vector<ExplainedRight> rights_into(const Roster& roster, const TechnicianDocument& technician,
                                        const DeviceDocument& device, Timestamp time) {
    std::vector<ExplainedRight> rights;
    const auto add = [&](const RightSubject& subject, RightOrigin origin) {
        for (const RightId& id : roster.rights_of(subject)) {
            const RightDocument& right = *roster.right(id);
            const auto reach = reach_of(right.object, device);
            if (!reach || !lets_sign_in(roster.role(right.role_id))) continue;
            rights.push_back({.right_id = id,
                              .role_id = right.role_id,
                              .origin = origin,
                              .reach = *reach,
                              .in_force = is_in_force(right.valid_from, right.valid_until, time),
                              .valid_from = right.valid_from,
                              .valid_until = right.valid_until});
        }
    };
    add(technician.id, RightOrigin::Own);
    for (const DepartmentId& department : technician.department_ids)
        add(department, RightOrigin::Department);
    add(Everyone{}, RightOrigin::Everyone);
    std::ranges::sort(rights, {}, &ExplainedRight::right_id);
    return rights;
}

bool kind_matches(PolicyKind policy, DeviceKind device) {
    switch (policy) {
        case PolicyKind::Any:
            return true;
        case PolicyKind::Domain:
            return device == DeviceKind::Domain;
        case PolicyKind::NonDomain:
            return device == DeviceKind::NonDomain;
    }
    __builtin_unreachable();
}

bool covers(const PolicyDocument& policy, const TechnicianDocument& technician, const DeviceDocument& device) {
    if (policy.state != PolicyState::Active || !kind_matches(policy.kind, device.kind)) return false;
    const PolicyDevices& devices = policy.devices;
    if (!devices.all && !contains(devices.device_ids, device.id) && !intersects(devices.group_ids, device.group_ids)) {
        return false;
    }
    const PolicySubjects& subjects = policy.subjects;
    return subjects.all || (subjects.directory_imported && technician.directory_imported) ||
           contains(subjects.technician_ids, technician.id) ||
           intersects(subjects.department_ids, technician.department_ids);
}

// What nothing that is said or approved makes good.
std::optional<SignInRefusal> missing_by_time(const PolicyDocument& policy, const SignInQuestion& question) {
    if (!is_in_force(policy.valid_from, policy.valid_until, question.time)) return SignInRefusal::PolicyNotInForce;
    const auto is_inside = [&](const TimeWindow& window) {
        return window.from_minute <= question.context.minute_of_week &&
               question.context.minute_of_week < window.to_minute;
    };
    const auto& windows = policy.conditions.time_windows;
    if (!windows.empty() && std::ranges::none_of(windows, is_inside)) return SignInRefusal::OutsideTimeWindow;
    return std::nullopt;
}

std::optional<SignInRefusal> missing_reason(const PolicyConditions& conditions, const SignInContext& context) {
    if (conditions.reason_required && !context.has_reason) return SignInRefusal::ReasonRequired;
    return std::nullopt;
}

std::optional<SignInRefusal> missing_ticket(const PolicyConditions& conditions, const SignInContext& context) {
    if (!context.ticket || context.ticket->empty()) {
        return conditions.ticket_required ? std::optional(SignInRefusal::TicketRequired) : std::nullopt;
    }
    if (conditions.ticket_pattern && !matches_ticket_pattern(*context.ticket, *conditions.ticket_pattern)) {
        return SignInRefusal::TicketMalformed;
    }
    return std::nullopt;
}

std::optional<SignInRefusal> missing_approval(const PolicyConditions& conditions, const SignInQuestion& question) {
    const auto approves = [&](const TechnicianId& approver) {
        return approver != question.technician_id && contains(conditions.approver_ids, approver);
    };
    if (conditions.approver_ids.empty() || std::ranges::any_of(question.context.approved_by, approves)) {
        return std::nullopt;
    }
    return SignInRefusal::ApprovalRequired;
}

// The first thing a covering policy misses. Later enumerators mean that it got further.
std::optional<SignInRefusal> missing_for(const PolicyDocument& policy, const SignInQuestion& question) {
    if (const auto missing = missing_by_time(policy, question)) return missing;
    if (const auto missing = missing_reason(policy.conditions, question.context)) return missing;
    if (const auto missing = missing_ticket(policy.conditions, question.context)) return missing;
    return missing_approval(policy.conditions, question);
}

// How far a covering policy is from letting somebody in; the least is the nearest.
struct Distance {
    // 0: its time, 1: another hour, 2: another time altogether.
    int by_time = 0;
    int things_to_say = 0;

    friend auto operator<=>(const Distance&, const Distance&) = default;
};

int distance_by_time(const std::optional<SignInRefusal>& missing) {
    if (!missing) return 0;
    return *missing == SignInRefusal::OutsideTimeWindow ? 1 : 2;
}

std::vector<ExplainedPolicy> policies_over(const Roster& roster, const TechnicianDocument& technician,
                                           const DeviceDocument& device, const SignInQuestion& question) {
    std::vector<ExplainedPolicy> policies;
    for (const auto& [id, policy] : roster.policies()) {
        if (!covers(policy, technician, device)) continue;
        policies.push_back({.policy_id = id,
                            .missing = missing_for(policy, question),
                            .valid_from = policy.valid_from,
                            .valid_until = policy.valid_until});
    }
    return policies;
}

// What can be missing before rights and policies are looked at.
std::optional<SignInRefusal> missing_before_rights(const Roster& roster, const DeviceDocument* device,
                                                   const TechnicianDocument* technician) {
    const TeamDocument* const team = roster.team();
    const TenantDocument* const tenant = roster.tenant();
    if (team == nullptr || team->suspended) return SignInRefusal::TeamSuspended;
    if (tenant == nullptr || tenant->suspended || tenant->team_id != team->id) return SignInRefusal::TenantSuspended;
    if (device == nullptr || device->suspended || device->tenant_id != tenant->id) {
        return SignInRefusal::DeviceSuspended;
    }
    if (technician == nullptr) return SignInRefusal::TechnicianUnknown;
    if (technician->state != TechnicianState::Activated) return SignInRefusal::TechnicianNotActivated;
    if (technician->status != TechnicianStatus::Active) return SignInRefusal::TechnicianDisabled;
    return std::nullopt;
}

SignInPermit permit(const Roster& roster, const PolicyDocument& policy, const std::vector<ExplainedRight>& rights,
                    Timestamp time) {
    SignInPermit result{.right_ids = {},
                        .policy_id = policy.id,
                        .longest_session_minutes = roster.tenant()->longest_session_minutes,
                        .valid_until = std::nullopt,
                        .end_behaviour = policy.conditions.end_behaviour};
    bool is_open_ended = false;
    for (const ExplainedRight& right : rights) {
        if (!right.in_force) continue;
        result.right_ids.push_back(right.right_id);
        if (!right.valid_until) {
            is_open_ended = true;
        } else if (!result.valid_until || *result.valid_until < *right.valid_until) {
            result.valid_until = right.valid_until;
        }
    }
    if (is_open_ended) result.valid_until.reset();
    if (policy.valid_until && (!result.valid_until || *policy.valid_until < *result.valid_until)) {
        result.valid_until = policy.valid_until;
    }
    if (policy.conditions.longest_session_minutes) {
        result.longest_session_minutes =
            std::min(result.longest_session_minutes, *policy.conditions.longest_session_minutes);
    }
    if (result.valid_until) {
        const auto left = std::chrono::floor<std::chrono::minutes>(*result.valid_until - time).count();
        if (left < result.longest_session_minutes) {
            result.longest_session_minutes = static_cast<int>(std::max<std::int64_t>(left, 1));
        }
    }
    return result;
}

Decision decide(const Roster& roster, const std::vector<ExplainedRight>& rights,
                const std::vector<ExplainedPolicy>& policies, Timestamp time) {
    if (rights.empty()) return std::unexpected(SignInRefusal::NoRight);
    if (std::ranges::none_of(rights, &ExplainedRight::in_force)) {
        return std::unexpected(SignInRefusal::RightNotInForce);
    }
    SignInRefusal furthest = SignInRefusal::NoPolicy;
    for (const ExplainedPolicy& policy : policies) {
        if (!policy.missing) return permit(roster, *roster.policy(policy.policy_id), rights, time);
        furthest = std::max(furthest, *policy.missing);
    }
    return std::unexpected(furthest);
}

}  // namespace

std::string_view to_string(SignInRefusal refusal) {
    return choice_text(k_refusals, refusal);
}
std::string_view to_string(RightOrigin origin) {
    return choice_text(k_origins, origin);
}
std::string_view to_string(RightReach reach) {
    return choice_text(k_reaches, reach);
}

Decision may_sign_in(const Roster& roster, const SignInQuestion& question) {
    const DeviceDocument* const device = roster.device(question.device_id);
    const TechnicianDocument* const technician = roster.technician(question.technician_id);
    if (const auto missing = missing_before_rights(roster, device, technician)) return std::unexpected(*missing);
    const auto rights = rights_into(roster, *technician, *device, question.time);
    if (std::ranges::none_of(rights, &ExplainedRight::in_force)) return decide(roster, rights, {}, question.time);
    return decide(roster, rights, policies_over(roster, *technician, *device, question), question.time);
}

std::optional<SignInAsks> what_to_ask(const Roster& roster, const SignInQuestion& question) {
    const DeviceDocument* const device = roster.device(question.device_id);
    const TechnicianDocument* const technician = roster.technician(question.technician_id);
    if (missing_before_rights(roster, device, technician)) return std::nullopt;
    const auto rights = rights_into(roster, *technician, *device, question.time);
    if (std::ranges::none_of(rights, &ExplainedRight::in_force)) return std::nullopt;
    std::optional<Distance> nearest;
    SignInAsks asks;
    bool any_ticket_will_do = false;
    for (const auto& [id, policy] : roster.policies()) {
        if (!covers(policy, *technician, *device)) continue;
        const PolicyConditions& conditions = policy.conditions;
        const bool reason = missing_reason(conditions, question.context).has_value();
        const bool ticket = missing_ticket(conditions, question.context).has_value();
        const bool approval = missing_approval(conditions, question).has_value();
        const Distance distance{.by_time = distance_by_time(missing_by_time(policy, question)),
                                .things_to_say = (reason ? 1 : 0) + (ticket ? 1 : 0) + (approval ? 1 : 0)};
        if (!nearest || distance < *nearest) {
            nearest = distance;
            asks = {.reason = reason, .ticket = ticket, .ticket_patterns = {}};
            any_ticket_will_do = false;
        } else if (distance != *nearest || reason != asks.reason || ticket != asks.ticket) {
            continue;
        }
        if (!ticket) continue;
        any_ticket_will_do |= !conditions.ticket_pattern;
        if (conditions.ticket_pattern) asks.ticket_patterns.push_back(*conditions.ticket_pattern);
    }
    if (!nearest) return std::nullopt;
    if (any_ticket_will_do) asks.ticket_patterns.clear();
    return asks;
}

Explanation explain_sign_in(const Roster& roster, const SignInQuestion& question) {
    const DeviceDocument* const device = roster.device(question.device_id);
    const TechnicianDocument* const technician = roster.technician(question.technician_id);
    Explanation explanation{.decision = may_sign_in(roster, question), .rights = {}, .policies = {}};
    if (device == nullptr || technician == nullptr) return explanation;
    explanation.rights = rights_into(roster, *technician, *device, question.time);
    explanation.policies = policies_over(roster, *technician, *device, question);
    return explanation;
}

}  // namespace doorward::protocol
