#include "desktop-client/agent/stores/account_store.h"

#include <algorithm>
#include <cstdint>

namespace doorward::agent {
namespace {

constexpr std::string_view k_select = "SELECT name, uid, full_name, owner_id FROM account WHERE name = ?";
constexpr std::string_view k_insert =
    "INSERT INTO account (name, uid, full_name, owner_id, used) VALUES (?, ?, ?, ?, 0)";
constexpr std::string_view k_insert_used =
    "INSERT INTO account (name, uid, full_name, owner_id, used) VALUES (?, ?, '', ?, 1)";
constexpr std::string_view k_rename =
    "UPDATE account SET full_name = ?, owner_id = ? WHERE name = ? AND (full_name <> ? OR owner_id <> ?)";
constexpr std::string_view k_highest_uid = "SELECT max(uid) FROM account";
constexpr std::string_view k_is_used = "SELECT used FROM account WHERE name = ?";
constexpr std::string_view k_mark_used = "UPDATE account SET used = 1 WHERE name = ? AND used = 0";
constexpr std::string_view k_select_used =
    "SELECT name, uid, full_name, owner_id FROM account WHERE used = 1 ORDER BY uid";
constexpr std::string_view k_begin =
    "INSERT OR REPLACE INTO account_operation (account, operation, technician_id) VALUES (?, ?, ?)";
constexpr std::string_view k_end = "DELETE FROM account_operation WHERE account = ?";
constexpr std::string_view k_operation = "SELECT operation FROM account_operation WHERE account = ?";

AccountIdentity identity_of(const platform::Statement& row) {
    const auto uid = static_cast<std::uint32_t>(row.integer(1));
    return {.name = std::string(row.text(0)),
            .uid = uid,
            .gid = uid,
            .full_name = std::string(row.text(2)),
            .owner = std::string(row.text(3))};
}

}  // namespace

Stored<std::optional<AccountIdentity>> AccountStore::identity(std::string_view name) {
    auto row = m_database.query(k_select, name);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return identity_of(*row);
}

Stored<Reservation> AccountStore::reserve(const Wish& wish) {
    const std::string_view name(wish.name);
    const std::string_view full_name(wish.full_name);
    const std::string_view owner(wish.owner);
    const auto known = identity(name);
    if (!known) return std::unexpected(known.error());
    if (*known) {
        if ((*known)->owner != owner) {
            const auto used = is_used(name);
            if (!used) return std::unexpected(used.error());
            if (*used) return Reservation::OfAnother;
        }
        if (auto renamed = discard(m_database.execute(k_rename, full_name, owner, name, full_name, owner)); !renamed) {
            return std::unexpected(renamed.error());
        }
        return Reservation::Reserved;
    }
    std::int64_t uid = k_first_managed_uid;
    {
        auto row = m_database.query(k_highest_uid);
        if (!row) return std::unexpected(row.error());
        const auto found = row->step();
        if (!found) return std::unexpected(found.error());
        if (*found && !row->is_null(0)) uid = std::max(uid, row->integer(0) + 1);
    }
    if (uid > k_last_managed_uid) return Reservation::NoneLeft;
    const auto inserted = discard(m_database.execute(k_insert, name, uid, full_name, owner));
    if (!inserted) return std::unexpected(inserted.error());
    return Reservation::Reserved;
}

Stored<bool> AccountStore::take_in(const AccountIdentity& recorded) {
    const std::string_view name(recorded.name);
    const std::string_view owner(recorded.owner);
    const auto known = identity(name);
    if (!known) return std::unexpected(known.error());
    if (!*known) {
        const auto inserted = discard(m_database.execute(k_insert_used, name, std::int64_t{recorded.uid}, owner));
        if (!inserted) return std::unexpected(inserted.error());
        return true;
    }
    if ((*known)->uid != recorded.uid) return std::unexpected(platform::DatabaseError::Constraint);
    const auto used = is_used(name);
    if (!used) return std::unexpected(used.error());
    if (*used) {
        if ((*known)->owner != recorded.owner) return std::unexpected(platform::DatabaseError::Constraint);
        return false;
    }
    // This store is older than the account.
    const std::string_view full_name((*known)->full_name);
    if (auto owned = discard(m_database.execute(k_rename, full_name, owner, name, full_name, owner)); !owned) {
        return std::unexpected(owned.error());
    }
    if (auto marked = mark_used(name); !marked) return std::unexpected(marked.error());
    return true;
}

Stored<bool> AccountStore::is_used(std::string_view name) {
    auto row = m_database.query(k_is_used, name);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    return *found && row->integer(0) != 0;
}

Stored<> AccountStore::mark_used(std::string_view name) {
    return discard(m_database.execute(k_mark_used, name));
}

Stored<std::vector<AccountIdentity>> AccountStore::used() {
    auto rows = m_database.query(k_select_used);
    if (!rows) return std::unexpected(rows.error());
    std::vector<AccountIdentity> accounts;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return accounts;
        accounts.push_back(identity_of(*rows));
    }
}

Stored<> AccountStore::begin(std::string_view name, AccountOperation operation,
                             const std::optional<protocol::TechnicianId>& technician) {
    const std::string_view word = operation == AccountOperation::Opening ? "opening" : "closing";
    std::optional<std::string> id;
    if (technician) id = technician->to_string();
    return discard(m_database.execute(k_begin, name, word, id));
}

Stored<> AccountStore::end(std::string_view name) {
    return discard(m_database.execute(k_end, name));
}

Stored<std::optional<AccountOperation>> AccountStore::operation(std::string_view name) {
    auto row = m_database.query(k_operation, name);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return row->text(0) == "opening" ? AccountOperation::Opening : AccountOperation::Closing;
}

}  // namespace doorward::agent
