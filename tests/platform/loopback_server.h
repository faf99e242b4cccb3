#pragma once

#include "platform/certificate.h"
#include "platform/http_server.h"
#include "platform/secure_file.h"
#include "tests/platform/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace doorward::platform::test {

/// An io_context with its thread.
class Runner {
public:
    Runner() : m_work(m_context.get_executor()), m_thread([this] { m_context.run(); }) {}
    ~Runner() {
        m_work.reset();  // ends when every connection has
        m_thread.join();
    }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    [[nodiscard]] boost::asio::any_io_executor executor() { return m_context.get_executor(); }
    template <class Value>
    Value wait(boost::asio::awaitable<Value> awaitable) {
        return boost::asio::co_spawn(m_context, std::move(awaitable), boost::asio::use_future).get();
    }

private:
    boost::asio::io_context m_context;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_work;
    std::thread m_thread;
};

/// HTTPS on a free port of 127.0.0.1 for "portal.localhost", "app.localhost" and "localhost", under an authority made
/// for it.
class LoopbackServer {
public:
    explicit LoopbackServer(std::shared_ptr<HttpHandler> portal, HttpServerLimits limits = {},
                            std::shared_ptr<HttpHandler> app = nullptr) {
        auto authority = create_authority("Test authority", {"localhost"}, std::chrono::days(2)).value();
        write_file(authority_file(), authority.certificate_pem).value();
        HttpListenerOptions listener;
        listener.address = "127.0.0.1";
        listener.origins.push_back(HttpOrigin{"portal.localhost", context_for(authority, "portal.localhost"), portal});
        listener.origins.push_back(
            HttpOrigin{"app.localhost", context_for(authority, "app.localhost"), app ? app : portal});
        listener.origins.push_back(HttpOrigin{"localhost", context_for(authority, "localhost"), portal});
        std::vector<HttpListenerOptions> listeners;
        listeners.push_back(std::move(listener));
        m_server = HttpServer::start(m_runner.executor(), std::move(listeners), limits).value();
        m_authority = std::make_unique<CertificateAndKey>(std::move(authority));
    }

    [[nodiscard]] std::uint16_t port() const { return m_server->ports().front(); }
    [[nodiscard]] HttpServer& server() { return *m_server; }
    [[nodiscard]] Runner& runner() { return m_runner; }
    [[nodiscard]] std::filesystem::path authority_file() const { return m_folder / "ca.pem"; }
    [[nodiscard]] const CertificateAndKey& authority() const { return *m_authority; }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "https://portal.localhost:" + std::to_string(port()) + path;
    }
    [[nodiscard]] TlsContext client(PeerVerification verification = PeerVerification::AuthorityFile) const {
        return TlsContext::client({verification, authority_file()}).value();
    }
    static TlsContext context_for(const CertificateAndKey& authority, const std::string& name) {
        return TlsContext::server(create_server_certificate(authority, {name}, std::chrono::days(1)).value()).value();
    }

private:
    TemporaryFolder m_folder;
    std::unique_ptr<CertificateAndKey> m_authority;
    Runner m_runner;
    std::unique_ptr<HttpServer> m_server;
};

}  // namespace doorward::platform::test
