#pragma once

#include "platform/database.h"
#include "tests/bench/https_connection.h"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace doorward::bench {

/// What a sign-in cannot do without, each alone and in microseconds: checking one ECDSA signature with a loaded key,
/// one durable commit of SQLCipher on this disk, one empty request to nginx over a TLS connection that stands.
class SignInParts {
public:
    /// nginx must serve.
    explicit SignInParts(std::size_t connections);

    [[nodiscard]] double verification() const;
    [[nodiscard]] double commit();
    /// Of one among 100 that share a commit.
    [[nodiscard]] double shared_commit();
    /// One request at a time on one connection.
    [[nodiscard]] double request();
    /// One of many at once, on all connections.
    [[nodiscard]] double busy_request();

private:
    [[nodiscard]] boost::asio::awaitable<void> connect(std::size_t connections);
    [[nodiscard]] boost::asio::awaitable<void> ask(HttpsConnection* connection, std::size_t times);
    void insert();

    boost::asio::io_context m_context{1};
    std::vector<std::unique_ptr<HttpsConnection>> m_connections;
    std::optional<platform::Database> m_database;
    std::function<void()> m_verify;
};

}  // namespace doorward::bench
