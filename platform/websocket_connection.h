#pragma once

#include "platform/connection_registry.h"
#include "platform/tls_stream.h"
#include "platform/websocket.h"
#include "platform/websocket_client.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <expected>
#include <memory>
#include <string>

namespace doorward::platform {

/// The server's side of an upgrade: answers the request and runs the connection from then on.
void accept_websocket(TlsStream stream, boost::beast::http::request<boost::beast::http::string_body> request,
                      WebSocketAccept accept, std::unique_ptr<ConnectionSlot> slot, std::chrono::milliseconds ping);

/// The client's side, on a stream whose TLS handshake is done. The caller bounds the time by closing the socket.
[[nodiscard]] boost::asio::awaitable<std::expected<std::shared_ptr<WebSocket>, ConnectError>> upgrade_to_websocket(
    TlsStream stream, WebSocketConnectOptions options, std::string peer_address);

}  // namespace doorward::platform
