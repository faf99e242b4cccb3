#include "protocol/audit_log.h"

#include "crypto/purpose.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

#include <algorithm>

namespace doorward::protocol {
namespace {

constexpr std::size_t k_longest_log_head = 4 * 1024;

constexpr std::array<Choice<LogHeadError>, 2> k_errors{{
    {LogHeadError::BadSignature, "bad_signature"},
    {LogHeadError::Malformed, "malformed"},
}};

}  // namespace

crypto::Digest log_leaf(const LogEntry& entry) {
    std::array<std::uint8_t, 8 + crypto::Digest::k_size> bytes;
    auto received = static_cast<std::uint64_t>(entry.received_at.milliseconds);
    for (std::size_t at = 8; at-- > 0; received >>= 8)
        bytes[at] = static_cast<std::uint8_t>(received);
    std::ranges::copy(entry.event_hash.bytes(), bytes.begin() + 8);
    return crypto::merkle_leaf_hash(bytes);
}

std::string_view to_string(LogHeadError error) {
    return choice_text(k_errors, error);
}

std::string encode_log_head(const LogHead& head) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("team_id", head.log.team_id);
        out.optional_id("tenant_id", head.log.tenant_id);
        out.id("incarnation", head.incarnation);
        out.integer("size", head.size);
        out.bytes("root_hash", head.root_hash.bytes());
        out.time("at", head.at);
    });
}

Decoded<LogHead> decode_log_head(std::string_view body) {
    return decode_object(body, k_longest_log_head, [](JsonObjectReader& in) {
        in.version_one();
        return LogHead{.log = {.team_id = in["team_id"].id<TeamId>(),
                               .tenant_id = in["tenant_id"].optional(
                                   [](const JsonReader& value) { return value.id<TenantId>(); })},
                       .incarnation = in["incarnation"].id<Incarnation>(),
                       .size = in["size"].integer(k_any_count),
                       .root_hash = in["root_hash"].fixed<crypto::Digest>(),
                       .at = in["at"].time()};
    });
}

std::expected<LogHead, LogHeadError> verify_log_head(const SignedEnvelope& head,
                                                     std::span<const crypto::PortalPublicKey> keys) {
    const bool is_signed = std::ranges::any_of(keys, [&](const crypto::PortalPublicKey& key) {
        return verify_envelope(key, crypto::Purpose::LogHead, head).has_value();
    });
    if (!is_signed) return std::unexpected(LogHeadError::BadSignature);
    auto content = decode_log_head(head.body);
    if (!content) return std::unexpected(LogHeadError::Malformed);
    return std::move(*content);
}

}  // namespace doorward::protocol
