#pragma once

#include "desktop-client/agent/ipc/admin_message.h"
#include "desktop-client/agent/services/channel_service.h"
#include "desktop-client/agent/services/counter_anchor.h"
#include "desktop-client/agent/services/store_key_file.h"
#include "platform/unix_socket.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <expected>
#include <filesystem>
#include <memory>

namespace doorward::agent {

/// admin.sock: for root alone, by the file's mode and by what the kernel says about the peer.
class AdminServer {
public:
    AdminServer(RosterService& roster, AuditService& audit, LogWitness& witness, Timekeeper& timekeeper,
                AccountCoordinator& accounts, SessionService& sessions, ChannelService& channel,
                const StoreKeyFile& keys, CounterAnchor& counter)
        : m_roster(roster),
          m_audit(audit),
          m_witness(witness),
          m_timekeeper(timekeeper),
          m_accounts(accounts),
          m_sessions(sessions),
          m_channel(channel),
          m_keys(keys),
          m_counter(counter) {}

    [[nodiscard]] std::expected<void, platform::UnixSocketError> listen(boost::asio::any_io_executor executor,
                                                                        const std::filesystem::path& path);
    void stop();

private:
    using Connection = std::shared_ptr<platform::UnixConnection>;
    [[nodiscard]] boost::asio::awaitable<void> serve(Connection connection);
    [[nodiscard]] boost::asio::awaitable<AdminReply> enrol(AdminRequest request);
    [[nodiscard]] boost::asio::awaitable<AdminReply> sync();
    [[nodiscard]] AdminReply status() const;
    [[nodiscard]] AdminReply sessions() const;
    [[nodiscard]] AdminReply diagnose() const;
    [[nodiscard]] AdminReply code_schemes() const;
    [[nodiscard]] AdminReply accounts();
    [[nodiscard]] AdminReply keys() const;
    [[nodiscard]] boost::asio::awaitable<AdminReply> move_keys(AdminRequest request);
    [[nodiscard]] AdminReply log_head() const;

    RosterService& m_roster;
    AuditService& m_audit;
    LogWitness& m_witness;
    Timekeeper& m_timekeeper;
    AccountCoordinator& m_accounts;
    SessionService& m_sessions;
    ChannelService& m_channel;
    const StoreKeyFile& m_keys;
    CounterAnchor& m_counter;
    std::unique_ptr<platform::UnixListener> m_listener;
};

}  // namespace doorward::agent
