#include "tests/bench/https_connection.h"

#include "tests/bench/must.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <exception>
#include <utility>

namespace doorward::bench {
namespace {

namespace asio = boost::asio;
constexpr auto k_outcome = asio::as_tuple(asio::use_awaitable);

std::size_t body_size(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

asio::awaitable<std::unique_ptr<HttpsConnection>> HttpsConnection::connect(platform::TlsContext tls, std::uint16_t port,
                                                                           std::string host) {
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    const asio::ip::tcp::endpoint server(asio::ip::address_v4::loopback(), port);
    const auto [refused] = co_await socket.async_connect(server, k_outcome);
    if (refused) co_return nullptr;
    platform::TlsStream stream(std::move(socket), tls, host);
    const auto [failed] = co_await stream.async_handshake(k_outcome);
    if (failed) co_return nullptr;
    co_return std::unique_ptr<HttpsConnection>(new HttpsConnection(std::move(stream)));
}

asio::awaitable<int> HttpsConnection::exchange(std::string request) {
    const auto [broken, sent] = co_await asio::async_write(m_stream, asio::buffer(request), k_outcome);
    require(!broken, "the server closed");
    std::array<char, 8192> chunk;
    for (;;) {
        const auto end = m_buffer.find("\r\n\r\n");
        if (end != std::string::npos) {
            const std::string head = m_buffer.substr(0, end + 4);
            const std::size_t whole = head.size() + body_size(head);
            if (m_buffer.size() >= whole) {
                m_buffer.erase(0, whole);
                co_return std::stoi(head.substr(9, 3));
            }
        }
        const auto [ended, size] = co_await m_stream.async_read_some(asio::buffer(chunk), k_outcome);
        require(!ended, "the server closed before its answer");
        m_buffer.append(chunk.data(), size);
    }
}

std::string get_request(const std::string& host, const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

std::string post_request(const std::string& host, const std::string& path, const std::string& cookie,
                         const std::string& json) {
    return "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nCookie: " + cookie +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json;
}

void run(asio::io_context& context, asio::awaitable<void> work) {
    std::exception_ptr failure;
    bool ended = false;
    asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& error) {
        failure = error;
        ended = true;
    });
    context.restart();
    while (!ended)
        context.run_one();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace doorward::bench
