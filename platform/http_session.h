#pragma once

#include "platform/connection_registry.h"
#include "platform/http_server.h"
#include "platform/tls_engine.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace doorward::platform {

/// What the sessions of one listener share: limits, and the origins by name.
struct HttpListenerContext {
    HttpServerLimits limits;
    std::shared_ptr<ConnectionRegistry> registry;
    std::vector<std::pair<std::string, std::shared_ptr<HttpHandler>>> handlers;  ///< host in lower case

    [[nodiscard]] std::shared_ptr<HttpHandler> find(const std::string& host) const;
};

/// Runs one connection, from handshake to the end or to its upgrade, on the socket's strand.
void start_http_session(boost::asio::ip::tcp::socket socket, std::shared_ptr<const HttpListenerContext> context,
                        std::shared_ptr<const TlsServerNames> names, std::unique_ptr<ConnectionSlot> slot,
                        std::uint16_t peer_port);

}  // namespace doorward::platform
