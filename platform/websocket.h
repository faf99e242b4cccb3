#pragma once

#include "platform/tls_context.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace doorward::platform {

enum class WebSocketMessageKind { Text, Binary };

struct WebSocketMessage {
    WebSocketMessageKind kind = WebSocketMessageKind::Text;
    std::string payload;
};

enum class SendResult {
    Queued,
    QueueFull,  ///< the peer does not read; nothing was queued
    Closed,
};

/// RFC 6455 codes used by us; 1006 is never sent, it reports a connection that just broke.
enum class WebSocketCloseCode : std::uint16_t {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    Broken = 1006,
    PolicyViolation = 1008,
    TooBig = 1009,
    InternalError = 1011,
};

/// One open connection, client or server side. All members may be called from any thread; the handlers run on its
/// strand, one at a time. It stays alive while it is open; holding it longer does no harm.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    [[nodiscard]] virtual SendResult send(WebSocketMessage message) = 0;
    /// Sends a close frame after what is queued, waits briefly for the peer's, then on_close runs.
    virtual void close(WebSocketCloseCode code, std::string_view reason) = 0;
    [[nodiscard]] virtual const ChannelBinding& channel_binding() const = 0;
    [[nodiscard]] virtual std::string_view peer_address() const = 0;
    /// The connection's strand.
    [[nodiscard]] virtual boost::asio::any_io_executor executor() const = 0;
};

/// What the application does with a connection. `on_open` runs once before anything else. The next message is read when
/// `on_message` has ended, which is how a slow application slows its peer down. `on_close` runs exactly once; no
/// on_message starts after it.
/// Capture a shared_ptr of the session object; it is let go after on_close. Do not pass a lambda that is itself a
/// coroutine: call a member coroutine from a plain one.
struct WebSocketHandlers {
    std::function<void(std::shared_ptr<WebSocket>)> on_open;
    std::function<boost::asio::awaitable<void>(WebSocketMessage)> on_message;
    std::function<void(WebSocketCloseCode, std::string_view reason)> on_close;
};

struct WebSocketLimits {
    std::size_t message = 1024 * 1024;    ///< bytes of one incoming message; more closes with TooBig
    std::size_t queue = 4 * 1024 * 1024;  ///< bytes waiting to be sent
};

/// A handler's answer to a request with wants_websocket: accept it.
struct WebSocketAccept {
    WebSocketHandlers handlers;
    WebSocketLimits limits;
    std::string subprotocol;  ///< sent back if not empty
};

}  // namespace doorward::platform
