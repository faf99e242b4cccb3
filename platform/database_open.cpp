#include "crypto/secret_bytes.h"
#include "platform/database_connection.h"
#include "platform/secure_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

extern "C" int sqlite3_key_v2(sqlite3* database, const char* name, const void* key, int size);

namespace doorward::platform {
namespace detail {
namespace {

DatabaseError error_of_errno(int number) {
    switch (number) {
        case EEXIST:
            return DatabaseError::AlreadyExists;
        case ENOENT:
            return DatabaseError::NotFound;
        case ENOSPC:
        case EDQUOT:
            return DatabaseError::DiskFull;
        case EROFS:
            return DatabaseError::ReadOnly;
        default:
            return DatabaseError::InputOutput;
    }
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
    const auto parent = path.parent_path();
    return parent.empty() ? std::filesystem::path(".") : parent;
}

// The raw form x'<64 hex>' that SQLCipher takes without deriving anything from it.
crypto::SecretBytes raw_key_text(DatabaseKey key) {
    constexpr char k_digits[] = "0123456789abcdef";
    auto text = crypto::SecretBytes::zeroed(2 + key.size() * 2 + 1);
    auto bytes = text.writable_bytes();
    std::size_t position = 0;
    bytes[position++] = 'x';
    bytes[position++] = '\'';
    for (const std::uint8_t byte : key) {
        bytes[position++] = static_cast<std::uint8_t>(k_digits[byte >> 4U]);
        bytes[position++] = static_cast<std::uint8_t>(k_digits[byte & 15U]);
    }
    bytes[position] = '\'';
    return text;
}

constexpr const char* k_pragmas =
    "PRAGMA cell_size_check=ON;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA secure_delete=ON;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA trusted_schema=OFF;";

constexpr const char* k_create_identity =
    "CREATE TABLE store_identity ("
    " only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    " application TEXT NOT NULL,"
    " store_id BLOB NOT NULL CHECK (length(store_id) = 16)"
    ") STRICT;";

std::expected<void, DatabaseError> apply(sqlite3* database, const Migration& migration) {
    if (auto begun = run_sql(database, "BEGIN IMMEDIATE"); !begun) return begun;
    const std::string script(migration.sql);
    const std::string number = "PRAGMA user_version=" + std::to_string(migration.number);
    auto applied = run_sql(database, script.c_str());
    if (applied && sqlite3_get_autocommit(database) != 0) applied = std::unexpected(DatabaseError::MigrationFailed);
    if (applied) applied = run_sql(database, number.c_str());
    if (applied) {
        auto broken = read_text(database, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1");
        auto lax = read_text(database,
                             "SELECT name FROM pragma_table_list WHERE schema='main' AND type='table' AND strict=0"
                             " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1");
        if (!broken || !lax || !broken->empty() || !lax->empty()) {
            applied = std::unexpected(DatabaseError::MigrationFailed);
        }
    }
    if (applied) applied = run_sql(database, "COMMIT");
    if (applied) return {};
    if (sqlite3_get_autocommit(database) == 0) (void)run_sql(database, "ROLLBACK");
    // A wrong script is the program's fault; a full disk stays one.
    switch (applied.error()) {
        case DatabaseError::Internal:
        case DatabaseError::Constraint:
            return std::unexpected(DatabaseError::MigrationFailed);
        default:
            return applied;
    }
}

}  // namespace

std::expected<void, DatabaseError> check_database_folder(const std::filesystem::path& path) {
    const auto checked = check_folder(folder_of(path));
    if (checked) return {};
    return std::unexpected(checked.error() == FileError::Missing ? DatabaseError::NotFound
                                                                 : DatabaseError::UnsafeFolder);
}

std::expected<void, DatabaseError> check_database_file(const std::filesystem::path& path) {
    struct stat file{};
    if (lstat(path.c_str(), &file) != 0) return std::unexpected(error_of_errno(errno));
    if (!S_ISREG(file.st_mode) || file.st_uid != geteuid() || (file.st_mode & 07777) != 0600 || file.st_nlink != 1) {
        return std::unexpected(DatabaseError::UnsafeFile);
    }
    // What a crash or a full disk can leave of a file; opening it would silently begin anew.
    if (file.st_size == 0) return std::unexpected(DatabaseError::NotFound);
    return {};
}

std::expected<void, DatabaseError> create_private_file(const std::filesystem::path& path) {
    const int descriptor = open(path.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0) return std::unexpected(error_of_errno(errno));
    const int changed = fchmod(descriptor, 0600);
    close(descriptor);
    if (changed != 0) return std::unexpected(DatabaseError::InputOutput);
    return {};
}

std::expected<void, DatabaseError> publish_file(const std::filesystem::path& temporary,
                                                const std::filesystem::path& path) {
    const int file = open(temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return std::unexpected(error_of_errno(errno));
    const bool file_synced = fsync(file) == 0;
    close(file);
    if (!file_synced) return std::unexpected(DatabaseError::InputOutput);
    if (renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
        return std::unexpected(error_of_errno(errno));
    }
    const int folder = open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return std::unexpected(error_of_errno(errno));
    const bool folder_synced = fsync(folder) == 0;
    close(folder);
    if (!folder_synced) return std::unexpected(DatabaseError::InputOutput);
    return {};
}

void remove_database_files(const std::filesystem::path& path) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::filesystem::path file = path;
        file += suffix;
        unlink(file.c_str());
    }
}

std::expected<DatabaseHandle, DatabaseError> open_encrypted(const std::filesystem::path& path, DatabaseKey key) {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    DatabaseHandle database(raw);
    if (opened != SQLITE_OK) return std::unexpected(error_of(opened));
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, 5000);

    // Before the key is used: libsqlite3 exports the same symbols, ignores the key, and would write plain text.
    auto version = read_text(raw, "PRAGMA cipher_version");
    if (!version || !version->starts_with("4.")) return std::unexpected(DatabaseError::WrongCipher);
    if (auto quiet = run_sql(raw, "PRAGMA cipher_log_level=NONE"); !quiet) return std::unexpected(quiet.error());

    const auto text = raw_key_text(key);
    const auto bytes = text.bytes();
    const int keyed = sqlite3_key_v2(raw, "main", bytes.data(), static_cast<int>(bytes.size()));
    if (keyed != SQLITE_OK) return std::unexpected(error_of(keyed));

    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (auto set = run_sql(raw, k_pragmas); !set) return std::unexpected(set.error());
    return database;
}

std::expected<void, DatabaseError> migrate(sqlite3* database, std::span<const Migration> migrations) {
    auto version = read_text(database, "PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    const int current = std::stoi(*version);
    if (current > static_cast<int>(migrations.size())) return std::unexpected(DatabaseError::NewerSchema);
    if (current == static_cast<int>(migrations.size())) return {};

    // A migration may rebuild a table that others point to; what it leaves is checked before each commit.
    if (auto off = run_sql(database, "PRAGMA foreign_keys=OFF"); !off) return off;
    int expected_number = 0;
    for (const Migration& migration : migrations) {
        if (migration.number != ++expected_number) return std::unexpected(DatabaseError::MigrationFailed);
        if (migration.number <= current) continue;
        if (auto applied = apply(database, migration); !applied) return applied;
    }
    return run_sql(database, "PRAGMA foreign_keys=ON");
}

namespace {

std::expected<void, DatabaseError> create_store(const DatabaseOptions& options, DatabaseKey key) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(options.path, ignored))) {
        return std::unexpected(DatabaseError::AlreadyExists);
    }
    std::filesystem::path temporary = options.path;
    temporary += ".new";
    remove_database_files(temporary);
    if (auto created = create_private_file(temporary); !created) return created;

    auto filled = [&]() -> std::expected<void, DatabaseError> {
        auto database = open_encrypted(temporary, key);
        if (!database) return std::unexpected(database.error());
        if (auto made = run_sql(database->get(), k_create_identity); !made) return made;
        sqlite3_stmt* raw = nullptr;
        const int prepared = sqlite3_prepare_v2(
            database->get(), "INSERT INTO store_identity VALUES (1, ?1, randomblob(16))", -1, &raw, nullptr);
        StatementHandle insert(raw);
        if (prepared != SQLITE_OK) return std::unexpected(error_of(prepared));
        sqlite3_bind_text64(raw, 1, options.identity.data(), options.identity.size(), SQLITE_STATIC, SQLITE_UTF8);
        const int inserted = sqlite3_step(raw);
        if (inserted != SQLITE_DONE) return std::unexpected(error_of(inserted));
        insert.reset();
        return migrate(database->get(), options.migrations);
    }();
    if (filled) filled = publish_file(temporary, options.path);
    if (!filled) remove_database_files(temporary);
    return filled;
}

// SQLite asks while it prepares a statement, for each table it writes to, its triggers' and cascades' too. Nothing but
// migrations, which are over when this is set, changes which tables those are.
int note_written_table(void* connection, int action, const char* table, const char*, const char*, const char*) {
    const bool writes = action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
    if (writes && table != nullptr) static_cast<Connection*>(connection)->preparing.insert(table);
    return SQLITE_OK;
}

std::expected<void, DatabaseError> read_identity(Connection& connection, const std::string& identity) {
    sqlite3_stmt* raw = nullptr;
    const int prepared = sqlite3_prepare_v2(connection.handle.get(), "SELECT application, store_id FROM store_identity",
                                            -1, &raw, nullptr);
    const StatementHandle select(raw);
    // An encrypted file that opens with this key but has no such table was not made by us.
    if (prepared != SQLITE_OK) {
        const DatabaseError error = error_of(prepared);
        return std::unexpected(error == DatabaseError::Internal ? DatabaseError::WrongIdentity : error);
    }
    const int stepped = sqlite3_step(raw);
    if (stepped == SQLITE_DONE) return std::unexpected(DatabaseError::WrongIdentity);
    if (stepped != SQLITE_ROW) return std::unexpected(error_of(stepped));
    const auto* application = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw, 1));
    if (application == nullptr || identity != application || size != connection.store_id.size()) {
        return std::unexpected(DatabaseError::WrongIdentity);
    }
    std::memcpy(connection.store_id.data(), sqlite3_column_blob(raw, 1), size);
    return {};
}

}  // namespace
}  // namespace detail

std::expected<Database, DatabaseError> Database::open(const DatabaseOptions& options, DatabaseKey key) {
    if (auto folder = detail::check_database_folder(options.path); !folder) return std::unexpected(folder.error());
    if (options.presence == DatabasePresence::CreateNew) {
        if (auto created = detail::create_store(options, key); !created) return std::unexpected(created.error());
    }
    if (auto file = detail::check_database_file(options.path); !file) return std::unexpected(file.error());

    auto handle = detail::open_encrypted(options.path, key);
    if (!handle) return std::unexpected(handle.error());
    auto connection = std::make_unique<detail::Connection>();
    connection->handle = std::move(*handle);
    connection->path = options.path;
    sqlite3* raw = connection->handle.get();

    if (auto identity = detail::read_identity(*connection, options.identity); !identity) {
        return std::unexpected(identity.error());
    }
    if (auto migrated = detail::migrate(raw, options.migrations); !migrated) {
        return std::unexpected(migrated.error());
    }
    auto journal = detail::read_text(raw, "PRAGMA journal_mode=WAL");
    if (!journal) return std::unexpected(journal.error());
    if (*journal != "wal") return std::unexpected(DatabaseError::InputOutput);
    sqlite3_set_authorizer(raw, detail::note_written_table, connection.get());
    return Database(std::move(connection));
}

}  // namespace doorward::platform
