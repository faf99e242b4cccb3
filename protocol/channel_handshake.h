#pragma once

#include "crypto/signature.h"
#include "protocol/audit_event.h"
#include "protocol/decode_error.h"
#include "protocol/enrolment.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

using ChannelNonce = std::array<std::uint8_t, 32>;

// What the device signs first on a connection. Purpose ChannelDevice, signed by the signing key in it.
struct HelloBody {
    // Nothing: an enrolment follows.
    std::optional<DeviceId> device_id;
    crypto::DevicePublicKey signing_key;
    ChannelNonce device_nonce{};
    ChannelNonce portal_nonce{};
    ChannelBinding channel_binding{};
    std::string agent_version;
    // What the device holds; nothing and 0 before the first sync.
    std::optional<Incarnation> incarnation;
    std::int64_t revision = 0;
    // The agent store's generation number, so that a rolled-back store is seen.
    std::int64_t generation = 0;
    // The portal's nonce of the last connection that was welcomed and is in the store; nothing before the first. Two
    // machines with one identity cannot both know the latest.
    std::optional<ChannelNonce> last_nonce{};
    // Which machine this is, as far as its firmware or operating system tells: H(machine, signing key 32, text).
    // Nothing where they tell nothing.
    std::optional<crypto::Digest> machine{};

    friend bool operator==(const HelloBody&, const HelloBody&) = default;
};

[[nodiscard]] std::string encode_hello_body(const HelloBody& body);
[[nodiscard]] Decoded<HelloBody> decode_hello_body(std::string_view body);

// Why the portal has nothing to do with a device until an administrator has looked.
enum class QuarantineReason {
    RolledBack,      // it holds less than it has already told
    SecondMachine,   // somebody else has connected with its identity, or its own later state has
    ChainForked,     // its audit chain is not the one it began
    AnotherMachine,  // its store is at work in another machine than before
};
[[nodiscard]] std::string_view to_string(QuarantineReason reason);
[[nodiscard]] std::optional<QuarantineReason> parse_quarantine_reason(std::string_view text);

// What the portal signs in answer. Purpose ChannelPortal.
struct WelcomeBody {
    ChannelNonce device_nonce{};
    ChannelNonce portal_nonce{};
    ChannelBinding channel_binding{};
    Timestamp time;
    Incarnation incarnation;
    // A goodbye follows.
    std::optional<QuarantineReason> quarantine{};
    // Released from quarantine: what the portal holds of the device's audit chain. A chain that does not contain it
    // goes on from it.
    std::optional<ChainPosition> chain{};

    friend bool operator==(const WelcomeBody&, const WelcomeBody&) = default;
};

[[nodiscard]] std::string encode_welcome_body(const WelcomeBody& body);
[[nodiscard]] Decoded<WelcomeBody> decode_welcome_body(std::string_view body);

enum class HandshakeError { BadSignature, Malformed, WrongNonce, WrongChannel };
[[nodiscard]] std::string_view to_string(HandshakeError error);

// Portal: the hello is signed by the key in it and answers this connection's nonce over this channel. Whether that key
// is the device's is the caller's to compare with its record.
[[nodiscard]] std::expected<HelloBody, HandshakeError> verify_hello(const SignedEnvelope& hello,
                                                                    const ChannelNonce& portal_nonce,
                                                                    const ChannelBinding& channel_binding);

// Device: the welcome is the pinned portal's and answers `hello`.
[[nodiscard]] std::expected<WelcomeBody, HandshakeError> verify_welcome(const SignedEnvelope& welcome,
                                                                        const crypto::PortalPublicKey& portal_key,
                                                                        const HelloBody& hello);

}  // namespace doorward::protocol
