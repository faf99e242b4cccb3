#include "desktop-client/agent/services/attempt_limiter.h"

#include "desktop-client/agent/migrations.h"
#include "desktop-client/agent/services/offline_code_service.h"
#include "platform/database.h"
#include "tests/desktop-client/agent/fakes.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds k_day = std::chrono::hours(24);
// Three steps are open at a time, for each of at most two phones, in 10^8 codes; one answer for each phone.
constexpr double k_code_chance = 3.0 * protocol::k_most_phones / 1e8;
// The tenant's codes: one secret, two while one takes the other's place, in 10^6.
constexpr double k_tenant_code_chance = 3.0 / 1e6;
constexpr double k_answer_chance = 1.0 * protocol::k_most_phones / 1e8;

struct LimiterFixture {
    LimiterFixture() { restart_agent(); }
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
        const auto answer = limiter->must_wait(account);
        REQUIRE(answer);
        return *answer;
    }
    void fail(const std::string& account, crypto::CodeDigits digits = crypto::CodeDigits::Eight) {
        REQUIRE(limiter->count_failure(account, digits));
    }
    void restart_agent() {
        timekeeper.emplace(clock);
        limiter.emplace(database, *timekeeper);
        REQUIRE(limiter->start());
    }
    /// Of somebody who tries whenever it is possible.
    [[nodiscard]] int guesses_within(std::chrono::milliseconds time,
                                     crypto::CodeDigits digits = crypto::CodeDigits::Eight) {
        return guesses_under({"msp-nik"}, time, digits);
    }
    [[nodiscard]] int guesses_under(const std::vector<std::string>& names, std::chrono::milliseconds time,
                                    crypto::CodeDigits digits) {
        const std::int64_t end = clock.boot + time.count();
        int guesses = 0;
        while (clock.boot < end) {
            // Who never failed waits for the workstation alone.
            const auto free = waits("nobody")
                                  ? names.end()
                                  : std::ranges::find_if(names, [&](const std::string& name) { return !waits(name); });
            if (free == names.end()) {
                clock.pass(1s);
                continue;
            }
            fail(*free, digits);
            ++guesses;
        }
        return guesses;
    }

    std::filesystem::path folder = make_folder();
    platform::Database database = make_database(folder);
    FakeClock clock;
    std::optional<agent::Timekeeper> timekeeper;
    std::optional<agent::AttemptLimiter> limiter;
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

TEST_CASE("row 55: a day of guessing finds a code with a chance below one in a hundred thousand", "[agent][limiter]") {
    LimiterFixture test;
    const int first_day = test.guesses_within(k_day);
    const int second_day = test.guesses_within(k_day);
    CHECK(first_day == 109);
    CHECK(second_day == 96);
    CHECK(first_day * k_code_chance < 7e-6);
    // A question has one right answer for each phone.
    CHECK(k_answer_chance < k_code_chance);
}

TEST_CASE("row 55: what a day of guessing finds of a tenant's codes is what SECURITY.md says", "[agent][limiter]") {
    LimiterFixture test;
    SECTION("under one name") {
        const int first_day = test.guesses_within(k_day, crypto::CodeDigits::Six);
        const int second_day = test.guesses_within(k_day, crypto::CodeDigits::Six);
        CHECK(first_day == 109);
        CHECK(second_day == 96);
        CHECK(first_day * k_tenant_code_chance < 3.3e-4);
    }
    SECTION("under many names, which all lead to one secret") {
        std::vector<std::string> names;
        for (int i = 0; i < 40; ++i)
            names.push_back("msp-" + std::to_string(i));
        const int first_day = test.guesses_under(names, k_day, crypto::CodeDigits::Six);
        const int second_day = test.guesses_under(names, k_day, crypto::CodeDigits::Six);
        CHECK(first_day == 118);
        CHECK(second_day == 96);
        CHECK(first_day * k_tenant_code_chance < 3.6e-4);
        CHECK(2 * first_day * k_tenant_code_chance < 7.1e-4);
    }
}

TEST_CASE("row 55: neither restarts nor reboots give a guesser more", "[agent][limiter]") {
    LimiterFixture test;
    int guesses = 0;
    for (int i = 0; i < 24 * 60; ++i) {
        guesses += test.guesses_within(1min);
        if (i % 2 == 0) test.clock.restart_machine();
        test.restart_agent();
    }
    CHECK(guesses <= 109);
}

TEST_CASE("a technician's own sign-ins give a guesser a bounded number of tries more", "[agent][limiter]") {
    LimiterFixture test;
    int guesses = 0;
    for (std::int64_t i = 0; i < agent::OfflineCodeService::k_most_sign_ins; ++i) {
        guesses += test.guesses_within(k_day / agent::OfflineCodeService::k_most_sign_ins);
        REQUIRE(test.limiter->forget_failures("msp-nik"));
    }
    CAPTURE(guesses);
    CHECK(guesses * k_code_chance < 5e-5);
}

TEST_CASE("row 56: whoever fails under one name all day long never makes another one wait", "[agent][limiter]") {
    LimiterFixture test;
    const auto end = test.clock.boot + std::chrono::milliseconds(k_day).count();
    int others_waited = 0;
    while (test.clock.boot < end) {
        static_cast<void>(test.guesses_within(5min));
        others_waited += test.waits("msp-eva") ? 1 : 0;
    }
    CHECK(others_waited == 0);
    CHECK(test.waits("msp-nik"));
}

TEST_CASE("row 56: the workstation's own wait ends too, however long it was attacked under many names",
          "[agent][limiter]") {
    LimiterFixture test;
    for (int i = 0; i < 2'000; ++i)
        test.fail("msp-" + std::to_string(i));
    CHECK(test.waits("msp-eva"));
    test.clock.pass(15min);
    CHECK_FALSE(test.waits("msp-eva"));
}

}  // namespace doorward::tests
