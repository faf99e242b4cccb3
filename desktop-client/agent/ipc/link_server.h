#pragma once

#include "desktop-client/agent/services/channel_service.h"
#include "platform/unix_socket.h"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <deque>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

namespace doorward::agent {

/// link.sock: one connection, of one user only; a new one replaces the old. What it says is bounded by its codec and
/// believed by nobody.
class LinkServer final : public LinkPort {
public:
    explicit LinkServer(std::string user) : m_user(std::move(user)) {}

    void serve(ChannelService& channel) { m_channel = &channel; }
    [[nodiscard]] std::expected<void, platform::UnixSocketError> listen(boost::asio::any_io_executor executor,
                                                                        const std::filesystem::path& path);
    void stop();

    [[nodiscard]] bool is_present() const override { return m_connection != nullptr; }
    void post(const link::AgentMessage& message) override;

private:
    using Connection = std::shared_ptr<platform::UnixConnection>;
    [[nodiscard]] boost::asio::awaitable<void> receive_all(Connection connection);
    [[nodiscard]] boost::asio::awaitable<void> write_queue(Connection connection);
    [[nodiscard]] bool is_link(uid_t user) const;

    std::string m_user;
    ChannelService* m_channel = nullptr;
    Connection m_connection;
    std::deque<platform::Frame> m_queue;
    std::size_t m_queued_bytes = 0;
    bool m_writing = false;
    std::unique_ptr<platform::UnixListener> m_listener;
};

}  // namespace doorward::agent
