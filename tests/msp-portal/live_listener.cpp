#include "tests/msp-portal/live_listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <utility>

namespace doorward::tests {

namespace {

boost::asio::awaitable<void> ignore_message() {
    co_return;
}

}  // namespace

LiveListener::LiveListener(Where where) {
    platform::TlsClientOptions tls;
    tls.verification = platform::PeerVerification::AuthorityFile;
    tls.authority_file = where.authority;
    platform::WebSocketConnectOptions options{.host = where.host,
                                              .port = where.port,
                                              .target = where.target,
                                              .tls = *platform::TlsContext::client(tls),
                                              .headers = std::move(where.headers),
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
        return ignore_message();
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
    if (socket) m_socket = std::move(*socket);
}

LiveListener::~LiveListener() {
    if (m_socket) {
        m_socket->close(platform::WebSocketCloseCode::Normal, "");
        std::ignore = is_closed(std::chrono::seconds(5));
    }
    m_io.stop();
    m_thread.join();
}

bool LiveListener::hears(const std::string& topic, const std::string& id, std::chrono::milliseconds patience) {
    std::unique_lock lock(m_mutex);
    return m_wake.wait_for(lock, patience, [&] {
        return std::ranges::any_of(m_heard, [&](const nlohmann::json& event) {
            return event.at("topic") == topic && event.at("ids").dump().find(id) != std::string::npos;
        });
    });
}

bool LiveListener::is_closed(std::chrono::milliseconds patience) {
    std::unique_lock lock(m_mutex);
    return m_wake.wait_for(lock, patience, [this] { return m_closed; });
}

}  // namespace doorward::tests
