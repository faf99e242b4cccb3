#pragma once
#include "desktop-client/ipc/message.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace doorward::tests {

// The agent's end of the socket, played by a test: each connection is given to `conversation`, one after the other,
// on a thread of its own. Everything blocks; a silent client is given up after ten seconds.
class FakeAgent {
public:
    class Connection {
    public:
        explicit Connection(int socket);
        [[nodiscard]] std::optional<ipc::ClientMessage> read() const;
        // The Begin that every connection starts with.
        [[nodiscard]] ipc::Begin begin() const;
        void write(const ipc::ServerMessage& message) const;
        void write_raw(std::string_view bytes) const;
        [[nodiscard]] ucred peer() const;

    private:
        int m_socket;
    };
    using Conversation = std::function<void(Connection&)>;

    FakeAgent(std::string path, Conversation conversation);
    ~FakeAgent();
    FakeAgent(const FakeAgent&) = delete;
    FakeAgent& operator=(const FakeAgent&) = delete;

    [[nodiscard]] int connections() const { return m_connections; }

private:
    void serve();

    std::string m_path;
    Conversation m_conversation;
    int m_listener = -1;
    std::atomic<int> m_connections = 0;
    std::thread m_thread;
};

[[nodiscard]] ipc::ServerMessage prompt(std::string_view text, ipc::Echo echo = ipc::Echo::Off);
[[nodiscard]] ipc::ServerMessage denied(ipc::DeniedReason reason, std::string_view text = {});

}  // namespace doorward::tests
