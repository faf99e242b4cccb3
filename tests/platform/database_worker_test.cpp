#include "platform/database_worker.h"

#include "tests/platform/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace doorward::platform;
using doorward::platform::test::TemporaryFolder;
namespace net = boost::asio;

namespace {

constexpr std::array<Migration, 1> k_migrations{
    {{1, "001.sql",
      "CREATE TABLE item (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE gone (id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TRIGGER item_goes AFTER DELETE ON item BEGIN INSERT INTO gone VALUES (OLD.id); END;"}}};
const std::array<std::uint8_t, 32> k_key{1, 2, 3};

Database make_database(const std::filesystem::path& path, DatabasePresence presence = DatabasePresence::CreateNew) {
    DatabaseOptions options;
    options.path = path;
    options.identity = "doorward-test";
    options.presence = presence;
    options.migrations = k_migrations;
    auto database = Database::open(options, k_key);
    REQUIRE(database.has_value());
    return std::move(*database);
}

std::expected<std::int64_t, DatabaseError> insert(Database& database, std::int64_t id) {
    return database.execute("INSERT INTO item VALUES (?1)", id);
}

std::int64_t count(DatabaseWorker& worker) {
    return worker.read_blocking([](Database& database) {
        auto rows = database.query("SELECT count(*) FROM item");
        return rows && rows->step().value_or(false) ? rows->integer(0) : -1;
    });
}

enum class Refusal { NotToday };

}  // namespace

TEST_CASE("a write is answered with its value after the commit", "[platform][worker]") {
    const TemporaryFolder folder;
    DatabaseWorker worker(make_database(folder / "store.db"), "store");
    auto changed = worker.write_blocking([](Database& database) { return insert(database, 5); });
    CHECK(changed == 1);
    CHECK(count(worker) == 1);
}

TEST_CASE("of writes that commit together, one that fails takes no other with it", "[platform][worker]") {
    const TemporaryFolder folder;
    {
        DatabaseWorker worker(make_database(folder / "store.db"), "store");
        net::io_context context;
        struct Tally {
            int kept = 0;
            int refused = 0;
            int thrown = 0;
            int constraint = 0;
        } tally;
        std::atomic<bool> together = false;
        // Holds the worker until all are queued, so that they form one group.
        std::thread holder([&] {
            (void)worker.read_blocking([&](Database&) {
                while (!together)
                    std::this_thread::yield();
                return 0;
            });
        });
        auto submit = [](DatabaseWorker* to, std::int64_t id, Tally* told) -> net::awaitable<void> {
            auto job = [id](Database& database) -> std::expected<std::int64_t, Refusal> {
                (void)insert(database, id);
                if (id % 10 == 3) return std::unexpected(Refusal::NotToday);
                if (id % 10 == 4) throw std::runtime_error("job failed");
                return id;
            };
            auto direct = [id](Database& database) { return insert(database, id % 10 == 5 ? 5 : id); };
            try {
                if (id % 10 == 5) {
                    auto answer = co_await to->write(direct);
                    ++(answer ? told->kept : told->constraint);
                    co_return;
                }
                auto answer = co_await to->write(job);
                if (!answer) throw std::logic_error("commit failed");
                ++(*answer ? told->kept : told->refused);
            } catch (const std::runtime_error&) {
                ++told->thrown;
            }
        };
        for (std::int64_t id = 0; id < 50; ++id) {
            net::co_spawn(context, submit(&worker, id, &tally), net::detached);
        }
        std::thread runner([&] { context.run(); });
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        together = true;
        runner.join();
        holder.join();
        CHECK(tally.refused == 5);
        CHECK(tally.thrown == 5);
        CHECK(tally.constraint == 4);
        CHECK(tally.kept == 36);
        CHECK(count(worker) == 36);
    }
    DatabaseWorker again(make_database(folder / "store.db", DatabasePresence::MustExist), "store");
    CHECK(count(again) == 36);
}

TEST_CASE("a job that refuses with a value keeps what it wrote", "[platform][worker]") {
    const TemporaryFolder folder;
    DatabaseWorker worker(make_database(folder / "store.db"), "store");
    auto counted = worker.write_blocking([](Database& database) {
        (void)insert(database, 1);
        return std::string("refused, and counted");
    });
    CHECK(counted == "refused, and counted");
    CHECK(count(worker) == 1);
}

TEST_CASE("when a group cannot commit, every write of it is told", "[platform][worker]") {
    const TemporaryFolder folder;
    DatabaseWorker worker(make_database(folder / "store.db"), "store");
    REQUIRE(worker.write_blocking([](Database& database) { return insert(database, 1); }));
    // As small as it is now: the next page does not fit, which is what a full disk looks like to SQLite.
    (void)worker.read_blocking(
        [](Database& database) { return database.execute("PRAGMA max_page_count=1").has_value(); });
    auto full = worker.write_blocking([](Database& database) -> std::expected<std::int64_t, DatabaseError> {
        for (std::int64_t id = 100; id < 5000; ++id) {
            auto inserted = insert(database, id);
            if (!inserted) return inserted;
        }
        return 0;
    });
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error() == DatabaseError::DiskFull);
    CHECK(count(worker) == 1);
    CHECK(worker.write_blocking([](Database& database) { return insert(database, 2); }).has_value());
    CHECK(count(worker) == 2);
}

TEST_CASE("a write that is alone and fails leaves nothing", "[platform][worker]") {
    const TemporaryFolder folder;
    DatabaseWorker worker(make_database(folder / "store.db"), "store");
    auto refused = worker.write_blocking([](Database& database) -> std::expected<bool, Refusal> {
        REQUIRE(insert(database, 1));
        return std::unexpected(Refusal::NotToday);
    });
    REQUIRE(refused);
    CHECK(refused->error() == Refusal::NotToday);
    CHECK(count(worker) == 0);
}

TEST_CASE("whoever listens hears which tables a commit changed, before the writer hears of the commit",
          "[platform][worker]") {
    const TemporaryFolder folder;
    std::mutex mutex;
    std::vector<TableNames> heard;
    DatabaseWorker worker(make_database(folder / "store.db"), "store", [&](const TableNames& changed) {
        const std::lock_guard lock(mutex);
        heard.push_back(changed);
    });
    const auto take = [&] {
        const std::lock_guard lock(mutex);
        return std::exchange(heard, {});
    };
    REQUIRE(worker.write_blocking([](Database& database) { return insert(database, 1); }));
    CHECK(take() == std::vector<TableNames>{{"item"}});
    // The statement is prepared already; that changes nothing.
    REQUIRE(worker.write_blocking([](Database& database) { return insert(database, 2); }));
    CHECK(take() == std::vector<TableNames>{{"item"}});
    CHECK(count(worker) == 2);
    CHECK(take().empty());
    // A trigger's work and a read's.
    REQUIRE(
        worker.write_blocking([](Database& database) { return database.execute("DELETE FROM item WHERE id = 1"); }));
    CHECK(take() == std::vector<TableNames>{{"gone", "item"}});
    CHECK(count(worker) == 1);
    CHECK(take().empty());
}

// As a server does when it ends: what its jobs use must outlive them, and nothing may be asked afterwards.
TEST_CASE("a drained worker has done what was asked of it, and does no more", "[platform][worker]") {
    const TemporaryFolder folder;
    DatabaseWorker worker(make_database(folder / "store.db"), "store");
    net::io_context context;
    {
        auto used = std::make_unique<std::vector<std::int64_t>>();
        auto ask = [](DatabaseWorker* on, std::vector<std::int64_t>* into, std::int64_t id) -> net::awaitable<void> {
            auto job = [into, id](Database& database) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                into->push_back(id);
                return insert(database, id);
            };
            std::ignore = co_await on->write(std::move(job));
        };
        for (std::int64_t id = 0; id < 50; ++id)
            net::co_spawn(context, ask(&worker, used.get(), id), net::detached);
        context.poll();
        worker.drain();
        CHECK(used->size() == 50);
        net::co_spawn(context, ask(&worker, used.get(), 50), net::detached);
        context.poll();
        CHECK(used->size() == 50);
    }
    context.stop();
}

TEST_CASE("jobs queued before the end are still done", "[platform][worker]") {
    std::atomic<int> done = 0;
    {
        Worker worker("test");
        for (int job = 0; job < 100; ++job)
            worker.post([&done] { ++done; });
    }
    CHECK(done == 100);
}

TEST_CASE("a job's value and exception come back to the coroutine that waits", "[platform][worker]") {
    Worker worker("test");
    net::io_context context;
    std::string seen;
    auto use = [](Worker* on, std::string* result) -> net::awaitable<void> {
        const auto here = std::this_thread::get_id();
        auto there = co_await on->run([] { return std::this_thread::get_id(); });
        if (there != here && std::this_thread::get_id() == here) *result = "moved and returned";
        auto fail = [] { throw std::runtime_error("from the job"); };
        try {
            co_await on->run(fail);
        } catch (const std::runtime_error& error) {
            *result += std::string(", ") + error.what();
        }
    };
    net::co_spawn(context, use(&worker, &seen), net::detached);
    context.run();
    CHECK(seen == "moved and returned, from the job");
}
