#include "platform/websocket.h"

#include "platform/http_client.h"
#include "platform/websocket_client.h"
#include "tests/platform/loopback_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace doorward::platform;
using doorward::platform::test::LoopbackServer;
namespace net = boost::asio;

namespace {

/// Sends every message back.
class EchoSession : public std::enable_shared_from_this<EchoSession> {
public:
    WebSocketHandlers handlers() {
        auto self = shared_from_this();
        WebSocketHandlers handlers;
        handlers.on_open = [self](std::shared_ptr<WebSocket> socket) { self->m_socket = std::move(socket); };
        handlers.on_message = [self](WebSocketMessage message) { return self->echo(std::move(message)); };
        handlers.on_close = [self](WebSocketCloseCode, std::string_view) { self->m_socket.reset(); };
        return handlers;
    }

private:
    net::awaitable<void> echo(WebSocketMessage message) {
        if (message.payload == "binding") {
            const auto& binding = m_socket->channel_binding();
            message.payload.assign(reinterpret_cast<const char*>(binding.data()), binding.size());
            message.kind = WebSocketMessageKind::Binary;
        }
        if (message.payload == "throw") throw std::runtime_error("asked to");
        (void)m_socket->send(std::move(message));
        co_return;
    }
    std::shared_ptr<WebSocket> m_socket;
};

class UpgradeHandler final : public HttpHandler {
public:
    std::size_t body_limit(HttpMethod, std::string_view) const override { return 0; }
    net::awaitable<Reply> handle(Request request) override {
        if (request.path != "/socket") co_return plain_problem(404);
        WebSocketAccept accept;
        accept.handlers = std::make_shared<EchoSession>()->handlers();
        accept.limits.message = 1024 * 1024;
        co_return accept;
    }
};

/// Collects what one client sees. Declared before the server: connections that end with it still tell.
struct Seen {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> messages;
    std::optional<WebSocketCloseCode> closed;

    WebSocketHandlers handlers() {
        WebSocketHandlers handlers;
        handlers.on_message = [this](WebSocketMessage message) { return take(std::move(message)); };
        handlers.on_close = [this](WebSocketCloseCode code, std::string_view) {
            const std::lock_guard lock(mutex);
            closed = code;
            changed.notify_all();
        };
        return handlers;
    }
    net::awaitable<void> take(WebSocketMessage message) {
        const std::lock_guard lock(mutex);
        messages.push_back(std::move(message.payload));
        changed.notify_all();
        co_return;
    }
    bool wait_for_messages(std::size_t count) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(10), [&] { return messages.size() >= count; });
    }
    bool wait_for_close() {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(10), [&] { return closed.has_value(); });
    }
};

WebSocketConnectOptions options_for(const LoopbackServer& server, Seen& seen) {
    return WebSocketConnectOptions{.host = "localhost",  // the one name that asks no network
                                   .port = server.port(),
                                   .target = "/socket",
                                   .tls = server.client(),
                                   .deadline = std::chrono::seconds(5),
                                   .headers = {},
                                   .subprotocol = "",
                                   .handlers = seen.handlers(),
                                   .limits = {},
                                   .ping = std::chrono::seconds(55)};
}

}  // namespace

TEST_CASE("messages come back as they were sent, and both ends export the same binding", "[platform][websocket]") {
    Seen seen;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    auto socket = server.runner().wait(connect_websocket(options_for(server, seen)));
    REQUIRE(socket.has_value());
    const std::string big(1024 * 1024, 'x');
    CHECK((*socket)->send({WebSocketMessageKind::Text, "hello"}) == SendResult::Queued);
    CHECK((*socket)->send({WebSocketMessageKind::Binary, big}) == SendResult::Queued);
    CHECK((*socket)->send({WebSocketMessageKind::Text, "binding"}) == SendResult::Queued);
    REQUIRE(seen.wait_for_messages(3));
    CHECK(seen.messages[0] == "hello");
    CHECK(seen.messages[1] == big);
    const auto& binding = (*socket)->channel_binding();
    CHECK(seen.messages[2] == std::string(reinterpret_cast<const char*>(binding.data()), binding.size()));
    (*socket)->close(WebSocketCloseCode::Normal, "done");
    REQUIRE(seen.wait_for_close());
    CHECK((*socket)->send({WebSocketMessageKind::Text, "late"}) == SendResult::Closed);
}

TEST_CASE("a message over the limit closes the connection", "[platform][websocket]") {
    Seen seen;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    auto socket = server.runner().wait(connect_websocket(options_for(server, seen)));
    REQUIRE(socket.has_value());
    (void)(*socket)->send({WebSocketMessageKind::Binary, std::string(1024 * 1024 + 1, 'x')});
    REQUIRE(seen.wait_for_close());
    CHECK(seen.messages.empty());
    CHECK((*seen.closed == WebSocketCloseCode::TooBig || *seen.closed == WebSocketCloseCode::Broken));
}

TEST_CASE("a handler that throws ends its own connection only", "[platform][websocket]") {
    Seen first;
    Seen second;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    auto one = server.runner().wait(connect_websocket(options_for(server, first)));
    auto two = server.runner().wait(connect_websocket(options_for(server, second)));
    REQUIRE((one.has_value() && two.has_value()));
    (void)(*one)->send({WebSocketMessageKind::Text, "throw"});
    REQUIRE(first.wait_for_close());
    CHECK(*first.closed == WebSocketCloseCode::InternalError);
    (void)(*two)->send({WebSocketMessageKind::Text, "still here"});
    CHECK(second.wait_for_messages(1));
}

TEST_CASE("the queue to a peer is bounded", "[platform][websocket]") {
    Seen seen;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    auto options = options_for(server, seen);
    options.limits.queue = 1000;
    auto socket = server.runner().wait(connect_websocket(std::move(options)));
    REQUIRE(socket.has_value());
    CHECK((*socket)->send({WebSocketMessageKind::Text, std::string(1001, 'x')}) == SendResult::QueueFull);
    CHECK((*socket)->send({WebSocketMessageKind::Text, std::string(1000, 'x')}) == SendResult::Queued);
    CHECK(seen.wait_for_messages(1));
}

TEST_CASE("connecting says why it failed", "[platform][websocket]") {
    Seen seen;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    auto error_with = [&](auto change) {
        auto options = options_for(server, seen);
        change(options);
        auto result = server.runner().wait(connect_websocket(std::move(options)));
        REQUIRE_FALSE(result.has_value());
        return result.error();
    };
    CHECK(error_with([](auto& options) { options.target = "/other"; }) == ConnectError::NotUpgraded);
    CHECK(error_with([](auto& options) { options.port = 1; }) == ConnectError::Unreachable);
    CHECK(error_with([](auto& options) { options.host = "no-such-host.invalid"; }) == ConnectError::NameNotFound);
    CHECK(error_with([&](auto& options) { options.tls = server.client(PeerVerification::SystemAuthorities); }) ==
          ConnectError::Untrusted);
    CHECK(error_with([](auto& options) { options.host = "127.0.0.1"; }) == ConnectError::TlsRefused);
    auto unjudged = options_for(server, seen);
    unjudged.tls = server.client(PeerVerification::SignatureOverChannelBinding);
    const auto open = server.runner().wait(connect_websocket(std::move(unjudged)));
    CHECK(open.has_value());
}

TEST_CASE("a server that never answers is given up at the deadline", "[platform][websocket]") {
    Seen seen;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    net::io_context other;
    net::ip::tcp::acceptor silent(other, {net::ip::make_address("127.0.0.1"), 0});
    auto options = options_for(server, seen);
    options.port = silent.local_endpoint().port();
    options.deadline = std::chrono::milliseconds(300);
    auto result = server.runner().wait(connect_websocket(std::move(options)));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error() == ConnectError::TimedOut);
}

TEST_CASE("two hundred connections at once all get their own answers, and a stop ends them", "[platform][websocket]") {
    std::vector<std::unique_ptr<Seen>> seen;
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    std::vector<std::shared_ptr<WebSocket>> sockets;
    for (int number = 0; number < 200; ++number) {
        seen.push_back(std::make_unique<Seen>());
        auto socket = server.runner().wait(connect_websocket(options_for(server, *seen.back())));
        REQUIRE(socket.has_value());
        sockets.push_back(std::move(*socket));
    }
    for (std::size_t number = 0; number < sockets.size(); ++number) {
        (void)sockets[number]->send({WebSocketMessageKind::Text, "message " + std::to_string(number)});
    }
    for (std::size_t number = 0; number < sockets.size(); ++number) {
        REQUIRE(seen[number]->wait_for_messages(1));
        CHECK(seen[number]->messages[0] == "message " + std::to_string(number));
    }
    auto stop = [](HttpServer* which) -> net::awaitable<bool> {
        co_await which->stop(std::chrono::seconds(5));
        co_return true;
    };
    CHECK(server.runner().wait(stop(&server.server())));
    CHECK(server.server().connection_count() == 0);
    for (const auto& one : seen) {
        REQUIRE(one->wait_for_close());
        CHECK(*one->closed == WebSocketCloseCode::GoingAway);
    }
}

TEST_CASE("a plain request to a WebSocket's path is told to upgrade", "[platform][websocket]") {
    LoopbackServer server(std::make_shared<UpgradeHandler>());
    HttpClientOptions options;
    options.reachable = ReachableAddresses::Any;
    options.authority_file = server.authority_file();
    HttpClientRequest request;
    request.method = HttpMethod::Get;
    request.url = server.url("/socket");
    auto answer = perform_http(options, request);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 426);
}
