// The power is cut at every moment of a migration, whatever of the last writes the disk still has.
#include "platform/database.h"
#include "tests/faults/disk_recording.h"
#include "tests/platform/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <span>

using namespace doorward::platform;
using doorward::platform::test::TemporaryFolder;
using doorward::tests::DiskRecording;
using doorward::tests::Survived;

namespace {

constexpr std::array<Migration, 3> k_migrations{{
    {1, "001_item.sql", "CREATE TABLE item (id INTEGER PRIMARY KEY, data BLOB) STRICT;"},
    {2, "002_kind.sql",
     "CREATE TABLE next (id INTEGER PRIMARY KEY, data BLOB, kind TEXT NOT NULL) STRICT;"
     "INSERT INTO next SELECT id, data, 'old' FROM item; DROP TABLE item; ALTER TABLE next RENAME TO item;"},
    {3, "003_part.sql", "CREATE TABLE part (item INTEGER NOT NULL REFERENCES item(id)) STRICT;"},
}};
constexpr std::array<std::uint8_t, 32> k_key{7, 1, 4};
constexpr int k_rows = 40;

auto open_store(const std::filesystem::path& path, DatabasePresence presence, std::span<const Migration> migrations) {
    DatabaseOptions options;
    options.path = path;
    options.identity = "doorward-test";
    options.presence = presence;
    options.migrations = migrations;
    return Database::open(options, k_key);
}

}  // namespace

TEST_CASE("row 85: the power is cut at any moment of a migration: the next start brings it to its end",
          "[platform][database][slow]") {
    const TemporaryFolder folder;
    const auto path = folder / "store.db";
    {
        auto older = open_store(path, DatabasePresence::CreateNew, std::span(k_migrations).first(1));
        REQUIRE(older);
        for (int row = 0; row < k_rows; ++row)
            REQUIRE(older->execute("INSERT INTO item VALUES (?1, zeroblob(900))", row));
    }
    std::array<int, 2> start{};
    REQUIRE(pipe(start.data()) == 0);
    const pid_t child = fork();
    if (child == 0) {
        char go = 0;
        const bool is_sound =
            read(start[0], &go, 1) == 1 && open_store(path, DatabasePresence::MustExist, k_migrations).has_value();
        _exit(is_sound ? 0 : 1);
    }
    DiskRecording disk({folder.path()});
    disk.follow(child);
    REQUIRE(write(start[1], "x", 1) == 1);
    disk.finish();
    close(start[0]);
    close(start[1]);
    CHECK(disk.moment() > 20);

    for (std::size_t moment = 0; moment <= disk.moment(); ++moment) {
        for (const auto survived :
             {Survived::Nothing, Survived::Everything, Survived::EverySecond, Survived::LastTornInHalf}) {
            INFO("moment " << moment << " of " << disk.moment() << ", variant " << static_cast<int>(survived));
            disk.cut(moment, survived);
            auto database = open_store(path, DatabasePresence::MustExist, k_migrations);
            REQUIRE(database);
            auto rows = database->query("SELECT count(*) FROM item WHERE kind = 'old' AND length(data) = 900");
            REQUIRE(rows);
            REQUIRE(rows->step().value());
            CHECK(rows->integer(0) == k_rows);
            CHECK(database->query("SELECT * FROM part").has_value());
        }
    }
}
