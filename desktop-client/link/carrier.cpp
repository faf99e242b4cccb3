#include "desktop-client/link/carrier.h"

#include "platform/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>
#include <variant>

namespace doorward::link {
namespace {

namespace asio = boost::asio;
using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"link"};

// Nothing is asked of the agent for hours when nobody signs in; a dead one is seen by its closed socket.
constexpr auto k_patience = std::chrono::hours(24 * 365);
constexpr auto k_write_deadline = 30s;

DownReason reason_of(platform::ConnectError error) {
    switch (error) {
        case platform::ConnectError::NameNotFound:
            return DownReason::NameNotFound;
        case platform::ConnectError::Unreachable:
            return DownReason::Unreachable;
        case platform::ConnectError::TimedOut:
            return DownReason::TimedOut;
        case platform::ConnectError::TlsRefused:
        case platform::ConnectError::Untrusted:
            return DownReason::TlsRefused;
        case platform::ConnectError::NotUpgraded:
            return DownReason::NotUpgraded;
    }
    return DownReason::Broken;
}

}  // namespace

Carrier::Carrier(std::shared_ptr<platform::UnixConnection> agent, platform::TlsContext tls)
    : m_agent(std::move(agent)), m_tls(std::move(tls)), m_queue_changed(m_agent->executor()) {
    m_queue_changed.expires_at(asio::steady_timer::time_point::max());
}

asio::awaitable<void> Carrier::run() {
    const auto self = shared_from_this();
    for (;;) {
        const auto frame = co_await m_agent->receive(k_patience);
        if (!frame) {
            k_log.warning("agent_gone", {{LogField::Reason, platform::to_string(frame.error())}});
            break;
        }
        const auto message = decode_agent_message(*frame);
        if (!message) {
            k_log.error("agent_message", {{LogField::Reason, to_string(message.error())}});
            break;
        }
        if (!handle(*message)) {
            k_log.error("agent_message", {{LogField::Reason, "out_of_turn"}});
            break;
        }
    }
    m_ended = true;
    ++m_connection;
    if (m_socket) m_socket->close(platform::WebSocketCloseCode::GoingAway, "");
    m_socket.reset();
    m_queue.clear();
    m_queue_changed.cancel();
    m_agent->close();
}

bool Carrier::handle(const AgentMessage& message) {
    if (const auto* connect = std::get_if<Connect>(&message)) {
        if (m_state != State::Idle) return false;
        m_state = State::Connecting;
        ++m_connection;
        asio::co_spawn(m_agent->executor(), open(*connect), asio::detached);
        return true;
    }
    if (const auto* send = std::get_if<Send>(&message)) {
        // The agent may not know yet that the connection is gone; what it sends meanwhile is dropped.
        if (m_state != State::Up || !m_socket) return m_state != State::Connecting;
        platform::WebSocketMessage text;
        text.payload = send->text;
        if (m_socket->send(std::move(text)) == platform::SendResult::QueueFull) {
            m_socket->close(platform::WebSocketCloseCode::PolicyViolation, "");
        }
        return true;
    }
    if (m_state == State::Up && m_socket) {
        m_state = State::Closing;
        m_socket->close(platform::WebSocketCloseCode::Normal, "");
    } else if (m_state == State::Connecting) {
        went_down(m_connection, DownReason::ClosedByAgent);
    }
    return true;
}

asio::awaitable<void> Carrier::open(Connect request) {
    const auto self = shared_from_this();
    const std::uint64_t connection = m_connection;
    platform::WebSocketConnectOptions options{.host = std::move(request.host),
                                              .port = request.port,
                                              .target = "/agent/v1/channel",
                                              .tls = m_tls,
                                              .headers = {},
                                              .subprotocol = "doorward.agent.1",
                                              .handlers = {},
                                              .limits = {}};
    options.limits.message = k_portal_message_limit;
    options.limits.queue = 2 * k_device_message_limit;
    options.handlers.on_open = [self, connection](std::shared_ptr<platform::WebSocket> socket) {
        self->opened(connection, std::move(socket));
    };
    options.handlers.on_message = [self, connection](platform::WebSocketMessage message) {
        return self->pass_on(connection, std::move(message));
    };
    options.handlers.on_close = [self, connection](platform::WebSocketCloseCode, std::string_view) {
        const bool asked = self->m_state == State::Closing;
        self->went_down(connection, asked ? DownReason::ClosedByAgent : DownReason::ClosedByPortal);
    };
    try {
        const auto socket = co_await platform::connect_websocket(std::move(options));
        if (!socket) {
            k_log.info("connect",
                       {{LogField::Outcome, "failed"}, {LogField::Reason, platform::to_string(socket.error())}});
            went_down(connection, reason_of(socket.error()));
        }
    } catch (const std::exception&) {
        k_log.error("connect", {{LogField::Outcome, "failed"}, {LogField::Reason, "exception"}});
        went_down(connection, DownReason::Broken);
    }
}

void Carrier::opened(std::uint64_t connection, std::shared_ptr<platform::WebSocket> socket) {
    if (connection != m_connection || m_state != State::Connecting) {
        socket->close(platform::WebSocketCloseCode::GoingAway, "");
        return;
    }
    m_state = State::Up;
    m_socket = std::move(socket);
    post(Up{m_socket->channel_binding()});
}

asio::awaitable<void> Carrier::pass_on(std::uint64_t connection, platform::WebSocketMessage message) {
    const auto self = shared_from_this();
    if (connection != m_connection) co_return;
    if (message.kind != platform::WebSocketMessageKind::Text || message.payload.empty()) {
        if (m_socket) m_socket->close(platform::WebSocketCloseCode::ProtocolError, "");
        co_return;
    }
    post(Received{std::move(message.payload)});
    while (!m_ended && !m_queue.empty())
        co_await m_queue_changed.async_wait(asio::as_tuple(asio::use_awaitable));
}

void Carrier::went_down(std::uint64_t connection, DownReason reason) {
    if (connection != m_connection || m_state == State::Idle) return;
    ++m_connection;
    m_state = State::Idle;
    m_socket.reset();
    post(Down{reason});
}

void Carrier::post(const LinkMessage& message) {
    if (m_ended) return;
    m_queue.push_back(encode(message));
    if (m_writing) return;
    m_writing = true;
    asio::co_spawn(m_agent->executor(), write_queue(), asio::detached);
}

asio::awaitable<void> Carrier::write_queue() {
    const auto self = shared_from_this();
    while (!m_ended && !m_queue.empty()) {
        platform::Frame frame = std::move(m_queue.front());
        const auto sent = co_await m_agent->send(std::move(frame), k_write_deadline);
        if (!sent) {
            k_log.warning("agent_gone", {{LogField::Reason, platform::to_string(sent.error())}});
            m_agent->close();
            break;
        }
        if (!m_queue.empty()) m_queue.pop_front();
        m_queue_changed.cancel();
    }
    m_writing = false;
}

}  // namespace doorward::link
