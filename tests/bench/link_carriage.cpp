#include "tests/bench/link_carriage.h"

#include "crypto/random.h"
#include "platform/certificate.h"
#include "platform/http_server.h"
#include "protocol/audit_event.h"
#include "tests/bench/must.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace doorward::bench {
namespace {

namespace asio = boost::asio;

/// One device's channel as far as the welcome; audit batches are acknowledged.
class Welcomer final : public std::enable_shared_from_this<Welcomer> {
public:
    Welcomer(const RosterPortal& portal, std::atomic<bool>& quiet) : m_portal(portal), m_is_up(quiet) {}

    platform::WebSocketHandlers handlers() {
        auto self = shared_from_this();
        platform::WebSocketHandlers handlers;
        handlers.on_open = [self](std::shared_ptr<platform::WebSocket> socket) { self->opened(std::move(socket)); };
        handlers.on_message = [self](platform::WebSocketMessage message) { return self->take(std::move(message)); };
        handlers.on_close = [self](platform::WebSocketCloseCode, std::string_view) { self->m_socket.reset(); };
        return handlers;
    }

private:
    void send(const protocol::PortalMessage& message) {
        static_cast<void>(m_socket->send(
            {.kind = platform::WebSocketMessageKind::Text, .payload = protocol::encode_portal_message(message)}));
    }
    void opened(std::shared_ptr<platform::WebSocket> socket) {
        m_socket = std::move(socket);
        send(protocol::ChallengeMessage{.nonce = m_nonce});
    }
    asio::awaitable<void> take(platform::WebSocketMessage text) {
        const auto message = must(protocol::decode_device_message(text.payload), "malformed device message");
        if (const auto* hello = std::get_if<protocol::HelloMessage>(&message)) {
            send(m_portal.welcome(hello->envelope, m_nonce, m_socket->channel_binding()));
        } else if (const auto* audit = std::get_if<protocol::AuditMessage>(&message)) {
            const auto last = must(protocol::decode_audit_event(audit->events.back()), "malformed audit event");
            send(protocol::AuditAcknowledgedMessage{.sequence = last.sequence});
        } else if (std::holds_alternative<protocol::StatusMessage>(message)) {
            m_is_up = true;
        }
        co_return;
    }

    const RosterPortal& m_portal;
    std::atomic<bool>& m_is_up;
    protocol::ChannelNonce m_nonce = crypto::random_array<32>();
    std::shared_ptr<platform::WebSocket> m_socket;
};

class ChannelHandler final : public platform::HttpHandler {
public:
    ChannelHandler(const RosterPortal& portal, std::atomic<bool>& is_up) : m_portal(portal), m_is_up(is_up) {}
    std::size_t body_limit(platform::HttpMethod, std::string_view) const override { return 0; }
    asio::awaitable<platform::Reply> handle(platform::Request request) override {
        if (request.path != "/agent/v1/channel") co_return platform::plain_problem(404);
        platform::WebSocketAccept accept;
        accept.handlers = std::make_shared<Welcomer>(m_portal, m_is_up)->handlers();
        accept.subprotocol = "doorward.agent.1";
        co_return accept;
    }

private:
    const RosterPortal& m_portal;
    std::atomic<bool>& m_is_up;
};

}  // namespace

class LinkCarriage::Server {
public:
    explicit Server(const RosterPortal& portal) {
        const auto authority =
            must(platform::create_authority("Bench", {"localhost"}, std::chrono::days(2)), "authority");
        const auto certificate =
            must(platform::create_server_certificate(authority, {"localhost"}, std::chrono::days(1)), "certificate");
        platform::HttpListenerOptions listener;
        listener.address = "127.0.0.1";
        listener.port = k_portal_port;
        listener.origins.push_back({.host = std::string(k_portal_host),
                                    .tls = must(platform::TlsContext::server(certificate), "TLS"),
                                    .handler = std::make_shared<ChannelHandler>(portal, m_is_up)});
        std::vector<platform::HttpListenerOptions> listeners;
        listeners.push_back(std::move(listener));
        m_server = must(platform::HttpServer::start(m_context.get_executor(), std::move(listeners)), "server");
        m_thread = std::thread([this] { m_context.run(); });
    }
    ~Server() {
        m_context.stop();
        m_thread.join();
    }
    [[nodiscard]] bool is_up() const { return m_is_up; }

private:
    std::atomic<bool> m_is_up = false;
    asio::io_context m_context;
    std::unique_ptr<platform::HttpServer> m_server;
    std::thread m_thread;
};

LinkCarriage::LinkCarriage(BenchWorkstation& workstation) : m_server(std::make_unique<Server>(workstation.portal())) {
    m_link = Child({built("desktop-client/link/doorward-link").native(), "--agent-socket",
                    (workstation.run_folder() / "link.sock").native()},
                   k_peer_folder / "link.log", k_link_user);
    wait_until("the connection stands", 60, [this] { return m_server->is_up(); });
    // What is sent right after the welcome has been sent.
    std::this_thread::sleep_for(std::chrono::seconds(1));
}

LinkCarriage::~LinkCarriage() = default;

}  // namespace doorward::bench
