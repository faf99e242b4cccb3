#include "msp-portal/server/services/log_service.h"

#include "msp-portal/server/stores/team_store.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace doorward::portal {

using namespace protocol;

namespace {

constexpr std::int64_t k_no_limit = std::numeric_limits<std::int64_t>::max();
// About half a megabyte.
constexpr std::int64_t k_events_a_piece = 500;

}  // namespace

LogTree LogTree::load(platform::Database& database, const LogName& log, std::int64_t until) {
    LogTree tree(database, log);
    tree.m_blocks = log_store::blocks(database, log);
    while (!tree.m_blocks.empty() && tree.m_blocks.back().last_row > until)
        tree.m_blocks.pop_back();
    const std::int64_t after = tree.m_blocks.empty() ? 0 : tree.m_blocks.back().last_row;
    tree.m_tail = log_store::leaves(database, log, {.after = after, .until = until}, k_no_limit);
    return tree;
}

crypto::Digest LogTree::root() const {
    return subtree({0, size()});
}

std::vector<crypto::Digest> LogTree::leaves_of_block(std::uint64_t number) const {
    std::vector<crypto::Digest> leaves;
    if (number >= m_blocks.size()) {
        for (const auto& leaf : m_tail)
            leaves.push_back(leaf.hash);
        return leaves;
    }
    const LogRows rows{.after = number == 0 ? 0 : m_blocks[number - 1].last_row, .until = m_blocks[number].last_row};
    for (const auto& leaf : log_store::leaves(m_database, m_log, rows, k_no_limit))
        leaves.push_back(leaf.hash);
    return leaves;
}

crypto::Digest LogTree::subtree(const crypto::LeafRange& range) const {
    crypto::MerkleFrontier tree;
    std::uint64_t number = range.first / k_log_block_leaves;
    // RFC 9162 cuts at powers of two, so a range of a whole block or more begins with one.
    while (range.count - tree.size() >= k_log_block_leaves && number < m_blocks.size()) {
        tree.append_subtree(m_blocks[number].root, k_log_block_level);
        ++number;
    }
    if (tree.size() == range.count) return tree.root();
    const auto leaves = leaves_of_block(number);
    const std::uint64_t first =
        range.first + tree.size() - std::min<std::uint64_t>(number, m_blocks.size()) * k_log_block_leaves;
    for (std::uint64_t at = first; at < leaves.size() && tree.size() < range.count; ++at)
        tree.append(leaves[at]);
    if (tree.size() != range.count)
        throw StoreFailure(platform::DatabaseError::Corrupt, "an audit log has lost events");
    return tree.root();
}

void LogTree::keep_blocks(UnitOfWork& unit) {
    std::size_t taken = 0;
    for (; m_tail.size() - taken >= k_log_block_leaves; taken += k_log_block_leaves) {
        crypto::MerkleFrontier block;
        for (std::size_t at = 0; at < k_log_block_leaves; ++at)
            block.append(m_tail[taken + at].hash);
        m_blocks.push_back({.root = block.root(), .last_row = m_tail[taken + k_log_block_leaves - 1].row});
        log_store::insert_block(unit, m_log, static_cast<std::int64_t>(m_blocks.size()) - 1, m_blocks.back());
    }
    m_tail.erase(m_tail.begin(), m_tail.begin() + static_cast<std::ptrdiff_t>(taken));
}

namespace log_service {

namespace {

SignedEnvelope sign_head(UnitOfWork& unit, const LogName& log, const LogTree& tree,
                         const crypto::PortalSigningKey& key) {
    const LogHead head{.log = log,
                       .incarnation = load_portal_record(unit.database).incarnation,
                       .size = static_cast<std::int64_t>(tree.size()),
                       .root_hash = tree.root(),
                       .at = unit.now};
    return sign_envelope(key, crypto::Purpose::LogHead, encode_log_head(head));
}

void add_line(std::string& lines, const ExportLine& line) {
    lines += encode_export_line(line);
    lines += '\n';
}

// All heads are of one moment, so that chains which cross several logs are whole too.
ExportCursor begin_export(std::string& lines, UnitOfWork& unit, const ExportScope& scope,
                          const crypto::PortalSigningKey& key) {
    const ExportCursor cursor{.rows = {.after = 0, .until = log_store::last_row(unit.database)}, .events = 0};
    add_line(
        lines,
        ExportStart{
            .team_id = scope.team_id, .tenant_id = scope.tenant_id, .portal_key = key.public_key(), .at = unit.now});
    for (const auto& log : log_store::logs(unit.database, scope)) {
        auto tree = LogTree::load(unit.database, log, cursor.rows.until);
        tree.keep_blocks(unit);
        add_line(lines, ExportLog{sign_head(unit, log, tree, key)});
    }
    for (auto& device : log_store::devices(unit.database, scope))
        add_line(lines, std::move(device));
    return cursor;
}

}  // namespace

LogHeadMessage head(UnitOfWork& unit, const LogName& log, std::int64_t held_size, const crypto::PortalSigningKey& key) {
    auto tree = LogTree::load(unit.database, log, k_no_limit);
    tree.keep_blocks(unit);
    LogHeadMessage message{.head = sign_head(unit, log, tree, key), .held_size = held_size, .proof = {}};
    const auto from = static_cast<std::uint64_t>(held_size);
    if (from > 0 && from < tree.size()) {
        message.proof = crypto::consistency_proof({from, tree.size()},
                                                  [&](const crypto::LeafRange& range) { return tree.subtree(range); });
    }
    return message;
}

std::string ExportCursor::to_string() const {
    return std::to_string(rows.after) + "." + std::to_string(rows.until) + "." + std::to_string(events);
}

std::optional<ExportCursor> ExportCursor::parse(std::string_view text) {
    ExportCursor cursor;
    for (std::int64_t* number : {&cursor.rows.after, &cursor.rows.until, &cursor.events}) {
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
        if (error != std::errc() || *number < 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
        if (number == &cursor.events) break;
        if (!text.starts_with('.')) return std::nullopt;
        text.remove_prefix(1);
    }
    if (!text.empty()) return std::nullopt;
    return cursor;
}

ExportPiece export_piece(UnitOfWork& unit, const ExportScope& scope, const std::optional<ExportCursor>& cursor,
                         const crypto::PortalSigningKey& key) {
    ExportPiece piece;
    ExportCursor next = cursor ? *cursor : begin_export(piece.lines, unit, scope, key);
    const auto events = log_store::events(unit.database, scope, next.rows, k_events_a_piece);
    for (const auto& event : events) {
        add_line(piece.lines, event.event);
        next.rows.after = event.row;
    }
    next.events += static_cast<std::int64_t>(events.size());
    if (static_cast<std::int64_t>(events.size()) == k_events_a_piece) {
        piece.next = next;
    } else {
        add_line(piece.lines, ExportEnd{next.events});
    }
    return piece;
}

std::vector<LogName> broken_logs(platform::Database& database) {
    std::vector<LogName> broken;
    for (const auto& team : team_store::all(database)) {
        for (const auto& log : log_store::logs(database, {team.id, std::nullopt})) {
            std::int64_t after = 0;
            const auto blocks = log_store::blocks(database, log);
            const bool whole = std::ranges::all_of(blocks, [&](const LogBlock& block) {
                const LogRows rows{.after = std::exchange(after, block.last_row), .until = block.last_row};
                const auto leaves = log_store::leaves(database, log, rows, k_no_limit);
                crypto::MerkleFrontier tree;
                for (const auto& leaf : leaves)
                    tree.append(leaf.hash);
                return leaves.size() == k_log_block_leaves && tree.root() == block.root;
            });
            if (!whole) broken.push_back(log);
        }
    }
    return broken;
}

}  // namespace log_service
}  // namespace doorward::portal
