#pragma once

#include "crypto/agreement.h"
#include "crypto/bytes.h"
#include "protocol/assertion.h"
#include "protocol/decode_error.h"
#include "protocol/ids.h"
#include "protocol/secrets.h"
#include "protocol/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::protocol {

// Bodies that the phone app sends to the relay, /app/v1.
inline constexpr std::size_t k_longest_phone_request = 32 * 1024;
inline constexpr std::size_t k_most_activities = 100;

// POST /pairings/look-up
struct PairingLookUp {
    LinkSecret secret;
};
[[nodiscard]] Decoded<PairingLookUp> decode_pairing_look_up(std::string_view json);

// What navigator.credentials.create() gave.
struct Registration {
    crypto::Bytes credential_id;
    crypto::Bytes client_data_json;
    crypto::Bytes attestation_object;
};

// POST /pairings/complete
struct PairingComplete {
    LinkSecret secret;
    Registration registration;
    crypto::PhoneAgreementPublicKey agreement_key;
    Assertion proof;
    // The agreement key comes from the passkey's PRF.
    bool prf = false;
    std::string label;
};
[[nodiscard]] Decoded<PairingComplete> decode_pairing_complete(std::string_view json);

// POST /sessions
struct OpenAppSession {
    std::array<std::uint8_t, 32> nonce{};
    Assertion assertion;
};
[[nodiscard]] Decoded<OpenAppSession> decode_open_app_session(std::string_view json);

// POST /sign-in-requests/{id}/answer
enum class PhoneDecision { Approve, Refuse, NotMe };
[[nodiscard]] std::string_view to_string(PhoneDecision decision);

struct SignInAnswer {
    PhoneDecision decision = PhoneDecision::Refuse;
    // There exactly for Approve.
    std::optional<Assertion> assertion;
};
[[nodiscard]] Decoded<SignInAnswer> decode_sign_in_answer(std::string_view json);

// PUT /push-subscription
struct PushSubscription {
    // https only, at most 2048 characters. Whether it may be called is the sender's to judge.
    std::string endpoint;
    std::array<std::uint8_t, 65> p256dh{};
    std::array<std::uint8_t, 16> auth{};
};
[[nodiscard]] Decoded<PushSubscription> decode_push_subscription(std::string_view json);

// POST /activity: what happened on the phone while it was offline.
struct CodeRead {
    EventId id;
    DeviceId device_id;
    // The TOTP step whose code was shown.
    std::int64_t step = 0;
    Timestamp at;
};
struct ActivityReport {
    // At most k_most_activities, ids distinct.
    std::vector<CodeRead> events;
};
[[nodiscard]] Decoded<ActivityReport> decode_activity_report(std::string_view json);

}  // namespace doorward::protocol
