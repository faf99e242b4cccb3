#pragma once

#include "desktop-client/link/link_message.h"
#include "platform/tls_context.h"
#include "platform/unix_socket.h"
#include "platform/websocket_client.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <memory>

namespace doorward::link {

/// One connection to the agent, and at most one WebSocket opened on its behalf. Texts pass unread in both directions,
/// within the limits of link_message.h; the next one from the portal is read only when the agent has taken the one
/// before. It proves and checks nothing: agent and portal sign over the channel binding. Belongs to one thread.
class Carrier : public std::enable_shared_from_this<Carrier> {
public:
    Carrier(std::shared_ptr<platform::UnixConnection> agent, platform::TlsContext tls);

    /// Ends when the agent is gone or broke the rules.
    [[nodiscard]] boost::asio::awaitable<void> run();

private:
    enum class State { Idle, Connecting, Up, Closing };

    [[nodiscard]] bool handle(const AgentMessage& message);
    [[nodiscard]] boost::asio::awaitable<void> open(Connect request);
    [[nodiscard]] boost::asio::awaitable<void> pass_on(std::uint64_t connection, platform::WebSocketMessage message);
    void opened(std::uint64_t connection, std::shared_ptr<platform::WebSocket> socket);
    void went_down(std::uint64_t connection, DownReason reason);
    void post(const LinkMessage& message);
    [[nodiscard]] boost::asio::awaitable<void> write_queue();

    std::shared_ptr<platform::UnixConnection> m_agent;
    platform::TlsContext m_tls;
    boost::asio::steady_timer m_queue_changed;
    std::deque<platform::Frame> m_queue;
    std::shared_ptr<platform::WebSocket> m_socket;
    State m_state = State::Idle;
    std::uint64_t m_connection = 0;
    bool m_writing = false;
    bool m_ended = false;
};

}  // namespace doorward::link
