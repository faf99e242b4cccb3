#include "platform/http_server.h"

#include "platform/http_session.h"
#include "platform/letter_case.h"
#include "platform/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>
#include <utility>

namespace doorward::platform {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

const Logger k_log("http");
constexpr auto k_outcome = net::as_tuple(net::use_awaitable);

struct Listener {
    explicit Listener(net::any_io_executor executor) : acceptor(net::make_strand(std::move(executor))) {}

    std::shared_ptr<const TlsServerNames> current_names() {
        const std::lock_guard lock(mutex);
        return names;
    }

    tcp::acceptor acceptor;
    std::shared_ptr<HttpListenerContext> context = std::make_shared<HttpListenerContext>();
    std::mutex mutex;
    std::shared_ptr<const TlsServerNames> names;  // replaced as a whole when a certificate changes
};

net::awaitable<void> accept_connections(std::shared_ptr<Listener> listener, net::any_io_executor executor) {
    while (listener->acceptor.is_open()) {
        tcp::socket socket(net::make_strand(executor));
        auto [error] = co_await listener->acceptor.async_accept(socket, k_outcome);
        if (error == net::error::operation_aborted || error == net::error::bad_descriptor) co_return;
        if (error) {
            // Out of descriptors, most likely: wait for some to come back rather than spin.
            k_log.warning("accept_failed", {{LogField::Reason, error.message()}});
            net::steady_timer pause(listener->acceptor.get_executor(), std::chrono::milliseconds(100));
            co_await pause.async_wait(k_outcome);
            continue;
        }
        error_code gone;
        const tcp::endpoint peer = socket.remote_endpoint(gone);
        if (gone) continue;
        auto slot = listener->context->registry->admit(peer.address().to_string());
        if (slot == nullptr) continue;
        start_http_session(std::move(socket), listener->context, listener->current_names(), std::move(slot),
                           peer.port());
    }
}

class RunningHttpServer final : public HttpServer {
public:
    RunningHttpServer(net::any_io_executor executor, const HttpServerLimits& limits)
        : m_executor(std::move(executor)),
          m_limits(limits),
          m_registry(std::make_shared<ConnectionRegistry>(limits.connections, limits.connections_per_address)) {}

    ~RunningHttpServer() override {
        for (const auto& listener : m_listeners)
            close(listener);
        for (const auto& connection : m_registry->connections())
            connection->abort();
    }

    std::expected<void, HttpServerError> listen(HttpListenerOptions options) {
        if (options.origins.empty()) return std::unexpected(HttpServerError::Internal);
        error_code error;
        const auto address = net::ip::make_address(options.address, error);
        if (error) return std::unexpected(HttpServerError::AddressInvalid);
        auto listener = std::make_shared<Listener>(m_executor);
        std::vector<TlsServerNames::Entry> entries;
        for (HttpOrigin& origin : options.origins) {
            std::string host = lower_case(std::move(origin.host));
            listener->context->handlers.emplace_back(host, std::move(origin.handler));
            entries.push_back(TlsServerNames::Entry{std::move(host), std::move(origin.tls)});
        }
        listener->names = std::make_shared<const TlsServerNames>(std::move(entries));
        listener->context->limits = m_limits;
        listener->context->registry = m_registry;

        const tcp::endpoint endpoint(address, options.port);
        listener->acceptor.open(endpoint.protocol(), error);
        if (!error) listener->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        // [::] means IPv6 only, so that 0.0.0.0 can be listened on beside it.
        if (!error && address.is_v6()) listener->acceptor.set_option(net::ip::v6_only(true), error);
        if (!error) listener->acceptor.bind(endpoint, error);
        if (!error) listener->acceptor.listen(net::socket_base::max_listen_connections, error);
        if (error == net::error::address_in_use) return std::unexpected(HttpServerError::AddressInUse);
        if (error == net::error::access_denied) return std::unexpected(HttpServerError::Denied);
        if (error == boost::system::errc::address_not_available)
            return std::unexpected(HttpServerError::AddressInvalid);
        if (error) return std::unexpected(HttpServerError::Internal);
        m_listeners.push_back(std::move(listener));
        return {};
    }

    void run() {
        for (const auto& listener : m_listeners) {
            net::co_spawn(listener->acceptor.get_executor(), accept_connections(listener, m_executor), net::detached);
        }
    }

    std::vector<std::uint16_t> ports() const override {
        std::vector<std::uint16_t> ports;
        for (const auto& listener : m_listeners) {
            error_code ignored;
            ports.push_back(listener->acceptor.local_endpoint(ignored).port());
        }
        return ports;
    }

    void replace_certificate(std::string_view host, TlsContext tls) override {
        const std::string wanted = lower_case(std::string(host));
        for (const auto& listener : m_listeners) {
            const std::lock_guard lock(listener->mutex);
            auto entries = listener->names->entries();
            for (TlsServerNames::Entry& entry : entries) {
                if (entry.host == wanted) entry.context = tls;
            }
            listener->names = std::make_shared<const TlsServerNames>(std::move(entries));
        }
    }

    std::size_t connection_count() const override { return m_registry->count(); }

    net::awaitable<void> stop(std::chrono::milliseconds patience) override {
        m_registry->stop();
        for (const auto& listener : m_listeners)
            close(listener);
        for (const auto& connection : m_registry->connections())
            connection->finish_soon();
        co_await wait_until_empty(patience);
        for (const auto& connection : m_registry->connections())
            connection->abort();
        // A handler that still computes holds its connection a little longer; it answers nobody.
        co_await wait_until_empty(std::chrono::seconds(2));
    }

private:
    static void close(const std::shared_ptr<Listener>& listener) {
        net::post(listener->acceptor.get_executor(), [listener] {
            error_code ignored;
            listener->acceptor.close(ignored);
        });
    }

    net::awaitable<void> wait_until_empty(std::chrono::milliseconds patience) {
        constexpr std::chrono::milliseconds k_step{10};
        net::steady_timer timer(m_executor);
        for (auto waited = k_step; m_registry->count() > 0 && waited <= patience; waited += k_step) {
            timer.expires_after(k_step);
            co_await timer.async_wait(k_outcome);
        }
    }

    net::any_io_executor m_executor;
    HttpServerLimits m_limits;
    std::shared_ptr<ConnectionRegistry> m_registry;
    std::vector<std::shared_ptr<Listener>> m_listeners;
};

}  // namespace

std::string_view to_string(HttpServerError error) {
    switch (error) {
        case HttpServerError::AddressInvalid:
            return "address invalid or not of this machine";
        case HttpServerError::AddressInUse:
            return "address in use";
        case HttpServerError::Denied:
            return "not allowed to listen there";
        case HttpServerError::Internal:
            return "internal server error";
    }
    return "unknown";
}

std::expected<std::unique_ptr<HttpServer>, HttpServerError> HttpServer::start(
    net::any_io_executor executor, std::vector<HttpListenerOptions> listeners, HttpServerLimits limits) {
    auto server = std::make_unique<RunningHttpServer>(std::move(executor), limits);
    for (HttpListenerOptions& options : listeners) {
        if (auto listening = server->listen(std::move(options)); !listening) {
            return std::unexpected(listening.error());
        }
    }
    server->run();
    return server;
}

}  // namespace doorward::platform
