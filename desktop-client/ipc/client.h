#pragma once
#include "desktop-client/ipc/message.h"

#include <expected>

namespace doorward::ipc {

// The module's end: one blocking exchange with the agent. An agent that is absent is seen at once, one that hangs
// within 2 s; a server whose uid is not 0 is refused before anything is sent. Not shared between threads.
class Client {
public:
    [[nodiscard]] static std::expected<Client, Error> connect(const char* path) noexcept;
    Client(Client&& other) noexcept;
    Client& operator=(Client&& other) noexcept;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    [[nodiscard]] std::expected<void, Error> send(const ClientMessage& message) noexcept;
    // The next message that is not Wait. Time in here counts against the 75 s of the whole exchange; the time a
    // person takes to answer a prompt does not.
    [[nodiscard]] std::expected<ServerMessage, Error> receive() noexcept;

private:
    explicit Client(int socket) noexcept : m_socket(socket) {}
    [[nodiscard]] std::expected<void, Error> read_exactly(std::span<std::byte> buffer, long long deadline_ms) noexcept;

    int m_socket = -1;
    long long m_waited_ms = 0;
};

}  // namespace doorward::ipc
