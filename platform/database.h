#pragma once

#include "platform/migration.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class DatabaseError {
    NotFound,         ///< an existing store was asked for; the file is missing or has 0 bytes
    AlreadyExists,    ///< a new store was asked for where a file is
    UnsafeFile,       ///< not a regular file of this user with mode 0600
    UnsafeFolder,     ///< the folder can be written by its group or by everyone
    WrongCipher,      ///< the library is not SQLCipher 4
    WrongKey,         ///< wrong key, or not a SQLCipher file at all
    WrongIdentity,    ///< a store of another program
    NewerSchema,      ///< written by a newer program
    MigrationFailed,  ///< a migration did not apply; the store is as it was
    Corrupt,
    Busy,
    DiskFull,
    ReadOnly,
    Constraint,  ///< a constraint refused the row
    InputOutput,
    OutOfMemory,
    Internal,  ///< the statement or its use is wrong
};
[[nodiscard]] std::string_view to_string(DatabaseError error);

inline constexpr std::size_t k_database_key_size = 32;
using DatabaseKey = std::span<const std::uint8_t, k_database_key_size>;

enum class DatabasePresence { CreateNew, MustExist };

struct DatabaseOptions {
    std::filesystem::path path;
    std::string identity;  ///< names the program the store belongs to, e.g. "doorward-agent"
    DatabasePresence presence = DatabasePresence::MustExist;
    std::span<const Migration> migrations;
};

using TableNames = std::set<std::string, std::less<>>;

class Database;
namespace detail {
struct CachedStatement;
struct Connection;
}  // namespace detail

/// A prepared statement on loan from its Database's cache: reset and unbound when it goes out of scope.
/// Text and bytes it returns are valid until the next step. Parameters and columns count from 1 and from 0, as in SQL.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view value);
    void bind(int parameter, std::span<const std::uint8_t> value);
    void bind(int parameter, std::nullptr_t);
    template <class T>
    void bind(int parameter, const std::optional<T>& value) {
        if (value) {
            bind(parameter, *value);
        } else {
            bind(parameter, nullptr);
        }
    }

    /// True when there is a row, false at the end.
    [[nodiscard]] std::expected<bool, DatabaseError> step();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] std::optional<std::string> optional_text(int column) const;

private:
    friend class Database;
    explicit Statement(detail::CachedStatement* cached) : m_cached(cached) {}
    detail::CachedStatement* m_cached = nullptr;
};

/// The only user of SQLCipher. Opening refuses rather than guesses: see DatabaseError. Nothing is ever written in plain
/// text: the key is set before the first page is read, and the library must answer as SQLCipher 4. Not thread-safe;
/// use it from one thread (DatabaseWorker). Commits are durable (WAL, synchronous=FULL).
class Database {
public:
    /// CreateNew builds the store under a second name and renames it when it is complete, so a crash leaves no half
    /// store.
    [[nodiscard]] static std::expected<Database, DatabaseError> open(const DatabaseOptions& options, DatabaseKey key);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// Runs a statement that returns no rows needed here; the value is the number of changed rows.
    template <class... Values>
    [[nodiscard]] std::expected<std::int64_t, DatabaseError> execute(std::string_view sql, const Values&... values) {
        auto statement = query(sql, values...);
        if (!statement) return std::unexpected(statement.error());
        return finish(*statement);
    }

    /// Prepares (or takes from the cache) and binds; rows come with step(). `sql` is a constant of a store.
    template <class... Values>
    [[nodiscard]] std::expected<Statement, DatabaseError> query(std::string_view sql, const Values&... values) {
        auto statement = prepare(sql);
        if (!statement) return statement;
        int parameter = 0;
        (statement->bind(++parameter, values), ...);
        return statement;
    }

    /// Made at random when the store was created; tells two stores of one program apart.
    [[nodiscard]] std::span<const std::uint8_t, 16> store_id() const;
    [[nodiscard]] const std::filesystem::path& path() const;

    /// Writes a consistent, encrypted copy to a new file (mode 0600) under `key`, while this one stays in use.
    [[nodiscard]] std::expected<void, DatabaseError> backup(const std::filesystem::path& target, DatabaseKey key);

    /// Reads every page and index and says what is wrong; an empty list means sound.
    [[nodiscard]] std::expected<std::vector<std::string>, DatabaseError> check_integrity();

    /// What SQLite said about the last failure; for the log only.
    [[nodiscard]] std::string last_message() const;
    [[nodiscard]] DatabaseError last_error() const;
    [[nodiscard]] bool in_transaction() const;
    /// The tables that statements run since this was last asked change, triggers included; also where it was undone.
    [[nodiscard]] TableNames take_changed_tables();
    /// Gives back the pages kept in memory; they are read again when they are needed.
    void release_memory();

private:
    friend class Transaction;
    explicit Database(std::unique_ptr<detail::Connection> connection);
    [[nodiscard]] std::expected<Statement, DatabaseError> prepare(std::string_view sql);
    [[nodiscard]] std::expected<std::int64_t, DatabaseError> finish(Statement& statement);
    std::unique_ptr<detail::Connection> m_connection;
};

/// BEGIN IMMEDIATE, rolled back unless committed. Inside an open transaction (a group commit) it is a savepoint:
/// then its changes become durable with the outer one.
class Transaction {
public:
    [[nodiscard]] static std::expected<Transaction, DatabaseError> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    [[nodiscard]] std::expected<void, DatabaseError> commit();

private:
    Transaction(Database& database, bool outermost) : m_database(&database), m_outermost(outermost) {}
    Database* m_database;
    bool m_outermost;
};

}  // namespace doorward::platform
