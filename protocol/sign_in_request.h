#pragma once

#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

inline constexpr std::chrono::milliseconds k_sign_in_request_life{60'000};

// What the workstation asks a phone to approve; the phone shows exactly this. Purpose SignInRequest.
struct SignInRequest {
    RequestId id;
    TeamId team_id;
    TenantId tenant_id;
    DeviceId device_id;
    TechnicianId technician_id;
    std::string tenant_name;
    std::string device_name;
    std::string account;
    std::string service;
    // Empty where there is none.
    std::string terminal;
    std::string remote_host;
    std::optional<std::string> reason;
    std::optional<std::string> ticket;
    std::array<std::uint8_t, 16> nonce{};
    Timestamp issued_at;
    // At most k_sign_in_request_life later.
    Timestamp expires_at;

    friend bool operator==(const SignInRequest&, const SignInRequest&) = default;
};

[[nodiscard]] std::string encode_sign_in_request(const SignInRequest& request);
[[nodiscard]] Decoded<SignInRequest> decode_sign_in_request(std::string_view body);

// Signature, then body.
[[nodiscard]] std::expected<SignInRequest, EnvelopeError> open_sign_in_request(const SignedEnvelope& envelope,
                                                                               const crypto::DevicePublicKey& key);

}  // namespace doorward::protocol
