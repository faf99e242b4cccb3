#include "msp-portal/server/services/access_explainer.h"

#include "msp-portal/server/services/sign_in_rules.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "msp-portal/server/stores/tenant_store.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace doorward::portal::access_explainer {

namespace {

using namespace protocol;

// Looks each right up once, however many workstations it opens.
class RightsSeen {
public:
    RightsSeen(platform::Database& database, TeamId team) : m_database(database), m_team(std::move(team)) {}

    [[nodiscard]] std::vector<RightRecord> of(const Explanation& explanation) {
        std::vector<RightRecord> records;
        for (const auto& explained : explanation.rights) {
            auto known = m_seen.find(explained.right_id);
            if (known == m_seen.end()) {
                known =
                    m_seen.emplace(explained.right_id, right_store::find(m_database, m_team, explained.right_id)).first;
            }
            if (known->second) records.push_back(*known->second);
        }
        return records;
    }

private:
    platform::Database& m_database;
    TeamId m_team;
    std::unordered_map<RightId, std::optional<RightRecord>> m_seen;
};

Answer answer_of(const Decision& decision) {
    if (decision) return Answer::Allowed;
    return sign_in_rules::is_judged_by_workstation(decision.error()) ? Answer::Conditional : Answer::Refused;
}

bool is_enough_for_portal(const ExplainedPolicy& policy) {
    return !policy.missing || sign_in_rules::is_judged_by_workstation(*policy.missing);
}

// Nothing is later than any time.
std::optional<Timestamp> earlier(const std::optional<Timestamp>& one, const std::optional<Timestamp>& other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

template <class Items, class Counts>
std::optional<Timestamp> last_end(const Items& items, Counts counts) {
    std::optional<Timestamp> last;
    for (const auto& item : items) {
        if (!counts(item)) continue;
        if (!item.valid_until) return std::nullopt;
        last = last ? std::max(*last, *item.valid_until) : *item.valid_until;
    }
    return last;
}

std::optional<OfflineObstacle> offline_obstacle(const Entry& entry, Timestamp now) {
    if (!entry.has_phone) return OfflineObstacle::NoPhone;
    if (!entry.device.offline_until) return OfflineObstacle::NeverSynced;
    if (*entry.device.offline_until <= now) return OfflineObstacle::HorizonPassed;
    return std::nullopt;
}

std::vector<CoveringPolicy> policies_of(const Roster& roster, const Explanation& explanation) {
    std::vector<CoveringPolicy> policies;
    for (const auto& explained : explanation.policies) {
        policies.push_back({.policy = {explained.policy_id, roster.policy(explained.policy_id)->name},
                            .missing = explained.missing,
                            .valid_from = explained.valid_from,
                            .valid_until = explained.valid_until});
    }
    return policies;
}

Entry entry_of(const Roster& roster, RightsSeen& rights, Named<TechnicianId> technician, DeviceRecord device,
               Timestamp now) {
    const auto explanation =
        explain_sign_in(roster, {.technician_id = technician.id, .device_id = device.id, .time = now, .context = {}});
    const auto* known = roster.technician(technician.id);
    Entry entry{.technician = std::move(technician),
                .device = std::move(device),
                .account = known != nullptr ? roster.account_of(*known) : std::string(),
                .answer = answer_of(explanation.decision),
                .missing = std::nullopt,
                .ends_at = std::nullopt,
                .has_phone = known != nullptr && !known->phones.empty(),
                .offline_obstacle = std::nullopt,
                .rights = rights.of(explanation),
                .policies = policies_of(roster, explanation)};
    if (!explanation.decision) entry.missing = explanation.decision.error();
    if (entry.answer == Answer::Refused) return entry;
    entry.ends_at = earlier(last_end(explanation.rights, [](const auto& right) { return right.in_force; }),
                            last_end(explanation.policies, is_enough_for_portal));
    entry.offline_obstacle = offline_obstacle(entry, now);
    return entry;
}

// Whom no right reaches is not in the roster, which then knows less about them than the team does.
SignInRefusal missing_outside_roster(const TechnicianRecord& technician) {
    if (technician.state != TechnicianState::Activated) return SignInRefusal::TechnicianNotActivated;
    if (technician.status != TechnicianStatus::Active) return SignInRefusal::TechnicianDisabled;
    return SignInRefusal::NoRight;
}

Result<DeviceRecord> device_of(platform::Database& database, const TeamId& team, const DeviceId& id) {
    auto device = device_store::find(database, id);
    if (!device || device->team_id != team) return std::unexpected(Error::NotFound);
    return std::move(*device);
}

}  // namespace

std::string_view to_string(Answer answer) {
    switch (answer) {
        case Answer::Allowed:
            return "allowed";
        case Answer::Conditional:
            return "conditional";
        case Answer::Refused:
            return "refused";
    }
    __builtin_unreachable();
}

std::string_view to_string(OfflineObstacle obstacle) {
    switch (obstacle) {
        case OfflineObstacle::NoPhone:
            return "no_phone";
        case OfflineObstacle::NeverSynced:
            return "never_synced";
        case OfflineObstacle::HorizonPassed:
            return "horizon_passed";
    }
    __builtin_unreachable();
}

Result<Entry> explain(platform::Database& database, const TeamId& team, const TechnicianId& id,
                      const DeviceId& device_id, Timestamp now) {
    const auto technician = technician_store::find(database, team, id);
    if (!technician) return std::unexpected(Error::NotFound);
    auto device = device_of(database, team, device_id);
    if (!device) return std::unexpected(device.error());
    auto documents = sign_in_rules::documents_for(database, team, device->tenant_id, id);
    if (auto document = roster_store::find(database, device->tenant_id, document_id(device_id))) {
        documents.push_back(std::move(*document));
    }
    RightsSeen rights(database, team);
    auto entry = entry_of(sign_in_rules::roster_of(std::move(documents)), rights, {id, technician->name},
                          std::move(*device), now);
    if (entry.missing == SignInRefusal::TechnicianUnknown) entry.missing = missing_outside_roster(*technician);
    return entry;
}

Result<std::vector<Entry>> of_device(platform::Database& database, const TeamId& team, const DeviceId& id,
                                     Timestamp now) {
    const auto device = device_of(database, team, id);
    if (!device) return std::unexpected(device.error());
    const auto roster =
        sign_in_rules::roster_of(roster_store::changes_since(database, device->tenant_id, device->id, 0).documents);
    RightsSeen rights(database, team);
    std::vector<Entry> entries;
    for (const auto& [technician, document] : roster.technicians()) {
        auto entry = entry_of(roster, rights, {technician, document.name}, *device, now);
        if (!entry.rights.empty()) entries.push_back(std::move(entry));
    }
    std::ranges::sort(entries, {},
                      [](const Entry& entry) { return std::tie(entry.technician.name, entry.technician.id); });
    return entries;
}

Result<std::vector<Entry>> of_technician(platform::Database& database, const TeamId& team, const TechnicianId& id,
                                         const TenantId& tenant, Timestamp now) {
    const auto technician = technician_store::find(database, team, id);
    if (!technician || !tenant_store::find(database, team, tenant)) return std::unexpected(Error::NotFound);
    auto documents = sign_in_rules::documents_for(database, team, tenant, id);
    std::ranges::move(roster_store::of_kind(database, tenant, DocumentKind::Device), std::back_inserter(documents));
    const auto roster = sign_in_rules::roster_of(std::move(documents));
    RightsSeen rights(database, team);
    std::vector<Entry> entries;
    for (auto& device : device_store::of_tenant(database, team, tenant)) {
        auto entry = entry_of(roster, rights, {id, technician->name}, std::move(device), now);
        if (!entry.rights.empty()) entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace doorward::portal::access_explainer
