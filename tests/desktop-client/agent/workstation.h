#pragma once

#include "desktop-client/agent/agent.h"
#include "desktop-client/agent/event_loop.h"
#include "desktop-client/agent/ipc/admin_message.h"
#include "desktop-client/ipc/message.h"
#include "platform/unix_socket.h"
#include "tests/desktop-client/agent/fakes.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace doorward::tests {

/// A folder of its own with a store that outlives the agent, and the whole agent on a thread or in a child process,
/// with its real sockets. Needs root, as the agent does.
class Workstation {
public:
    Workstation();
    ~Workstation();
    Workstation(const Workstation&) = delete;
    Workstation& operator=(const Workstation&) = delete;

    /// The text the agent gave where it refuses to start.
    [[nodiscard]] std::optional<std::string> start();
    void stop();
    /// Takes Doorward out, with the agent stopped; `with_link` runs meanwhile on this thread.
    [[nodiscard]] agent::Agent::Removed remove(agent::RemovalWish wish, const std::function<void()>& with_link = {});
    /// The same in a process that can be killed; it has its own copy of the fakes.
    [[nodiscard]] pid_t start_in_child();

    [[nodiscard]] const agent::Config& config() const { return m_config; }
    [[nodiscard]] agent::Config& config() { return m_config; }

    FakeClock clock;
    FakeProcesses processes;
    FakeAccounts accounts;
    std::string identity = "firmware of the test";

private:
    std::filesystem::path m_folder;
    agent::Config m_config;
    std::unique_ptr<agent::EventLoop> m_context;
    std::unique_ptr<agent::Agent> m_agent;
    std::thread m_thread;
};

/// The module's end of pam.sock, one exchange.
class PamExchange {
public:
    struct Request {
        ipc::Phase phase = ipc::Phase::Authenticate;
        ipc::Conversation conversation = ipc::Conversation::Interactive;
        std::string account = "msp-nik";
        std::string service = "sshd";
        std::string remote_host = "192.0.2.7";
        uid_t caller = 0;
    };
    PamExchange(const Workstation& workstation, const Request& request);

    /// The next message that is not Wait; nothing when the agent closed.
    [[nodiscard]] std::optional<ipc::ServerMessage> next();
    /// The next message, Wait or not.
    [[nodiscard]] std::optional<ipc::ServerMessage> next_or_wait();
    /// The text of a prompt; empty if something else came.
    [[nodiscard]] std::string prompt();
    void answer(std::string_view text);
    /// As the module does where the application had no answer.
    void abort();
    /// Whatever is said before the end, left out.
    [[nodiscard]] std::optional<ipc::ServerMessage> verdict();
    void close() { m_client.reset(); }

private:
    std::optional<platform::BlockingUnixClient> m_client;
};

[[nodiscard]] bool is_granted(const std::optional<ipc::ServerMessage>& message);
[[nodiscard]] std::optional<ipc::DeniedReason> denied_reason(const std::optional<ipc::ServerMessage>& message);

/// One whole sign-in by code, as far as PAM's authentication goes.
[[nodiscard]] std::optional<ipc::ServerMessage> sign_in_with(const Workstation& workstation, std::string_view code,
                                                             const PamExchange::Request& request = {});
/// A phase without questions.
[[nodiscard]] std::optional<ipc::ServerMessage> phase(const Workstation& workstation, ipc::Phase phase,
                                                      std::string service = "sshd");

[[nodiscard]] agent::AdminReply ask_agent(const Workstation& workstation, const agent::AdminRequest& request);
[[nodiscard]] agent::AdminReply ask_agent(const Workstation& workstation, agent::AdminVerb verb);
[[nodiscard]] std::optional<agent::AdminValue> value_of(const agent::AdminReply& reply, std::string_view name);

}  // namespace doorward::tests
