#pragma once

#include "platform/database.h"

#include <sqlcipher/sqlite3.h>

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace doorward::platform::detail {

struct StatementCloser {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct DatabaseCloser {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, StatementCloser>;
using DatabaseHandle = std::unique_ptr<sqlite3, DatabaseCloser>;

struct CachedStatement {
    StatementHandle handle;
    TableNames changes;  ///< the tables it writes to
    bool in_use = false;
    bool kept = false;  ///< in the cache; otherwise its Statement owns it
    int bind_failure = SQLITE_OK;
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// What a Database owns. The cache is declared after the handle: statements are finalised before it closes.
struct Connection {
    DatabaseHandle handle;
    std::filesystem::path path;
    std::array<std::uint8_t, 16> store_id{};
    TableNames preparing;  ///< what the statement being prepared writes to
    TableNames changed;
    std::unordered_map<std::string, std::unique_ptr<CachedStatement>, TextHash, std::equal_to<>> statements;
};

[[nodiscard]] DatabaseError error_of(int code);

/// Runs one or more statements without parameters.
[[nodiscard]] std::expected<void, DatabaseError> run_sql(sqlite3* database, const char* sql);
/// First column of the first row as text; empty where there is no row.
[[nodiscard]] std::expected<std::string, DatabaseError> read_text(sqlite3* database, const char* sql);

/// Opens the file, proves that the library is SQLCipher 4, sets the key and the pragmas. Reads nothing yet.
[[nodiscard]] std::expected<DatabaseHandle, DatabaseError> open_encrypted(const std::filesystem::path& path,
                                                                          DatabaseKey key);
/// The checks on file and folder that come before opening.
[[nodiscard]] std::expected<void, DatabaseError> check_database_file(const std::filesystem::path& path);
[[nodiscard]] std::expected<void, DatabaseError> check_database_folder(const std::filesystem::path& path);

/// A file nobody else can read, of 0 bytes, that was not there before.
[[nodiscard]] std::expected<void, DatabaseError> create_private_file(const std::filesystem::path& path);
/// Renames without replacing, then syncs the folder.
[[nodiscard]] std::expected<void, DatabaseError> publish_file(const std::filesystem::path& temporary,
                                                              const std::filesystem::path& path);
void remove_database_files(const std::filesystem::path& path);

[[nodiscard]] std::expected<void, DatabaseError> migrate(sqlite3* database, std::span<const Migration> migrations);

}  // namespace doorward::platform::detail
