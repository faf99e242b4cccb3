// Preloaded into a program of ours: its SQLCipher says that it is the one of Debian 12 itself.
#include <dlfcn.h>

#include <cstring>

struct sqlite3_stmt;

extern "C" {

#pragma GCC visibility push(default)

const unsigned char* sqlite3_column_text(sqlite3_stmt* statement, int column) {
    using ColumnText = const unsigned char* (*)(sqlite3_stmt*, int);
    using Sql = const char* (*)(sqlite3_stmt*);
    const auto original = reinterpret_cast<ColumnText>(dlsym(RTLD_NEXT, "sqlite3_column_text"));
    const auto sql_of = reinterpret_cast<Sql>(dlsym(RTLD_NEXT, "sqlite3_sql"));
    const char* const sql = sql_of(statement);
    if (sql != nullptr && std::strstr(sql, "cipher_version") != nullptr)
        return reinterpret_cast<const unsigned char*>("3.4.1 community");
    return original(statement, column);
}

#pragma GCC visibility pop
}
