#include "mobile-bridge/relay/app_sessions.h"

#include "crypto/encoding.h"
#include "crypto/random.h"
#include "protocol/challenge.h"

#include <algorithm>

namespace doorward::relay {
namespace {

// As many as can be waiting; the oldest goes when another comes, so memory stays bounded.
constexpr std::size_t k_most_nonces = 10'000;
constexpr std::size_t k_token_size = 32;
constexpr std::string_view k_attributes = "; Path=/; Secure; HttpOnly; SameSite=Strict";

}  // namespace

AppSessions::AppSessions(AppParty party, PhonePort& phones, const platform::Clock& clock)
    : m_party(std::move(party)), m_phones(phones), m_clock(clock) {}

std::array<std::uint8_t, 32> AppSessions::new_nonce() {
    const auto nonce = crypto::random_array<32>();
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.boot_now();
    while (!m_nonces.empty() && (m_nonces.front().first + k_nonce_life_ms <= now || m_nonces.size() >= k_most_nonces)) {
        m_nonces.pop_front();
    }
    m_nonces.emplace_back(now, nonce);
    return nonce;
}

bool AppSessions::use_nonce(const std::array<std::uint8_t, 32>& nonce) {
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_nonces, nonce, [](const auto& item) { return item.second; });
    if (found == m_nonces.end()) return false;
    const bool in_time = found->first + k_nonce_life_ms > m_clock.boot_now();
    m_nonces.erase(found);
    return in_time;
}

boost::asio::awaitable<std::expected<std::string, PortError>> AppSessions::open(std::array<std::uint8_t, 32> nonce,
                                                                                protocol::Assertion assertion) {
    if (!use_nonce(nonce)) co_return std::unexpected(PortError::NotFound);
    auto phone = co_await m_phones.by_credential(assertion.credential_id);
    if (!phone) co_return std::unexpected(phone.error());
    const protocol::KnownPasskey passkey{
        .credential_id = phone->record.credential_id, .public_key = phone->passkey, .sign_count = phone->sign_count};
    const protocol::RelyingParty party{.rp_id = m_party.rp_id, .origin = m_party.origin};
    auto verified = protocol::verify_assertion(assertion, passkey, protocol::app_session_challenge(nonce), party);
    if (!verified) co_return std::unexpected(PortError::NotFound);
    if (verified->sign_count != phone->sign_count) {
        auto noted = co_await m_phones.note_sign_count(phone->record.id, verified->sign_count);
        if (!noted) co_return std::unexpected(noted.error());
    }
    co_return co_await start(phone->record.id);
}

boost::asio::awaitable<std::expected<std::string, PortError>> AppSessions::start(protocol::PhoneId phone) {
    const auto token = crypto::random_secret(k_token_size);
    auto started =
        co_await m_phones.start_session(phone, crypto::purpose_hash(crypto::Purpose::SessionToken, {token.bytes()}));
    if (!started) co_return std::unexpected(started.error());
    std::string cookie(k_cookie);
    cookie += '=';
    cookie += crypto::base64url_encode(token.bytes());
    cookie += k_attributes;
    cookie += "; Max-Age=7776000";
    co_return cookie;
}

boost::asio::awaitable<std::expected<KnownPhone, PortError>> AppSessions::find(std::string cookie) {
    const auto session = session_of(cookie);
    if (!session) co_return std::unexpected(PortError::NotFound);
    co_return co_await m_phones.by_session(*session);
}

boost::asio::awaitable<std::expected<void, PortError>> AppSessions::end(crypto::Digest session) {
    co_return co_await m_phones.end_session(session);
}

std::optional<crypto::Digest> AppSessions::session_of(std::string_view cookie) {
    const auto token = crypto::base64url_decode(cookie);
    if (!token || token->size() != k_token_size) return std::nullopt;
    return crypto::purpose_hash(crypto::Purpose::SessionToken, {*token});
}

std::string AppSessions::expired_cookie() {
    std::string cookie(k_cookie);
    cookie += "=";
    cookie += k_attributes;
    cookie += "; Max-Age=0";
    return cookie;
}

}  // namespace doorward::relay
