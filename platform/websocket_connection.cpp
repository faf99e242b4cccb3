#include "platform/websocket_connection.h"

#include "platform/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <atomic>
#include <deque>
#include <exception>
#include <optional>
#include <random>
#include <utility>

namespace doorward::platform {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

const Logger k_log("websocket");

// What an idle connection keeps ready for the first bytes of a message; the rest is allocated when there is one.
constexpr std::size_t k_first_chunk = 128;
constexpr std::size_t k_next_chunk = 4096;

std::chrono::milliseconds with_jitter(std::chrono::milliseconds interval) {
    thread_local std::minstd_rand generator{std::random_device{}()};
    const auto tenth = interval.count() / 10;
    return interval + std::chrono::milliseconds(std::uniform_int_distribution<long>(-tenth, tenth)(generator));
}

class WebSocketConnection final : public WebSocket,
                                  public ServedConnection,
                                  public std::enable_shared_from_this<WebSocketConnection> {
public:
    using Stream = websocket::stream<TlsStream, false>;

    WebSocketConnection(TlsStream stream, WebSocketHandlers handlers, WebSocketLimits limits,
                        std::chrono::milliseconds ping, std::string peer_address, std::unique_ptr<ConnectionSlot> slot)
        : m_binding(stream.engine().channel_binding()),
          m_peer_address(std::move(peer_address)),
          m_stream(std::move(stream)),
          m_handlers(std::move(handlers)),
          m_limits(limits),
          m_slot(std::move(slot)) {
        websocket::stream_base::timeout timeout{};
        timeout.handshake_timeout = std::chrono::seconds(10);
        timeout.idle_timeout = with_jitter(ping) * 2;  // a ping goes out at half of it
        timeout.keep_alive_pings = true;
        m_stream.set_option(timeout);
        m_stream.read_message_max(m_limits.message);
        m_stream.auto_fragment(false);
    }

    SendResult send(WebSocketMessage message) override {
        if (m_closed) return SendResult::Closed;
        const std::size_t size = message.payload.size();
        if (m_queued.fetch_add(size) + size > m_limits.queue) {
            m_queued -= size;
            return SendResult::QueueFull;
        }
        net::post(m_stream.get_executor(), [self = shared_from_this(), message = std::move(message)]() mutable {
            self->m_queue.push_back(std::move(message));
            if (self->m_queue.size() == 1) self->write_next();
        });
        return SendResult::Queued;
    }

    void close(WebSocketCloseCode code, std::string_view reason) override {
        net::post(m_stream.get_executor(), [self = shared_from_this(), code, reason = std::string(reason)] {
            if (self->m_close_wanted || self->m_finished) return;
            self->m_close_wanted.emplace(static_cast<websocket::close_code>(code), reason.substr(0, 100));
            if (self->m_queue.empty()) self->start_close();
        });
    }

    void finish_soon() override { close(WebSocketCloseCode::GoingAway, "stopping"); }

    void abort() override {
        net::post(m_stream.get_executor(), [self = shared_from_this()] {
            self->close_socket();
            self->finish(WebSocketCloseCode::Broken, "stopped");
        });
    }

    const ChannelBinding& channel_binding() const override { return m_binding; }
    std::string_view peer_address() const override { return m_peer_address; }
    net::any_io_executor executor() const override { return const_cast<Stream&>(m_stream).get_executor(); }

    void accept(beast::http::request<beast::http::string_body> request, std::string subprotocol) {
        m_slot->hold(weak_from_this());
        auto kept = std::make_unique<beast::http::request<beast::http::string_body>>(std::move(request));
        m_stream.set_option(websocket::stream_base::decorator([subprotocol](websocket::response_type& response) {
            response.erase(beast::http::field::server);
            if (!subprotocol.empty()) response.set(beast::http::field::sec_websocket_protocol, subprotocol);
        }));
        const auto& head = *kept;
        m_stream.async_accept(head, [self = shared_from_this(), kept = std::move(kept)](error_code error) {
            if (error) return self->finish(WebSocketCloseCode::Broken, "handshake");
            self->open();
        });
    }

    Stream& stream() { return m_stream; }

    void open() {
        guarded([this] {
            if (m_handlers.on_open) m_handlers.on_open(shared_from_this());
        });
        read_next();
    }

private:
    // What the application throws ends this connection and no other.
    template <class Call>
    void guarded(Call call) {
        try {
            call();
        } catch (const std::exception& failure) {
            k_log.error("handler_failed", {{LogField::Reason, failure.what()}});
            close(WebSocketCloseCode::InternalError, "");
        }
    }

    void read_next() {
        if (m_finished) return;
        const std::size_t filled = m_incoming.size();
        const std::size_t chunk = filled == 0 ? k_first_chunk : k_next_chunk;
        m_incoming.resize(filled + chunk);
        m_stream.async_read_some(net::buffer(m_incoming.data() + filled, chunk),
                                 [self = shared_from_this(), filled](error_code error, std::size_t size) {
                                     self->m_incoming.resize(filled + size);
                                     self->received(error);
                                 });
    }

    void received(error_code error) {
        if (error) return finish_read(error);
        if (!m_stream.is_message_done()) return read_next();
        WebSocketMessage message;
        message.kind = m_stream.got_text() ? WebSocketMessageKind::Text : WebSocketMessageKind::Binary;
        message.payload = std::exchange(m_incoming, {});
        if (!m_handlers.on_message) return read_next();
        m_delivering = true;
        net::co_spawn(m_stream.get_executor(), m_handlers.on_message(std::move(message)),
                      [self = shared_from_this()](std::exception_ptr failure) {
                          self->m_delivering = false;
                          self->release_handlers();
                          if (failure) self->guarded([failure] { std::rethrow_exception(failure); });
                          self->read_next();
                      });
    }

    void finish_read(error_code error) {
        if (error == websocket::error::closed) {
            return finish(static_cast<WebSocketCloseCode>(m_stream.reason().code), m_stream.reason().reason.c_str());
        }
        if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
            return finish(WebSocketCloseCode::TooBig, "message too big");
        }
        finish(WebSocketCloseCode::Broken, error.message());
    }

    void write_next() {
        if (m_finished) return;
        const WebSocketMessage& message = m_queue.front();
        m_stream.text(message.kind == WebSocketMessageKind::Text);
        m_stream.async_write(net::buffer(message.payload),
                             [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
    }

    void written(error_code error) {
        if (m_finished) return;
        if (error) return finish(WebSocketCloseCode::Broken, error.message());
        m_queued -= m_queue.front().payload.size();
        m_queue.pop_front();
        if (!m_queue.empty()) return write_next();
        std::deque<WebSocketMessage>().swap(m_queue);  // an empty deque keeps its blocks otherwise
        if (m_close_wanted) start_close();
    }

    void start_close() {
        m_stream.async_close(*m_close_wanted, [self = shared_from_this()](error_code) {
            self->finish(static_cast<WebSocketCloseCode>(self->m_close_wanted->code),
                         self->m_close_wanted->reason.c_str());
        });
    }

    void finish(WebSocketCloseCode code, std::string_view reason) {
        if (std::exchange(m_finished, true)) return;
        m_closed = true;
        close_socket();
        m_slot.reset();
        guarded([&] {
            if (m_handlers.on_close) m_handlers.on_close(code, reason);
        });
        net::post(m_stream.get_executor(), [self = shared_from_this()] { self->release_handlers(); });
    }

    // Usually the handlers hold the application's session, which holds this: let both go. Not while one still runs.
    void release_handlers() {
        if (m_finished && !m_delivering) m_handlers = {};
    }

    void close_socket() {
        error_code ignored;
        m_stream.next_layer().next_layer().close(ignored);
    }

    ChannelBinding m_binding;
    std::string m_peer_address;
    Stream m_stream;
    WebSocketHandlers m_handlers;
    WebSocketLimits m_limits;
    std::unique_ptr<ConnectionSlot> m_slot;
    std::atomic<std::size_t> m_queued = 0;
    std::atomic<bool> m_closed = false;
    bool m_finished = false;
    bool m_delivering = false;
    std::optional<websocket::close_reason> m_close_wanted;
    std::deque<WebSocketMessage> m_queue;
    std::string m_incoming;
};

}  // namespace

void accept_websocket(TlsStream stream, beast::http::request<beast::http::string_body> request, WebSocketAccept accept,
                      std::unique_ptr<ConnectionSlot> slot, std::chrono::milliseconds ping) {
    std::string address = slot->address();
    auto connection = std::make_shared<WebSocketConnection>(std::move(stream), std::move(accept.handlers),
                                                            accept.limits, ping, std::move(address), std::move(slot));
    connection->accept(std::move(request), std::move(accept.subprotocol));
}

net::awaitable<std::expected<std::shared_ptr<WebSocket>, ConnectError>> upgrade_to_websocket(
    TlsStream stream, WebSocketConnectOptions options, std::string peer_address) {
    auto connection = std::make_shared<WebSocketConnection>(
        std::move(stream), std::move(options.handlers), options.limits, options.ping, std::move(peer_address), nullptr);
    auto decorate = [headers = std::move(options.headers),
                     subprotocol = options.subprotocol](websocket::request_type& request) {
        for (const HttpHeader& header : headers)
            request.set(header.name, header.value);
        if (!subprotocol.empty()) request.set(beast::http::field::sec_websocket_protocol, subprotocol);
    };
    connection->stream().set_option(websocket::stream_base::decorator(std::move(decorate)));
    const std::string host = options.port == 443 ? options.host : options.host + ":" + std::to_string(options.port);
    constexpr auto k_outcome = net::as_tuple(net::use_awaitable);
    websocket::response_type response;
    auto [error] = co_await connection->stream().async_handshake(response, host, options.target, k_outcome);
    if (error) co_return std::unexpected(ConnectError::NotUpgraded);
    connection->open();
    co_return connection;
}

}  // namespace doorward::platform
