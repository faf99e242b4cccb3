#include "protocol/roster_head.h"

#include "crypto/purpose.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

#include <algorithm>
#include <chrono>

namespace doorward::protocol {
namespace {

constexpr std::size_t k_longest_head = 4 * 1024;
// The longest a tenant can set.
constexpr std::chrono::milliseconds k_farthest_horizon = std::chrono::hours(90 * 24);

constexpr std::array<Choice<HeadError>, 8> k_errors{{
    {HeadError::BadSignature, "bad_signature"},
    {HeadError::Malformed, "malformed"},
    {HeadError::WrongTeam, "wrong_team"},
    {HeadError::WrongTenant, "wrong_tenant"},
    {HeadError::WrongDevice, "wrong_device"},
    {HeadError::IncarnationNotWelcomed, "incarnation_not_welcomed"},
    {HeadError::RevisionWentBack, "revision_went_back"},
    {HeadError::HorizonTooFar, "horizon_too_far"},
}};

}  // namespace

std::string_view to_string(HeadError error) {
    return choice_text(k_errors, error);
}

std::string encode_roster_head(const RosterHead& head) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("team_id", head.team_id);
        out.id("tenant_id", head.tenant_id);
        out.id("device_id", head.device_id);
        out.id("incarnation", head.incarnation);
        out.integer("revision", head.revision);
        out.bytes("state_hash", head.state_hash.bytes());
        out.time("issued_at", head.issued_at);
        out.time("offline_until", head.offline_until);
        if (head.next_portal_key) {
            out.bytes("next_portal_key", head.next_portal_key->bytes());
        } else {
            out.null("next_portal_key");
        }
    });
}

Decoded<RosterHead> decode_roster_head(std::string_view body) {
    return decode_object(body, k_longest_head, [](JsonObjectReader& in) {
        in.version_one();
        return RosterHead{.team_id = in["team_id"].id<TeamId>(),
                          .tenant_id = in["tenant_id"].id<TenantId>(),
                          .device_id = in["device_id"].id<DeviceId>(),
                          .incarnation = in["incarnation"].id<Incarnation>(),
                          .revision = in["revision"].integer({1, k_any_count.highest}),
                          .state_hash = in["state_hash"].fixed<crypto::Digest>(),
                          .issued_at = in["issued_at"].time(),
                          .offline_until = in["offline_until"].time(),
                          .next_portal_key = in["next_portal_key"].optional(
                              [](const JsonReader& value) { return value.fixed<crypto::PortalPublicKey>(); })};
    });
}

std::expected<RosterHead, HeadError> verify_head(const SignedEnvelope& head, const HeadExpectation& expectation) {
    const bool is_signed = std::ranges::any_of(expectation.portal_keys, [&](const crypto::PortalPublicKey& key) {
        return verify_envelope(key, crypto::Purpose::RosterHead, head).has_value();
    });
    if (!is_signed) return std::unexpected(HeadError::BadSignature);
    auto content = decode_roster_head(head.body);
    if (!content) return std::unexpected(HeadError::Malformed);
    if (content->team_id != expectation.team_id) return std::unexpected(HeadError::WrongTeam);
    if (content->tenant_id != expectation.tenant_id) return std::unexpected(HeadError::WrongTenant);
    if (content->device_id != expectation.device_id) return std::unexpected(HeadError::WrongDevice);
    const auto& held = expectation.held;
    if (held && held->incarnation == content->incarnation) {
        if (content->revision < held->revision) return std::unexpected(HeadError::RevisionWentBack);
    } else if (expectation.welcomed != content->incarnation) {
        return std::unexpected(HeadError::IncarnationNotWelcomed);
    }
    if (content->offline_until > content->issued_at + k_farthest_horizon) {
        return std::unexpected(HeadError::HorizonTooFar);
    }
    return std::move(*content);
}

}  // namespace doorward::protocol
