#pragma once

#include "crypto/hash.h"
#include "mobile-bridge/relay/approval_service.h"
#include "mobile-bridge/relay/ports.h"
#include "platform/clock.h"
#include "platform/http_message.h"
#include "protocol/assertion.h"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <expected>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace doorward::relay {

// The app's sessions. A session lets a phone see its lists and be told of requests; it can approve nothing, because
// that takes the passkey each time.
class AppSessions {
public:
    AppSessions(AppParty party, PhonePort& phones, const platform::Clock& clock);

    static constexpr std::int64_t k_nonce_life_ms = 2 * 60'000;

    // 32 bytes, good for one sign-in within two minutes.
    [[nodiscard]] std::array<std::uint8_t, 32> new_nonce();

    // The Set-Cookie value of a new session, for a phone that answered a nonce of ours.
    [[nodiscard]] boost::asio::awaitable<std::expected<std::string, PortError>> open(std::array<std::uint8_t, 32> nonce,
                                                                                     protocol::Assertion assertion);
    // For a phone that was paired this moment.
    [[nodiscard]] boost::asio::awaitable<std::expected<std::string, PortError>> start(protocol::PhoneId phone);

    [[nodiscard]] boost::asio::awaitable<std::expected<KnownPhone, PortError>> find(std::string cookie);
    [[nodiscard]] boost::asio::awaitable<std::expected<void, PortError>> end(crypto::Digest session);

    // What a session is known by; nothing for a cookie that cannot be one of ours.
    [[nodiscard]] static std::optional<crypto::Digest> session_of(std::string_view cookie);

    // Takes the cookie away from the browser.
    [[nodiscard]] static std::string expired_cookie();
    static constexpr std::string_view k_cookie = "__Host-doorward-app";

private:
    [[nodiscard]] bool use_nonce(const std::array<std::uint8_t, 32>& nonce);

    AppParty m_party;
    PhonePort& m_phones;
    const platform::Clock& m_clock;
    std::mutex m_mutex;
    std::deque<std::pair<std::int64_t, std::array<std::uint8_t, 32>>> m_nonces;
};

}  // namespace doorward::relay
