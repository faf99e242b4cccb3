#pragma once

#include "crypto/merkle_tree.h"
#include "crypto/signature.h"
#include "msp-portal/server/stores/log_store.h"
#include "protocol/portal_message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// One log's tree up to a row: the roots of its blocks and the leaves behind the last of them. Of one job on the
/// store's thread; nothing keeps it.
class LogTree {
public:
    [[nodiscard]] static LogTree load(platform::Database& database, const protocol::LogName& log, std::int64_t until);

    [[nodiscard]] std::uint64_t size() const { return m_blocks.size() * k_log_block_leaves + m_tail.size(); }
    [[nodiscard]] crypto::Digest root() const;
    /// A range as RFC 9162 cuts them.
    [[nodiscard]] crypto::Digest subtree(const crypto::LeafRange& range) const;
    /// Makes blocks of the leaves behind the last, as far as they reach.
    void keep_blocks(UnitOfWork& unit);

private:
    LogTree(platform::Database& database, const protocol::LogName& log) : m_database(database), m_log(log) {}
    [[nodiscard]] std::vector<crypto::Digest> leaves_of_block(std::uint64_t number) const;

    platform::Database& m_database;
    protocol::LogName m_log;
    std::vector<LogBlock> m_blocks;
    std::vector<log_store::Leaf> m_tail;
};

namespace log_service {

/// The log's head as it is now, signed, with the proof that it continues the log of `held_size` events.
[[nodiscard]] protocol::LogHeadMessage head(UnitOfWork& unit, const protocol::LogName& log, std::int64_t held_size,
                                            const crypto::PortalSigningKey& key);

/// Where an export goes on. What it tells is of the moment it began, however long it takes.
struct ExportCursor {
    LogRows rows;
    std::int64_t events = 0;  ///< told so far

    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] static std::optional<ExportCursor> parse(std::string_view text);
};

struct ExportPiece {
    std::string lines;
    std::optional<ExportCursor> next;  ///< none: this was the last
};

/// A piece of an export (WIRE.md, section 10): its beginning with all heads where there is no cursor. In a unit of
/// work, because what the heads were computed from is kept.
[[nodiscard]] ExportPiece export_piece(UnitOfWork& unit, const ExportScope& scope,
                                       const std::optional<ExportCursor>& cursor, const crypto::PortalSigningKey& key);

/// Logs whose kept blocks are not those of their events: of a tenant, or of a team.
[[nodiscard]] std::vector<protocol::LogName> broken_logs(platform::Database& database);

}  // namespace log_service
}  // namespace doorward::portal
