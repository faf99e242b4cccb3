#include "desktop-client/agent/stores/break_glass_store.h"

#include "crypto/bytes.h"

#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::string_view k_select = "SELECT order_id, body, signature FROM break_glass WHERE only = 1";
constexpr std::string_view k_save =
    "INSERT OR REPLACE INTO break_glass (only, order_id, body, signature) VALUES (1, ?, ?, ?)";

}  // namespace

Stored<std::optional<BreakGlassAnswer>> BreakGlassStore::answer() {
    auto row = m_database.query(k_select);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    const auto order = protocol::BreakGlassId::parse(row->text(0));
    const auto body = row->bytes(1);
    const auto signature = crypto::Signature::create(row->bytes(2));
    if (!order || !signature) return std::unexpected(platform::DatabaseError::Corrupt);
    return BreakGlassAnswer{.order = *order, .envelope = {.body = {body.begin(), body.end()}, .signature = *signature}};
}

Stored<> BreakGlassStore::save(const BreakGlassAnswer& answer) {
    return discard(m_database.execute(k_save, std::string_view(answer.order.to_string()),
                                      crypto::as_bytes(answer.envelope.body),
                                      std::span<const std::uint8_t>(answer.envelope.signature.bytes())));
}

}  // namespace doorward::agent
