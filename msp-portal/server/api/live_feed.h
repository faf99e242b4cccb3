#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/effects.h"
#include "msp-portal/server/stores/store.h"
#include "platform/websocket.h"
#include "protocol/ids.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <mutex>

namespace doorward::portal {

/// The open admin UIs. Each hears what changed in its own team, and nothing of any other; what it is, it fetches by the
/// API with its session. Thread-safe.
class LiveFeed {
public:
    LiveFeed(Store& store, boost::asio::any_io_executor executor);

    [[nodiscard]] platform::WebSocketAccept accept(const protocol::TeamId& team, const crypto::Digest& session);
    /// Who is connected is not in the store, so no commit tells of it.
    void device_presence_changed(const protocol::TeamId& team, const protocol::DeviceId& device);
    /// Closes the sockets of sessions that are over, or whose holder may not administer any more. Called now and then,
    /// for what ends by time; what somebody ends is closed at once.
    [[nodiscard]] boost::asio::awaitable<void> close_ended_sessions();

private:
    struct Listener {
        protocol::TeamId team;
        crypto::Digest session;
        std::shared_ptr<platform::WebSocket> socket;
    };
    void publish(const Effects& effects);
    void tell(const protocol::TeamId& team, Topic topic, const std::vector<protocol::Uuid>& ids);

    Store& m_store;
    boost::asio::any_io_executor m_executor;
    std::mutex m_mutex;
    std::map<int, Listener> m_listeners;
    int m_next = 1;
    Feed::Subscription m_subscription;
};

}  // namespace doorward::portal
