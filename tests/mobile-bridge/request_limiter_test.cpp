#include "mobile-bridge/relay/request_limiter.h"

#include "tests/mobile-bridge/relay_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;

TEST_CASE("an address gets a burst, then one call in two seconds, and takes nothing from others", "[relay]") {
    tests::ManualClock clock;
    relay::RequestLimiter limiter(clock);
    int allowed = 0;
    for (int i = 0; i < 100; ++i)
        allowed += limiter.allow("203.0.113.7") ? 1 : 0;
    CHECK(allowed == 30);
    CHECK(limiter.allow("203.0.113.8"));
    clock.boot += 1'999;
    CHECK_FALSE(limiter.allow("203.0.113.7"));
    clock.boot += 1;
    CHECK(limiter.allow("203.0.113.7"));
    CHECK_FALSE(limiter.allow("203.0.113.7"));
}
