#include "platform/log.h"
#include "platform/unix_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <map>
#include <set>
#include <utility>

namespace doorward::platform {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using Socket = net::local::stream_protocol::socket;

const Logger k_log("socket");
constexpr auto k_outcome = net::as_tuple(net::use_awaitable);

// Everything here belongs to the acceptor's strand.
struct Listener : std::enable_shared_from_this<Listener> {
    Listener(net::any_io_executor from, UnixListenerOptions chosen, UnixListener::Handler call)
        : executor(from),
          strand(net::make_strand(from)),
          acceptor(strand),
          options(std::move(chosen)),
          handler(std::move(call)) {}

    net::any_io_executor executor;
    net::any_io_executor strand;
    net::local::stream_protocol::acceptor acceptor;
    UnixListenerOptions options;
    UnixListener::Handler handler;
    std::set<std::shared_ptr<UnixConnection>> connections;
    std::map<uid_t, std::size_t> users;
    dev_t device = 0;
    ino_t inode = 0;
};

bool admits(const Listener& listener, uid_t user) {
    if (listener.connections.size() >= listener.options.connection_limit) return false;
    const auto found = listener.users.find(user);
    return user == 0 || found == listener.users.end() || found->second < listener.options.connection_limit_per_user;
}

void forget(const std::shared_ptr<Listener>& listener, const std::shared_ptr<UnixConnection>& connection) {
    listener->connections.erase(connection);
    const auto found = listener->users.find(connection->peer().user);
    if (found != listener->users.end() && --found->second == 0) listener->users.erase(found);
}

void serve(const std::shared_ptr<Listener>& listener, Socket socket) {
    auto peer = peer_credentials(socket.native_handle());
    if (!peer || !admits(*listener, peer->user)) return;
    auto connection = make_unix_connection(std::move(socket), *peer, listener->options.frame_limit);
    listener->connections.insert(connection);
    ++listener->users[peer->user];
    net::co_spawn(connection->executor(), listener->handler(connection),
                  [listener, connection](std::exception_ptr failure) {
                      connection->close();
                      net::post(listener->strand, [listener, connection] { forget(listener, connection); });
                      if (!failure) return;
                      try {
                          std::rethrow_exception(failure);
                      } catch (const std::exception& error) {
                          k_log.error("handler_failed", {{LogField::Reason, error.what()}});
                      }
                  });
}

net::awaitable<void> accept_connections(std::shared_ptr<Listener> listener) {
    while (listener->acceptor.is_open()) {
        Socket socket(net::make_strand(listener->executor));
        auto [error] = co_await listener->acceptor.async_accept(socket, k_outcome);
        if (error == net::error::operation_aborted || error == net::error::bad_descriptor) co_return;
        if (error) {
            k_log.warning("accept_failed", {{LogField::Reason, error.message()}});
            net::steady_timer pause(listener->strand, std::chrono::milliseconds(100));
            co_await pause.async_wait(k_outcome);
            continue;
        }
        serve(listener, std::move(socket));
    }
}

class RunningListener final : public UnixListener {
public:
    explicit RunningListener(std::shared_ptr<Listener> listener) : m_listener(std::move(listener)) {}
    ~RunningListener() override { stop(); }

    void stop() override {
        if (std::exchange(m_stopped, true)) return;
        // Only our own: a successor may have put its socket in the place already.
        struct stat found{};
        const char* path = m_listener->options.path.c_str();
        if (lstat(path, &found) == 0 && found.st_dev == m_listener->device && found.st_ino == m_listener->inode) {
            unlink(path);
        }
        net::post(m_listener->strand, [listener = m_listener] {
            error_code ignored;
            listener->acceptor.close(ignored);
            for (const auto& connection : listener->connections) {
                net::post(connection->executor(), [connection] { connection->close(); });
            }
        });
    }

private:
    std::shared_ptr<Listener> m_listener;
    bool m_stopped = false;
};

// A socket file outlives the process that made it; one on which somebody still answers is left alone.
bool remove_abandoned(const std::filesystem::path& path) {
    struct stat found{};
    if (lstat(path.c_str(), &found) != 0) return errno == ENOENT;
    if (!S_ISSOCK(found.st_mode)) return false;
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    const int connected = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    const bool abandoned = connected != 0 && errno == ECONNREFUSED;
    close(descriptor);
    return abandoned && unlink(path.c_str()) == 0;
}

}  // namespace

std::expected<std::unique_ptr<UnixListener>, UnixSocketError> UnixListener::open(net::any_io_executor executor,
                                                                                 UnixListenerOptions options,
                                                                                 Handler handler) {
    const std::filesystem::path path = options.path;
    if (path.native().size() >= sizeof(sockaddr_un::sun_path)) return std::unexpected(UnixSocketError::InputOutput);
    if (!remove_abandoned(path)) return std::unexpected(UnixSocketError::Denied);
    auto listener = std::make_shared<Listener>(std::move(executor), std::move(options), std::move(handler));
    error_code error;
    auto& acceptor = listener->acceptor;
    acceptor.open(net::local::stream_protocol(), error);
    // Nobody connects between bind and chmod: a socket without permissions for others takes no connection from them,
    // and until listen() it takes none at all.
    if (!error && fchmod(acceptor.native_handle(), 0600) != 0) error = net::error::access_denied;
    if (!error) acceptor.bind(net::local::stream_protocol::endpoint(path.native()), error);
    if (!error && chmod(path.c_str(), listener->options.mode) != 0) error = net::error::access_denied;
    if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
    struct stat made{};
    if (!error && lstat(path.c_str(), &made) != 0) error = net::error::access_denied;
    if (error == net::error::access_denied) return std::unexpected(UnixSocketError::Denied);
    if (error) return std::unexpected(UnixSocketError::InputOutput);
    listener->device = made.st_dev;
    listener->inode = made.st_ino;
    net::co_spawn(listener->strand, accept_connections(listener), net::detached);
    return std::make_unique<RunningListener>(std::move(listener));
}

}  // namespace doorward::platform
