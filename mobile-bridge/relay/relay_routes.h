#pragma once

#include "mobile-bridge/relay/app_sessions.h"
#include "mobile-bridge/relay/approval_service.h"
#include "mobile-bridge/relay/pairing_service.h"
#include "mobile-bridge/relay/phone_notifier.h"
#include "mobile-bridge/relay/ports.h"
#include "mobile-bridge/relay/request_limiter.h"
#include "platform/router.h"

#include <memory>
#include <optional>

namespace doorward::relay {

// Who may call a route of /app/v1.
enum class AppAccess : std::uint8_t {
    Anyone,       // limited per address; what it does needs a link's secret or a passkey's answer
    PairedPhone,  // a session; the phone may still be waiting to be accepted
    ActivePhone,  // a session of a phone that counts
};

// The phone of the session; nothing for Anyone.
using AppCaller = std::optional<KnownPhone>;
using AppRouter = platform::Router<AppAccess, AppCaller>;

struct RelayServices {
    AppParty party;
    AppSessions& sessions;
    PairingService& pairings;
    ApprovalService& approvals;
    PhoneNotifier& notifier;
    PhonePort& phones;
    WorkstationPort& workstations;
    RecordPort& records;
    PushSender& push;
    RequestLimiter& reports;  // what one phone tells of itself
};

// Adds /app/v1 to a router made by make_app_router(). The services outlive the router.
void add_relay_routes(AppRouter& router, RelayServices services);

// A router whose access check asks `sessions`.
[[nodiscard]] std::shared_ptr<AppRouter> make_app_router(AppSessions& sessions, RequestLimiter& limiter);

}  // namespace doorward::relay
