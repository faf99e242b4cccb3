#include "desktop-client/agent/stores/ledger_store.h"

#include "crypto/bytes.h"

#include <algorithm>
#include <string_view>

namespace doorward::agent {
namespace {

using platform::DatabaseError;

constexpr std::string_view k_ensure =
    "INSERT OR IGNORE INTO ledger (only, audit_sequence, audit_hash, audit_acknowledged, clock_floor, least_step, "
    "boot_id, boots_since_head, rolled_back) VALUES (1, 0, ?, 0, 0, 0, '', 0, 0)";
constexpr std::string_view k_select_head = "SELECT audit_sequence, audit_hash FROM ledger WHERE only = 1";
constexpr std::string_view k_update_head =
    "UPDATE ledger SET audit_sequence = ?, audit_hash = ?, clock_floor = max(clock_floor, ?) WHERE only = 1";
constexpr std::string_view k_insert_event = "INSERT INTO audit_event (sequence, body) VALUES (?, ?)";
constexpr std::string_view k_select_events =
    "SELECT body FROM audit_event WHERE sequence > ? ORDER BY sequence LIMIT ?";
constexpr std::string_view k_select_acknowledged = "SELECT audit_acknowledged FROM ledger WHERE only = 1";
constexpr std::string_view k_acknowledge = "UPDATE ledger SET audit_acknowledged = ? WHERE only = 1";
constexpr std::string_view k_forget_events = "DELETE FROM audit_event WHERE sequence <= ?";
constexpr std::string_view k_select_flood = "SELECT subject, body, count, pending FROM audit_flood WHERE subject = ?";
constexpr std::string_view k_select_floods = "SELECT subject, body, count, pending FROM audit_flood ORDER BY subject";
constexpr std::string_view k_save_flood =
    "INSERT OR REPLACE INTO audit_flood (subject, body, count, pending) VALUES (?, ?, ?, ?)";
constexpr std::string_view k_clear_floods = "DELETE FROM audit_flood";
constexpr std::string_view k_save_admission =
    "INSERT INTO admission (technician_id, account, service, body) VALUES (?, ?, ?, ?)";
constexpr std::string_view k_take_admission =
    "DELETE FROM admission WHERE id = (SELECT min(id) FROM admission WHERE technician_id = ? AND account = ? AND "
    "service = ?) RETURNING technician_id, account, service, body";
constexpr std::string_view k_select_admissions =
    "SELECT technician_id, account, service, body FROM admission ORDER BY id";
constexpr std::string_view k_clear_admissions = "DELETE FROM admission";
constexpr std::string_view k_select_time =
    "SELECT clock_floor, least_step, boot_id, boots_since_head, rolled_back, quarantine FROM ledger WHERE only = 1";
constexpr std::string_view k_save_time =
    "UPDATE ledger SET clock_floor = ?, least_step = ?, boot_id = ?, boots_since_head = ?, rolled_back = ?, "
    "quarantine = ? WHERE only = 1";
constexpr std::string_view k_select_nonce = "SELECT last_nonce FROM ledger WHERE only = 1";
constexpr std::string_view k_save_nonce = "UPDATE ledger SET last_nonce = ? WHERE only = 1";
constexpr std::string_view k_select_machine = "SELECT machine FROM ledger WHERE only = 1";
constexpr std::string_view k_save_machine = "UPDATE ledger SET machine = ? WHERE only = 1";
constexpr std::string_view k_select_counter = "SELECT counter FROM ledger WHERE only = 1";
constexpr std::string_view k_save_counter = "UPDATE ledger SET counter = ? WHERE only = 1";
constexpr std::string_view k_take_back = "DELETE FROM audit_event WHERE sequence > ?";
constexpr std::string_view k_continue =
    "UPDATE ledger SET audit_sequence = ?1, audit_hash = ?2, audit_acknowledged = ?1 WHERE only = 1";

Stored<bool> one_row(Stored<platform::Statement>& row) {
    if (!row) return std::unexpected(row.error());
    return row->step();
}

std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

FloodRow flood_of(const platform::Statement& row) {
    return {.subject = std::string(row.text(0)),
            .body = text_of(row.bytes(1)),
            .count = row.integer(2),
            .pending = row.integer(3)};
}

AdmissionRow admission_of(const platform::Statement& row) {
    return {.technician = std::string(row.text(0)),
            .account = std::string(row.text(1)),
            .service = std::string(row.text(2)),
            .body = text_of(row.bytes(3))};
}

}  // namespace

Stored<> LedgerStore::ensure(const crypto::Digest& empty_head) {
    return discard(m_database.execute(k_ensure, std::span<const std::uint8_t>(empty_head.bytes())));
}

Stored<AuditHeadRow> LedgerStore::audit_head() {
    auto row = m_database.query(k_select_head);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(DatabaseError::Corrupt);
    const auto hash = crypto::Digest::create(row->bytes(1));
    if (!hash) return std::unexpected(DatabaseError::Corrupt);
    return AuditHeadRow{.sequence = row->integer(0), .hash = *hash};
}

Stored<> LedgerStore::append(const AuditHeadRow& head, std::string_view body, std::int64_t floor) {
    auto inserted = discard(m_database.execute(k_insert_event, head.sequence, crypto::as_bytes(body)));
    if (!inserted) return inserted;
    return discard(
        m_database.execute(k_update_head, head.sequence, std::span<const std::uint8_t>(head.hash.bytes()), floor));
}

Stored<std::vector<std::string>> LedgerStore::events_after(std::int64_t sequence, std::int64_t limit) {
    auto rows = m_database.query(k_select_events, sequence, limit);
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::string> bodies;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return bodies;
        bodies.push_back(text_of(rows->bytes(0)));
    }
}

Stored<std::int64_t> LedgerStore::acknowledged() {
    auto row = m_database.query(k_select_acknowledged);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(DatabaseError::Corrupt);
    return row->integer(0);
}

Stored<> LedgerStore::acknowledge(std::int64_t sequence, std::int64_t kept) {
    auto done = discard(m_database.execute(k_acknowledge, sequence));
    if (!done) return done;
    return discard(m_database.execute(k_forget_events, sequence - kept));
}

Stored<std::optional<FloodRow>> LedgerStore::flood(std::string_view subject) {
    auto row = m_database.query(k_select_flood, subject);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return flood_of(*row);
}

Stored<std::vector<FloodRow>> LedgerStore::floods() {
    auto rows = m_database.query(k_select_floods);
    if (!rows) return std::unexpected(rows.error());
    std::vector<FloodRow> floods;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return floods;
        floods.push_back(flood_of(*rows));
    }
}

Stored<> LedgerStore::save_flood(const FloodRow& row) {
    return discard(m_database.execute(k_save_flood, std::string_view(row.subject), crypto::as_bytes(row.body),
                                      row.count, row.pending));
}

Stored<> LedgerStore::clear_floods() {
    return discard(m_database.execute(k_clear_floods));
}

Stored<> LedgerStore::save_admission(const AdmissionRow& row) {
    return discard(m_database.execute(k_save_admission, std::string_view(row.technician), std::string_view(row.account),
                                      std::string_view(row.service), crypto::as_bytes(row.body)));
}

Stored<std::optional<AdmissionRow>> LedgerStore::take_admission(const AdmissionRow& like) {
    auto row = m_database.query(k_take_admission, std::string_view(like.technician), std::string_view(like.account),
                                std::string_view(like.service));
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return admission_of(*row);
}

Stored<std::vector<AdmissionRow>> LedgerStore::admissions() {
    auto rows = m_database.query(k_select_admissions);
    if (!rows) return std::unexpected(rows.error());
    std::vector<AdmissionRow> admissions;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return admissions;
        admissions.push_back(admission_of(*rows));
    }
}

Stored<> LedgerStore::clear_admissions() {
    return discard(m_database.execute(k_clear_admissions));
}

Stored<TimeRow> LedgerStore::time() {
    auto row = m_database.query(k_select_time);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(DatabaseError::Corrupt);
    TimeRow time{.floor = row->integer(0),
                 .least_step = row->integer(1),
                 .boot_id = std::string(row->text(2)),
                 .boots_since_head = row->integer(3),
                 .rolled_back = row->integer(4) != 0};
    if (row->is_null(5)) return time;
    time.quarantine = protocol::parse_quarantine_reason(row->text(5));
    if (!time.quarantine) return std::unexpected(DatabaseError::Corrupt);
    return time;
}

Stored<> LedgerStore::save_time(const TimeRow& time) {
    std::optional<std::string_view> quarantine;
    if (time.quarantine) quarantine = protocol::to_string(*time.quarantine);
    return discard(m_database.execute(k_save_time, time.floor, time.least_step, std::string_view(time.boot_id),
                                      time.boots_since_head, std::int64_t{time.rolled_back ? 1 : 0}, quarantine));
}

Stored<std::optional<protocol::ChannelNonce>> LedgerStore::last_nonce() {
    auto row = m_database.query(k_select_nonce);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(DatabaseError::Corrupt);
    if (row->is_null(0)) return std::nullopt;
    const auto bytes = row->bytes(0);
    protocol::ChannelNonce nonce{};
    if (bytes.size() != nonce.size()) return std::unexpected(DatabaseError::Corrupt);
    std::ranges::copy(bytes, nonce.begin());
    return nonce;
}

Stored<> LedgerStore::save_last_nonce(const std::optional<protocol::ChannelNonce>& nonce) {
    std::optional<std::span<const std::uint8_t>> bytes;
    if (nonce) bytes = *nonce;
    return discard(m_database.execute(k_save_nonce, bytes));
}

Stored<std::optional<crypto::Digest>> LedgerStore::machine() {
    auto row = m_database.query(k_select_machine);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(DatabaseError::Corrupt);
    if (row->is_null(0)) return std::nullopt;
    const auto machine = crypto::Digest::create(row->bytes(0));
    if (!machine) return std::unexpected(DatabaseError::Corrupt);
    return *machine;
}

Stored<> LedgerStore::save_machine(const crypto::Digest& machine) {
    return discard(m_database.execute(k_save_machine, std::span<const std::uint8_t>(machine.bytes())));
}

Stored<std::optional<std::int64_t>> LedgerStore::counter() {
    auto row = m_database.query(k_select_counter);
    const auto found = one_row(row);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(DatabaseError::Corrupt);
    if (row->is_null(0)) return std::nullopt;
    return row->integer(0);
}

Stored<> LedgerStore::save_counter(const std::optional<std::int64_t>& value) {
    return discard(m_database.execute(k_save_counter, value));
}

Stored<> LedgerStore::take_back(std::int64_t sequence) {
    return discard(m_database.execute(k_take_back, sequence));
}

Stored<> LedgerStore::continue_from(const AuditHeadRow& head) {
    return discard(m_database.execute(k_continue, head.sequence, std::span<const std::uint8_t>(head.hash.bytes())));
}

}  // namespace doorward::agent
