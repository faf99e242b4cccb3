#pragma once

#include "platform/tls_engine.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace doorward::platform {

/// TLS as an Asio AsyncReadStream and AsyncWriteStream, so that Beast's HTTP and WebSocket run on it. In the place of
/// Asio's ssl::stream, which keeps two 17 KB buffers for each connection. One strand; at most one read and one write at
/// a time. Include it only in the sources that own connections.
class TlsStream {
public:
    using next_layer_type = boost::asio::ip::tcp::socket;
    using executor_type = next_layer_type::executor_type;

    TlsStream(next_layer_type socket, std::shared_ptr<const TlsServerNames> names)
        : m_socket(std::make_unique<next_layer_type>(std::move(socket))),
          m_engine(prepare(*m_socket), std::move(names)) {}
    TlsStream(next_layer_type socket, const TlsContext& context, const std::string& expected_host)
        : m_socket(std::make_unique<next_layer_type>(std::move(socket))),
          m_engine(prepare(*m_socket), context, expected_host) {}

    [[nodiscard]] executor_type get_executor() { return m_socket->get_executor(); }
    [[nodiscard]] next_layer_type& next_layer() { return *m_socket; }
    [[nodiscard]] const next_layer_type& next_layer() const { return *m_socket; }
    [[nodiscard]] TlsEngine& engine() { return m_engine; }

    template <class Token>
    auto async_handshake(Token&& token) {
        auto attempt = [](TlsEngine& engine) { return engine.handshake(); };
        return start<void(boost::system::error_code)>(attempt, std::forward<Token>(token));
    }

    /// Sends close_notify.
    template <class Token>
    auto async_shutdown(Token&& token) {
        auto attempt = [](TlsEngine& engine) { return engine.shutdown(); };
        return start<void(boost::system::error_code)>(attempt, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        const boost::asio::mutable_buffer target = first_filled<boost::asio::mutable_buffer>(buffers);
        auto attempt = [target](TlsEngine& engine) {
            if (target.size() == 0) return TlsStep{};
            return engine.read({static_cast<char*>(target.data()), target.size()});
        };
        return start<void(boost::system::error_code, std::size_t)>(attempt, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        auto attempt = [buffers](TlsEngine& engine) { return write_gathered(engine, buffers); };
        return start<void(boost::system::error_code, std::size_t)>(attempt, std::forward<Token>(token));
    }

private:
    template <class Buffer, class Buffers>
    static Buffer first_filled(const Buffers& buffers) {
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto next = boost::asio::buffer_sequence_begin(buffers); next != end; ++next) {
            const Buffer buffer(*next);
            if (buffer.size() > 0) return buffer;
        }
        return Buffer();
    }

    // A small head and what follows it share one record and one system call. The same buffers give the same bytes, as
    // OpenSSL wants it when an attempt is repeated.
    template <class Buffers>
    static TlsStep write_gathered(TlsEngine& engine, const Buffers& buffers) {
        std::array<char, 4096> gathered;
        const auto first = first_filled<boost::asio::const_buffer>(buffers);
        if (first.size() == 0) return TlsStep{};
        if (first.size() >= gathered.size()) {
            return engine.write({static_cast<const char*>(first.data()), first.size()});
        }
        const std::size_t size = boost::asio::buffer_copy(boost::asio::buffer(gathered), buffers);
        return engine.write({gathered.data(), size});
    }

    template <class Signature, class Attempt>
    struct Operation {
        enum class State { First, Waiting, Finished };

        TlsStream* stream;
        Attempt attempt;
        State state = State::First;
        TlsStep step{};

        template <class Self>
        void operator()(Self& self, boost::system::error_code error = {}) {
            if (state == State::Finished) return finish(self);
            const bool first = state == State::First;
            if (error) {
                step = TlsStep{};
                step.error = error;
                return finish(self);
            }
            step = attempt(stream->m_engine);
            if (step.wait != TlsStep::Wait::None) {
                state = State::Waiting;
                const auto direction = step.wait == TlsStep::Wait::Readable ? boost::asio::socket_base::wait_read
                                                                            : boost::asio::socket_base::wait_write;
                stream->m_socket->async_wait(direction, std::move(self));
                return;
            }
            if (!first) return finish(self);
            // A completion may not run inside the function that started it.
            state = State::Finished;
            auto executor = stream->get_executor();
            boost::asio::post(executor, std::move(self));
        }

        template <class Self>
        void finish(Self& self) {
            complete(self, static_cast<Signature*>(nullptr));
        }
        template <class Self>
        void complete(Self& self, void (*)(boost::system::error_code)) {
            self.complete(step.error);
        }
        template <class Self>
        void complete(Self& self, void (*)(boost::system::error_code, std::size_t)) {
            self.complete(step.error, step.bytes);
        }
    };

    template <class Signature, class Attempt, class Token>
    auto start(Attempt attempt, Token&& token) {
        Operation<Signature, Attempt> operation{this, std::move(attempt)};
        return boost::asio::async_compose<Token, Signature>(std::move(operation), token, *m_socket);
    }

    static int prepare(next_layer_type& socket) {
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
        socket.native_non_blocking(true, ignored);
        socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        return socket.native_handle();
    }

    // On the heap, so that moving the stream leaves a started wait where it is.
    std::unique_ptr<next_layer_type> m_socket;
    TlsEngine m_engine;
};

/// Found by Beast's WebSocket when a connection ends in good order.
template <class Handler>
void async_teardown(boost::beast::role_type, TlsStream& stream, Handler&& handler) {
    stream.async_shutdown(std::forward<Handler>(handler));
}

}  // namespace doorward::platform
