#pragma once

#include "crypto/agreement.h"
#include "crypto/hash.h"
#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/roster_document.h"
#include "protocol/secrets.h"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

// What the install command carries: where to go, whom to believe there, and the right to enrol once.
// dwe1:<app host>:<port>:<base64url of portal signing key | secret>
struct EnrolmentToken {
    std::string app_host;
    std::uint16_t port = 443;
    crypto::PortalPublicKey portal_key;
    EnrolmentSecret secret;

    [[nodiscard]] static std::optional<EnrolmentToken> parse(std::string_view text);
    // As secret as the secret in it.
    [[nodiscard]] std::string format() const;
};

using ChannelBinding = std::array<std::uint8_t, 32>;

// The body a device signs to enrol. Purpose Enrol, signed by the signing key in it.
struct EnrolBody {
    crypto::Digest token_hash;
    crypto::DevicePublicKey signing_key;
    crypto::DeviceAgreementPublicKey agreement_key;
    std::string name;
    std::string operating_system;
    DeviceKind kind = DeviceKind::NonDomain;
    ChannelBinding channel_binding{};

    friend bool operator==(const EnrolBody&, const EnrolBody&) = default;
};

[[nodiscard]] std::string encode_enrol_body(const EnrolBody& body);
[[nodiscard]] Decoded<EnrolBody> decode_enrol_body(std::string_view body);

// Proof of possession: verified with the signing key inside. The caller compares that key and the channel binding with
// those of the hello of this connection, and looks the token hash up.
[[nodiscard]] std::expected<EnrolBody, EnvelopeError> open_enrol_body(const SignedEnvelope& envelope);

}  // namespace doorward::protocol
