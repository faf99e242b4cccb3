// The link between a real socket of the agent and a real portal: TLS, HTTP and WebSocket as in service.
#include "desktop-client/link/carrier.h"

#include "tests/platform/loopback_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <openssl/ssl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace doorward::tests {
namespace {

namespace asio = boost::asio;
using namespace doorward::link;
using namespace std::chrono_literals;
using platform::test::LoopbackServer;
using platform::test::Runner;
using platform::test::TemporaryFolder;

constexpr auto k_deadline = 30s;
constexpr std::string_view k_captive_page = "<html><body>Please accept our terms.</body></html>";

/// The portal's side of the device channel, or what stands in its way. Lives longer than its server.
class ChannelHandler final : public platform::HttpHandler, public std::enable_shared_from_this<ChannelHandler> {
public:
    [[nodiscard]] std::size_t body_limit(platform::HttpMethod, std::string_view) const override { return 0; }
    asio::awaitable<platform::Reply> handle(platform::Request request) override {
        const std::lock_guard lock(m_mutex);
        if (m_answer) co_return *m_answer;
        if (request.path != "/agent/v1/channel" || !request.wants_websocket) co_return platform::plain_problem(404);
        platform::WebSocketAccept accept;
        const auto self = shared_from_this();
        accept.handlers.on_open = [self](std::shared_ptr<platform::WebSocket> socket) {
            self->change([&] {
                self->m_socket = std::move(socket);
                self->m_closed.reset();
            });
        };
        accept.handlers.on_message = [self](platform::WebSocketMessage message) {
            return self->take(std::move(message));
        };
        accept.handlers.on_close = [self](platform::WebSocketCloseCode code, std::string_view) {
            self->change([&] {
                self->m_closed = code;
                self->m_socket.reset();
            });
        };
        accept.subprotocol = "doorward.agent.1";
        co_return accept;
    }

    /// Of now on this is what everybody gets.
    void answer_with(platform::Response response) {
        change([&] { m_answer = std::move(response); });
    }
    [[nodiscard]] std::shared_ptr<platform::WebSocket> socket() {
        std::unique_lock lock(m_mutex);
        REQUIRE(m_changed.wait_for(lock, k_deadline, [&] { return m_socket != nullptr; }));
        return m_socket;
    }
    [[nodiscard]] std::vector<std::string> heard(std::size_t count) {
        std::unique_lock lock(m_mutex);
        REQUIRE(m_changed.wait_for(lock, k_deadline, [&] { return m_heard.size() >= count; }));
        return m_heard;
    }
    [[nodiscard]] platform::WebSocketCloseCode closed() {
        std::unique_lock lock(m_mutex);
        REQUIRE(m_changed.wait_for(lock, k_deadline, [&] { return m_closed.has_value(); }));
        return *m_closed;
    }

private:
    template <class Change>
    void change(Change change) {
        const std::lock_guard lock(m_mutex);
        change();
        m_changed.notify_all();
    }
    asio::awaitable<void> take(platform::WebSocketMessage message) {
        change([&] { m_heard.push_back(std::move(message.payload)); });
        co_return;
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<platform::Response> m_answer;
    std::shared_ptr<platform::WebSocket> m_socket;
    std::vector<std::string> m_heard;
    std::optional<platform::WebSocketCloseCode> m_closed;
};

asio::awaitable<void> carry(std::shared_ptr<platform::UnixConnection> agent, platform::TlsContext tls) {
    co_await std::make_shared<Carrier>(std::move(agent), std::move(tls))->run();
}

/// The agent's end of its socket, and a carrier at the other.
class Agent {
public:
    Agent() {
        auto tls = platform::TlsContext::client(
            {.verification = platform::PeerVerification::SignatureOverChannelBinding, .authority_file = {}});
        REQUIRE(tls);
        platform::UnixListenerOptions options;
        options.path = m_folder / "link.sock";
        options.frame_limit = k_frame_limit;
        auto listener = platform::UnixListener::open(
            m_runner.executor(), std::move(options),
            [tls = *tls](std::shared_ptr<platform::UnixConnection> end) { return carry(std::move(end), tls); });
        REQUIRE(listener);
        m_listener = std::move(*listener);
        // Writes what the protocol forbids, too.
        auto end = platform::BlockingUnixClient::connect(m_folder / "link.sock", geteuid(), 2 * k_frame_limit);
        REQUIRE(end);
        m_end.emplace(std::move(*end));
    }
    ~Agent() { m_listener->stop(); }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    void try_to_say(const std::vector<std::uint8_t>& frame) { std::ignore = m_end->send(frame, k_deadline); }
    void say_raw(const std::vector<std::uint8_t>& frame) { REQUIRE(m_end->send(frame, k_deadline)); }
    void say(const AgentMessage& message) { say_raw(encode(message)); }
    void connect(std::uint16_t port, const std::string& host = "localhost") {
        say(Connect{.host = host, .port = port});
    }
    template <class Message>
    [[nodiscard]] Message hear() {
        const auto frame = m_end->receive(k_deadline);
        REQUIRE(frame);
        auto message = decode_link_message(*frame);
        REQUIRE(message);
        REQUIRE(std::holds_alternative<Message>(*message));
        return std::get<Message>(std::move(*message));
    }
    [[nodiscard]] DownReason reason() { return hear<Down>().reason; }
    /// The carrier has hung up, after whatever it still said.
    [[nodiscard]] bool is_left() {
        for (;;) {
            const auto frame = m_end->receive(k_deadline);
            if (!frame) return frame.error() == platform::UnixSocketError::Closed;
        }
    }
    void go() { m_end.reset(); }

private:
    TemporaryFolder m_folder;
    Runner m_runner;
    std::unique_ptr<platform::UnixListener> m_listener;
    std::optional<platform::BlockingUnixClient> m_end;
};

struct Link {
    std::shared_ptr<ChannelHandler> portal = std::make_shared<ChannelHandler>();
    LoopbackServer server{portal};
    Agent agent;

    void up() {
        agent.connect(server.port());
        static_cast<void>(agent.hear<Up>());
    }
};

/// Accepts connections and says this, unasked; an empty text keeps silent.
class PlainServer {
public:
    explicit PlainServer(std::string text) : m_acceptor(m_context, {asio::ip::make_address("127.0.0.1"), 0}) {
        m_acceptor.async_accept(
            [this, text = std::move(text)](boost::system::error_code error, asio::ip::tcp::socket peer) {
                if (error) return;
                m_peer.emplace(std::move(peer));
                if (!text.empty()) asio::write(*m_peer, asio::buffer(text), error);
            });
        m_thread = std::thread([this] { m_context.run(); });
    }
    ~PlainServer() {
        m_context.stop();
        m_thread.join();
    }
    PlainServer(const PlainServer&) = delete;
    PlainServer& operator=(const PlainServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_acceptor.local_endpoint().port(); }

private:
    asio::io_context m_context;
    asio::ip::tcp::acceptor m_acceptor;
    std::optional<asio::ip::tcp::socket> m_peer;
    std::thread m_thread;
};

std::string padded(std::size_t size) {
    return std::string(size, 'x');
}

}  // namespace

TEST_CASE("texts pass unread both ways, and the agent learns the binding of exactly this connection", "[link]") {
    Link link;
    link.agent.connect(link.server.port());
    const auto up = link.agent.hear<Up>();
    CHECK(up.channel_binding == link.portal->socket()->channel_binding());
    link.agent.say(Send{"no JSON, and \x01 all the same"});
    link.agent.say(Send{padded(k_device_message_limit)});
    const auto heard = link.portal->heard(2);
    CHECK(heard[0] == "no JSON, and \x01 all the same");
    CHECK(heard[1] == padded(k_device_message_limit));
    for (const auto size : {std::size_t{1}, k_portal_message_limit}) {
        REQUIRE(link.portal->socket()->send({platform::WebSocketMessageKind::Text, padded(size)}) ==
                platform::SendResult::Queued);
        CHECK(link.agent.hear<Received>().text == padded(size));
    }
}

TEST_CASE("row 39: texts keep their order, and the portal waits for an agent that does not read", "[link]") {
    Link link;
    link.up();
    const auto socket = link.portal->socket();
    constexpr std::size_t k_size = k_portal_message_limit / 2;
    constexpr std::size_t k_too_many = 200;  // more than every buffer on the way holds
    std::size_t queued = 0;
    for (; queued < k_too_many; ++queued) {
        std::string text = std::to_string(queued);
        text.resize(k_size, '.');
        if (socket->send({platform::WebSocketMessageKind::Text, std::move(text)}) != platform::SendResult::Queued)
            break;
    }
    CHECK(queued < k_too_many);
    for (std::size_t number = 0; number < queued; ++number) {
        const auto text = link.agent.hear<Received>().text;
        REQUIRE(text.size() == k_size);
        REQUIRE(text.starts_with(std::to_string(number) + "."));
    }
}

TEST_CASE("the agent is told once why a connection ended, and can have the next", "[link]") {
    Link link;
    link.up();
    SECTION("closed by the portal") {
        link.portal->socket()->close(platform::WebSocketCloseCode::GoingAway, "");
        CHECK(link.agent.reason() == DownReason::ClosedByPortal);
    }
    SECTION("closed by the agent") {
        link.agent.say(Close{});
        CHECK(link.agent.reason() == DownReason::ClosedByAgent);
        CHECK(link.portal->closed() == platform::WebSocketCloseCode::Normal);
    }
    SECTION("a text over the limit") {
        std::ignore =
            link.portal->socket()->send({platform::WebSocketMessageKind::Text, padded(k_portal_message_limit + 1)});
        CHECK(link.agent.reason() == DownReason::ClosedByPortal);
        static_cast<void>(link.portal->closed());
    }
    SECTION("no text but bytes") {
        std::ignore = link.portal->socket()->send({platform::WebSocketMessageKind::Binary, "x"});
        CHECK(link.agent.reason() == DownReason::ClosedByPortal);
        CHECK(link.portal->closed() == platform::WebSocketCloseCode::ProtocolError);
    }
    SECTION("an empty text") {
        std::ignore = link.portal->socket()->send({platform::WebSocketMessageKind::Text, ""});
        CHECK(link.agent.reason() == DownReason::ClosedByPortal);
        CHECK(link.portal->closed() == platform::WebSocketCloseCode::ProtocolError);
    }
    // What was meant for the connection that ended is not carried by the next.
    link.agent.say(Send{"late"});
    link.agent.say(Close{});
    link.up();
    link.agent.say(Send{"first"});
    CHECK(link.portal->heard(1) == std::vector<std::string>{"first"});
}

TEST_CASE("row 35: a captive portal's answer is no connection, and the agent sees nothing of it", "[link]") {
    const int status = GENERATE(200, 302, 401, 403, 410, 511);
    Link link;
    auto page = platform::Response::make(status, "text/html", std::string(k_captive_page));
    if (status == 302) page.set_header("Location", "https://localhost/terms");
    link.portal->answer_with(std::move(page));
    link.agent.connect(link.server.port());
    CHECK(link.agent.reason() == DownReason::NotUpgraded);
}

TEST_CASE("row 52: a portal that speaks no TLS 1.3 is refused", "[link]") {
    Link link;
    SECTION("TLS 1.2") {
        auto old = LoopbackServer::context_for(link.server.authority(), "localhost");
        REQUIRE(SSL_CTX_set_min_proto_version(old.native(), TLS1_2_VERSION) == 1);
        REQUIRE(SSL_CTX_set_max_proto_version(old.native(), TLS1_2_VERSION) == 1);
        platform::HttpListenerOptions listener;
        listener.address = "127.0.0.1";
        listener.origins.push_back({"localhost", old, link.portal});
        auto server = platform::HttpServer::start(link.server.runner().executor(), {std::move(listener)});
        REQUIRE(server);
        link.agent.connect((*server)->ports().front());
        CHECK(link.agent.reason() == DownReason::TlsRefused);
    }
    SECTION("no TLS") {
        const PlainServer plain("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + std::string(k_captive_page));
        link.agent.connect(plain.port());
        CHECK(link.agent.reason() == DownReason::TlsRefused);
    }
    link.up();
}

TEST_CASE("row 35: a portal that is not there is told from one that is", "[link]") {
    Link link;
    std::uint16_t closed = 0;
    {
        const PlainServer plain("");
        closed = plain.port();
    }
    link.agent.connect(closed);
    CHECK(link.agent.reason() == DownReason::Unreachable);
    link.agent.connect(link.server.port(), "no-such-host.invalid");
    CHECK(link.agent.reason() == DownReason::NameNotFound);
    link.up();
}

TEST_CASE("row 36: an agent that does not want to wait any longer can try elsewhere at once", "[link]") {
    Link link;
    const PlainServer silent("");
    link.agent.connect(silent.port());
    link.agent.say(Close{});
    CHECK(link.agent.reason() == DownReason::ClosedByAgent);
    link.up();
}

TEST_CASE("row 68: an agent that breaks the rules is left, and its connection ends", "[link]") {
    Link link;
    link.up();
    SECTION("connecting twice") {
        link.agent.connect(link.server.port());
    }
    SECTION("a text over the limit") {
        link.agent.say_raw(encode(AgentMessage(Send{padded(k_device_message_limit + 1)})));
    }
    SECTION("a frame over the limit") {
        // It is left before all of it is written.
        link.agent.try_to_say(std::vector<std::uint8_t>(k_frame_limit + 1, 2));
    }
    SECTION("an unknown type") {
        link.agent.say_raw({99});
    }
    SECTION("what only the link may say") {
        link.agent.say_raw(encode(LinkMessage(Received{"x"})));
    }
    CHECK(link.agent.is_left());
    CHECK(link.portal->closed() == platform::WebSocketCloseCode::GoingAway);
}

TEST_CASE("texts for a connection that is not there yet are against the rules", "[link]") {
    Link link;
    const PlainServer silent("");
    link.agent.connect(silent.port());
    link.agent.say(Send{"early"});
    CHECK(link.agent.is_left());
}

TEST_CASE("an agent that is gone takes its connection with it", "[link]") {
    Link link;
    link.up();
    link.agent.go();
    CHECK(link.portal->closed() == platform::WebSocketCloseCode::GoingAway);
}

}  // namespace doorward::tests
