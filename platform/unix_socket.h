#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class UnixSocketError {
    Absent,     ///< nothing listens there
    Denied,     ///< this process may not connect or bind
    WrongPeer,  ///< the other end is not the user it should be
    TooLarge,   ///< a frame over the limit, or of length 0
    Closed,     ///< the other end closed between frames
    Truncated,  ///< the other end closed inside a frame
    TimedOut,
    InputOutput,
};
[[nodiscard]] std::string_view to_string(UnixSocketError error);

/// Who is at the other end, as the kernel recorded it when it connected (SO_PEERCRED).
struct PeerCredentials {
    pid_t process = 0;
    uid_t user = 0;
    gid_t group = 0;
};

using Frame = std::vector<std::uint8_t>;

/// One connection that carries frames: length as 32 bits little-endian, then that many bytes. Belongs to one strand;
/// one receive() and one send() at a time. Every call ends by its deadline.
class UnixConnection {
public:
    virtual ~UnixConnection() = default;
    [[nodiscard]] virtual const PeerCredentials& peer() const = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<Frame, UnixSocketError>> receive(
        std::chrono::milliseconds deadline) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, UnixSocketError>> send(
        Frame frame, std::chrono::milliseconds deadline) = 0;
    /// Ends when the other side has closed (or sent something unasked): to drop work nobody waits for.
    [[nodiscard]] virtual boost::asio::awaitable<void> wait_for_close() = 0;
    [[nodiscard]] virtual boost::asio::any_io_executor executor() const = 0;
    virtual void close() = 0;
};

struct UnixListenerOptions {
    std::filesystem::path path;
    mode_t mode = 0600;
    std::size_t frame_limit = 4096;
    std::size_t connection_limit = 256;          ///< further connections are closed at once
    std::size_t connection_limit_per_user = 64;  ///< of these; does not bind root
};

/// Accepts connections and runs `handler` for each on a strand of its own; the connection is closed when it returns.
/// An old socket file is replaced only if nothing answers on it. stop() closes the listener and all connections.
class UnixListener {
public:
    using Handler = std::function<boost::asio::awaitable<void>(std::shared_ptr<UnixConnection>)>;

    [[nodiscard]] static std::expected<std::unique_ptr<UnixListener>, UnixSocketError> open(
        boost::asio::any_io_executor executor, UnixListenerOptions options, Handler handler);
    virtual ~UnixListener() = default;
    virtual void stop() = 0;
};

/// Connects without blocking the executor's thread; the peer must run as `expected_user`.
[[nodiscard]] boost::asio::awaitable<std::expected<std::shared_ptr<UnixConnection>, UnixSocketError>> connect_unix(
    std::filesystem::path path, uid_t expected_user, std::size_t frame_limit);

/// The client for programs without an executor: blocks, at most until the deadline of each call.
class BlockingUnixClient {
public:
    [[nodiscard]] static std::expected<BlockingUnixClient, UnixSocketError> connect(const std::filesystem::path& path,
                                                                                    uid_t expected_user,
                                                                                    std::size_t frame_limit = 4096);
    BlockingUnixClient(BlockingUnixClient&& other) noexcept;
    BlockingUnixClient& operator=(BlockingUnixClient&& other) noexcept;
    ~BlockingUnixClient();

    [[nodiscard]] std::expected<void, UnixSocketError> send(std::span<const std::uint8_t> frame,
                                                            std::chrono::milliseconds deadline);
    [[nodiscard]] std::expected<Frame, UnixSocketError> receive(std::chrono::milliseconds deadline);

private:
    BlockingUnixClient(int descriptor, std::size_t frame_limit)
        : m_descriptor(descriptor), m_frame_limit(frame_limit) {}
    int m_descriptor = -1;
    std::size_t m_frame_limit = 0;
};

}  // namespace doorward::platform
