#include "mobile-bridge/relay/push_sender.h"

#include <utility>

namespace doorward::relay {
namespace {

constexpr std::int64_t k_token_life_seconds = 12 * 3600;

}  // namespace

PushSender::PushSender(platform::VapidKey key, PushOptions options, const platform::Clock& clock)
    : m_key(std::move(key)), m_options(std::move(options)), m_clock(clock) {}

boost::asio::awaitable<std::expected<void, PushError>> PushSender::send(protocol::PushSubscription wanted,
                                                                        std::string payload) {
    platform::PushSubscription subscription{
        .endpoint = std::move(wanted.endpoint), .p256dh = wanted.p256dh, .auth = wanted.auth};
    auto body = platform::encrypt_web_push(subscription, payload);
    auto authorization =
        m_key.authorization(subscription.endpoint, m_options.subject, m_clock.wall_now() / 1000 + k_token_life_seconds);
    if (!body || !authorization) co_return std::unexpected(PushError::Failed);

    platform::HttpClientRequest request;
    request.url = std::move(subscription.endpoint);
    request.headers = {{"Content-Encoding", "aes128gcm"},
                       {"Content-Type", "application/octet-stream"},
                       {"TTL", "60"},
                       {"Urgency", "high"},
                       {"Authorization", std::move(*authorization)}};
    request.body.assign(body->begin(), body->end());
    auto post = [this, request = std::move(request)] { return platform::perform_http(m_options.http, request); };
    auto response = co_await m_worker.run(std::move(post));
    if (!response) {
        const bool may_pass = response.error() == platform::HttpClientError::Unreachable ||
                              response.error() == platform::HttpClientError::TimedOut;
        co_return std::unexpected(may_pass ? PushError::Busy : PushError::Failed);
    }
    // RFC 8030, section 7.3: 404 for an expired subscription, 410 for one that was removed.
    if (response->status == 404 || response->status == 410) co_return std::unexpected(PushError::Gone);
    // RFC 8030, section 8.4: 429 asks to come back later.
    if (response->status == 429 || response->status >= 500) co_return std::unexpected(PushError::Busy);
    if (response->status < 200 || response->status > 299) co_return std::unexpected(PushError::Failed);
    co_return std::expected<void, PushError>();
}

}  // namespace doorward::relay
