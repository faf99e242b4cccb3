#pragma once

#include "platform/http_message.h"
#include "platform/tls_context.h"
#include "platform/websocket.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class ConnectError {
    NameNotFound,
    Unreachable,
    TimedOut,
    TlsRefused,   ///< no TLS 1.3, or the handshake failed
    Untrusted,    ///< the certificate or its name does not verify
    NotUpgraded,  ///< the server answered, but not with a WebSocket (a captive portal, a proxy, a refusal)
};
[[nodiscard]] std::string_view to_string(ConnectError error);

struct WebSocketConnectOptions {
    std::string host;
    std::uint16_t port = 443;
    std::string target;  ///< path and query
    TlsContext tls;
    std::chrono::milliseconds deadline{15'000};  ///< for name, TCP, TLS and the HTTP answer together
    std::vector<HttpHeader> headers;
    std::string subprotocol;
    WebSocketHandlers handlers;
    WebSocketLimits limits;
    std::chrono::milliseconds ping{55'000};
};

/// Connects, upgrades and hands the connection to the handlers; on_open has run when this returns.
[[nodiscard]] boost::asio::awaitable<std::expected<std::shared_ptr<WebSocket>, ConnectError>> connect_websocket(
    WebSocketConnectOptions options);

}  // namespace doorward::platform
