#pragma once

#include "protocol/ids.h"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::portal {

enum class Topic {
    Team,
    Tenants,
    Devices,
    EnrolmentTokens,
    Technicians,
    Departments,
    DeviceGroups,
    Rights,
    Policies,
    Changes,
    AuditEvents
};
[[nodiscard]] std::string_view to_string(Topic topic);

/// What a unit of work did, for those who want to know once it is durable.
struct Effects {
    std::map<std::pair<protocol::TeamId, Topic>, std::vector<protocol::Uuid>> changed;  ///< for open admin UIs
    std::set<protocol::TenantId> rosters;                 ///< the tenant's roster has a new revision
    std::set<protocol::DeviceId> devices_closed;          ///< removed: close their channel
    std::set<protocol::DeviceId> devices_quarantined;     ///< likewise
    std::set<protocol::TechnicianId> phones_changed;      ///< a phone or its right to anything changed: apps look again
    std::set<protocol::TechnicianId> technicians_closed;  ///< disabled or without a phone now: their apps end
    bool admin_sessions_changed = false;                  ///< ended, or their right: open admin UIs are looked at again
    bool mail_waits = false;

    [[nodiscard]] bool empty() const {
        return changed.empty() && rosters.empty() && devices_closed.empty() && devices_quarantined.empty() &&
               phones_changed.empty() && technicians_closed.empty() && !admin_sessions_changed && !mail_waits;
    }
};

/// Hands effects to whoever subscribed, after the commit, on the thread that asked for the work. Thread-safe; a
/// subscriber posts to its own executor and returns at once.
class Feed {
public:
    using Subscriber = std::function<void(const Effects&)>;
    /// Ends the subscription when destroyed; afterwards the subscriber is not called any more.
    class Subscription {
    public:
        Subscription() = default;
        Subscription(Feed& feed, int number) : m_feed(&feed), m_number(number) {}
        Subscription(Subscription&& other) noexcept
            : m_feed(std::exchange(other.m_feed, nullptr)), m_number(other.m_number) {}
        Subscription& operator=(Subscription&& other) noexcept;
        ~Subscription();

    private:
        Feed* m_feed = nullptr;
        int m_number = 0;
    };

    [[nodiscard]] Subscription subscribe(Subscriber subscriber);
    void publish(const Effects& effects);

private:
    std::mutex m_mutex;
    std::map<int, Subscriber> m_subscribers;
    int m_next = 1;
};

}  // namespace doorward::portal
