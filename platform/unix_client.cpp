#include "platform/unix_connection.h"
#include "platform/unix_frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace doorward::platform {
namespace {

using std::chrono::steady_clock;

std::expected<void, UnixSocketError> wait_for(int descriptor, short events, steady_clock::time_point end) {
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
        pollfd watched{descriptor, events, 0};
        const int ready = poll(&watched, 1, static_cast<int>(std::clamp<long>(left, 0, 3'600'000)));
        if (ready > 0) return {};
        if (ready == 0) return std::unexpected(UnixSocketError::TimedOut);
        if (errno != EINTR) return std::unexpected(UnixSocketError::InputOutput);
    }
}

std::expected<void, UnixSocketError> send_all(int descriptor, std::span<const std::uint8_t> bytes,
                                              steady_clock::time_point end) {
    while (!bytes.empty()) {
        if (auto ready = wait_for(descriptor, POLLOUT, end); !ready) return ready;
        const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return std::unexpected(UnixSocketError::Closed);
        } else if (errno != EAGAIN && errno != EINTR) {
            return std::unexpected(UnixSocketError::InputOutput);
        }
    }
    return {};
}

std::expected<void, UnixSocketError> receive_all(int descriptor, std::span<std::uint8_t> target, bool at_start,
                                                 steady_clock::time_point end) {
    std::size_t filled = 0;
    while (filled < target.size()) {
        if (auto ready = wait_for(descriptor, POLLIN, end); !ready) return ready;
        const ssize_t received = recv(descriptor, target.data() + filled, target.size() - filled, 0);
        if (received > 0) {
            filled += static_cast<std::size_t>(received);
        } else if (received == 0 || errno == ECONNRESET) {
            const bool between = at_start && filled == 0;
            return std::unexpected(between ? UnixSocketError::Closed : UnixSocketError::Truncated);
        } else if (errno != EAGAIN && errno != EINTR) {
            return std::unexpected(UnixSocketError::InputOutput);
        }
    }
    return {};
}

}  // namespace

std::expected<BlockingUnixClient, UnixSocketError> BlockingUnixClient::connect(const std::filesystem::path& path,
                                                                               uid_t expected_user,
                                                                               std::size_t frame_limit) {
    sockaddr_un address{};
    if (path.native().size() >= sizeof(address.sun_path)) return std::unexpected(UnixSocketError::Absent);
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return std::unexpected(UnixSocketError::InputOutput);
    BlockingUnixClient client(descriptor, frame_limit);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        switch (errno) {
            case EACCES:
            case EPERM:
                return std::unexpected(UnixSocketError::Denied);
            case EAGAIN:
                return std::unexpected(UnixSocketError::TimedOut);  // its queue is full: it hangs
            default:
                return std::unexpected(UnixSocketError::Absent);
        }
    }
    auto peer = peer_credentials(descriptor);
    if (!peer) return std::unexpected(peer.error());
    if (peer->user != expected_user) return std::unexpected(UnixSocketError::WrongPeer);
    return client;
}

BlockingUnixClient::BlockingUnixClient(BlockingUnixClient&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_frame_limit(other.m_frame_limit) {}

BlockingUnixClient& BlockingUnixClient::operator=(BlockingUnixClient&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_frame_limit, other.m_frame_limit);
    return *this;
}

BlockingUnixClient::~BlockingUnixClient() {
    if (m_descriptor >= 0) close(m_descriptor);
}

std::expected<void, UnixSocketError> BlockingUnixClient::send(std::span<const std::uint8_t> frame,
                                                              std::chrono::milliseconds deadline) {
    if (frame.empty() || frame.size() > m_frame_limit) return std::unexpected(UnixSocketError::TooLarge);
    const auto end = steady_clock::now() + deadline;
    if (auto head = send_all(m_descriptor, encode_frame_size(frame.size()), end); !head) return head;
    return send_all(m_descriptor, frame, end);
}

std::expected<Frame, UnixSocketError> BlockingUnixClient::receive(std::chrono::milliseconds deadline) {
    const auto end = steady_clock::now() + deadline;
    std::array<std::uint8_t, k_frame_head> head{};
    if (auto read = receive_all(m_descriptor, head, true, end); !read) return std::unexpected(read.error());
    const std::size_t size = decode_frame_size(head);
    if (size == 0 || size > m_frame_limit) return std::unexpected(UnixSocketError::TooLarge);
    Frame frame(size);
    if (auto read = receive_all(m_descriptor, frame, false, end); !read) return std::unexpected(read.error());
    return frame;
}

}  // namespace doorward::platform
