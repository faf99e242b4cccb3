#include "desktop-client/agent/stores/roster_store.h"

#include "crypto/bytes.h"

#include <string>
#include <string_view>
#include <utility>

namespace doorward::agent {
namespace {

using platform::DatabaseError;

constexpr std::string_view k_select_documents = "SELECT id, body FROM roster_document ORDER BY id";
constexpr std::string_view k_put_document = "INSERT OR REPLACE INTO roster_document (id, body) VALUES (?, ?)";
constexpr std::string_view k_delete_document = "DELETE FROM roster_document WHERE id = ?";
constexpr std::string_view k_delete_all = "DELETE FROM roster_document";
constexpr std::string_view k_delete_head = "DELETE FROM roster_head";
constexpr std::string_view k_select_head = "SELECT body, signature FROM roster_head WHERE only = 1";
constexpr std::string_view k_save_head = "INSERT OR REPLACE INTO roster_head (only, body, signature) VALUES (1, ?, ?)";

std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

Stored<std::vector<protocol::RosterDocument>> RosterStore::documents() {
    auto rows = m_database.query(k_select_documents);
    if (!rows) return std::unexpected(rows.error());
    std::vector<protocol::RosterDocument> documents;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return documents;
        const auto id = protocol::DocumentId::parse(rows->text(0));
        if (!id) return std::unexpected(DatabaseError::Corrupt);
        documents.push_back({.id = *id, .body = text_of(rows->bytes(1))});
    }
}

Stored<std::optional<protocol::SignedEnvelope>> RosterStore::head() {
    auto row = m_database.query(k_select_head);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    const auto signature = crypto::Signature::create(row->bytes(1));
    if (!signature) return std::unexpected(DatabaseError::Corrupt);
    return protocol::SignedEnvelope{.body = text_of(row->bytes(0)), .signature = *signature};
}

Stored<> RosterStore::clear() {
    if (auto done = discard(m_database.execute(k_delete_head)); !done) return done;
    return discard(m_database.execute(k_delete_all));
}

Stored<> RosterStore::apply(const protocol::RosterChanges& changes) {
    for (const auto& id : changes.removed) {
        if (auto done = discard(m_database.execute(k_delete_document, std::string_view(id.to_string()))); !done) {
            return done;
        }
    }
    for (const auto& document : changes.documents) {
        auto done = discard(m_database.execute(k_put_document, std::string_view(document.id.to_string()),
                                               crypto::as_bytes(document.body)));
        if (!done) return done;
    }
    return {};
}

Stored<> RosterStore::save_head(const protocol::SignedEnvelope& head) {
    return discard(m_database.execute(k_save_head, crypto::as_bytes(head.body),
                                      std::span<const std::uint8_t>(head.signature.bytes())));
}

}  // namespace doorward::agent
