#pragma once

#include "mobile-bridge/relay/ports.h"
#include "msp-portal/server/hosting/device_channel.h"
#include "msp-portal/server/services/presence.h"
#include "msp-portal/server/stores/effects.h"
#include "platform/http_message.h"
#include "platform/websocket.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace doorward::portal {

/// The workstations connected now, and the way to them. Told what changed, it has the channels concerned look, and no
/// others. Thread-safe.
class DeviceChannels final : public relay::DevicePort, public Presence {
public:
    using PresenceChanged = std::function<void(const protocol::TeamId&, const protocol::DeviceId&)>;
    /// Told, outside any lock, of each device that came or went.
    explicit DeviceChannels(PresenceChanged presence_changed) : m_presence_changed(std::move(presence_changed)) {}

    [[nodiscard]] platform::WebSocketAccept accept(ChannelServices& services);

    [[nodiscard]] bool connected(const protocol::DeviceId& device) const override;
    [[nodiscard]] std::optional<std::int64_t> clock_drift(const protocol::DeviceId& device) const override;
    [[nodiscard]] std::int64_t connected_in(const protocol::TenantId& tenant) const override;
    [[nodiscard]] std::size_t count() const;

    void send_state(const protocol::DeviceId& device, const protocol::RequestId& request,
                    protocol::SignInProgress state) override;
    void send_answer(const protocol::DeviceId& device, const protocol::RequestId& request,
                     const protocol::PhoneId& phone, const protocol::Assertion& assertion) override;

    /// After a commit: new rosters are sent, channels of removed devices end.
    void apply(const Effects& effects);
    void say_goodbye_to_all();

    /// A connection that began later has been welcomed already.
    [[nodiscard]] bool is_superseded(const protocol::DeviceId& device, std::uint64_t number) const;
    /// True if the device had another connection; that one is told and closed.
    [[nodiscard]] bool put(const DeviceRecord& device, std::shared_ptr<DeviceChannel> channel);
    void remove(const protocol::DeviceId& device, const DeviceChannel* channel);
    void note_clock_drift(const protocol::DeviceId& device, std::optional<std::int64_t> milliseconds);

private:
    struct Entry {
        protocol::TeamId team;
        protocol::TenantId tenant;
        std::shared_ptr<DeviceChannel> channel;
        std::optional<std::int64_t> clock_drift{};
    };

    [[nodiscard]] std::shared_ptr<DeviceChannel> find(const protocol::DeviceId& device) const;

    PresenceChanged m_presence_changed;
    std::atomic<std::uint64_t> m_accepted = 0;
    mutable std::mutex m_mutex;
    std::map<protocol::DeviceId, Entry> m_entries;
    std::multimap<protocol::TenantId, protocol::DeviceId> m_by_tenant;
};

}  // namespace doorward::portal
