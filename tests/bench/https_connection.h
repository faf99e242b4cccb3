#pragma once

#include "platform/tls_context.h"
#include "platform/tls_stream.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace doorward::bench {

/// One keep-alive HTTPS connection to this machine, for requests made in advance.
class HttpsConnection {
public:
    /// Empty where nothing answers there yet.
    [[nodiscard]] static boost::asio::awaitable<std::unique_ptr<HttpsConnection>> connect(platform::TlsContext tls,
                                                                                          std::uint16_t port,
                                                                                          std::string host);

    /// Sends the text and takes the whole answer; its status.
    [[nodiscard]] boost::asio::awaitable<int> exchange(std::string request);

private:
    explicit HttpsConnection(platform::TlsStream stream) : m_stream(std::move(stream)) {}
    platform::TlsStream m_stream;
    std::string m_buffer;
};

[[nodiscard]] std::string get_request(const std::string& host, const std::string& path);
[[nodiscard]] std::string post_request(const std::string& host, const std::string& path, const std::string& cookie,
                                       const std::string& json);

/// Runs a coroutine on a context of one thread until it has ended.
void run(boost::asio::io_context& context, boost::asio::awaitable<void> work);

}  // namespace doorward::bench
