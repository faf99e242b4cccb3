#include "desktop-client/agent/stores/log_head_store.h"

#include "crypto/bytes.h"

#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::string_view k_select = "SELECT body, signature FROM log_head WHERE only = 1";
constexpr std::string_view k_save = "INSERT OR REPLACE INTO log_head (only, body, signature) VALUES (1, ?, ?)";

}  // namespace

Stored<std::optional<protocol::SignedEnvelope>> LogHeadStore::head() {
    auto row = m_database.query(k_select);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    const auto body = row->bytes(0);
    const auto signature = crypto::Signature::create(row->bytes(1));
    if (!signature) return std::unexpected(platform::DatabaseError::Corrupt);
    return protocol::SignedEnvelope{.body = {body.begin(), body.end()}, .signature = *signature};
}

Stored<> LogHeadStore::save(const protocol::SignedEnvelope& head) {
    return discard(
        m_database.execute(k_save, crypto::as_bytes(head.body), std::span<const std::uint8_t>(head.signature.bytes())));
}

}  // namespace doorward::agent
