#include "platform/database.h"

#include "tests/platform/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

using namespace doorward::platform;
using doorward::platform::test::TemporaryFolder;

namespace {

constexpr std::array<Migration, 2> k_migrations{{
    {1, "001_item.sql", "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, data BLOB) STRICT;"},
    {2, "002_part.sql", "CREATE TABLE part (item INTEGER NOT NULL REFERENCES item(id)) STRICT;"},
}};

std::array<std::uint8_t, 32> key_of(std::uint8_t first) {
    std::array<std::uint8_t, 32> key{};
    for (std::size_t position = 0; position < key.size(); ++position) {
        key[position] = static_cast<std::uint8_t>(first + position);
    }
    return key;
}
const auto k_key = key_of(7);

DatabaseOptions options_for(const std::filesystem::path& path, DatabasePresence presence,
                            std::span<const Migration> migrations = k_migrations) {
    DatabaseOptions options;
    options.path = path;
    options.identity = "doorward-test";
    options.presence = presence;
    options.migrations = migrations;
    return options;
}

auto create(const std::filesystem::path& path) {
    return Database::open(options_for(path, DatabasePresence::CreateNew), k_key);
}

auto open_existing(const std::filesystem::path& path) {
    return Database::open(options_for(path, DatabasePresence::MustExist), k_key);
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

DatabaseError error_of_opening(const std::filesystem::path& path) {
    auto opened = open_existing(path);
    REQUIRE_FALSE(opened.has_value());
    return opened.error();
}

std::int64_t count_items(Database& database) {
    auto rows = database.query("SELECT count(*) FROM item");
    REQUIRE(rows.has_value());
    REQUIRE(rows->step().value());
    return rows->integer(0);
}

}  // namespace

TEST_CASE("what is written is read again after a restart", "[platform][database]") {
    const TemporaryFolder folder;
    const std::array<std::uint8_t, 3> data{1, 0, 255};
    std::vector<std::uint8_t> id;
    {
        auto database = create(folder / "store.db");
        REQUIRE(database.has_value());
        id.assign(database->store_id().begin(), database->store_id().end());
        REQUIRE(database->execute("INSERT INTO item VALUES (?1, ?2, ?3)", std::int64_t{42}, "Jörg", data) == 1);
        REQUIRE(database->execute("INSERT INTO item VALUES (?1, ?2, ?3)", 43, std::string("none"), nullptr) == 1);
        REQUIRE(database->execute("INSERT INTO item VALUES (?1, ?2, ?3)", 44, "", std::vector<std::uint8_t>()) == 1);
    }
    auto database = open_existing(folder / "store.db");
    REQUIRE(database.has_value());
    CHECK(std::equal(id.begin(), id.end(), database->store_id().begin()));
    auto rows = database->query("SELECT id, name, data FROM item ORDER BY id");
    REQUIRE(rows.has_value());
    REQUIRE(rows->step().value());
    CHECK(rows->integer(0) == 42);
    CHECK(rows->text(1) == "Jörg");
    CHECK(std::equal(data.begin(), data.end(), rows->bytes(2).begin(), rows->bytes(2).end()));
    REQUIRE(rows->step().value());
    CHECK(rows->is_null(2));
    REQUIRE(rows->step().value());
    CHECK(rows->text(1).empty());
    CHECK_FALSE(rows->is_null(2));
    CHECK_FALSE(rows->step().value());
}

TEST_CASE("no byte of a store is plain text, in the file or beside it", "[platform][database]") {
    const TemporaryFolder folder;
    const std::string marker = "canary-5b1f0e77-canary";
    auto database = create(folder / "store.db");
    REQUIRE(database.has_value());
    REQUIRE(database->execute("INSERT INTO item VALUES (1, ?1, NULL)", marker).has_value());
    const auto in_wal = content_of(folder / "store.db-wal");
    CHECK(in_wal.size() > 4096);
    CHECK(in_wal.find(marker) == std::string::npos);
    REQUIRE(database->execute("PRAGMA wal_checkpoint(TRUNCATE)").has_value());
    const auto in_file = content_of(folder / "store.db");
    CHECK(in_file.size() >= 8192);
    CHECK(in_file.substr(0, 15) != "SQLite format 3");
    CHECK(in_file.find(marker) == std::string::npos);
    CHECK(in_file.find("store_identity") == std::string::npos);
}

TEST_CASE("the process has no libsqlite3 in it, which would write plain text", "[platform][database]") {
    bool found = false;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* context) {
            if (std::strstr(info->dlpi_name, "libsqlite3") != nullptr) *static_cast<bool*>(context) = true;
            return 0;
        },
        &found);
    CHECK_FALSE(found);
    const TemporaryFolder folder;
    auto database = create(folder / "store.db");
    REQUIRE(database.has_value());
    auto version = database->query("PRAGMA cipher_version");
    REQUIRE(version.has_value());
    REQUIRE(version->step().value());
    CHECK(version->text(0).starts_with("4."));
}

TEST_CASE("a store is created with mode 0600 and its settings hold", "[platform][database]") {
    const TemporaryFolder folder;
    umask(0);
    auto database = create(folder / "store.db");
    umask(022);
    REQUIRE(database.has_value());
    REQUIRE(database->execute("INSERT INTO item VALUES (1, 'a', NULL)").has_value());
    for (const char* name : {"store.db", "store.db-wal", "store.db-shm"}) {
        struct stat found{};
        REQUIRE(stat((folder / name).c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0600);
    }
    const std::pair<const char*, std::string_view> settings[] = {
        {"PRAGMA journal_mode", "wal"}, {"PRAGMA synchronous", "2"},    {"PRAGMA foreign_keys", "1"},
        {"PRAGMA secure_delete", "1"},  {"PRAGMA trusted_schema", "0"}, {"PRAGMA temp_store", "2"},
    };
    for (const auto& [pragma, expected] : settings) {
        auto row = database->query(pragma);
        REQUIRE(row.has_value());
        REQUIRE(row->step().value());
        CHECK(row->text(0) == expected);
    }
    CHECK(database->execute("INSERT INTO part VALUES (99)").error() == DatabaseError::Constraint);
}

TEST_CASE("a wrong key is refused and changes nothing", "[platform][database]") {
    const TemporaryFolder folder;
    REQUIRE(create(folder / "store.db").has_value());
    const auto before = content_of(folder / "store.db");
    const auto other = key_of(8);
    auto opened = Database::open(options_for(folder / "store.db", DatabasePresence::MustExist), other);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error() == DatabaseError::WrongKey);
    CHECK(content_of(folder / "store.db") == before);
    CHECK(open_existing(folder / "store.db").has_value());
}

TEST_CASE("a plain SQLite file is refused", "[platform][database]") {
    const TemporaryFolder folder;
    std::string plain(8192, '\0');
    const std::string head("SQLite format 3\0\x10\x00\x01\x01\x00\x40\x20\x20", 24);
    plain.replace(0, head.size(), head);
    std::ofstream(folder / "store.db", std::ios::binary) << plain;
    chmod((folder / "store.db").c_str(), 0600);
    CHECK(error_of_opening(folder / "store.db") == DatabaseError::WrongKey);
    CHECK(content_of(folder / "store.db") == plain);
}

TEST_CASE("row 30: a missing or empty file is never taken for a new store", "[platform][database]") {
    const TemporaryFolder folder;
    CHECK(error_of_opening(folder / "store.db") == DatabaseError::NotFound);
    CHECK_FALSE(std::filesystem::exists(folder / "store.db"));
    std::ofstream(folder / "store.db").close();
    chmod((folder / "store.db").c_str(), 0600);
    CHECK(error_of_opening(folder / "store.db") == DatabaseError::NotFound);
    CHECK(create(folder / "store.db").error() == DatabaseError::AlreadyExists);
    CHECK(std::filesystem::file_size(folder / "store.db") == 0);
}

TEST_CASE("creating never touches an existing store", "[platform][database]") {
    const TemporaryFolder folder;
    REQUIRE(create(folder / "store.db").has_value());
    const auto before = content_of(folder / "store.db");
    CHECK(create(folder / "store.db").error() == DatabaseError::AlreadyExists);
    CHECK(content_of(folder / "store.db") == before);
}

TEST_CASE("a store others could read, write or replace is refused", "[platform][database]") {
    const TemporaryFolder folder;
    const auto path = folder / "store.db";
    REQUIRE(create(path).has_value());
    SECTION("readable by everyone") {
        for (const mode_t mode : {0644U, 0660U, 0640U, 0700U, 04600U}) {
            chmod(path.c_str(), mode);
            CHECK(error_of_opening(path) == DatabaseError::UnsafeFile);
        }
        chmod(path.c_str(), 0600);
        CHECK(open_existing(path).has_value());
    }
    SECTION("a symbolic link") {
        std::filesystem::create_symlink(path, folder / "link.db");
        CHECK(error_of_opening(folder / "link.db") == DatabaseError::UnsafeFile);
    }
    SECTION("a hard link to it exists") {
        std::filesystem::create_hard_link(path, folder / "second.db");
        CHECK(error_of_opening(path) == DatabaseError::UnsafeFile);
    }
    SECTION("in a folder everyone may write") {
        chmod(folder.path().c_str(), 0777);
        CHECK(error_of_opening(path) == DatabaseError::UnsafeFolder);
        chmod(folder.path().c_str(), 0700);
    }
    SECTION("of another user") {
        if (geteuid() != 0) SKIP("needs root to give a file away");
        REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
        CHECK(error_of_opening(path) == DatabaseError::UnsafeFile);
    }
}

TEST_CASE("the store of another program is refused", "[platform][database]") {
    const TemporaryFolder folder;
    REQUIRE(create(folder / "store.db").has_value());
    auto options = options_for(folder / "store.db", DatabasePresence::MustExist);
    options.identity = "doorward-other";
    CHECK(Database::open(options, k_key).error() == DatabaseError::WrongIdentity);
}

TEST_CASE("row 85: a store of a newer version is refused and left as it is", "[platform][database]") {
    const TemporaryFolder folder;
    REQUIRE(create(folder / "store.db").has_value());
    const auto older = std::span(k_migrations).first(1);
    auto opened = Database::open(options_for(folder / "store.db", DatabasePresence::MustExist, older), k_key);
    CHECK(opened.error() == DatabaseError::NewerSchema);
    CHECK(open_existing(folder / "store.db").has_value());
}

TEST_CASE("row 85: an older store is brought up to date once, keeping its rows", "[platform][database]") {
    const TemporaryFolder folder;
    const auto older = std::span(k_migrations).first(1);
    {
        auto database = Database::open(options_for(folder / "store.db", DatabasePresence::CreateNew, older), k_key);
        REQUIRE(database.has_value());
        REQUIRE(database->execute("INSERT INTO item VALUES (1, 'kept', NULL)").has_value());
    }
    for (int round = 0; round < 2; ++round) {
        auto database = open_existing(folder / "store.db");
        REQUIRE(database.has_value());
        CHECK(count_items(*database) == 1);
        CHECK(database->query("SELECT * FROM part").has_value());
    }
}

TEST_CASE("row 85: a migration that fails changes nothing", "[platform][database]") {
    const TemporaryFolder folder;
    REQUIRE(create(folder / "store.db").has_value());
    for (const char* sql :
         {"CREATE TABLE more (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);", "CREATE TABLE lax (a);",
          "CREATE TABLE more (a INTEGER REFERENCES item(id)) STRICT; INSERT INTO more VALUES (77);",
          "CREATE TABLE more (a INTEGER) STRICT; COMMIT;"}) {
        const std::array<Migration, 3> broken{{k_migrations[0], k_migrations[1], {3, "003.sql", sql}}};
        auto opened = Database::open(options_for(folder / "store.db", DatabasePresence::MustExist, broken), k_key);
        REQUIRE_FALSE(opened.has_value());
        CHECK(opened.error() == DatabaseError::MigrationFailed);
        if (std::string_view(sql).find("COMMIT") != std::string_view::npos) continue;
        auto database = open_existing(folder / "store.db");
        REQUIRE(database.has_value());
        CHECK_FALSE(database->query("SELECT * FROM more").has_value());
    }
}

TEST_CASE("row 31: a flipped bit on any page is noticed and never crashes", "[platform][database]") {
    const TemporaryFolder folder;
    const auto path = folder / "store.db";
    {
        auto database = create(path);
        REQUIRE(database.has_value());
        auto transaction = Transaction::begin(*database);
        REQUIRE(transaction.has_value());
        for (int row = 0; row < 200; ++row) {
            REQUIRE(database->execute("INSERT INTO item VALUES (?1, ?2, zeroblob(300))", row,
                                      "name" + std::to_string(row)));
        }
        REQUIRE(transaction->commit().has_value());
    }
    const auto sound = content_of(path);
    std::mt19937 generator(1);
    for (std::size_t page = 0; page < sound.size() / 4096; ++page) {
        auto damaged = sound;
        const std::size_t position = page * 4096 + generator() % 4096;
        damaged[position] = static_cast<char>(damaged[position] ^ (1 << generator() % 8));
        std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
        auto database = open_existing(path);
        if (!database) {
            CHECK((database.error() == DatabaseError::WrongKey || database.error() == DatabaseError::Corrupt));
            continue;
        }
        auto faults = database->check_integrity();
        CHECK((!faults.has_value() || !faults->empty()));
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << sound;
    auto database = open_existing(path);
    REQUIRE(database.has_value());
    CHECK(database->check_integrity().value().empty());
}

TEST_CASE("row 31: a file cut short or of random bytes is refused", "[platform][database]") {
    const TemporaryFolder folder;
    const auto path = folder / "store.db";
    REQUIRE(create(path).has_value());
    std::filesystem::resize_file(path, 1000);
    CHECK_FALSE(open_existing(path).has_value());
    std::string noise(4096, '\0');
    std::mt19937 generator(2);
    for (char& byte : noise)
        byte = static_cast<char>(generator());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << noise;
    CHECK(error_of_opening(path) == DatabaseError::WrongKey);
}

TEST_CASE("a transaction that is not committed leaves no trace", "[platform][database]") {
    const TemporaryFolder folder;
    auto database = create(folder / "store.db");
    REQUIRE(database.has_value());
    {
        auto transaction = Transaction::begin(*database);
        REQUIRE(transaction.has_value());
        REQUIRE(database->execute("INSERT INTO item VALUES (1, 'a', NULL)").has_value());
    }
    CHECK(count_items(*database) == 0);
    auto outer = Transaction::begin(*database);
    REQUIRE(outer.has_value());
    REQUIRE(database->execute("INSERT INTO item VALUES (1, 'a', NULL)").has_value());
    {
        auto inner = Transaction::begin(*database);
        REQUIRE(database->execute("INSERT INTO item VALUES (2, 'b', NULL)").has_value());
    }
    {
        auto inner = Transaction::begin(*database);
        REQUIRE(database->execute("INSERT INTO item VALUES (3, 'c', NULL)").has_value());
        REQUIRE(inner->commit().has_value());
    }
    REQUIRE(outer->commit().has_value());
    CHECK(count_items(*database) == 2);
    CHECK_FALSE(database->in_transaction());
}

TEST_CASE("a statement can run inside its own loop", "[platform][database]") {
    const TemporaryFolder folder;
    auto database = create(folder / "store.db");
    REQUIRE(database.has_value());
    REQUIRE(database->execute("INSERT INTO item VALUES (1, 'a', NULL), (2, 'b', NULL)").has_value());
    constexpr std::string_view k_all = "SELECT id FROM item ORDER BY id";
    int pairs = 0;
    auto outer = database->query(k_all);
    while (outer->step().value()) {
        auto inner = database->query(k_all);
        while (inner->step().value())
            ++pairs;
    }
    CHECK(pairs == 4);
}

TEST_CASE("wrong statements and values are errors, not crashes", "[platform][database]") {
    const TemporaryFolder folder;
    auto database = create(folder / "store.db");
    REQUIRE(database.has_value());
    CHECK(database->execute("SELEKT 1").error() == DatabaseError::Internal);
    CHECK(database->execute("").error() == DatabaseError::Internal);
    CHECK(database->execute("INSERT INTO item VALUES (?1, 'a', NULL)", 1, 2).error() == DatabaseError::Internal);
    CHECK(database->execute("INSERT INTO item VALUES ('word', 'a', NULL)").error() == DatabaseError::Constraint);
    REQUIRE(database->execute("INSERT INTO item VALUES (1, 'a', NULL)").has_value());
    CHECK(database->execute("INSERT INTO item VALUES (2, 'a', NULL)").error() == DatabaseError::Constraint);
}

TEST_CASE("a backup is an encrypted store of its own under another key", "[platform][database]") {
    const TemporaryFolder folder;
    auto database = create(folder / "store.db");
    REQUIRE(database.has_value());
    REQUIRE(database->execute("INSERT INTO item VALUES (1, 'marker-in-backup', NULL)").has_value());
    const auto other = key_of(99);
    REQUIRE(database->backup(folder / "backup.db", other).has_value());
    CHECK(database->backup(folder / "backup.db", other).error() == DatabaseError::AlreadyExists);

    const auto content = content_of(folder / "backup.db");
    CHECK(content.substr(0, 15) != "SQLite format 3");
    CHECK(content.find("marker-in-backup") == std::string::npos);
    CHECK(error_of_opening(folder / "backup.db") == DatabaseError::WrongKey);
    auto copy = Database::open(options_for(folder / "backup.db", DatabasePresence::MustExist), other);
    REQUIRE(copy.has_value());
    CHECK(count_items(*copy) == 1);
    CHECK(copy->check_integrity().value().empty());
    CHECK(std::equal(copy->store_id().begin(), copy->store_id().end(), database->store_id().begin()));
}
