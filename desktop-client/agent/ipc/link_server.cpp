#include "desktop-client/agent/ipc/link_server.h"

#include "platform/log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <pwd.h>

#include <array>
#include <chrono>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"link"};
constexpr auto k_patience = std::chrono::hours(24 * 365);
constexpr auto k_write_deadline = 30s;
constexpr std::size_t k_most_queued = std::size_t{8} * 1024 * 1024;

}  // namespace

std::expected<void, platform::UnixSocketError> LinkServer::listen(asio::any_io_executor executor,
                                                                  const std::filesystem::path& path) {
    platform::UnixListenerOptions options;
    options.path = path;
    options.mode = 0666;
    options.frame_limit = link::k_frame_limit;
    options.connection_limit = 8;
    options.connection_limit_per_user = 2;
    auto listener =
        platform::UnixListener::open(std::move(executor), std::move(options),
                                     [this](Connection connection) { return receive_all(std::move(connection)); });
    if (!listener) return std::unexpected(listener.error());
    m_listener = std::move(*listener);
    return {};
}

void LinkServer::stop() {
    if (m_listener) m_listener->stop();
}

// Looked up each time: the service manager makes a dynamic user when it starts the unit, perhaps after us.
bool LinkServer::is_link(uid_t user) const {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer;
    if (getpwnam_r(m_user.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return false;
    return entry.pw_uid == user;
}

asio::awaitable<void> LinkServer::receive_all(Connection connection) {
    if (!is_link(connection->peer().user)) {
        k_log.warning("refused", {{LogField::Source, std::to_string(connection->peer().user)}});
        co_return;
    }
    if (m_connection) {
        // A link that was started again; the end of the one before has not arrived yet.
        m_connection->close();
        m_channel->link_went();
    }
    m_connection = connection;
    m_queue.clear();
    m_queued_bytes = 0;
    m_writing = false;
    k_log.info("connected");
    m_channel->link_came();
    for (;;) {
        const auto frame = co_await connection->receive(k_patience);
        if (!frame) break;
        const auto message = link::decode_link_message(*frame);
        if (!message) {
            k_log.error("message", {{LogField::Reason, link::to_string(message.error())}});
            break;
        }
        m_channel->link_said(*message);
    }
    if (m_connection != connection) co_return;
    m_connection.reset();
    k_log.warning("gone");
    m_channel->link_went();
}

void LinkServer::post(const link::AgentMessage& message) {
    if (!m_connection) return;
    auto frame = link::encode(message);
    m_queued_bytes += frame.size();
    if (m_queued_bytes > k_most_queued) {
        k_log.error("stuck");
        m_connection->close();
        return;
    }
    m_queue.push_back(std::move(frame));
    if (m_writing) return;
    m_writing = true;
    asio::co_spawn(m_connection->executor(), write_queue(m_connection), asio::detached);
}

asio::awaitable<void> LinkServer::write_queue(Connection connection) {
    while (m_connection == connection && !m_queue.empty()) {
        platform::Frame frame = std::move(m_queue.front());
        m_queue.pop_front();
        m_queued_bytes -= frame.size();
        const auto sent = co_await connection->send(std::move(frame), k_write_deadline);
        if (!sent) {
            connection->close();
            break;
        }
    }
    if (m_connection == connection) m_writing = false;
}

}  // namespace doorward::agent
