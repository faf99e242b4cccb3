#include "platform/websocket_client.h"
#include "tests/msp-portal/api_world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

using namespace doorward;
using namespace doorward::portal;
using doorward::tests::ApiWorld;
using doorward::tests::Browser;

namespace {

boost::asio::awaitable<void> ignore_message(platform::WebSocketMessage) {
    co_return;
}

// An open admin UI: keeps what it is told.
class Listener {
public:
    Listener(ApiWorld& api, const Browser& browser, const std::string& origin) {
        platform::TlsClientOptions tls;
        tls.verification = platform::PeerVerification::AuthorityFile;
        tls.authority_file = api.world.folder / "ca.pem";
        platform::WebSocketConnectOptions options{
            .host = "portal.localhost",
            .port = api.port,
            .target = "/api/v1/live",
            .tls = *platform::TlsContext::client(tls),
            .headers = {{"Cookie", browser.cookie}, {"User-Agent", browser.user_agent}, {"Origin", origin}},
            .subprotocol = {},
            .handlers = {},
            .limits = {}};
        options.handlers.on_open = [](std::shared_ptr<platform::WebSocket>) {};
        options.handlers.on_message = [this](platform::WebSocketMessage message) {
            {
                const std::lock_guard lock(m_mutex);
                m_heard.push_back(nlohmann::json::parse(message.payload));
            }
            m_wake.notify_all();
            return ignore_message({});
        };
        options.handlers.on_close = [this](platform::WebSocketCloseCode, std::string_view) {
            const std::lock_guard lock(m_mutex);
            m_closed = true;
            m_wake.notify_all();
        };
        auto connecting =
            boost::asio::co_spawn(m_io, platform::connect_websocket(std::move(options)), boost::asio::use_future);
        m_thread = std::thread([this] { m_io.run(); });
        auto socket = connecting.get();
        connected = socket.has_value();
        if (socket) m_socket = std::move(*socket);
    }
    ~Listener() {
        if (m_socket) {
            m_socket->close(platform::WebSocketCloseCode::Normal, "");
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, std::chrono::seconds(5), [this] { return m_closed; });
        }
        m_io.stop();
        m_thread.join();
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    bool hears(const std::string& topic, const std::string& id, std::chrono::milliseconds patience) {
        std::unique_lock lock(m_mutex);
        return m_wake.wait_for(lock, patience, [&] {
            return std::ranges::any_of(m_heard, [&](const nlohmann::json& event) {
                return event.at("topic") == topic && event.at("ids").dump().find(id) != std::string::npos;
            });
        });
    }

    bool connected = false;

private:
    boost::asio::io_context m_io{1};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<nlohmann::json> m_heard;
    bool m_closed = false;
    std::shared_ptr<platform::WebSocket> m_socket;
    std::thread m_thread;
};

}  // namespace

TEST_CASE("an open page hears what changed in its team, and nothing of another", "[portal][live]") {
    ApiWorld api;
    const auto stranger = api.world.other_team("Other team");
    auto browser = api.sign_in(api.world.owner_key);
    Listener listener(api, browser, tests::PortalWorld::k_portal_origin);
    REQUIRE(listener.connected);
    const auto theirs = api.world.tenant(stranger, "Theirs");
    const auto ours = api.post(browser, "/tenants", {{"name", "Ours"}}).json().at("id").get<std::string>();
    CHECK(listener.hears("tenants", ours, std::chrono::seconds(10)));
    CHECK_FALSE(listener.hears("tenants", theirs.id().to_string(), std::chrono::milliseconds(200)));
}

TEST_CASE("a page of another site, or without a session, cannot listen", "[portal][live]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    CHECK_FALSE(Listener(api, browser, "https://evil.example.com").connected);
    CHECK_FALSE(Listener(api, Browser{}, tests::PortalWorld::k_portal_origin).connected);
}
