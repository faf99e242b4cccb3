#pragma once

#include "desktop-client/agent/process_identity.h"
#include "desktop-client/agent/services/account_coordinator.h"
#include "desktop-client/agent/services/session_service.h"
#include "desktop-client/agent/services/sign_in_service.h"
#include "desktop-client/ipc/message.h"
#include "platform/unix_socket.h"

#include <boost/asio/any_io_executor.hpp>

#include <expected>
#include <filesystem>
#include <memory>

namespace doorward::agent {

/// pam.sock. Anybody can connect; the kernel says who it is, and that is looked at before a byte is parsed: root may
/// use every verb, a managed user only ask for itself (reauthenticate), nobody else anything.
class PamServer {
public:
    PamServer(SignInService& sign_in, SessionService& sessions, AccountCoordinator& accounts,
              const ProcessTable& processes)
        : m_sign_in(sign_in), m_sessions(sessions), m_accounts(accounts), m_processes(processes) {}

    [[nodiscard]] std::expected<void, platform::UnixSocketError> listen(boost::asio::any_io_executor executor,
                                                                        const std::filesystem::path& path);
    void stop();

private:
    using Connection = std::shared_ptr<platform::UnixConnection>;
    [[nodiscard]] boost::asio::awaitable<void> serve(Connection connection);
    [[nodiscard]] boost::asio::awaitable<ipc::ServerMessage> answer(Connection connection, ipc::Begin begin);

    SignInService& m_sign_in;
    SessionService& m_sessions;
    AccountCoordinator& m_accounts;
    const ProcessTable& m_processes;
    std::unique_ptr<platform::UnixListener> m_listener;
};

}  // namespace doorward::agent
