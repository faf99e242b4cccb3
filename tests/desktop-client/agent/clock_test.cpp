#include "tests/desktop-client/agent/offline_workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using ipc::DeniedReason;

constexpr std::int64_t k_year_ms = 365 * k_day_ms;

std::string prompt_of(const OfflineWorkstation& test) {
    return PamExchange(test.workstation, {}).prompt();
}

bool asks_for_code(const OfflineWorkstation& test) {
    return prompt_of(test).starts_with("Offline. Code for W11-L·");
}

bool doubts_clock(const OfflineWorkstation& test) {
    return prompt_of(test).starts_with("Clock not trusted. Question for W11-L·");
}

bool question_works(OfflineWorkstation& test) {
    constexpr std::string_view k_end = ". Answer: ";
    PamExchange exchange(test.workstation, {});
    std::string digits = exchange.prompt();
    REQUIRE(digits.ends_with(k_end));
    digits = digits.substr(digits.size() - k_end.size() - 9, 9);
    exchange.answer(test.portal.answer(digits.erase(4, 1)));
    return is_granted(exchange.verdict());
}

void restart_machine(OfflineWorkstation& test) {
    test.workstation.stop();
    test.workstation.clock.restart_machine();
    REQUIRE_FALSE(test.workstation.start());
}

/// Connected for a moment, at the portal's time.
void hear_portal(OfflineWorkstation& test, std::int64_t time) {
    test.portal.time = time;
    test.portal.accept(test.workstation);
    test.go_offline();
}

}  // namespace

TEST_CASE("a laptop that was off for a weekend signs in by a code at once", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    test.workstation.clock.wall += 62LL * 60 * 60 * 1000;
    restart_machine(test);
    CHECK(asks_for_code(test));
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("row 26: after eight hours of sleep the code of the moment works at once", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto before = test.code();
    test.workstation.clock.pass(8h);
    CHECK(asks_for_code(test));
    CHECK(test.refusal(before) == DeniedReason::AuthenticationFailed);
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("row 26: a slewed clock and one set back by less than a step take no code twice", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto code = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    test.workstation.clock.wall -= 29'000;
    CHECK(asks_for_code(test));
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "code_used"));
}

TEST_CASE("row 20: a clock one step off to either side takes the phone's code, once", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto code = test.code();
    SECTION("fast") {
        test.workstation.clock.wall += 30'000;
    }
    SECTION("slow") {
        test.workstation.clock.wall -= 30'000;
    }
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 21: with the clock set back ten minutes no code of before works again", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    const auto used = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, used)));
    PamExchange waiting(test.workstation, {});
    REQUIRE_FALSE(waiting.prompt().empty());
    test.workstation.clock.wall -= 10 * 60 * 1000;
    CHECK(doubts_clock(test));
    // Neither the used one nor one of ten minutes ago that nobody has used.
    waiting.answer(test.code());
    CHECK(denied_reason(waiting.verdict()) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.wall = now;
    CHECK(test.refusal(used) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 22: a year back and a restart: no recorded code works, a question does, and the portal mends it",
          "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    const auto recorded = test.portal.code(now - k_year_ms);
    test.workstation.clock.wall = now - k_year_ms;
    PamExchange waiting(test.workstation, {.conversation = ipc::Conversation::PasswordOnly});
    REQUIRE_FALSE(waiting.prompt().empty());
    waiting.answer(recorded);
    CHECK(denied_reason(waiting.verdict()) == DeniedReason::AuthenticationFailed);
    restart_machine(test);
    CHECK(doubts_clock(test));
    CHECK(test.refusal(recorded) == DeniedReason::AuthenticationFailed);
    CHECK(question_works(test));

    test.workstation.clock.wall = now;
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("row 23: five years ahead takes no code, and nothing of it stays", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    test.workstation.clock.wall = now + 5 * k_year_ms;
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.wall = now;
    CHECK(asks_for_code(test));
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("row 23: a code taken ten days ahead is lost for good, and the portal brings the others back",
          "[agent][clock][I1]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    test.workstation.clock.wall = now + 10 * k_day_ms;
    const auto early = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, early)));
    const auto next = test.portal.code(now + 10 * k_day_ms + 30'000);

    test.workstation.clock.wall = now;
    CHECK(doubts_clock(test));
    CHECK(question_works(test));
    restart_machine(test);
    CHECK(doubts_clock(test));

    hear_portal(test, now);
    CHECK(asks_for_code(test));
    test.workstation.clock.pass(60s);
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    CHECK(contains(test.reasons(), "clock_was_ahead"));

    // The day comes: what was typed then is known to whoever watched.
    test.portal.cut();
    test.workstation.clock.pass(std::chrono::milliseconds(10 * k_day_ms - 60'000));
    hear_portal(test, test.workstation.clock.wall - 1);
    REQUIRE(test.code() == early);
    CHECK(test.refusal(early) == DeniedReason::AuthenticationFailed);
    CHECK(is_granted(sign_in_with(test.workstation, next)));
}

TEST_CASE("the clock is trusted from the floor to the horizon", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t floor = test.portal.time;
    const auto is_trusted = [&](std::int64_t wall) {
        test.workstation.clock.wall = wall;
        return std::get<bool>(*value_of(ask_agent(test.workstation, agent::AdminVerb::Status), "clock_trusted"));
    };
    // A clock that is behind by up to a step is as right as codes need it.
    CHECK(is_trusted(floor - 30'000));
    CHECK_FALSE(is_trusted(floor - 30'001));
    CHECK(is_trusted(test.portal.offline_until));
    CHECK_FALSE(is_trusted(test.portal.offline_until + 1));
}

TEST_CASE("only what happens under a trusted clock raises the floor", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    const auto floor = [&] {
        return *value_of(ask_agent(test.workstation, agent::AdminVerb::Diagnose), "clock_floor");
    };
    const auto at = [](std::int64_t time) { return agent::AdminValue(protocol::format_time({time})); };
    const auto act = [&](std::int64_t wall) {
        test.workstation.clock.wall = wall;
        CHECK(test.refusal("12ab") == DeniedReason::AuthenticationFailed);
    };
    act(now - k_day_ms);
    CHECK(floor() == at(now));
    act(now + k_year_ms);
    CHECK(floor() == at(now));
    act(now + k_day_ms);
    CHECK(floor() == at(now + k_day_ms));
    act(now + k_day_ms - 20'000);
    CHECK(floor() == at(now + k_day_ms));
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    CHECK(floor() == at(now + k_day_ms));
}

TEST_CASE("row 25: a right that has ended does not come back with the clock", "[agent][clock]") {
    OfflineWorkstation test;
    const std::int64_t now = test.workstation.clock.wall;
    test.portal.rights.front().valid_from = protocol::Timestamp{now - 1'000};
    test.portal.rights.front().valid_until = protocol::Timestamp{now + 60 * 60 * 1000};
    test.go_offline();
    SECTION("while it lasts it counts, whatever the clock says") {
        test.workstation.clock.wall = now - k_year_ms;
        test.workstation.clock.boot += 59 * 60 * 1000;
        CHECK(question_works(test));
    }
    SECTION("afterwards it does not") {
        test.workstation.clock.pass(1h);
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
        test.workstation.clock.wall = now - 30 * 60 * 1000;
        CHECK_FALSE(question_works(test));
        CHECK(contains(test.reasons(), "right_not_in_force"));
    }
}

TEST_CASE("row 27: with a clock of 1970 a question works, and the portal's time mends it", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    for (const std::int64_t wall : {std::int64_t{0}, std::int64_t{10'000}, std::int64_t{3'600'000}}) {
        CAPTURE(wall);
        test.workstation.clock.wall = wall;
        restart_machine(test);
        CHECK(doubts_clock(test));
        CHECK(question_works(test));
    }
    hear_portal(test, now);
    CHECK(doubts_clock(test));
    test.workstation.clock.wall = now;
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("row 27: codes count once in every century", "[agent][clock]") {
    OfflineWorkstation test;
    std::int64_t seconds = 0;
    SECTION("the first seconds of 1970") {
        seconds = 10;
    }
    SECTION("before 2^31") {
        seconds = (std::int64_t{1} << 31) - 5;
    }
    SECTION("2038, from 2^31 on") {
        seconds = std::int64_t{1} << 31;
    }
    SECTION("before 2^32") {
        seconds = (std::int64_t{1} << 32) - 5;
    }
    SECTION("2106, from 2^32 on") {
        seconds = std::int64_t{1} << 32;
    }
    SECTION("2603, RFC 6238's last vector") {
        seconds = 20'000'000'000;
    }
    test.portal.cut();
    test.workstation.clock.wall = seconds * 1000;
    test.portal.offline_until = seconds * 1000 + 14 * k_day_ms;
    hear_portal(test, seconds * 1000);
    const auto code = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.pass(30s);
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.pass(std::chrono::milliseconds(14 * k_day_ms));
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 24: a clock set back during a wait neither shortens nor lengthens it", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    for (int i = 0; i < 6; ++i)
        CHECK(test.refusal("00000000") == DeniedReason::AuthenticationFailed);
    SECTION("a little") {
        test.workstation.clock.wall -= 20'000;
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
        test.workstation.clock.boot += 2'000;
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    }
    SECTION("a year") {
        test.workstation.clock.wall -= k_year_ms;
        CHECK_FALSE(question_works(test));
        test.workstation.clock.boot += 2'000;
        CHECK(question_works(test));
    }
    SECTION("and with a restart of the machine, which starts it again") {
        test.workstation.clock.wall -= k_year_ms;
        restart_machine(test);
        CHECK_FALSE(question_works(test));
        test.workstation.clock.boot += 2'000;
        CHECK(question_works(test));
    }
}

TEST_CASE("the days left are counted from what has surely passed", "[agent][clock]") {
    OfflineWorkstation test;
    test.go_offline();
    test.workstation.clock.pass(std::chrono::milliseconds(13 * k_day_ms));
    test.workstation.clock.wall -= 20 * k_day_ms;
    PamExchange exchange(test.workstation, {});
    std::string digits = exchange.prompt();
    digits = digits.substr(digits.size() - 19, 9);
    exchange.answer(test.portal.answer(digits.erase(4, 1)));
    const auto said = exchange.next();
    REQUIRE(said);
    REQUIRE(std::holds_alternative<ipc::Info>(*said));
    CHECK(std::get<ipc::Info>(*said).text.view() == "Codes work here for one more day without the portal.");
}

}  // namespace doorward::tests
