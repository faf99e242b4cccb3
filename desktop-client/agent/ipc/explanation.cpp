#include "desktop-client/agent/ipc/explanation.h"

#include "desktop-client/agent/ipc/admin_fields.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace doorward::agent {
namespace {

using namespace protocol;

// The portal's pages say the same (texts, entries.missing).
std::string_view sentence_of(SignInRefusal refusal) {
    switch (refusal) {
        case SignInRefusal::TeamSuspended:
            return "The team is suspended.";
        case SignInRefusal::TenantSuspended:
            return "The customer is suspended.";
        case SignInRefusal::DeviceSuspended:
            return "The workstation is suspended or quarantined.";
        case SignInRefusal::TechnicianUnknown:
            return "The workstation does not know them yet.";
        case SignInRefusal::TechnicianNotActivated:
            return "They have not accepted their invitation yet.";
        case SignInRefusal::TechnicianDisabled:
            return "They are disabled.";
        case SignInRefusal::NoRight:
            return "No right lets them in.";
        case SignInRefusal::RightNotInForce:
            return "No right that lets them in is in force now.";
        case SignInRefusal::NoPolicy:
            return "No active access policy covers both.";
        case SignInRefusal::PolicyNotInForce:
            return "No access policy that covers both is in force now.";
        case SignInRefusal::OutsideTimeWindow:
            return "Only in the policy's hours, by the workstation's clock.";
        case SignInRefusal::ReasonRequired:
            return "Only with a reason.";
        case SignInRefusal::TicketRequired:
            return "Only with a ticket.";
        case SignInRefusal::TicketMalformed:
            return "Only with a ticket of the right form.";
        case SignInRefusal::ApprovalRequired:
            return "Only when an approver says yes.";
    }
    __builtin_unreachable();
}

// Whether it is for the prompt to settle.
bool is_asked_for(SignInRefusal refusal) {
    return refusal >= SignInRefusal::ReasonRequired;
}

std::string_view answer_of(const Decision& decision) {
    if (decision) return "may enter";
    return is_asked_for(decision.error()) ? "on a condition" : "may not enter";
}

AdminField missing_of(const Decision& decision) {
    return decision ? empty("missing") : field("missing", sentence_of(decision.error()));
}

AdminField ends_of(const Decision& decision) {
    return decision ? time_field("until", decision->valid_until) : empty("until");
}

std::string origin_of(const Roster& roster, const RightDocument& right) {
    if (const auto* department = std::get_if<DepartmentId>(&right.subject)) {
        const auto* known = roster.department(*department);
        return known != nullptr ? "department " + known->name : std::string("a department");
    }
    return std::holds_alternative<Everyone>(right.subject) ? "everyone on the team" : "own";
}

std::string object_of(const Roster& roster, const RightDocument& right) {
    if (const auto* group = std::get_if<DeviceGroupId>(&right.object)) {
        const auto* known = roster.device_group(*group);
        return known != nullptr ? known->name : std::string("a group");
    }
    if (std::holds_alternative<DeviceId>(right.object)) return "this workstation";
    if (std::holds_alternative<TenantId>(right.object)) return roster.tenant()->name;
    return "all workstations";
}

AdminRecord line(std::string_view what, std::string_view name, std::string_view says,
                 const std::optional<Timestamp>& until) {
    return {field("what", what), field("name", name), field("says", says), time_field("until", until)};
}

AdminRecord technician_line(const Roster& roster, const TechnicianDocument& technician, const Decision& decision) {
    std::string says(answer_of(decision));
    if (!decision) says.append(": ").append(sentence_of(decision.error()));
    if (decision) says.append(" as ").append(roster.account_of(technician));
    return line("technician", technician.name, says, decision ? decision->valid_until : std::nullopt);
}

AdminRecord codes_line(const TechnicianDocument& technician, const Timekeeper& timekeeper) {
    const auto horizon = timekeeper.horizon();
    std::string_view says = "open without the network";
    if (technician.phones.empty()) {
        says = "not without a phone";
    } else if (!horizon) {
        says = "not yet: there is no roster";
    } else if (timekeeper.past_horizon()) {
        says = "not any more: the horizon has passed";
    } else if (!timekeeper.trusted(horizon)) {
        says = "only by challenge: the clock is not trusted";
    }
    return line("codes", "", says, horizon);
}

AdminReply explain_one(const RosterService& service, const Timekeeper& timekeeper,
                       const TechnicianDocument& technician) {
    const auto& roster = service.roster();
    const auto explanation = service.explain(technician.id);
    AdminReply reply;
    reply.is_list = true;
    reply.records.push_back(technician_line(roster, technician, explanation.decision));
    reply.records.push_back(codes_line(technician, timekeeper));
    for (const auto& explained : explanation.rights) {
        const auto& right = *roster.right(explained.right_id);
        const auto* role = roster.role(explained.role_id);
        const std::string name = (role != nullptr ? role->name : "a role") + " on " + object_of(roster, right) + " (" +
                                 origin_of(roster, right) + ")";
        reply.records.push_back(
            line("right", name, explained.in_force ? "in force" : "not in force", explained.valid_until));
    }
    for (const auto& explained : explanation.policies) {
        reply.records.push_back(line("policy", roster.policy(explained.policy_id)->name,
                                     explained.missing ? sentence_of(*explained.missing) : "holds",
                                     explained.valid_until));
    }
    return reply;
}

AdminReply explain_all(const RosterService& service) {
    const auto& roster = service.roster();
    std::vector<const TechnicianDocument*> technicians;
    for (const auto& [id, technician] : roster.technicians())
        technicians.push_back(&technician);
    std::ranges::sort(technicians, {}, &TechnicianDocument::username);
    AdminReply reply;
    reply.is_list = true;
    for (const auto* technician : technicians) {
        const auto decision = service.decide(technician->id);
        reply.records.push_back({field("technician", technician->name), field("username", technician->username),
                                 field("account", roster.account_of(*technician)), field("answer", answer_of(decision)),
                                 missing_of(decision), ends_of(decision)});
    }
    return reply;
}

}  // namespace

AdminReply explain(const RosterService& service, const Timekeeper& timekeeper, std::string_view name) {
    if (name.empty()) return explain_all(service);
    const auto& roster = service.roster();
    const auto* technician = roster.technician_by_username(name);
    if (technician == nullptr) technician = roster.technician_by_account(name);
    if (technician != nullptr) return explain_one(service, timekeeper, *technician);
    return reply_with(AdminStatus::Failed,
                      "No right at this customer reaches a technician of this name. Those it knows: doorward explain");
}

}  // namespace doorward::agent
