#include "desktop-client/agent/services/attempt_limiter.h"

#include "desktop-client/agent/migrations.h"
#include "platform/database.h"
#include "tests/desktop-client/agent/fakes.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <filesystem>
#include <string>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;

struct LimiterFixture {
    LimiterFixture() : timekeeper(clock), limiter(database, timekeeper) {}
    ~LimiterFixture() { std::filesystem::remove_all(folder); }

    static std::filesystem::path make_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "doorward-limiter-XXXXXX").native();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        return name;
    }
    static platform::Database make_database(const std::filesystem::path& folder) {
        constexpr std::array<std::uint8_t, 32> k_key{1};
        auto database = platform::Database::open({.path = folder / "store.db",
                                                  .identity = "doorward-agent",
                                                  .presence = platform::DatabasePresence::CreateNew,
                                                  .migrations = agent::k_migrations},
                                                 k_key);
        REQUIRE(database);
        return std::move(*database);
    }
    [[nodiscard]] bool waits(const std::string& account) {
        const auto answer = limiter.must_wait(account);
        REQUIRE(answer);
        return *answer;
    }
    void fail(const std::string& account) { REQUIRE(limiter.count_failure(account)); }

    std::filesystem::path folder = make_folder();
    platform::Database database = make_database(folder);
    FakeClock clock;
    agent::Timekeeper timekeeper;
    agent::AttemptLimiter limiter;
};

}  // namespace

TEST_CASE("five failures are free, then the wait doubles up to fifteen minutes", "[agent][limiter]") {
    LimiterFixture test;
    for (int i = 0; i < 5; ++i)
        test.fail("msp-nik");
    CHECK_FALSE(test.waits("msp-nik"));
    for (const int seconds : {2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}) {
        CAPTURE(seconds);
        test.fail("msp-nik");
        test.clock.pass(std::chrono::seconds(seconds) - 1ms);
        CHECK(test.waits("msp-nik"));
        test.clock.pass(1ms);
        CHECK_FALSE(test.waits("msp-nik"));
    }
}

TEST_CASE("the workstation's own budget is spent by many names and refills", "[agent][limiter]") {
    LimiterFixture test;
    for (int i = 0; i < 101; ++i)
        test.fail("msp-" + std::to_string(i));
    CHECK(test.waits("msp-somebody-else"));
    test.clock.pass(2s);
    CHECK_FALSE(test.waits("msp-somebody-else"));
    test.clock.pass(10min);
    test.fail("msp-a");
    CHECK_FALSE(test.waits("msp-somebody-else"));
}

TEST_CASE("a day of guessing finds a code with a chance below one in a hundred thousand", "[agent][limiter]") {
    LimiterFixture test;
    constexpr std::int64_t k_day_ms = 24LL * 60 * 60 * 1000;
    const std::int64_t end = test.clock.boot + k_day_ms;
    int guesses = 0;
    while (test.clock.boot < end) {
        if (test.waits("msp-nik")) {
            test.clock.pass(1s);
            continue;
        }
        test.fail("msp-nik");
        ++guesses;
    }
    // Three steps are open at a time, for each of at most two phones, in 10^8 codes.
    const double chance = guesses * 6.0 / 1e8;
    CAPTURE(guesses);
    CHECK(chance < 1e-5);
}

}  // namespace doorward::tests
