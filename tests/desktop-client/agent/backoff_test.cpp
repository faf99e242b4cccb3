#include "desktop-client/agent/services/backoff.h"

#include "crypto/random.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <vector>

using doorward::agent::Backoff;
using namespace std::chrono_literals;

namespace {

std::uint32_t longest(std::uint32_t bound) {
    return bound - 1;
}

}  // namespace

TEST_CASE("row 83: the wait before a new connection may double with each failure, up to five minutes", "[agent]") {
    Backoff backoff;
    std::vector<std::int64_t> seconds;
    for (int failure = 0; failure < 12; ++failure) {
        seconds.push_back((backoff.pause(longest) + 1ms) / 1s);
        backoff.failed();
    }
    CHECK(seconds == std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300});
    for (int failure = 0; failure < 100'000; ++failure)
        backoff.failed();
    CHECK(backoff.pause(longest) == 5min - 1ms);
    CHECK(backoff.pause([](std::uint32_t) { return 0U; }) == 0ms);
}

TEST_CASE("a success lets the next wait begin small again", "[agent]") {
    Backoff backoff;
    for (int failure = 0; failure < 9; ++failure)
        backoff.failed();
    backoff.succeeded();
    CHECK(backoff.pause(longest) == 1s - 1ms);
}

TEST_CASE("the wait is drawn from all of its range, so that many workstations spread", "[agent]") {
    Backoff backoff;
    for (int failure = 0; failure < 20; ++failure)
        backoff.failed();
    int in_the_first_half = 0;
    for (int draw = 0; draw < 1'000; ++draw) {
        const auto pause = backoff.pause(doorward::crypto::random_below);
        REQUIRE(pause < 5min);
        if (pause < 150s) ++in_the_first_half;
    }
    // 500 +- 10 standard deviations of 15.8.
    CHECK(in_the_first_half > 342);
    CHECK(in_the_first_half < 658);
}
