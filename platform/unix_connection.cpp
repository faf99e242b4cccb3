#include "platform/unix_connection.h"

#include "platform/unix_frame.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace doorward::platform {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using Socket = net::local::stream_protocol::socket;

constexpr auto k_outcome = net::as_tuple(net::use_awaitable);

class Connection final : public UnixConnection, public std::enable_shared_from_this<Connection> {
public:
    Connection(Socket socket, PeerCredentials peer, std::size_t frame_limit)
        : m_socket(std::move(socket)),
          m_receive_deadline(m_socket.get_executor()),
          m_send_deadline(m_socket.get_executor()),
          m_peer(peer),
          m_frame_limit(frame_limit) {}

    const PeerCredentials& peer() const override { return m_peer; }
    net::any_io_executor executor() const override { return const_cast<Socket&>(m_socket).get_executor(); }

    net::awaitable<std::expected<Frame, UnixSocketError>> receive(std::chrono::milliseconds deadline) override {
        const auto self = shared_from_this();
        start(m_receive_deadline, deadline);
        std::array<std::uint8_t, k_frame_head> head{};
        auto [head_error, head_size] = co_await net::async_read(m_socket, net::buffer(head), k_outcome);
        if (head_error) co_return std::unexpected(reason(head_error, head_size == 0));
        const std::size_t size = decode_frame_size(head);
        if (size == 0 || size > m_frame_limit) {
            close();
            co_return std::unexpected(UnixSocketError::TooLarge);
        }
        Frame frame(size);
        auto [body_error, body_size] = co_await net::async_read(m_socket, net::buffer(frame), k_outcome);
        if (body_error) co_return std::unexpected(reason(body_error, false));
        m_receive_deadline.cancel();
        co_return frame;
    }

    net::awaitable<std::expected<void, UnixSocketError>> send(Frame frame,
                                                              std::chrono::milliseconds deadline) override {
        const auto self = shared_from_this();
        if (frame.empty() || frame.size() > m_frame_limit) co_return std::unexpected(UnixSocketError::TooLarge);
        start(m_send_deadline, deadline);
        const auto head = encode_frame_size(frame.size());
        const std::array<net::const_buffer, 2> parts{net::buffer(head), net::buffer(frame)};
        auto [error, size] = co_await net::async_write(m_socket, parts, k_outcome);
        if (error) co_return std::unexpected(reason(error, true));
        m_send_deadline.cancel();
        co_return std::expected<void, UnixSocketError>();
    }

    net::awaitable<void> wait_for_close() override {
        const auto self = shared_from_this();
        co_await m_socket.async_wait(net::socket_base::wait_read, k_outcome);
    }

    void close() override {
        error_code ignored;
        m_socket.close(ignored);
        m_receive_deadline.cancel();
        m_send_deadline.cancel();
    }

private:
    void start(net::steady_timer& timer, std::chrono::milliseconds deadline) {
        timer.expires_after(deadline);
        timer.async_wait([weak = weak_from_this()](error_code error) {
            if (error) return;
            if (auto self = weak.lock()) {
                self->m_expired = true;
                self->close();
            }
        });
    }

    UnixSocketError reason(error_code error, bool between_frames) {
        m_receive_deadline.cancel();
        m_send_deadline.cancel();
        if (m_expired) return UnixSocketError::TimedOut;
        const bool gone = error == net::error::eof || error == net::error::broken_pipe ||
                          error == net::error::connection_reset || error == net::error::operation_aborted ||
                          error == net::error::bad_descriptor;
        if (!gone) return UnixSocketError::InputOutput;
        return between_frames ? UnixSocketError::Closed : UnixSocketError::Truncated;
    }

    Socket m_socket;
    net::steady_timer m_receive_deadline;
    net::steady_timer m_send_deadline;
    PeerCredentials m_peer;
    std::size_t m_frame_limit;
    bool m_expired = false;
};

net::awaitable<std::expected<std::shared_ptr<UnixConnection>, UnixSocketError>> connect_on_strand(
    std::filesystem::path path, uid_t expected_user, std::size_t frame_limit) {
    Socket socket(co_await net::this_coro::executor);
    if (path.native().size() >= sizeof(sockaddr_un::sun_path)) co_return std::unexpected(UnixSocketError::Absent);
    const net::local::stream_protocol::endpoint endpoint(path.native());
    auto [error] = co_await socket.async_connect(endpoint, k_outcome);
    if (error == net::error::access_denied) co_return std::unexpected(UnixSocketError::Denied);
    if (error) co_return std::unexpected(UnixSocketError::Absent);
    auto peer = peer_credentials(socket.native_handle());
    if (!peer) co_return std::unexpected(peer.error());
    if (peer->user != expected_user) co_return std::unexpected(UnixSocketError::WrongPeer);
    co_return make_unix_connection(std::move(socket), *peer, frame_limit);
}

}  // namespace

std::string_view to_string(UnixSocketError error) {
    switch (error) {
        case UnixSocketError::Absent:
            return "nobody listens";
        case UnixSocketError::Denied:
            return "permission denied";
        case UnixSocketError::WrongPeer:
            return "the other end is not the expected user";
        case UnixSocketError::TooLarge:
            return "frame size not allowed";
        case UnixSocketError::Closed:
            return "closed by the other end";
        case UnixSocketError::Truncated:
            return "closed inside a frame";
        case UnixSocketError::TimedOut:
            return "timed out";
        case UnixSocketError::InputOutput:
            return "input/output error";
    }
    return "unknown";
}

std::expected<PeerCredentials, UnixSocketError> peer_credentials(int descriptor) {
    ucred found{};
    socklen_t size = sizeof(found);
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0 || size != sizeof(found)) {
        return std::unexpected(UnixSocketError::InputOutput);
    }
    return PeerCredentials{found.pid, found.uid, found.gid};
}

std::shared_ptr<UnixConnection> make_unix_connection(Socket socket, PeerCredentials peer, std::size_t frame_limit) {
    return std::make_shared<Connection>(std::move(socket), peer, frame_limit);
}

net::awaitable<std::expected<std::shared_ptr<UnixConnection>, UnixSocketError>> connect_unix(std::filesystem::path path,
                                                                                             uid_t expected_user,
                                                                                             std::size_t frame_limit) {
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto strand = net::any_io_executor(net::make_strand(executor));
    auto connecting = connect_on_strand(std::move(path), expected_user, frame_limit);
    co_return co_await net::co_spawn(strand, std::move(connecting), net::use_awaitable);
}

}  // namespace doorward::platform
