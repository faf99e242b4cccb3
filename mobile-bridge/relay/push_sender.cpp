#include "mobile-bridge/relay/push_sender.h"

#include <utility>

namespace doorward::relay {
namespace {

constexpr std::int64_t k_token_life_seconds = 12 * 3600;

// "https://push.example.net:8443/abc" -> "https://push.example.net:8443".
std::string_view service_of(std::string_view endpoint) {
    const auto scheme = endpoint.find("://");
    const auto host = scheme == std::string_view::npos ? 0 : scheme + 3;
    return endpoint.substr(0, endpoint.find('/', host));
}

}  // namespace

PushSender::PushSender(platform::VapidKey key, PushOptions options, const platform::Clock& clock)
    : m_key(std::move(key)), m_options(std::move(options)), m_clock(clock) {}

boost::asio::awaitable<std::expected<void, PushError>> PushSender::send(protocol::PushSubscription wanted,
                                                                        std::string payload) {
    platform::PushSubscription subscription{
        .endpoint = std::move(wanted.endpoint), .p256dh = wanted.p256dh, .auth = wanted.auth};
    std::string service(service_of(subscription.endpoint));
    auto job = [this, subscription = std::move(subscription), payload = std::move(payload)] {
        return send_now(subscription, payload);
    };
    co_return co_await m_workers.run(std::move(service), std::move(job));
}

std::expected<void, PushError> PushSender::send_now(const platform::PushSubscription& subscription,
                                                    const std::string& payload) const {
    const auto body = platform::encrypt_web_push(subscription, payload);
    auto authorization =
        m_key.authorization(subscription.endpoint, m_options.subject, m_clock.wall_now() / 1000 + k_token_life_seconds);
    if (!body || !authorization) return std::unexpected(PushError::Failed);

    platform::HttpClientRequest request;
    request.url = subscription.endpoint;
    request.headers = {{"Content-Encoding", "aes128gcm"},
                       {"Content-Type", "application/octet-stream"},
                       {"TTL", "60"},
                       {"Urgency", "high"},
                       {"Authorization", std::move(*authorization)}};
    request.body.assign(body->begin(), body->end());
    const auto response = platform::perform_http(m_options.http, request);
    if (!response) {
        const bool may_pass = response.error() == platform::HttpClientError::Unreachable ||
                              response.error() == platform::HttpClientError::TimedOut;
        return std::unexpected(may_pass ? PushError::Busy : PushError::Failed);
    }
    // RFC 8030, section 7.3: 404 for an expired subscription, 410 for one that was removed.
    if (response->status == 404 || response->status == 410) return std::unexpected(PushError::Gone);
    // RFC 8030, section 8.4: 429 asks to come back later.
    if (response->status == 429 || response->status >= 500) return std::unexpected(PushError::Busy);
    if (response->status < 200 || response->status > 299) return std::unexpected(PushError::Failed);
    return {};
}

}  // namespace doorward::relay
