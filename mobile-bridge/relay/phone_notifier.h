#pragma once

#include "crypto/hash.h"
#include "mobile-bridge/relay/approval_board.h"
#include "mobile-bridge/relay/ports.h"
#include "mobile-bridge/relay/push_sender.h"
#include "platform/websocket.h"
#include "protocol/ids.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace doorward::relay {

// Tells a technician's phones: over the sockets of apps that are open, and by web push to the others. A push carries an
// id and nothing else. Thread-safe.
class PhoneNotifier {
public:
    PhoneNotifier(boost::asio::any_io_executor executor, PhonePort& phones, PushSender& push);

    // A live socket of one of the app's sessions; it is forgotten when it closes.
    void attach(const protocol::TechnicianId& technician, const crypto::Digest& session,
                std::shared_ptr<platform::WebSocket> socket);
    void detach(const protocol::TechnicianId& technician, const platform::WebSocket* socket);

    // True if an app is open to show it.
    [[nodiscard]] bool request_opened(const Approval& approval);
    void request_closed(const Approval& approval, protocol::SignInClosedState end);
    void workstations_changed(const protocol::TechnicianId& technician);
    // A technician was disabled, or a phone reset: its sockets close.
    void disconnect(const protocol::TechnicianId& technician);
    // A phone signed out: the sockets of that session close.
    void disconnect(const crypto::Digest& session);

private:
    struct Listener {
        crypto::Digest session;
        std::shared_ptr<platform::WebSocket> socket;
    };
    [[nodiscard]] bool broadcast(const protocol::TechnicianId& technician, const std::string& text);
    [[nodiscard]] boost::asio::awaitable<void> push_to_all(protocol::TechnicianId technician, std::string payload);
    [[nodiscard]] boost::asio::awaitable<void> push_to(protocol::TechnicianId technician, protocol::PhoneId phone,
                                                       protocol::PushSubscription subscription, std::string payload);

    boost::asio::any_io_executor m_executor;
    PhonePort& m_phones;
    PushSender& m_push;
    std::mutex m_mutex;
    std::multimap<protocol::TechnicianId, Listener> m_listeners;
};

}  // namespace doorward::relay
