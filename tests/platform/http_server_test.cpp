#include "platform/http_server.h"

#include "platform/http_client.h"
#include "platform/process.h"
#include "tests/platform/loopback_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <set>
#include <thread>

using namespace doorward::platform;
using doorward::platform::test::LoopbackServer;
using doorward::platform::test::Runner;
namespace net = boost::asio;

namespace {

class EchoHandler final : public HttpHandler {
public:
    std::size_t body_limit(HttpMethod, std::string_view path) const override {
        return path == "/big" ? 1'000'000 : 1000;
    }

    net::awaitable<Reply> handle(Request request) override {
        ++handled;
        if (request.path == "/fail") throw std::runtime_error("the secret reason");
        if (request.path == "/slow") {
            net::steady_timer timer(co_await net::this_coro::executor, std::chrono::milliseconds(400));
            co_await timer.async_wait(net::use_awaitable);
        }
        auto response = Response::make(
            200, "text/plain",
            std::string(to_string(request.method)) + " " + request.path + " " + request.host + " " + request.body);
        response.set_header("X-Cookie", request.cookie("name").value_or("none"));
        response.set_header("X-Injected", "a\r\nX-Evil: 1");
        co_return response;
    }
    std::atomic<int> handled = 0;
};

HttpClientOptions client_options(const LoopbackServer& server) {
    HttpClientOptions options;
    options.reachable = ReachableAddresses::Any;
    options.authority_file = server.authority_file();
    return options;
}

HttpClientRequest get(std::string url) {
    HttpClientRequest request;
    request.method = HttpMethod::Get;
    request.url = std::move(url);
    return request;
}

/// Sends bytes over a TLS connection made by the openssl program and returns all that comes back.
std::string raw_exchange(const LoopbackServer& server, const std::string& bytes, std::vector<std::string> more = {},
                         std::chrono::milliseconds patience = std::chrono::milliseconds(5000)) {
    ProcessOptions options;
    options.arguments = {"/usr/bin/openssl", "s_client", "-quiet", "-connect",
                         "127.0.0.1:" + std::to_string(server.port())};
    if (more.empty()) more = {"-servername", "portal.localhost"};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    options.standard_input = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    options.deadline = patience;
    auto result = run_process(options);
    return result ? result->standard_output : std::string("no answer: ") + std::string(to_string(result.error()));
}

}  // namespace

TEST_CASE("a request reaches the handler of its origin and comes back", "[platform][http]") {
    auto handler = std::make_shared<EchoHandler>();
    LoopbackServer server(handler);
    auto request = get(server.url("/path?x=1"));
    request.headers.push_back({"Cookie", "other=1; name=value"});
    auto answer = perform_http(client_options(server), request);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == "GET /path portal.localhost ");
    bool cookie_seen = false;
    for (const HttpHeader& header : answer->headers) {
        cookie_seen = cookie_seen || (header.name == "X-Cookie" && header.value == "value");
        CHECK(header.name != "X-Injected");
        CHECK(header.name != "X-Evil");
    }
    CHECK(cookie_seen);
    request.method = HttpMethod::Post;
    request.body = "hello";
    CHECK(perform_http(client_options(server), request)->body == "POST /path portal.localhost hello");
}

TEST_CASE("a body over the route's limit is refused before it is read", "[platform][http]") {
    auto handler = std::make_shared<EchoHandler>();
    LoopbackServer server(handler);
    HttpClientRequest request;
    request.url = server.url("/small");
    request.body = std::string(1001, 'x');
    CHECK(perform_http(client_options(server), request)->status == 413);
    request.headers.push_back({"Transfer-Encoding", "chunked"});
    CHECK(perform_http(client_options(server), request)->status == 413);
    CHECK(handler->handled == 0);
    request.headers.clear();
    request.url = server.url("/big");
    request.body = std::string(200'000, 'x');
    CHECK(perform_http(client_options(server), request)->status == 200);
}

TEST_CASE("an oversized or malformed head is refused", "[platform][http]") {
    auto handler = std::make_shared<EchoHandler>();
    LoopbackServer server(handler);
    const std::string start = "GET / HTTP/1.1\r\nHost: portal.localhost\r\n";
    CHECK(raw_exchange(server, start + "X-Long: " + std::string(17'000, 'a') + "\r\n\r\n").starts_with("HTTP/1.1 431"));
    CHECK(raw_exchange(server, "NONSENSE\r\n\r\n").starts_with("HTTP/1.1 400"));
    CHECK(raw_exchange(server, "GET http://portal.localhost/ HTTP/1.1\r\nHost: portal.localhost\r\n\r\n")
              .starts_with("HTTP/1.1 400"));
    CHECK(raw_exchange(server, start + "Host: portal.localhost\r\n\r\n").starts_with("HTTP/1.1 400"));
    CHECK(raw_exchange(server, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"));
    CHECK(raw_exchange(server, start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
              .starts_with("HTTP/1.1 400"));
    CHECK(raw_exchange(server, "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n").starts_with("HTTP/1.1 421"));
    CHECK(handler->handled == 0);
}

TEST_CASE("a client that sends a byte now and then is cut off", "[platform][http]") {
    auto handler = std::make_shared<EchoHandler>();
    HttpServerLimits limits;
    limits.request = std::chrono::milliseconds(300);
    limits.idle = std::chrono::milliseconds(500);
    LoopbackServer server(handler, limits);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(raw_exchange(server, "GET / HTTP/1.1\r\nHost: portal.local").find("HTTP") == std::string::npos);
    CHECK(raw_exchange(server, "").find("HTTP") == std::string::npos);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(4));
    CHECK(handler->handled == 0);
}

TEST_CASE("row 52: TLS 1.2, a foreign name and no name are refused in the handshake", "[platform][tls]") {
    auto handler = std::make_shared<EchoHandler>();
    LoopbackServer server(handler);
    const std::string request = "GET / HTTP/1.1\r\nHost: portal.localhost\r\nConnection: close\r\n\r\n";
    CHECK(raw_exchange(server, request).starts_with("HTTP/1.1 200"));
    CHECK(raw_exchange(server, request, {"-servername", "PORTAL.localhost"}).starts_with("HTTP/1.1 200"));
    CHECK(raw_exchange(server, request, {"-servername", "portal.localhost", "-tls1_2"}).empty());
    CHECK(raw_exchange(server, request, {"-servername", "other.localhost"}).empty());
    CHECK(raw_exchange(server, request, {"-noservername"}).empty());
    CHECK(raw_exchange(server, request, {"-servername", "portal.localhost", "-alpn", "h2"}).empty());
    CHECK(handler->handled == 2);
}

TEST_CASE("a handler that throws is an internal error without its reason", "[platform][http]") {
    LoopbackServer server(std::make_shared<EchoHandler>());
    auto answer = perform_http(client_options(server), get(server.url("/fail")));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 500);
    CHECK(answer->body.find("secret") == std::string::npos);
}

TEST_CASE("connections over the limit are closed, and their places come back", "[platform][http]") {
    HttpServerLimits limits;
    limits.connections = 2;
    LoopbackServer server(std::make_shared<EchoHandler>(), limits);
    std::vector<std::thread> holders;
    for (int count = 0; count < 2; ++count) {
        holders.emplace_back(
            [&] { CHECK(perform_http(client_options(server), get(server.url("/slow"))).has_value()); });
    }
    while (server.server().connection_count() < 2)
        std::this_thread::yield();
    CHECK_FALSE(perform_http(client_options(server), get(server.url("/"))).has_value());
    for (auto& holder : holders)
        holder.join();
    for (int wait = 0; wait < 200 && server.server().connection_count() > 0; ++wait) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(perform_http(client_options(server), get(server.url("/"))).has_value());
}

TEST_CASE("stopping lets a running request end and takes no new one", "[platform][http]") {
    LoopbackServer server(std::make_shared<EchoHandler>());
    std::atomic<int> status = 0;
    std::thread client([&] {
        auto answer = perform_http(client_options(server), get(server.url("/slow")));
        status = answer ? answer->status : -1;
    });
    while (server.server().connection_count() == 0)
        std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    const auto port = server.port();
    auto stop = [](HttpServer* which) -> net::awaitable<bool> {
        co_await which->stop(std::chrono::seconds(3));
        co_return true;
    };
    CHECK(server.runner().wait(stop(&server.server())));
    client.join();
    CHECK(status == 200);
    CHECK(server.server().connection_count() == 0);
    CHECK_FALSE(perform_http(client_options(server), get("https://portal.localhost:" + std::to_string(port) + "/"))
                    .has_value());
}

TEST_CASE("a replaced certificate is shown to new connections", "[platform][tls]") {
    LoopbackServer server(std::make_shared<EchoHandler>());
    auto stranger = create_authority("Another authority", {}, std::chrono::days(2)).value();
    server.server().replace_certificate("portal.localhost", LoopbackServer::context_for(stranger, "portal.localhost"));
    CHECK(perform_http(client_options(server), get(server.url("/"))).error() == HttpClientError::TlsFailed);
    server.server().replace_certificate("portal.localhost",
                                        LoopbackServer::context_for(server.authority(), "portal.localhost"));
    CHECK(perform_http(client_options(server), get(server.url("/"))).has_value());
}

namespace {

std::expected<std::unique_ptr<HttpServer>, HttpServerError> listen_on(Runner& runner, const std::string& address,
                                                                      std::uint16_t port) {
    static const auto authority = create_authority("Test authority", {"localhost"}, std::chrono::days(2)).value();
    HttpListenerOptions listener;
    listener.address = address;
    listener.port = port;
    listener.origins.push_back(
        HttpOrigin{"localhost", LoopbackServer::context_for(authority, "localhost"), std::make_shared<EchoHandler>()});
    std::vector<HttpListenerOptions> listeners;
    listeners.push_back(std::move(listener));
    return HttpServer::start(runner.executor(), std::move(listeners));
}

bool reaches(const char* address, std::uint16_t port) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    boost::system::error_code error;
    socket.connect({boost::asio::ip::make_address(address), port}, error);
    return !error;
}

}  // namespace

TEST_CASE("[::] is IPv6 only, so that 0.0.0.0 has the same port beside it", "[platform][http]") {
    Runner runner;
    auto six = listen_on(runner, "::", 0);
    if (!six) SKIP("no IPv6 here");
    const auto port = (*six)->ports().front();
    CHECK(reaches("::1", port));
    CHECK_FALSE(reaches("127.0.0.1", port));
    auto four = listen_on(runner, "0.0.0.0", port);
    REQUIRE(four);
    CHECK(reaches("127.0.0.1", port));
    CHECK(reaches("::1", port));
    CHECK(listen_on(runner, "::", port).error() == HttpServerError::AddressInUse);
    const auto stop = [](HttpServer* server) -> boost::asio::awaitable<int> {
        co_await server->stop(std::chrono::milliseconds(100));
        co_return 0;
    };
    runner.wait(stop(six->get()));
    runner.wait(stop(four->get()));
}

TEST_CASE("an URL from outside reaches no address of this machine", "[platform][http]") {
    LoopbackServer server(std::make_shared<EchoHandler>());
    auto options = client_options(server);
    options.reachable = ReachableAddresses::PublicOnly;
    CHECK(perform_http(options, get(server.url("/"))).error() == HttpClientError::AddressRefused);
    CHECK(perform_http(options, get("http://example.com/")).error() == HttpClientError::UrlRefused);
    CHECK(perform_http(options, get("file:///etc/passwd")).error() == HttpClientError::UrlRefused);
}
