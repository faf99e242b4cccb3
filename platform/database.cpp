#include "platform/database.h"

#include "platform/database_connection.h"

#include <utility>

namespace doorward::platform {

std::string_view to_string(DatabaseError error) {
    switch (error) {
        case DatabaseError::NotFound:
            return "store not found or empty";
        case DatabaseError::AlreadyExists:
            return "a store is there already";
        case DatabaseError::UnsafeFile:
            return "store file is not a regular file of this user with mode 0600";
        case DatabaseError::UnsafeFolder:
            return "store folder belongs to or can be written by others";
        case DatabaseError::WrongCipher:
            return "the SQLite library is not SQLCipher 4";
        case DatabaseError::WrongKey:
            return "wrong key, or not an encrypted store";
        case DatabaseError::WrongIdentity:
            return "store of another program";
        case DatabaseError::NewerSchema:
            return "store was written by a newer version";
        case DatabaseError::MigrationFailed:
            return "migration failed";
        case DatabaseError::Corrupt:
            return "store is damaged";
        case DatabaseError::Busy:
            return "store is in use";
        case DatabaseError::DiskFull:
            return "disk full";
        case DatabaseError::ReadOnly:
            return "store is read-only";
        case DatabaseError::Constraint:
            return "constraint";
        case DatabaseError::InputOutput:
            return "input/output error";
        case DatabaseError::OutOfMemory:
            return "out of memory";
        case DatabaseError::Internal:
            return "internal store error";
    }
    return "unknown";
}

namespace detail {

DatabaseError error_of(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return DatabaseError::Busy;
        case SQLITE_NOMEM:
            return DatabaseError::OutOfMemory;
        case SQLITE_READONLY:
            return DatabaseError::ReadOnly;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return DatabaseError::InputOutput;
        case SQLITE_CORRUPT:
            return DatabaseError::Corrupt;
        case SQLITE_FULL:
            return DatabaseError::DiskFull;
        case SQLITE_MISMATCH:
        case SQLITE_CONSTRAINT:
            return DatabaseError::Constraint;
        case SQLITE_NOTADB:
            return DatabaseError::WrongKey;
        default:
            return DatabaseError::Internal;
    }
}

std::expected<void, DatabaseError> run_sql(sqlite3* database, const char* sql) {
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error_of(code));
    return {};
}

std::expected<std::string, DatabaseError> read_text(sqlite3* database, const char* sql) {
    sqlite3_stmt* raw = nullptr;
    int code = sqlite3_prepare_v2(database, sql, -1, &raw, nullptr);
    const StatementHandle statement(raw);
    if (code != SQLITE_OK) return std::unexpected(error_of(code));
    code = sqlite3_step(raw);
    if (code == SQLITE_DONE) return std::string();
    if (code != SQLITE_ROW) return std::unexpected(error_of(code));
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
    return text == nullptr ? std::string() : std::string(text);
}

}  // namespace detail

Database::Database(std::unique_ptr<detail::Connection> connection) : m_connection(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

std::expected<Statement, DatabaseError> Database::prepare(std::string_view sql) {
    auto found = m_connection->statements.find(sql);
    if (found != m_connection->statements.end() && !found->second->in_use) {
        found->second->in_use = true;
        m_connection->changed.insert(found->second->changes.begin(), found->second->changes.end());
        return Statement(found->second.get());
    }
    sqlite3_stmt* raw = nullptr;
    m_connection->preparing.clear();
    const int code = sqlite3_prepare_v3(m_connection->handle.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    auto cached = std::make_unique<detail::CachedStatement>();
    cached->handle.reset(raw);
    if (code != SQLITE_OK) return std::unexpected(detail::error_of(code));
    if (raw == nullptr) return std::unexpected(DatabaseError::Internal);
    cached->in_use = true;
    cached->changes = std::exchange(m_connection->preparing, {});
    m_connection->changed.insert(cached->changes.begin(), cached->changes.end());
    // The same statement inside its own loop gets a second copy that lives only as long as its use.
    if (found != m_connection->statements.end()) return Statement(cached.release());
    cached->kept = true;
    Statement statement(cached.get());
    m_connection->statements.emplace(std::string(sql), std::move(cached));
    return statement;
}

std::expected<std::int64_t, DatabaseError> Database::finish(Statement& statement) {
    while (true) {
        auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
    }
    if (sqlite3_stmt_readonly(statement.m_cached->handle.get()) != 0) return 0;
    return sqlite3_changes64(m_connection->handle.get());
}

std::span<const std::uint8_t, 16> Database::store_id() const {
    return m_connection->store_id;
}

const std::filesystem::path& Database::path() const {
    return m_connection->path;
}

std::string Database::last_message() const {
    return sqlite3_errmsg(m_connection->handle.get());
}

DatabaseError Database::last_error() const {
    return detail::error_of(sqlite3_errcode(m_connection->handle.get()));
}

void Database::release_memory() {
    sqlite3_db_release_memory(m_connection->handle.get());
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(m_connection->handle.get()) == 0;
}

TableNames Database::take_changed_tables() {
    return std::exchange(m_connection->changed, {});
}

std::expected<void, DatabaseError> Database::backup(const std::filesystem::path& target, DatabaseKey key) {
    if (auto folder = detail::check_database_folder(target); !folder) return folder;
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(target, ignored))) {
        return std::unexpected(DatabaseError::AlreadyExists);
    }
    std::filesystem::path temporary = target;
    temporary += ".new";
    detail::remove_database_files(temporary);
    if (auto created = detail::create_private_file(temporary); !created) return created;

    auto copied = [&]() -> std::expected<void, DatabaseError> {
        auto copy = detail::open_encrypted(temporary, key);
        if (!copy) return std::unexpected(copy.error());
        sqlite3_backup* backup = sqlite3_backup_init(copy->get(), "main", m_connection->handle.get(), "main");
        if (backup == nullptr) return std::unexpected(detail::error_of(sqlite3_errcode(copy->get())));
        sqlite3_backup_step(backup, -1);
        const int code = sqlite3_backup_finish(backup);
        if (code != SQLITE_OK) return std::unexpected(detail::error_of(code));
        // A copy of a WAL store says so in its header; as one closed file it is complete without a -wal beside it.
        return detail::run_sql(copy->get(), "PRAGMA journal_mode=DELETE");
    }();
    if (copied) copied = detail::publish_file(temporary, target);
    if (!copied) detail::remove_database_files(temporary);
    return copied;
}

std::expected<std::vector<std::string>, DatabaseError> Database::check_integrity() {
    std::vector<std::string> faults;
    for (const char* check : {"PRAGMA cipher_integrity_check", "PRAGMA integrity_check", "PRAGMA foreign_key_check"}) {
        auto rows = query(check);
        if (!rows) return std::unexpected(rows.error());
        while (true) {
            auto row = rows->step();
            if (!row) return std::unexpected(row.error());
            if (!*row) break;
            std::string fault(rows->text(0));
            if (fault != "ok") faults.push_back(std::move(fault));
        }
    }
    return faults;
}

std::expected<Transaction, DatabaseError> Transaction::begin(Database& database) {
    const bool outermost = !database.in_transaction();
    auto begun = database.execute(outermost ? "BEGIN IMMEDIATE" : "SAVEPOINT nested");
    if (!begun) return std::unexpected(begun.error());
    return Transaction(database, outermost);
}

Transaction::Transaction(Transaction&& other) noexcept
    : m_database(std::exchange(other.m_database, nullptr)), m_outermost(other.m_outermost) {}

Transaction::~Transaction() {
    // Some errors (disk full) have rolled everything back already; then there is nothing left to undo.
    if (m_database == nullptr || !m_database->in_transaction()) return;
    if (m_outermost) {
        (void)m_database->execute("ROLLBACK");
    } else {
        (void)m_database->execute("ROLLBACK TO nested");
        (void)m_database->execute("RELEASE nested");
    }
}

std::expected<void, DatabaseError> Transaction::commit() {
    if (m_database == nullptr) return std::unexpected(DatabaseError::Internal);
    auto committed = m_database->execute(m_outermost ? "COMMIT" : "RELEASE nested");
    if (!committed) return std::unexpected(committed.error());
    m_database = nullptr;
    return {};
}

}  // namespace doorward::platform
