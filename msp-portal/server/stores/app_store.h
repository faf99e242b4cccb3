#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/assertion.h"
#include "protocol/envelope.h"
#include "protocol/phone_request.h"
#include "protocol/phone_response.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace doorward::portal {

/// How an approval ended, with what was asked and what was signed, both as they came.
struct EndedRequest {
    protocol::RequestId id;
    protocol::TeamId team_id;
    protocol::TenantId tenant_id;
    protocol::DeviceId device_id;
    protocol::TechnicianId technician_id;
    protocol::SignedEnvelope envelope;
    protocol::SignInClosedState state = protocol::SignInClosedState::Expired;
    bool silent = false;
    protocol::Timestamp created_at;
    protocol::Timestamp expires_at;
    std::optional<protocol::PhoneId> phone_id;
    std::optional<protocol::Assertion> assertion;
};

/// What belongs to the phone app: its sessions, where it wants to be pushed, what it was asked and what it tells.
namespace app_store {

inline constexpr std::int64_t k_session_days = 90;

struct AppSession {
    protocol::PhoneId phone;
    protocol::Timestamp last_used_at;
};

void insert_session(UnitOfWork& unit, const crypto::Digest& token_hash, const protocol::PhoneId& phone);
/// A session used within the last 90 days.
[[nodiscard]] std::optional<AppSession> find_session(platform::Database& database, const crypto::Digest& token_hash,
                                                     protocol::Timestamp now);
/// Moves a session's end ahead; needed at most once a day for each.
void touch_session(UnitOfWork& unit, const crypto::Digest& token_hash);
[[nodiscard]] bool session_needs_touch(protocol::Timestamp last_used_at, protocol::Timestamp now);
void end_session(UnitOfWork& unit, const crypto::Digest& token_hash);

void set_subscription(UnitOfWork& unit, const protocol::PhoneId& phone,
                      const std::optional<protocol::PushSubscription>& subscription);
/// Removes exactly this one; one that took its place meanwhile stays.
void end_subscription(UnitOfWork& unit, const protocol::PhoneId& phone, const protocol::PushSubscription& subscription);
/// Of active phones only.
[[nodiscard]] std::vector<std::pair<protocol::PhoneId, protocol::PushSubscription>> subscriptions_of(
    platform::Database& database, const protocol::TechnicianId& technician);

/// False where this request ended before: a request ends once, whatever the caller remembers.
[[nodiscard]] bool insert_ended(UnitOfWork& unit, const EndedRequest& request);

/// False where this reading is held already.
[[nodiscard]] bool insert_reading(UnitOfWork& unit, const protocol::PhoneId& phone, const protocol::CodeRead& reading);

/// The technician's own requests and readings, newest first.
[[nodiscard]] protocol::ActivityPage activity(platform::Database& database, const protocol::TechnicianId& technician,
                                              const std::optional<protocol::EventId>& before, int limit);

}  // namespace app_store
}  // namespace doorward::portal
