#include "msp-portal/server/stores/effects.h"

namespace doorward::portal {

std::string_view to_string(Topic topic) {
    switch (topic) {
        case Topic::Team:
            return "team";
        case Topic::Tenants:
            return "tenants";
        case Topic::Devices:
            return "devices";
        case Topic::EnrolmentTokens:
            return "enrolment_tokens";
        case Topic::Technicians:
            return "technicians";
        case Topic::Departments:
            return "departments";
        case Topic::DeviceGroups:
            return "device_groups";
        case Topic::Rights:
            return "rights";
        case Topic::Policies:
            return "policies";
        case Topic::Changes:
            return "changes";
        case Topic::AuditEvents:
            return "audit_events";
    }
    return "unknown";
}

Feed::Subscription& Feed::Subscription::operator=(Subscription&& other) noexcept {
    std::swap(m_feed, other.m_feed);
    std::swap(m_number, other.m_number);
    return *this;
}

Feed::Subscription::~Subscription() {
    if (m_feed == nullptr) return;
    const std::lock_guard lock(m_feed->m_mutex);
    m_feed->m_subscribers.erase(m_number);
}

Feed::Subscription Feed::subscribe(Subscriber subscriber) {
    const std::lock_guard lock(m_mutex);
    const int number = m_next++;
    m_subscribers.emplace(number, std::move(subscriber));
    return {*this, number};
}

void Feed::publish(const Effects& effects) {
    // Under the lock, so that an ended subscription is never called.
    const std::lock_guard lock(m_mutex);
    for (const auto& [number, subscriber] : m_subscribers)
        subscriber(effects);
}

}  // namespace doorward::portal
