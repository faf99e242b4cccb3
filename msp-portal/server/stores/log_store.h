#pragma once

#include "crypto/signature.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/audit_log.h"
#include "protocol/envelope.h"
#include "protocol/log_export.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace doorward::portal {

/// Leaves that make one perfect subtree; its root is kept.
inline constexpr int k_log_block_level = 8;
inline constexpr std::uint64_t k_log_block_leaves = std::uint64_t{1} << k_log_block_level;

struct LogBlock {
    crypto::Digest root;
    std::int64_t last_row = 0;
};

/// Rows of audit_event, after the first and up to the second.
struct LogRows {
    std::int64_t after = 0;
    std::int64_t until = 0;
};

/// What an export tells: one tenant's log, or all of the team.
struct ExportScope {
    protocol::TeamId team_id;
    std::optional<protocol::TenantId> tenant_id;
};

/// The audit events as append-only logs: no event is written twice for it, its row is its place.
namespace log_store {

/// The newest event's, 0 without any.
[[nodiscard]] std::int64_t last_row(platform::Database& database);

struct Leaf {
    std::int64_t row = 0;
    crypto::Digest hash;
};
/// In order, `limit` at most.
[[nodiscard]] std::vector<Leaf> leaves(platform::Database& database, const protocol::LogName& log, const LogRows& rows,
                                       std::int64_t limit);

[[nodiscard]] std::vector<LogBlock> blocks(platform::Database& database, const protocol::LogName& log);
void insert_block(UnitOfWork& unit, const protocol::LogName& log, std::int64_t number, const LogBlock& block);

/// The team's own log, and those of its tenants.
[[nodiscard]] std::vector<protocol::LogName> logs(platform::Database& database, const ExportScope& scope);
/// Devices with a chain, removed ones too, and the last heads they signed.
[[nodiscard]] std::vector<protocol::ExportDevice> devices(platform::Database& database, const ExportScope& scope);

struct ExportedEvent {
    std::int64_t row = 0;
    protocol::ExportEvent event;
};
/// Of all the scope's logs, as they came in, `limit` at most.
[[nodiscard]] std::vector<ExportedEvent> events(platform::Database& database, const ExportScope& scope,
                                                const LogRows& rows, std::int64_t limit);

}  // namespace log_store
}  // namespace doorward::portal
