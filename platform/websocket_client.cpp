#include "platform/websocket_client.h"

#include "platform/websocket_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include <functional>
#include <utility>

namespace doorward::platform {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

constexpr auto k_outcome = net::as_tuple(net::use_awaitable);

// Ends a step that takes too long by cancelling what it waits for.
class Deadline {
public:
    Deadline(net::any_io_executor executor, std::chrono::milliseconds patience)
        : m_state(std::make_shared<State>(executor)) {
        m_state->timer.expires_after(patience);
        m_state->timer.async_wait([state = m_state](error_code error) {
            if (error) return;
            state->expired = true;
            if (state->cancel) state->cancel();
        });
    }
    ~Deadline() {
        m_state->cancel = nullptr;
        m_state->timer.cancel();
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void guard(std::function<void()> cancel) { m_state->cancel = std::move(cancel); }
    [[nodiscard]] bool expired() const { return m_state->expired; }
    [[nodiscard]] ConnectError reason(ConnectError otherwise) const {
        return m_state->expired ? ConnectError::TimedOut : otherwise;
    }

private:
    struct State {
        explicit State(net::any_io_executor executor) : timer(std::move(executor)) {}
        net::steady_timer timer;
        std::function<void()> cancel;
        bool expired = false;
    };
    std::shared_ptr<State> m_state;
};

net::awaitable<std::expected<std::shared_ptr<WebSocket>, ConnectError>> connect_on_strand(
    WebSocketConnectOptions options) {
    const net::any_io_executor executor = co_await net::this_coro::executor;
    Deadline deadline(executor, options.deadline);

    auto resolver = std::make_shared<tcp::resolver>(executor);
    deadline.guard([resolver] { resolver->cancel(); });
    const std::string service = std::to_string(options.port);
    auto [resolve_error, addresses] = co_await resolver->async_resolve(options.host, service, k_outcome);
    if (resolve_error && options.host.ends_with(".localhost") && !deadline.expired()) {
        // RFC 6761 section 6.3: these are this machine, also where the resolver does not know it.
        const std::string loopback = "localhost";
        auto [again_error, loopback_addresses] = co_await resolver->async_resolve(loopback, service, k_outcome);
        resolve_error = again_error;
        addresses = std::move(loopback_addresses);
    }
    if (resolve_error || deadline.expired()) co_return std::unexpected(deadline.reason(ConnectError::NameNotFound));

    tcp::socket socket(executor);
    deadline.guard([&socket] {
        error_code ignored;
        socket.close(ignored);
    });
    auto [connect_error, endpoint] = co_await net::async_connect(socket, addresses, k_outcome);
    if (connect_error || deadline.expired()) co_return std::unexpected(deadline.reason(ConnectError::Unreachable));

    const int descriptor = socket.native_handle();
    TlsStream stream(std::move(socket), options.tls, options.host);
    // By descriptor, because the stream moves into the connection below; it stays open while this coroutine waits.
    deadline.guard([descriptor] { ::shutdown(descriptor, SHUT_RDWR); });
    auto [tls_error] = co_await stream.async_handshake(k_outcome);
    if (tls_error) {
        const bool untrusted = tls_error == make_error_code(TlsFailure::Untrusted);
        co_return std::unexpected(deadline.reason(untrusted ? ConnectError::Untrusted : ConnectError::TlsRefused));
    }
    auto connection =
        co_await upgrade_to_websocket(std::move(stream), std::move(options), endpoint.address().to_string());
    if (!connection) co_return std::unexpected(deadline.reason(connection.error()));
    co_return connection;
}

}  // namespace

std::string_view to_string(ConnectError error) {
    switch (error) {
        case ConnectError::NameNotFound:
            return "name not found";
        case ConnectError::Unreachable:
            return "unreachable";
        case ConnectError::TimedOut:
            return "timed out";
        case ConnectError::TlsRefused:
            return "no TLS 1.3 connection";
        case ConnectError::Untrusted:
            return "certificate not trusted";
        case ConnectError::NotUpgraded:
            return "the server did not open a WebSocket";
    }
    return "unknown";
}

net::awaitable<std::expected<std::shared_ptr<WebSocket>, ConnectError>> connect_websocket(
    WebSocketConnectOptions options) {
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto strand = net::any_io_executor(net::make_strand(executor));
    auto connecting = connect_on_strand(std::move(options));
    co_return co_await net::co_spawn(strand, std::move(connecting), net::use_awaitable);
}

}  // namespace doorward::platform
