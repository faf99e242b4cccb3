#pragma once

#include "crypto/random.h"
#include "platform/websocket_client.h"
#include "protocol/device_message.h"
#include "protocol/portal_message.h"
#include "tests/bench/portal_bed.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>

namespace doorward::bench {

/// A workstation's end of the device channel: introduces itself, takes its roster, asks for sign-ins. Belongs to a
/// context of one thread.
class DeviceClient : public std::enable_shared_from_this<DeviceClient> {
public:
    explicit DeviceClient(BenchDevice device) : m_device(std::move(device)) {}

    /// Ends when the device has applied its roster.
    [[nodiscard]] boost::asio::awaitable<void> connect(platform::TlsContext tls);
    void send(const std::string& text);
    /// The next word about a request: its state, or the phone's answer.
    [[nodiscard]] boost::asio::awaitable<protocol::PortalMessage> next();

    [[nodiscard]] const BenchDevice& device() const { return m_device; }

private:
    [[nodiscard]] boost::asio::awaitable<void> take(platform::WebSocketMessage text);
    void introduce(const protocol::ChallengeMessage& challenge);
    void apply(const protocol::SyncMessage& sync);
    void wake();

    BenchDevice m_device;
    std::shared_ptr<platform::WebSocket> m_socket;
    std::unique_ptr<boost::asio::steady_timer> m_signal;
    std::optional<protocol::PortalMessage> m_news;
    bool m_ready = false;
    bool m_closed = false;
};

}  // namespace doorward::bench
