#include "msp-portal/server/stores/app_store.h"

#include <algorithm>
#include <chrono>

namespace doorward::portal::app_store {

namespace {

using namespace protocol;

constexpr std::chrono::milliseconds k_session_life = std::chrono::days(k_session_days);
constexpr std::chrono::milliseconds k_touch_after = std::chrono::days(1);

constexpr std::string_view k_insert_session =
    "INSERT INTO app_session (token_hash, phone_id, created_at, last_used_at) VALUES (?, ?, ?, ?)";
constexpr std::string_view k_find_session =
    "SELECT phone_id, last_used_at FROM app_session WHERE token_hash = ? AND last_used_at > ?";
constexpr std::string_view k_touch = "UPDATE app_session SET last_used_at = ? WHERE token_hash = ?";
constexpr std::string_view k_end_session = "DELETE FROM app_session WHERE token_hash = ?";
constexpr std::string_view k_remove_subscription = "DELETE FROM push_subscription WHERE phone_id = ?";
constexpr std::string_view k_end_subscription =
    "DELETE FROM push_subscription WHERE phone_id = ? AND endpoint = ? AND p256dh = ? AND auth = ?";
constexpr std::string_view k_put_subscription =
    "INSERT INTO push_subscription (phone_id, endpoint, p256dh, auth, created_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (phone_id) DO UPDATE SET endpoint = excluded.endpoint, p256dh = excluded.p256dh,"
    " auth = excluded.auth, created_at = excluded.created_at";
constexpr std::string_view k_subscriptions =
    "SELECT s.phone_id, s.endpoint, s.p256dh, s.auth FROM push_subscription s JOIN phone p ON p.id = s.phone_id"
    " WHERE p.technician_id = ? AND p.state = 'active'";
constexpr std::string_view k_insert_ended =
    "INSERT INTO sign_in_request (id, team_id, tenant_id, device_id, technician_id, body, signature, state, silent,"
    " created_at, expires_at, ended_at, phone_id, assertion_credential_id, assertion_authenticator_data,"
    " assertion_client_data_json, assertion_signature)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (technician_id, id) DO NOTHING";
constexpr std::string_view k_insert_reading =
    "INSERT INTO phone_activity (phone_id, id, device_id, kind, step, at, received_at)"
    " VALUES (?, ?, ?, 'code_read', ?, ?, ?) ON CONFLICT DO NOTHING";
constexpr std::string_view k_activity =
    "SELECT a.id, a.kind, a.outcome, a.device_id, d.name, t.name, a.at FROM ("
    "  SELECT id, 'sign_in' AS kind, state AS outcome, device_id, created_at AS at FROM sign_in_request"
    "   WHERE technician_id = ?1 AND id < ?2"
    "  UNION ALL"
    "  SELECT x.id, x.kind, 'noted', x.device_id, x.at FROM phone_activity x JOIN phone p ON p.id = x.phone_id"
    "   WHERE p.technician_id = ?1 AND x.id < ?2"
    " ) a JOIN device d ON d.id = a.device_id JOIN tenant t ON t.id = d.tenant_id ORDER BY a.id DESC LIMIT ?3";

// Every UUIDv7 is below this.
constexpr std::array<std::uint8_t, 16> k_after_all = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(const std::vector<std::uint8_t>& bytes) {
    std::array<std::uint8_t, Size> array{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), Size), array.begin());
    return array;
}

}  // namespace

void insert_session(UnitOfWork& unit, const crypto::Digest& token_hash, const PhoneId& phone) {
    sql::execute(unit.database, k_insert_session, token_hash, phone, unit.now, unit.now);
}

std::optional<AppSession> find_session(platform::Database& database, const crypto::Digest& token_hash, Timestamp now) {
    auto rows = sql::query(database, k_find_session, token_hash, now - k_session_life);
    if (!rows.next()) return std::nullopt;
    return AppSession{rows.id<PhoneId>(0), rows.time(1)};
}

void touch_session(UnitOfWork& unit, const crypto::Digest& token_hash) {
    sql::execute(unit.database, k_touch, unit.now, token_hash);
}

bool session_needs_touch(Timestamp last_used_at, Timestamp now) {
    return last_used_at <= now - k_touch_after;
}

void end_session(UnitOfWork& unit, const crypto::Digest& token_hash) {
    sql::execute(unit.database, k_end_session, token_hash);
}

void set_subscription(UnitOfWork& unit, const PhoneId& phone, const std::optional<PushSubscription>& subscription) {
    if (!subscription) {
        sql::execute(unit.database, k_remove_subscription, phone);
        return;
    }
    sql::execute(unit.database, k_put_subscription, phone, subscription->endpoint, sql::Blob(subscription->p256dh),
                 sql::Blob(subscription->auth), unit.now);
}

void end_subscription(UnitOfWork& unit, const PhoneId& phone, const PushSubscription& subscription) {
    sql::execute(unit.database, k_end_subscription, phone, subscription.endpoint, sql::Blob(subscription.p256dh),
                 sql::Blob(subscription.auth));
}

std::vector<std::pair<PhoneId, PushSubscription>> subscriptions_of(platform::Database& database,
                                                                   const TechnicianId& technician) {
    std::vector<std::pair<PhoneId, PushSubscription>> found;
    auto rows = sql::query(database, k_subscriptions, technician);
    while (rows.next()) {
        found.emplace_back(rows.id<PhoneId>(0), PushSubscription{.endpoint = rows.text(1),
                                                                 .p256dh = array_of<65>(rows.bytes(2)),
                                                                 .auth = array_of<16>(rows.bytes(3))});
    }
    return found;
}

bool insert_ended(UnitOfWork& unit, const EndedRequest& request) {
    const auto& assertion = request.assertion;
    const auto part = [&assertion](const crypto::Bytes Assertion::* member) {
        return assertion ? std::optional(*assertion.*member) : std::nullopt;
    };
    const auto credential = part(&Assertion::credential_id);
    const auto authenticator_data = part(&Assertion::authenticator_data);
    const auto client_data = part(&Assertion::client_data_json);
    const auto signature = part(&Assertion::signature);
    return sql::execute(unit.database, k_insert_ended, request.id, request.team_id, request.tenant_id,
                        request.device_id, request.technician_id, crypto::as_bytes(request.envelope.body),
                        request.envelope.signature, to_string(request.state), request.silent, request.created_at,
                        request.expires_at, unit.now, request.phone_id, credential, authenticator_data, client_data,
                        signature) == 1;
}

bool insert_reading(UnitOfWork& unit, const PhoneId& phone, const CodeRead& reading) {
    return sql::execute(unit.database, k_insert_reading, phone, reading.id, reading.device_id, reading.step, reading.at,
                        unit.now) == 1;
}

ActivityPage activity(platform::Database& database, const TechnicianId& technician,
                      const std::optional<EventId>& before, int limit) {
    ActivityPage page;
    const sql::Blob below = before ? sql::Blob(before->bytes()) : sql::Blob(k_after_all);
    auto rows = sql::query(database, k_activity, technician, below, limit + 1);
    while (rows.next()) {
        page.events.push_back({.id = rows.id<EventId>(0),
                               .kind = rows.text(1),
                               .outcome = rows.text(2),
                               .device_id = rows.optional_id<DeviceId>(3),
                               .device_name = rows.optional_text(4),
                               .tenant_name = rows.optional_text(5),
                               .at = rows.time(6)});
    }
    if (page.events.size() > static_cast<std::size_t>(limit)) {
        page.events.pop_back();
        page.next = page.events.back().id.to_string();
    }
    return page;
}

}  // namespace doorward::portal::app_store
