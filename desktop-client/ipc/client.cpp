#include "desktop-client/ipc/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

namespace doorward::ipc {
namespace {

// A hung agent's victims are told within 2 s: what comes after the wait is part of that.
constexpr long long k_reply_ms = 1'950;
constexpr long long k_exchange_ms = 75'000;
// A full backlog of a living agent clears in a moment; a hung agent's does not.
constexpr int k_backlog_retry_ms = 10;

long long now_ms() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<long long>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

[[nodiscard]] std::expected<void, Error> wait_for(int socket, short events, long long deadline_ms) noexcept {
    for (;;) {
        const long long left = deadline_ms - now_ms();
        if (left <= 0) return std::unexpected(Error::Timeout);
        pollfd entry{socket, events, 0};
        const int ready = poll(&entry, 1, static_cast<int>(left));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return std::unexpected(Error::System);
    }
}

[[nodiscard]] bool server_is_root(int socket) noexcept {
    ucred peer{};
    socklen_t size = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer && peer.uid == 0;
}

}  // namespace

std::expected<Client, Error> Client::connect(const char* path) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string_view name(path);
    if (name.size() >= sizeof address.sun_path) return std::unexpected(Error::System);
    name.copy(address.sun_path, name.size());

    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return std::unexpected(Error::System);
    Client client(socket);
    const long long deadline = now_ms() + k_reply_ms;
    while (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EINTR) continue;
        if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) return std::unexpected(Error::NoServer);
        if (errno != EAGAIN) return std::unexpected(Error::System);
        if (now_ms() >= deadline) return std::unexpected(Error::Timeout);
        poll(nullptr, 0, k_backlog_retry_ms);
    }
    if (!server_is_root(socket)) return std::unexpected(Error::UntrustedServer);
    return client;
}

Client::Client(Client&& other) noexcept : m_socket(std::exchange(other.m_socket, -1)), m_waited_ms(other.m_waited_ms) {}

Client& Client::operator=(Client&& other) noexcept {
    std::swap(m_socket, other.m_socket);
    std::swap(m_waited_ms, other.m_waited_ms);
    return *this;
}

Client::~Client() {
    if (m_socket >= 0) close(m_socket);
}

std::expected<void, Error> Client::send(const ClientMessage& message) noexcept {
    const Frame frame = encode(message);
    auto rest = frame.bytes();
    const long long deadline = now_ms() + k_reply_ms;
    while (!rest.empty()) {
        const ssize_t sent = ::send(m_socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            rest = rest.subspan(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (const auto ready = wait_for(m_socket, POLLOUT, deadline); !ready) return ready;
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return std::unexpected(Error::Closed);
        } else if (errno != EINTR) {
            return std::unexpected(Error::System);
        }
    }
    return {};
}

std::expected<void, Error> Client::read_exactly(std::span<std::byte> buffer, long long deadline_ms) noexcept {
    while (!buffer.empty()) {
        const ssize_t got = recv(m_socket, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            buffer = buffer.subspan(static_cast<std::size_t>(got));
        } else if (got == 0 || errno == ECONNRESET) {
            return std::unexpected(Error::Closed);
        } else if (errno == EAGAIN) {
            if (const auto ready = wait_for(m_socket, POLLIN, deadline_ms); !ready) return ready;
        } else if (errno != EINTR) {
            return std::unexpected(Error::System);
        }
    }
    return {};
}

std::expected<ServerMessage, Error> Client::receive() noexcept {
    for (;;) {
        if (m_waited_ms >= k_exchange_ms) return std::unexpected(Error::Timeout);
        const long long start = now_ms();
        const long long deadline = start + std::min(k_reply_ms, k_exchange_ms - m_waited_ms);

        std::array<std::byte, k_header_size> header;
        if (const auto read = read_exactly(header, deadline); !read) return std::unexpected(read.error());
        const auto length = decode_length(header);
        if (!length) return std::unexpected(length.error());
        std::array<std::byte, k_max_payload> buffer;
        const auto payload = std::span(buffer).first(*length);
        if (const auto read = read_exactly(payload, deadline); !read) return std::unexpected(read.error());
        m_waited_ms += now_ms() - start;

        auto message = decode_server_message(payload);
        if (!message || !std::holds_alternative<Wait>(*message)) return message;
        // A server that sends Wait without pause would keep us busy for ever: time it at one millisecond at least.
        ++m_waited_ms;
    }
}

}  // namespace doorward::ipc
