#pragma once

#include "crypto/hash.h"
#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace doorward::protocol {

// What the portal signs about one device's roster. Purpose RosterHead.
struct RosterHead {
    TeamId team_id;
    TenantId tenant_id;
    DeviceId device_id;
    Incarnation incarnation;
    std::int64_t revision = 0;
    crypto::Digest state_hash;
    Timestamp issued_at;
    // After it nobody signs in offline.
    Timestamp offline_until;
    std::optional<crypto::PortalPublicKey> next_portal_key;

    friend bool operator==(const RosterHead&, const RosterHead&) = default;
};

[[nodiscard]] std::string encode_roster_head(const RosterHead& head);
[[nodiscard]] Decoded<RosterHead> decode_roster_head(std::string_view body);

struct HeldRevision {
    Incarnation incarnation;
    std::int64_t revision = 0;
};

struct HeadExpectation {
    TeamId team_id;
    TenantId tenant_id;
    DeviceId device_id;
    // The pinned key, and the next one where a head has announced it.
    std::span<const crypto::PortalPublicKey> portal_keys;
    // Nothing before the first sync.
    std::optional<HeldRevision> held;
    // From the welcome of this connection, the only way to another life of the portal.
    std::optional<Incarnation> welcomed;
};

enum class HeadError {
    BadSignature,
    Malformed,
    WrongTeam,
    WrongTenant,
    WrongDevice,
    IncarnationNotWelcomed,
    RevisionWentBack,
    HorizonTooFar,
};
[[nodiscard]] std::string_view to_string(HeadError error);

// Signature first, then content. A head read again from the own store is verified with held = what it says itself.
[[nodiscard]] std::expected<RosterHead, HeadError> verify_head(const SignedEnvelope& head,
                                                               const HeadExpectation& expectation);

}  // namespace doorward::protocol
