#pragma once

#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/live_feed.h"
#include "msp-portal/server/api/rate_limiter.h"
#include "platform/certificate.h"
#include "platform/http_server.h"
#include "tests/msp-portal/portal_world.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace doorward::tests {

class FakePresence final : public portal::Presence {
public:
    [[nodiscard]] bool connected(const protocol::DeviceId& device) const override { return devices.contains(device); }
    [[nodiscard]] std::int64_t connected_in(const protocol::TenantId&) const override {
        return static_cast<std::int64_t>(devices.size());
    }
    [[nodiscard]] std::optional<std::int64_t> clock_drift(const protocol::DeviceId& device) const override {
        return connected(device) ? drift : std::nullopt;
    }
    std::set<protocol::DeviceId> devices;
    std::optional<std::int64_t> drift;
};

struct Answer {
    int status = 0;
    std::string body;
    std::vector<platform::HttpHeader> headers;

    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] std::string problem() const { return json().at("type").get<std::string>(); }
};

[[nodiscard]] nlohmann::json json_of(const protocol::Assertion& assertion);

// A browser's memory: its cookie and what it sends along.
struct Browser {
    std::string cookie;
    std::string user_agent = "Browser/1";
    std::vector<platform::HttpHeader> extra;
};

// The API on a real TLS server, asked by a real HTTPS client.
class ApiWorld {
public:
    ApiWorld();
    ~ApiWorld();

    // `path` behind /api/v1. A body that is null is sent as none.
    Answer call(Browser& browser, platform::HttpMethod method, const std::string& path,
                const nlohmann::json& body = nullptr);
    Answer get(Browser& browser, const std::string& path) { return call(browser, platform::HttpMethod::Get, path); }
    Answer post(Browser& browser, const std::string& path, const nlohmann::json& body = nullptr) {
        return call(browser, platform::HttpMethod::Post, path, body);
    }
    // Signed in by nonce and passkey, over the API.
    Browser sign_in(const SoftwarePasskey& passkey);

    PortalWorld world;
    FakePresence presence;
    portal::RateLimiter sources{{1000, 60'000}};
    portal::RateLimiter accounts{{5, 1}};
    crypto::PortalSigningKey signing_key = crypto::PortalSigningKey::generate();
    std::unique_ptr<portal::LiveFeed> live;
    std::unique_ptr<portal::ApiServices> services;
    std::shared_ptr<portal::ApiRouter> router;
    std::uint16_t port = 0;

private:
    boost::asio::io_context m_io{1};
    std::unique_ptr<platform::HttpServer> m_server;
    std::thread m_thread;
};

}  // namespace doorward::tests
