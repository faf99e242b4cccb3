#include "msp-portal/server/hosting/device_channels.h"

#include <optional>
#include <utility>
#include <vector>

namespace doorward::portal {

using namespace protocol;

platform::WebSocketAccept DeviceChannels::accept(ChannelServices& services) {
    auto channel = std::make_shared<DeviceChannel>(services, ++m_accepted);
    platform::WebSocketAccept accept;
    accept.handlers.on_open = [channel](std::shared_ptr<platform::WebSocket> socket) {
        channel->opened(std::move(socket));
    };
    accept.handlers.on_message = [channel](platform::WebSocketMessage message) {
        return channel->received(std::move(message));
    };
    accept.handlers.on_close = [channel](platform::WebSocketCloseCode, std::string_view) { channel->closed(); };
    accept.limits.message = k_longest_device_message;
    accept.limits.queue = 16 * k_longest_portal_message;
    accept.subprotocol = "doorward.agent.1";
    return accept;
}

std::shared_ptr<DeviceChannel> DeviceChannels::find(const DeviceId& device) const {
    const std::lock_guard lock(m_mutex);
    const auto entry = m_entries.find(device);
    return entry == m_entries.end() ? nullptr : entry->second.channel;
}

bool DeviceChannels::connected(const DeviceId& device) const {
    return find(device) != nullptr;
}

std::optional<std::int64_t> DeviceChannels::clock_drift(const DeviceId& device) const {
    const std::lock_guard lock(m_mutex);
    const auto entry = m_entries.find(device);
    return entry == m_entries.end() ? std::nullopt : entry->second.clock_drift;
}

void DeviceChannels::note_clock_drift(const DeviceId& device, std::optional<std::int64_t> milliseconds) {
    const std::lock_guard lock(m_mutex);
    const auto entry = m_entries.find(device);
    if (entry != m_entries.end()) entry->second.clock_drift = milliseconds;
}

std::int64_t DeviceChannels::connected_in(const TenantId& tenant) const {
    const std::lock_guard lock(m_mutex);
    return static_cast<std::int64_t>(m_by_tenant.count(tenant));
}

std::size_t DeviceChannels::count() const {
    const std::lock_guard lock(m_mutex);
    return m_entries.size();
}

void DeviceChannels::send_state(const DeviceId& device, const RequestId& request, SignInProgress state) {
    if (const auto channel = find(device)) channel->send(SignInStateMessage{.request_id = request, .state = state});
}

void DeviceChannels::send_answer(const DeviceId& device, const RequestId& request, const PhoneId& phone,
                                 const Assertion& assertion) {
    if (const auto channel = find(device)) {
        channel->send(SignInAnswerMessage{.request_id = request, .phone_id = phone, .assertion = assertion});
    }
}

void DeviceChannels::apply(const Effects& effects) {
    std::vector<std::shared_ptr<DeviceChannel>> behind;
    std::vector<std::shared_ptr<DeviceChannel>> removed;
    std::vector<std::shared_ptr<DeviceChannel>> quarantined;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& tenant : effects.rosters) {
            const auto [first, last] = m_by_tenant.equal_range(tenant);
            for (auto item = first; item != last; ++item)
                behind.push_back(m_entries.at(item->second).channel);
        }
        for (const auto& device : effects.devices_closed) {
            const auto entry = m_entries.find(device);
            if (entry != m_entries.end()) removed.push_back(entry->second.channel);
        }
        for (const auto& device : effects.devices_quarantined) {
            const auto entry = m_entries.find(device);
            if (entry != m_entries.end()) quarantined.push_back(entry->second.channel);
        }
    }
    for (const auto& channel : behind)
        channel->sync_soon();
    for (const auto& channel : removed)
        channel->goodbye(GoodbyeReason::UnknownDevice);
    for (const auto& channel : quarantined)
        channel->goodbye(GoodbyeReason::Quarantined);
}

void DeviceChannels::say_goodbye_to_all() {
    std::vector<std::shared_ptr<DeviceChannel>> all;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [id, entry] : m_entries)
            all.push_back(entry.channel);
    }
    for (const auto& channel : all)
        channel->goodbye(GoodbyeReason::ShuttingDown);
}

bool DeviceChannels::is_superseded(const DeviceId& device, std::uint64_t number) const {
    const auto now = find(device);
    return now && now->number() > number;
}

bool DeviceChannels::put(const DeviceRecord& device, std::shared_ptr<DeviceChannel> channel) {
    std::shared_ptr<DeviceChannel> before;
    {
        const std::lock_guard lock(m_mutex);
        const auto [entry, added] = m_entries.try_emplace(device.id, Entry{device.team_id, device.tenant_id, nullptr});
        before = std::exchange(entry->second.channel, std::move(channel));
        if (added) m_by_tenant.emplace(device.tenant_id, device.id);
    }
    if (before) before->goodbye(GoodbyeReason::Superseded);
    m_presence_changed(device.team_id, device.id);
    return before != nullptr;
}

void DeviceChannels::remove(const DeviceId& device, const DeviceChannel* channel) {
    std::optional<TeamId> team;
    {
        const std::lock_guard lock(m_mutex);
        const auto entry = m_entries.find(device);
        // A channel that was superseded is not in the list any more.
        if (entry == m_entries.end() || entry->second.channel.get() != channel) return;
        const auto [first, last] = m_by_tenant.equal_range(entry->second.tenant);
        for (auto item = first; item != last; ++item) {
            if (item->second != device) continue;
            m_by_tenant.erase(item);
            break;
        }
        team = entry->second.team;
        m_entries.erase(entry);
    }
    m_presence_changed(*team, device);
}

}  // namespace doorward::portal
