#pragma once

#include "mobile-bridge/relay/approval_service.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/store.h"
#include "platform/clock.h"
#include "platform/websocket.h"
#include "protocol/channel_handshake.h"
#include "protocol/device_message.h"
#include "protocol/portal_message.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace doorward::portal {

class DeviceChannels;
class RateLimiter;
class TenantRosters;

/// What every channel needs; outlives them all.
struct ChannelServices {
    Store& store;
    TenantRosters& rosters;
    roster_service::HeadSigner signer;
    protocol::Incarnation incarnation;
    relay::ApprovalService& approvals;
    DeviceChannels& channels;
    const platform::Clock& clock;
    RateLimiter& sign_ins;  ///< requests, per device, whatever the connection
    RateLimiter& statuses;  ///< likewise
    const Deployment& deployment;
    bool restored = false;  ///< from a backup, once
};

/// One connection of one workstation (WIRE.md section 4). Until the hello has been verified over this very TLS channel
/// nothing is believed and nothing is sent but the challenge. Runs on the connection's strand.
class DeviceChannel final : public std::enable_shared_from_this<DeviceChannel> {
public:
    /// `number` grows from one connection to the next.
    DeviceChannel(ChannelServices& services, std::uint64_t number);
    [[nodiscard]] std::uint64_t number() const { return m_number; }

    void opened(std::shared_ptr<platform::WebSocket> socket);
    [[nodiscard]] boost::asio::awaitable<void> received(platform::WebSocketMessage message);
    void closed();

    // Called by DeviceChannels, on the portal's I/O thread.
    void send(const protocol::PortalMessage& message);
    void goodbye(protocol::GoodbyeReason reason);
    /// There may be something new: sends it, soon and once however often it is asked.
    void sync_soon();

private:
    enum class Stage : std::uint8_t { Hello, Enrolment, Ready, Closed };

    void start_sync_timer();
    void protocol_error(std::string_view what);
    [[nodiscard]] bool welcome(const protocol::HelloBody& hello, const device_service::Standing& standing);
    [[nodiscard]] boost::asio::awaitable<void> become_ready(DeviceRecord device, std::int64_t held_revision);
    [[nodiscard]] boost::asio::awaitable<void> note_stranger(protocol::DeviceId id);
    [[nodiscard]] boost::asio::awaitable<void> sync();
    [[nodiscard]] boost::asio::awaitable<protocol::SignInProgress> judge(protocol::SignInRequest request);
    void send_sync(roster_service::Sync sync);
    void send_order(std::optional<protocol::SignedEnvelope> order);

    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::HelloMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::EnrolMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::AppliedMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::OutOfStepMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::SignInRequestMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::SignInCancelMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::AuditMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::StatusMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::LogHeadRequestMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::BreakGlassCodeMessage message);
    [[nodiscard]] boost::asio::awaitable<void> handle(protocol::RemovalMessage message);

    ChannelServices& m_services;
    std::uint64_t m_number;
    std::shared_ptr<platform::WebSocket> m_socket;
    std::unique_ptr<boost::asio::steady_timer> m_timer;
    Stage m_stage = Stage::Hello;
    protocol::ChannelNonce m_nonce{};
    std::optional<protocol::HelloBody> m_hello;
    std::optional<DeviceRecord> m_device;
    std::int64_t m_sent_revision = 0;
    bool m_syncing = false;
    bool m_sync_again = false;
    bool m_full_was_sent = false;
    std::optional<std::string> m_sent_order;    ///< its body
    std::optional<std::int64_t> m_log_head_at;  ///< boot time
};

}  // namespace doorward::portal
