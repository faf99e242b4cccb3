#include "msp-portal/server/services/policy_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/department_store.h"
#include "msp-portal/server/stores/device_group_store.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/technician_store.h"

#include <algorithm>
#include <ranges>

namespace doorward::portal::policy_service {

namespace {

using namespace protocol;

void record(UnitOfWork& unit, const Actor& actor, const PolicyDocument& policy, std::string_view kind) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.subject_kind = "policy";
    event.subject_id = policy.id.uuid();
    event.subject_name = policy.name;
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Policies, policy.id.uuid());
}

bool covers_something(const PolicyDocument& policy) {
    const auto& devices = policy.devices;
    const auto& subjects = policy.subjects;
    return (devices.all || !devices.device_ids.empty() || !devices.group_ids.empty()) &&
           (subjects.all || subjects.directory_imported || !subjects.technician_ids.empty() ||
            !subjects.department_ids.empty());
}

bool names_only_known(UnitOfWork& unit, const TeamId& team, const PolicyDocument& policy) {
    auto& database = unit.database;
    const auto is_technician = [&](const TechnicianId& id) {
        return technician_store::find(database, team, id).has_value();
    };
    return std::ranges::all_of(policy.devices.device_ids,
                               [&](const DeviceId& id) {
                                   const auto device = device_store::find(database, id);
                                   return device && device->team_id == team && device->state != DeviceState::Removed;
                               }) &&
           std::ranges::all_of(
               policy.devices.group_ids,
               [&](const DeviceGroupId& id) { return device_group_store::find(database, team, id).has_value(); }) &&
           std::ranges::all_of(policy.subjects.technician_ids, is_technician) &&
           std::ranges::all_of(
               policy.subjects.department_ids,
               [&](const DepartmentId& id) { return department_store::find(database, team, id).has_value(); }) &&
           std::ranges::all_of(policy.conditions.approver_ids, is_technician);
}

// Agents refuse whoever was not approved, and have no way yet to ask an approver.
bool asks_for_what_nobody_can_give(const PolicyConditions& conditions) {
    return !conditions.approver_ids.empty();
}

Result<void> check(UnitOfWork& unit, const TeamId& team, const PolicyDocument& policy) {
    if (asks_for_what_nobody_can_give(policy.conditions)) return std::unexpected(Error::ConditionUnavailable);
    if (!covers_something(policy)) return std::unexpected(Error::Malformed);
    if (policy.valid_until && (*policy.valid_until <= *policy.valid_from || *policy.valid_until <= unit.now)) {
        return std::unexpected(Error::Malformed);
    }
    if (!names_only_known(unit, team, policy)) return std::unexpected(Error::NotFound);
    return {};
}

std::string joined(std::string text, const std::string& next) {
    return text.empty() ? next : text.append(", ").append(next);
}

/// A policy in words and names, field by field.
class Words {
public:
    Words(platform::Database& database, const PolicyDocument& policy)
        : m_policy(policy), m_names(policy_store::names(database, policy)) {}

    [[nodiscard]] std::vector<std::pair<std::string, std::optional<std::string>>> fields() const {
        const auto& conditions = m_policy.conditions;
        const auto minutes = conditions.longest_session_minutes;
        return {{"name", m_policy.name},
                {"description", m_policy.description},
                {"kind", std::string(to_string(m_policy.kind))},
                {"devices", devices()},
                {"subjects", subjects()},
                {"time_windows", time_windows()},
                {"ticket", ticket()},
                {"reason", conditions.reason_required ? "required" : "no"},
                {"approvers", conditions.approver_ids.empty() ? "nobody" : names_of(conditions.approver_ids)},
                {"longest_session_minutes", minutes ? std::optional(std::to_string(*minutes)) : std::nullopt},
                {"end_behaviour", std::string(to_string(conditions.end_behaviour))},
                {"valid_from", text_of(m_policy.valid_from)},
                {"valid_until", text_of(m_policy.valid_until)}};
    }

private:
    template <class IdType>
    [[nodiscard]] std::string names_of(const std::vector<IdType>& ids) const {
        std::string text;
        for (const auto& id : ids) {
            const auto named = std::ranges::find(m_names, id.uuid(), &Named<Uuid>::id);
            text = joined(std::move(text), named == m_names.end() ? id.to_string() : named->name);
        }
        return text;
    }
    [[nodiscard]] std::string devices() const {
        if (m_policy.devices.all) return "all";
        const auto groups = names_of(m_policy.devices.group_ids);
        const auto single = names_of(m_policy.devices.device_ids);
        return groups.empty() || single.empty() ? groups + single : groups + ", " + single;
    }
    [[nodiscard]] std::string subjects() const {
        const auto& who = m_policy.subjects;
        if (who.all) return "all";
        std::string text = who.directory_imported ? "directory_imported" : "";
        if (!who.department_ids.empty()) text = joined(std::move(text), names_of(who.department_ids));
        if (!who.technician_ids.empty()) text = joined(std::move(text), names_of(who.technician_ids));
        return text;
    }
    [[nodiscard]] std::string time_windows() const {
        std::string text;
        for (const auto& window : m_policy.conditions.time_windows) {
            text = joined(std::move(text), std::to_string(window.from_minute) + "-" + std::to_string(window.to_minute));
        }
        return text.empty() ? "always" : text;
    }
    [[nodiscard]] std::string ticket() const {
        const auto& conditions = m_policy.conditions;
        const std::string pattern = conditions.ticket_pattern ? " " + *conditions.ticket_pattern : "";
        return (conditions.ticket_required ? "required" : "no") + pattern;
    }
    [[nodiscard]] static std::optional<std::string> text_of(const std::optional<Timestamp>& time) {
        return time ? std::optional(format_time(*time)) : std::nullopt;
    }

    const PolicyDocument& m_policy;
    std::vector<Named<Uuid>> m_names;
};

std::vector<Difference> difference(platform::Database& database, const PolicyDocument* before,
                                   const PolicyDocument& after) {
    const auto will_be = Words(database, after).fields();
    std::vector<Difference> lines;
    if (before == nullptr) {
        for (const auto& [field, text] : will_be)
            if (text && !text->empty()) lines.push_back({field, std::nullopt, text});
        return lines;
    }
    const auto is = Words(database, *before).fields();
    for (std::size_t i = 0; i < will_be.size(); ++i) {
        if (is[i].second != will_be[i].second) lines.push_back({will_be[i].first, is[i].second, will_be[i].second});
    }
    return lines;
}

Result<ChangeRecord> propose_change(UnitOfWork& unit, const Actor& actor, PolicyDocument policy,
                                    std::vector<Difference> lines) {
    ChangePayload payload;
    payload.kind = ChangeKind::PolicyActivate;
    payload.subject_kind = ChangeSubject::Policy;
    payload.subject_id = policy.id.uuid();
    payload.subject_name = policy.name;
    payload.target = policy.id.uuid();
    payload.difference = std::move(lines);
    policy.state = PolicyState::Active;
    payload.policy = std::move(policy);
    return change_service::propose(unit, actor, std::move(payload));
}

void save(UnitOfWork& unit, const TeamId& team, PolicyRecord& policy) {
    ++policy.version;
    policy_store::update(unit, policy);
    roster_service::policy_changed(unit, team, policy.document);
    unit.changed(team, Topic::Policies, policy.document.id.uuid());
}

// As it is now: applied already, where there is only one administrator.
Result<Proposed> proposed(UnitOfWork& unit, const Actor& actor, const PolicyId& id, Result<ChangeRecord> change) {
    if (!change) return std::unexpected(change.error());
    return Proposed{std::move(*policy_store::find(unit.database, actor.team_id, id)), std::move(*change)};
}

}  // namespace

Result<Proposed> propose(UnitOfWork& unit, const Actor& actor, PolicyDocument draft) {
    draft.state = PolicyState::Pending;
    if (!draft.valid_from) draft.valid_from = unit.now;
    if (auto sound = check(unit, actor.team_id, draft); !sound) return std::unexpected(sound.error());
    policy_store::insert(unit, actor.team_id, {.document = draft});
    record(unit, actor, draft, "policy_proposed");
    const auto id = draft.id;
    auto lines = difference(unit.database, nullptr, draft);
    return proposed(unit, actor, id, propose_change(unit, actor, std::move(draft), std::move(lines)));
}

Result<Proposed> revise(UnitOfWork& unit, const Actor& actor, std::int64_t version, PolicyDocument draft) {
    const auto policy = policy_store::find(unit.database, actor.team_id, draft.id);
    if (!policy) return std::unexpected(Error::NotFound);
    if (policy->version != version) return std::unexpected(Error::VersionOutdated);
    if (policy->document.state != PolicyState::Active ||
        !change_store::pending_about(unit.database, actor.team_id, draft.id.uuid()).empty()) {
        return std::unexpected(Error::WrongState);
    }
    draft.state = PolicyState::Active;
    if (!draft.valid_from) draft.valid_from = policy->document.valid_from;
    if (auto sound = check(unit, actor.team_id, draft); !sound) return std::unexpected(sound.error());
    auto lines = difference(unit.database, &policy->document, draft);
    if (lines.empty()) return std::unexpected(Error::WrongState);
    record(unit, actor, draft, "policy_proposed");
    const auto id = draft.id;
    return proposed(unit, actor, id, propose_change(unit, actor, std::move(draft), std::move(lines)));
}

Result<PolicyRecord> retire(UnitOfWork& unit, const Actor& actor, const PolicyId& id) {
    auto policy = policy_store::find(unit.database, actor.team_id, id);
    if (!policy) return std::unexpected(Error::NotFound);
    if (policy->document.state != PolicyState::Active && policy->document.state != PolicyState::Pending) {
        return std::unexpected(Error::WrongState);
    }
    policy->document.state = PolicyState::Retired;
    save(unit, actor.team_id, *policy);
    change_service::withdraw_about(unit, actor, id.uuid());
    record(unit, actor, policy->document, "policy_retired");
    return std::move(*policy);
}

void forget(UnitOfWork& unit, const TeamId& team, const Uuid& member) {
    for (auto& policy : policy_store::naming(unit.database, team, member)) {
        std::erase(policy.document.subjects.department_ids, DepartmentId(member));
        std::erase(policy.document.devices.group_ids, DeviceGroupId(member));
        save(unit, team, policy);
    }
}

Result<void> activate(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload) {
    if (!payload.policy || payload.target != payload.policy->id.uuid()) return std::unexpected(Error::Malformed);
    auto policy = policy_store::find(unit.database, change.team_id, payload.policy->id);
    const auto& wanted = *payload.policy;
    if (!policy || wanted.state != PolicyState::Active ||
        (policy->document.state != PolicyState::Pending && policy->document.state != PolicyState::Active) ||
        (wanted.valid_until && *wanted.valid_until <= unit.now) || !names_only_known(unit, change.team_id, wanted)) {
        return std::unexpected(Error::ChangeOutdated);
    }
    policy->document = wanted;
    policy->start_policy = false;
    save(unit, change.team_id, *policy);
    return {};
}

void turn_down(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload, ChangeState state) {
    auto policy = payload.policy ? policy_store::find(unit.database, change.team_id, payload.policy->id) : std::nullopt;
    // A version that is not accepted leaves the policy as it was.
    if (!policy || policy->document.state != PolicyState::Pending) return;
    policy->document.state = state == ChangeState::Rejected ? PolicyState::Rejected : PolicyState::Retired;
    save(unit, change.team_id, *policy);
}

}  // namespace doorward::portal::policy_service
