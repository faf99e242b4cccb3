#include "tests/bench/device_client.h"

#include "protocol/channel_handshake.h"
#include "protocol/roster_head.h"
#include "tests/bench/must.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>
#include <variant>

namespace doorward::bench {
namespace {

namespace asio = boost::asio;
constexpr auto k_patience = std::chrono::seconds(60);

}  // namespace

asio::awaitable<void> DeviceClient::connect(platform::TlsContext tls) {
    m_signal = std::make_unique<asio::steady_timer>(co_await asio::this_coro::executor);
    auto self = shared_from_this();
    platform::WebSocketConnectOptions options{.host = k_app_host,
                                              .port = k_app_port,
                                              .target = "/agent/v1/channel",
                                              .tls = std::move(tls),
                                              .headers = {},
                                              .subprotocol = "doorward.agent.1",
                                              .handlers = {},
                                              .limits = {}};
    options.handlers.on_open = [self](std::shared_ptr<platform::WebSocket> socket) {
        self->m_socket = std::move(socket);
    };
    options.handlers.on_message = [self](platform::WebSocketMessage message) { return self->take(std::move(message)); };
    options.handlers.on_close = [self](platform::WebSocketCloseCode, std::string_view) {
        self->m_closed = true;
        self->m_socket.reset();
        self->wake();
    };
    auto connected = co_await platform::connect_websocket(std::move(options));
    must(std::move(connected), "a device cannot connect");
    while (!m_ready) {
        require(!m_closed, "the portal closed on a device");
        m_signal->expires_after(k_patience);
        co_await m_signal->async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void DeviceClient::wake() {
    if (m_signal) m_signal->cancel();
}

void DeviceClient::send(const std::string& text) {
    require(m_socket != nullptr, "the portal closed on a device");
    static_cast<void>(m_socket->send({.kind = platform::WebSocketMessageKind::Text, .payload = text}));
}

asio::awaitable<protocol::PortalMessage> DeviceClient::next() {
    while (!m_news) {
        require(!m_closed, "the portal closed on a device");
        m_signal->expires_after(k_patience);
        const auto [cancelled] = co_await m_signal->async_wait(asio::as_tuple(asio::use_awaitable));
        require(static_cast<bool>(cancelled), "the portal says nothing to a device");
    }
    auto news = std::move(*m_news);
    m_news.reset();
    co_return news;
}

asio::awaitable<void> DeviceClient::take(platform::WebSocketMessage text) {
    auto message = must(protocol::decode_portal_message(text.payload), "malformed portal message");
    if (const auto* challenge = std::get_if<protocol::ChallengeMessage>(&message)) {
        introduce(*challenge);
    } else if (const auto* sync = std::get_if<protocol::SyncMessage>(&message)) {
        apply(*sync);
    } else if (!std::holds_alternative<protocol::WelcomeMessage>(message)) {
        m_news = std::move(message);
        wake();
    }
    co_return;
}

void DeviceClient::introduce(const protocol::ChallengeMessage& challenge) {
    const protocol::HelloBody body{.device_id = m_device.id,
                                   .signing_key = m_device.key->public_key(),
                                   .device_nonce = crypto::random_array<32>(),
                                   .portal_nonce = challenge.nonce,
                                   .channel_binding = m_socket->channel_binding(),
                                   .agent_version = "0.1.0",
                                   .incarnation = std::nullopt,
                                   .revision = 0,
                                   .generation = 0};
    send(protocol::encode_device_message(
        protocol::HelloMessage{.device_id = m_device.id,
                               .envelope = protocol::sign_envelope(*m_device.key, crypto::Purpose::ChannelDevice,
                                                                   protocol::encode_hello_body(body))}));
}

void DeviceClient::apply(const protocol::SyncMessage& sync) {
    if (sync.more) return;
    const auto head = must(protocol::decode_roster_head(sync.head.body), "malformed head");
    send(protocol::encode_device_message(
        protocol::AppliedMessage{.incarnation = head.incarnation, .revision = head.revision}));
    m_ready = true;
    wake();
}

}  // namespace doorward::bench
