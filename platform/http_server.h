#pragma once

#include "platform/http_message.h"
#include "platform/tls_context.h"
#include "platform/websocket.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::platform {

using Reply = std::variant<Response, WebSocketAccept>;

inline constexpr std::size_t k_default_body_limit = 256 * 1024;

/// What an origin does with requests. Called on the session's strand, from several sessions at once.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    /// Asked when the head has arrived and before any of the body is read.
    [[nodiscard]] virtual std::size_t body_limit(HttpMethod method, std::string_view path) const = 0;
    [[nodiscard]] virtual boost::asio::awaitable<Reply> handle(Request request) = 0;
    /// The body for what the server refuses before handle() (400, 413, 421, 426, 431) and for exceptions (500).
    [[nodiscard]] virtual Response problem(int status) const { return plain_problem(status); }
};

/// A host name with its certificate and its handler. A connection reaches it by SNI; the Host header must say the same.
struct HttpOrigin {
    std::string host;
    TlsContext tls;
    std::shared_ptr<HttpHandler> handler;
};

/// One address and port. Several origins may share it; a connection that names none of them is refused in the
/// handshake.
struct HttpListenerOptions {
    std::string address = "0.0.0.0";
    std::uint16_t port = 0;  ///< 0 takes a free one
    std::vector<HttpOrigin> origins;
};

struct HttpServerLimits {
    std::size_t header = 16 * 1024;
    std::size_t connections = 20'000;
    std::size_t connections_per_address = 2'000;
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds request{15'000};   ///< from its first byte until the body is complete
    std::chrono::milliseconds response{30'000};  ///< to be taken by the peer
    std::chrono::milliseconds idle{60'000};
    std::chrono::milliseconds websocket_ping{55'000};  ///< +-10 % of jitter; no answer by the next one closes
};

enum class HttpServerError { AddressInvalid, AddressInUse, Denied, Internal };
[[nodiscard]] std::string_view to_string(HttpServerError error);

/// HTTPS with WebSocket upgrade on one or more listeners. Each session is a strand of its own, deadlines and size
/// limits hold from its first byte.
class HttpServer {
public:
    [[nodiscard]] static std::expected<std::unique_ptr<HttpServer>, HttpServerError> start(
        boost::asio::any_io_executor executor, std::vector<HttpListenerOptions> listeners,
        HttpServerLimits limits = {});
    virtual ~HttpServer() = default;

    /// The port of each listener, in the order given.
    [[nodiscard]] virtual std::vector<std::uint16_t> ports() const = 0;
    /// New connections to `host` get this certificate; open ones keep theirs.
    virtual void replace_certificate(std::string_view host, TlsContext tls) = 0;
    [[nodiscard]] virtual std::size_t connection_count() const = 0;

    /// Accepts no more, closes idle sessions, says GoingAway on WebSockets, lets running requests end until `patience`
    /// is over, then closes what is left. Resumes when nothing is left.
    [[nodiscard]] virtual boost::asio::awaitable<void> stop(std::chrono::milliseconds patience) = 0;
};

}  // namespace doorward::platform
