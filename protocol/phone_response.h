#pragma once

#include "crypto/agreement.h"
#include "crypto/bytes.h"
#include "crypto/signature.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/portal_message.h"
#include "protocol/roster_document.h"
#include "protocol/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::protocol {

// Bodies that the relay sends to the phone app, /app/v1. They are only written here: the app reads them.

struct TeamSummary {
    TeamId id;
    std::string name;
};

// POST /pairings/look-up
struct PairingOffer {
    PairingId pairing_id;
    TeamSummary team;
    TechnicianId technician_id;
    std::string technician_name;
    std::string technician_username;
    std::string rp_id;
    std::uint32_t serial = 0;
    Timestamp expires_at;
    bool replaces_phone = false;
};
[[nodiscard]] std::string encode_pairing_offer(const PairingOffer& offer);

// POST /pairings/complete
enum class PhoneState { Active, WaitingForAcceptance };
[[nodiscard]] std::string_view to_string(PhoneState state);

struct PairingResult {
    PhoneId phone_id;
    PhoneState state = PhoneState::WaitingForAcceptance;
};
[[nodiscard]] std::string encode_pairing_result(const PairingResult& result);

// POST /sessions/nonce
[[nodiscard]] std::string encode_session_nonce(const std::array<std::uint8_t, 32>& nonce);

// GET /me
struct PhoneOwner {
    TechnicianId technician_id;
    std::string technician_name;
    std::string technician_username;
    std::optional<std::string> email;
    TeamSummary team;
    PhoneId phone_id;
    std::uint32_t serial = 0;
    crypto::Bytes credential_id;
    std::string label;
    PhoneStrength strength = PhoneStrength::WithoutPrf;
    PhoneState state = PhoneState::WaitingForAcceptance;
    std::string rp_id;
};
[[nodiscard]] std::string encode_phone_owner(const PhoneOwner& owner);

// GET /workstations
struct Workstation {
    DeviceId id;
    std::string name;
    TenantId tenant_id;
    std::string tenant_name;
    std::string account;
    crypto::DevicePublicKey signing_key;
    crypto::DeviceAgreementPublicKey agreement_key;
    CodeScheme code_scheme = CodeScheme::PerMachine;
    bool connected = false;
    std::optional<Timestamp> offline_until;
};
// Sealed to the phone that asks.
struct TenantCodes {
    TenantId tenant_id;
    std::vector<SealedTenantSecret> secrets;
};
struct WorkstationList {
    Timestamp as_of;
    std::vector<Workstation> workstations;
    // Of the tenants that have codes of their own.
    std::vector<TenantCodes> tenant_codes{};
};
[[nodiscard]] std::string encode_workstation_list(const WorkstationList& list);

// GET /sign-in-requests
struct OpenSignInRequest {
    RequestId id;
    SignedEnvelope envelope;
    DeviceId device_id;
    Timestamp created_at;
    Timestamp expires_at;
    // Over the limit: listed, but the phone makes no sound.
    bool silent = false;
};
[[nodiscard]] std::string encode_open_sign_in_requests(const std::vector<OpenSignInRequest>& requests);

// POST /sign-in-requests/{id}/answer, and how a request ended for /live.
enum class SignInClosedState { Approved, Refused, NotMe, Expired, Cancelled };
[[nodiscard]] std::string_view to_string(SignInClosedState state);
[[nodiscard]] std::string encode_sign_in_answer_result(SignInClosedState state);

// GET /live
[[nodiscard]] std::string encode_live_sign_in_request(const OpenSignInRequest& request);
[[nodiscard]] std::string encode_live_sign_in_closed(const RequestId& id, SignInClosedState state);
[[nodiscard]] std::string encode_live_workstations_changed();

// GET /push-key
[[nodiscard]] std::string encode_push_key(const std::array<std::uint8_t, 65>& public_key);

// GET /activity. Kind and outcome are machine words.
struct ActivityEntry {
    EventId id;
    std::string kind;
    std::string outcome;
    std::optional<DeviceId> device_id;
    std::optional<std::string> device_name;
    std::optional<std::string> tenant_name;
    Timestamp at;
};
struct ActivityPage {
    // Newest first.
    std::vector<ActivityEntry> events;
    // Opaque, for the next page; nothing at the end.
    std::optional<std::string> next;
};
[[nodiscard]] std::string encode_activity_page(const ActivityPage& page);

// The web push payload (RFC 8291 encrypts it): which request, and nothing else.
[[nodiscard]] std::string encode_push_payload(const RequestId& id);

}  // namespace doorward::protocol
