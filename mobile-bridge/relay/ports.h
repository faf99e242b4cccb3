#pragma once

#include "crypto/hash.h"
#include "crypto/passkey_public_key.h"
#include "mobile-bridge/relay/approval_board.h"
#include "protocol/assertion.h"
#include "protocol/ids.h"
#include "protocol/phone_request.h"
#include "protocol/phone_response.h"
#include "protocol/portal_message.h"
#include "protocol/roster_document.h"
#include "protocol/tenant_code.h"
#include "protocol/time.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the relay needs of whoever hosts it. The relay keeps no store and knows no table; the portal wires these to its
// own services today, a process of its own could carry them over a socket tomorrow. All of them answer only after what
// they changed is durable, and none of them throws for what a phone can cause.
namespace doorward::relay {

enum class PortError : std::uint8_t {
    NotFound,  // unknown, used, expired or withdrawn: one answer for all
    Refused,   // the state of things does not allow it (a technician was disabled meanwhile, two phones are there)
    Storage,
};
[[nodiscard]] std::string_view to_string(PortError error);

// What a pairing link is for; the relay adds its own rpId.
struct PairingOffer {
    protocol::PairingId id;
    protocol::TeamSummary team;
    protocol::TechnicianId technician;
    std::string technician_name;
    std::string username;
    std::uint32_t serial = 0;
    protocol::Timestamp expires_at;
    bool replaces_phone = false;
};

// A phone whose registration and agreement-key proof were verified by the relay.
struct NewPhone {
    protocol::PhoneRecord record;
    std::uint32_t sign_count = 0;
    std::string label;
};

// A phone that may use the relay, and whose it is. Only of active technicians of teams in good standing, and of one who
// is invited only while the phone waits to be accepted.
struct KnownPhone {
    protocol::PhoneRecord record;
    crypto::PasskeyPublicKey passkey;  // the record's, loaded
    std::uint32_t sign_count = 0;
    std::string label;
    protocol::PhoneState state = protocol::PhoneState::WaitingForAcceptance;
    protocol::TeamSummary team;
    protocol::TechnicianId technician;
    std::string technician_name;
    std::string username;
    std::optional<std::string> email;
};

class PairingPort {
public:
    virtual ~PairingPort() = default;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<PairingOffer, PortError>> look_up(
        crypto::Digest secret_hash) = 0;
    // Uses the pairing up and adds the phone in one transaction; of two callers one gets NotFound. Refused where the
    // technician has two phones, or may not have one.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<protocol::PhoneState, PortError>> complete(
        crypto::Digest secret_hash, NewPhone phone) = 0;
};

class PhonePort {
public:
    virtual ~PhonePort() = default;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<KnownPhone, PortError>> by_credential(
        crypto::Bytes credential_id) = 0;
    // By H(session-token, token) of the cookie; moves the session's end ahead (90 days sliding).
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<KnownPhone, PortError>> by_session(
        crypto::Digest token_hash) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> start_session(
        protocol::PhoneId phone, crypto::Digest token_hash) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> end_session(
        crypto::Digest token_hash) = 0;
    // The highest count seen; a lower one than stored is Refused.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> note_sign_count(
        protocol::PhoneId phone, std::uint32_t count) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> set_subscription(
        protocol::PhoneId phone, std::optional<protocol::PushSubscription> subscription) = 0;
    // Exactly this one is over; one that took its place meanwhile stays.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> end_subscription(
        protocol::PhoneId phone, protocol::PushSubscription subscription) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::vector<std::pair<protocol::PhoneId, protocol::PushSubscription>>>
    subscriptions(protocol::TechnicianId technician) = 0;
};

class WorkstationPort {
public:
    virtual ~WorkstationPort() = default;
    // Those the technician may enter; as_of is the host's time. `phone`: to whose key the tenants' secrets are sealed;
    // nothing for a phone that was not accepted yet, which gets none.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<protocol::WorkstationList, PortError>> enterable_by(
        protocol::TechnicianId technician, std::optional<crypto::PhoneAgreementPublicKey> phone) = 0;
    // The technician takes the tenant's secret in use to another authenticator: on record, and once for each secret
    // (Refused afterwards, and for one that is not in use). NotFound where the technician may not sign in.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> secret_shown(
        protocol::TechnicianId technician, protocol::TenantSecretName secret) = 0;
};

// Who answered, and the signature where the answer was yes.
struct SignedAnswer {
    protocol::PhoneId phone;
    std::optional<protocol::Assertion> assertion;
};

class RecordPort {
public:
    virtual ~RecordPort() = default;
    // How an approval ended, with its assertion where there is one. Durable before the workstation hears of it.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> approval_ended(
        Approval approval, protocol::SignInClosedState end, std::optional<SignedAnswer> answer) = 0;
    // Idempotent by id; readings of workstations that are not this technician's are left out.
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<void, PortError>> codes_read(
        protocol::TechnicianId technician, protocol::PhoneId phone, std::vector<protocol::CodeRead> readings) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::expected<protocol::ActivityPage, PortError>> activity(
        protocol::TechnicianId technician, std::optional<std::string> after, int limit) = 0;
};

// To the workstations that are connected now; what is not connected is not told.
class DevicePort {
public:
    virtual ~DevicePort() = default;
    virtual void send_state(const protocol::DeviceId& device, const protocol::RequestId& request,
                            protocol::SignInProgress state) = 0;
    virtual void send_answer(const protocol::DeviceId& device, const protocol::RequestId& request,
                             const protocol::PhoneId& phone, const protocol::Assertion& assertion) = 0;
};

}  // namespace doorward::relay
