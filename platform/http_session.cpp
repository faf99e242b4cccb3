#include "platform/http_session.h"

#include "platform/letter_case.h"
#include "platform/log.h"
#include "platform/websocket_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <ctime>
#include <exception>
#include <limits>
#include <optional>
#include <utility>

namespace doorward::platform {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

const Logger k_log("http");
constexpr auto k_outcome = net::as_tuple(net::use_awaitable);

// Most requests come as one record, which is then read at once.
constexpr std::size_t k_first_read = 4096;

using IncomingParser = http::request_parser<http::string_body>;
using Incoming = http::request<http::string_body>;
using Outgoing = http::response<http::string_body>;

HttpMethod method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return HttpMethod::Get;
        case http::verb::head:
            return HttpMethod::Head;
        case http::verb::post:
            return HttpMethod::Post;
        case http::verb::put:
            return HttpMethod::Put;
        case http::verb::patch:
            return HttpMethod::Patch;
        case http::verb::delete_:
            return HttpMethod::Delete;
        case http::verb::options:
            return HttpMethod::Options;
        default:
            return HttpMethod::Other;
    }
}

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

// A name or value with a line end would let its author write headers of their own.
bool is_header_safe(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; });
}

Outgoing outgoing_of(Response response, unsigned version, bool keep_alive) {
    Outgoing out;
    out.version(version);
    out.result(static_cast<unsigned>(response.status));
    out.reason(status_phrase(response.status));
    out.set(http::field::date, http_date());
    for (const HttpHeader& header : response.headers) {
        if (is_header_safe(header.name) && is_header_safe(header.value)) out.insert(header.name, header.value);
    }
    out.keep_alive(keep_alive);
    out.body() = std::move(response.body);
    out.prepare_payload();
    return out;
}

class HttpSession final : public ServedConnection, public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(net::ip::tcp::socket socket, std::shared_ptr<const HttpListenerContext> context,
                std::shared_ptr<const TlsServerNames> names, std::unique_ptr<ConnectionSlot> slot,
                std::uint16_t peer_port)
        : m_executor(socket.get_executor()),
          m_stream(std::in_place, std::move(socket), std::move(names)),
          m_timer(m_executor),
          m_context(std::move(context)),
          m_slot(std::move(slot)),
          m_peer_port(peer_port) {}

    void start() {
        m_slot->hold(weak_from_this());
        net::co_spawn(m_executor, run(shared_from_this()), [](std::exception_ptr failure) {
            if (!failure) return;
            try {
                std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                k_log.error("session_failed", {{LogField::Reason, error.what()}});
            }
        });
    }

    void finish_soon() override {
        net::post(m_executor, [self = shared_from_this()] {
            self->m_finishing = true;
            if (self->m_idle) self->close_socket();
        });
    }

    void abort() override {
        net::post(m_executor, [self = shared_from_this()] { self->close_socket(); });
    }

private:
    enum class Next { AnotherRequest, Close, Upgraded };

    // A static function with the session as parameter: the coroutine itself keeps it alive.
    static net::awaitable<void> run(std::shared_ptr<HttpSession> self) {
        self->set_deadline(self->m_context->limits.handshake);
        auto [handshake_error] = co_await self->m_stream->async_handshake(k_outcome);
        if (handshake_error) co_return self->close_socket();
        self->m_host = self->m_stream->engine().server_name();
        self->m_handler = self->m_context->find(self->m_host);
        if (self->m_handler == nullptr) co_return self->close_socket();

        beast::flat_buffer buffer;
        Next next = Next::AnotherRequest;
        while (next == Next::AnotherRequest && !self->m_finishing) {
            if (!co_await self->wait_for_request(buffer)) break;
            next = co_await self->serve_one(buffer);
        }
        if (next == Next::Upgraded) co_return;
        self->set_deadline(std::chrono::seconds(2));
        co_await self->m_stream->async_shutdown(k_outcome);
        self->close_socket();
    }

    // Holds no buffer while nothing comes: most connections are idle most of the time.
    net::awaitable<bool> wait_for_request(beast::flat_buffer& buffer) {  // NOLINT: the caller's frame outlives this
        if (buffer.size() > 0 || m_stream->engine().has_pending()) co_return true;
        buffer.shrink_to_fit();
        set_deadline(m_context->limits.idle);
        m_idle = true;
        auto [error] = co_await m_stream->next_layer().async_wait(net::socket_base::wait_read, k_outcome);
        m_idle = false;
        co_return !error;
    }

    net::awaitable<Next> serve_one(beast::flat_buffer& buffer) {  // NOLINT: the caller's frame outlives this
        set_deadline(m_context->limits.request);
        auto parser = std::make_unique<IncomingParser>();
        parser->header_limit(static_cast<std::uint32_t>(m_context->limits.header));
        parser->body_limit(boost::none);  // the route's limit is set when the head says which route
        buffer.reserve(k_first_read);
        auto [head_error, head_size] = co_await http::async_read_header(*m_stream, buffer, *parser, k_outcome);
        if (head_error == http::error::header_limit) co_return co_await refuse(431);
        if (is_parse_error(head_error)) co_return co_await refuse(400);
        if (head_error) co_return Next::Close;

        auto request = std::make_unique<Request>();
        if (const int refusal = read_head(parser->get(), *request); refusal != 0) co_return co_await refuse(refusal);
        const std::size_t limit = m_handler->body_limit(request->method, request->path);
        const auto announced = parser->content_length();
        if (announced && *announced > limit) co_return co_await refuse(413);
        parser->body_limit(limit);
        if (view(parser->get()[http::field::expect]) == "100-continue") {
            http::response<http::empty_body> go_on(http::status::continue_, parser->get().version());
            auto [write_error, written] = co_await http::async_write(*m_stream, go_on, k_outcome);
            if (write_error) co_return Next::Close;
        }
        auto [body_error, body_size] = co_await http::async_read(*m_stream, buffer, *parser, k_outcome);
        if (body_error == http::error::body_limit) co_return co_await refuse(413);
        if (is_parse_error(body_error)) co_return co_await refuse(400);
        if (body_error) co_return Next::Close;

        auto incoming = std::make_unique<Incoming>(parser->release());
        parser.reset();
        no_deadline();
        request->body = std::move(incoming->body());
        const bool is_head = request->method == HttpMethod::Head;
        const bool upgradable = request->wants_websocket && buffer.size() == 0;
        const unsigned version = incoming->version();
        const bool keep_alive = incoming->keep_alive();
        if (buffer.size() == 0) buffer.shrink_to_fit();

        auto reply = co_await answer(std::move(request));
        if (auto* accept = std::get_if<WebSocketAccept>(&reply)) {
            if (upgradable && !m_finishing) {
                incoming->body().clear();
                accept_websocket(std::move(*m_stream), std::move(*incoming), std::move(*accept), std::move(m_slot),
                                 m_context->limits.websocket_ping);
                m_stream.reset();
                co_return Next::Upgraded;
            }
            Response upgrade_required = m_handler->problem(426);
            upgrade_required.set_header("Upgrade", "websocket");
            reply = std::move(upgrade_required);
        }
        auto out = std::make_unique<Outgoing>(
            outgoing_of(std::move(std::get<Response>(reply)), version, keep_alive && !m_finishing));
        if (is_head) out->body().clear();  // after Content-Length was set from it
        co_return co_await write(std::move(out));
    }

    net::awaitable<Reply> answer(std::unique_ptr<Request> request) {
        try {
            co_return co_await m_handler->handle(std::move(*request));
        } catch (const std::exception& failure) {
            k_log.error("handler_failed", {{LogField::Reason, failure.what()}});
        }
        co_return m_handler->problem(500);
    }

    net::awaitable<Next> write(std::unique_ptr<Outgoing> out) {
        set_deadline(m_context->limits.response);
        auto [error, size] = co_await http::async_write(*m_stream, *out, k_outcome);
        co_return error || !out->keep_alive() ? Next::Close : Next::AnotherRequest;
    }

    // What the rest of the connection would mean is not known any more, so it ends.
    net::awaitable<Next> refuse(int status) {
        co_return co_await write(std::make_unique<Outgoing>(outgoing_of(m_handler->problem(status), 11, false)));
    }

    static bool is_parse_error(error_code error) {
        return error && error.category() == make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message;
    }

    // 0, or the status of the refusal.
    int read_head(const Incoming& head, Request& request) {
        request.method = method_of(head.method());
        request.target = view(head.target());
        if (!request.target.starts_with('/') || head.version() < 10) return 400;
        const std::size_t question = std::min(request.target.find('?'), request.target.size());
        request.path = request.target.substr(0, question);
        request.query = request.target.substr(std::min(question + 1, request.target.size()));
        if (head.count(http::field::host) != 1) return 400;
        std::string host(view(head[http::field::host]));
        host = lower_case(host.substr(0, host.rfind(':')));
        if (host != m_host) return 421;
        request.host = m_host;
        for (const auto& field : head) {
            request.headers.push_back(
                HttpHeader{std::string(view(field.name_string())), std::string(view(field.value()))});
        }
        request.peer_address = m_slot->address();
        request.peer_port = m_peer_port;
        if (!m_channel_binding) m_channel_binding = m_stream->engine().channel_binding();
        request.channel_binding = *m_channel_binding;
        request.wants_websocket = beast::websocket::is_upgrade(head);
        return 0;
    }

    // The timer that runs already looks at the new deadline when it is over; only an earlier one starts it anew.
    void set_deadline(std::chrono::milliseconds patience) {
        m_deadline_at = net::steady_timer::clock_type::now() + patience;
        if (!m_timer_runs || m_timer.expiry() > m_deadline_at) start_timer();
    }

    void no_deadline() { m_deadline_at = net::steady_timer::time_point::max(); }

    void start_timer() {
        m_timer_runs = true;
        m_timer.expires_at(m_deadline_at);
        m_timer.async_wait([weak = weak_from_this()](error_code error) {
            const auto self = weak.lock();
            if (error || !self) return;
            self->m_timer_runs = false;
            if (self->m_deadline_at <= net::steady_timer::clock_type::now()) return self->close_socket();
            if (self->m_deadline_at != net::steady_timer::time_point::max()) self->start_timer();
        });
    }

    void close_socket() {
        m_timer.cancel();
        if (!m_stream) return;
        error_code ignored;
        m_stream->next_layer().close(ignored);
    }

    net::any_io_executor m_executor;
    std::optional<TlsStream> m_stream;
    net::steady_timer m_timer;
    net::steady_timer::time_point m_deadline_at = net::steady_timer::time_point::max();
    bool m_timer_runs = false;
    std::shared_ptr<const HttpListenerContext> m_context;
    std::unique_ptr<ConnectionSlot> m_slot;
    std::shared_ptr<HttpHandler> m_handler;
    std::string m_host;
    std::optional<ChannelBinding> m_channel_binding;  // of this connection, computed when first asked for
    std::uint16_t m_peer_port;
    bool m_idle = false;
    bool m_finishing = false;
};

}  // namespace

std::shared_ptr<HttpHandler> HttpListenerContext::find(const std::string& host) const {
    for (const auto& [name, handler] : handlers) {
        if (name == host) return handler;
    }
    return nullptr;
}

void start_http_session(net::ip::tcp::socket socket, std::shared_ptr<const HttpListenerContext> context,
                        std::shared_ptr<const TlsServerNames> names, std::unique_ptr<ConnectionSlot> slot,
                        std::uint16_t peer_port) {
    std::make_shared<HttpSession>(std::move(socket), std::move(context), std::move(names), std::move(slot), peer_port)
        ->start();
}

}  // namespace doorward::platform
