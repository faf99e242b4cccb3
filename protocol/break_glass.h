#pragma once

#include "crypto/agreement.h"
#include "crypto/passkey.h"
#include "crypto/secret_bytes.h"
#include "protocol/assertion.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

// A break-glass code opens one workstation once, with portal, network and phones gone. It is made there, kept there as
// a hash, and split into two halves for two administrators (custodians), each of which alone says nothing.

namespace entity {
struct BreakGlass;
}
// Of the order, and of the code made by it. Ids grow with time, so an older order is known as such.
using BreakGlassId = Id<entity::BreakGlass>;

namespace role {
struct Custodian;
}
// From an administrator's passkey by its PRF, in the browser; here only for tests.
using CustodianKey = crypto::AgreementKey<role::Custodian>;
using CustodianPublicKey = crypto::AgreementPublicKey<role::Custodian>;

// H(custodian-key, team 16, technician 16, agreement key 32): what the passkey answers for its agreement key.
[[nodiscard]] crypto::Digest custodian_key_challenge(const TeamId& team, const TechnicianId& technician,
                                                     const CustodianPublicKey& key);

struct Custodian {
    TechnicianId technician_id;
    std::string name;
    crypto::PasskeyAlgorithm algorithm = crypto::PasskeyAlgorithm::Es256;
    crypto::Bytes public_key;
    CustodianPublicKey agreement_key;
    // By that passkey, over custodian_key_challenge().
    Assertion proof;

    friend bool operator==(const Custodian&, const Custodian&) = default;
};

// What the portal signs. Purpose BreakGlassOrder.
struct BreakGlassOrder {
    BreakGlassId id;
    TeamId team_id;
    DeviceId device_id;
    // Of administrators' passkeys: the portal's host. The workstation knows no other source for it.
    std::string rp_id;
    std::string origin;
    std::array<Custodian, 2> custodians;

    friend bool operator==(const BreakGlassOrder&, const BreakGlassOrder&) = default;
};
[[nodiscard]] std::string encode_break_glass_order(const BreakGlassOrder& order);
[[nodiscard]] Decoded<BreakGlassOrder> decode_break_glass_order(std::string_view body);

enum class CustodianError { SamePerson, SameKey, BadPublicKey, BadProof };
[[nodiscard]] std::string_view to_string(CustodianError error);
// Two technicians, two keys, and each passkey vouches for its agreement key.
[[nodiscard]] std::expected<void, CustodianError> verify_custodians(const BreakGlassOrder& order);

struct SealedHalf {
    TechnicianId technician_id;
    CustodianPublicKey agreement_key;
    // seal_box() of the half's text, purpose BreakGlassSeal, context half_context().
    crypto::Bytes sealed;

    friend bool operator==(const SealedHalf&, const SealedHalf&) = default;
};

// What the workstation signs when it has made a code. Purpose BreakGlassCode.
struct BreakGlassCode {
    BreakGlassId id;
    DeviceId device_id;
    Timestamp made_at;
    std::array<SealedHalf, 2> halves;

    friend bool operator==(const BreakGlassCode&, const BreakGlassCode&) = default;
};
[[nodiscard]] std::string encode_break_glass_code(const BreakGlassCode& code);
[[nodiscard]] Decoded<BreakGlassCode> decode_break_glass_code(std::string_view body);

// Which code of which workstation.
struct BreakGlassPlace {
    DeviceId device_id;
    BreakGlassId id;
};

// device 16 | order 16 | technician 16.
[[nodiscard]] std::array<std::uint8_t, 48> half_context(const BreakGlassPlace& place, const TechnicianId& technician);

// 80 bits: out of reach even for whoever has the hash, and short enough to be typed.
inline constexpr std::size_t k_break_glass_size = 10;
enum class HalfNumber : std::uint8_t { First = 1, Second = 2 };

struct CodeHalf {
    HalfNumber number = HalfNumber::First;
    crypto::SecretBytes share;
};

// Two of two by XOR: one half is uniformly random whatever the code is.
[[nodiscard]] std::array<CodeHalf, 2> split_code(const crypto::SecretBytes& code);
// Nothing unless it is one first and one second half, in either order.
[[nodiscard]] std::optional<crypto::SecretBytes> join_halves(const CodeHalf& one, const CodeHalf& other);

// "1-ABCD-EFGH-JKMN-PQRS-TVWX": number, share, and four characters of H(break-glass-half, device, order, number,
// share), in Crockford's base32. So a typing error, another workstation's half and an old code's are told before
// anything is tried, and nobody without the order's id can try at all.
[[nodiscard]] crypto::SecretBytes format_half(const BreakGlassPlace& place, const CodeHalf& half);
// Case and hyphens do not count, I L O are 1 1 0; nothing for anything else.
[[nodiscard]] std::optional<CodeHalf> parse_half(const BreakGlassPlace& place, std::string_view typed);

}  // namespace doorward::protocol
