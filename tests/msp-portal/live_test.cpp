#include "tests/msp-portal/api_world.h"
#include "tests/msp-portal/live_listener.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using doorward::tests::ApiWorld;
using doorward::tests::Browser;
using doorward::tests::LiveListener;

namespace {

constexpr std::chrono::seconds k_soon{5};
constexpr std::chrono::milliseconds k_a_moment{200};

// An open admin UI.
LiveListener::Where page(ApiWorld& api, const Browser& browser,
                         const std::string& origin = tests::PortalWorld::k_portal_origin) {
    return {.authority = api.world.folder / "ca.pem",
            .host = "portal.localhost",
            .port = api.port,
            .target = "/api/v1/live",
            .headers = {{"Cookie", browser.cookie}, {"User-Agent", browser.user_agent}, {"Origin", origin}}};
}

}  // namespace

TEST_CASE("an open page hears what changed in its team, and nothing of another", "[portal][live]") {
    ApiWorld api;
    const auto stranger = api.world.other_team("Other team");
    auto browser = api.sign_in(api.world.owner_key);
    LiveListener listener(page(api, browser));
    REQUIRE(listener.connected());
    const auto theirs = api.world.tenant(stranger, "Theirs");
    const auto ours = api.post(browser, "/tenants", {{"name", "Ours"}}).json().at("id").get<std::string>();
    CHECK(listener.hears("tenants", ours, std::chrono::seconds(10)));
    CHECK_FALSE(listener.hears("tenants", theirs.id().to_string(), std::chrono::milliseconds(200)));
}

TEST_CASE("a page of another site, or without a session, cannot listen", "[portal][live]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    CHECK_FALSE(LiveListener(page(api, browser, "https://evil.example.com")).connected());
    CHECK_FALSE(LiveListener(page(api, Browser{})).connected());
}

TEST_CASE("a page of somebody put out hears nothing from that moment on", "[portal][live]") {
    ApiWorld api;
    auto& world = api.world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    auto browser = api.sign_in(world.key_of(anna));
    auto other = api.sign_in(world.key_of(anna));
    auto owner = api.sign_in(world.owner_key);
    LiveListener listener(page(api, browser));
    LiveListener stays(page(api, owner));
    REQUIRE(listener.connected());
    REQUIRE(stays.connected());

    SECTION("disabled") {
        world.must([&](UnitOfWork& unit) {
            return technician_service::disable(unit, *world.owner, anna.technician_id, "left");
        });
        CHECK(listener.is_closed(k_soon));
    }
    SECTION("stripped of the administration") {
        const auto right = world.look([&](platform::Database& database) {
            return right_store::of_technician(database, anna.team_id, anna.technician_id).front().id();
        });
        REQUIRE(world.write([&](UnitOfWork& unit) { return right_service::revoke(unit, *world.owner, right); }));
        CHECK(listener.is_closed(k_soon));
    }
    SECTION("signed out in this browser") {
        REQUIRE(api.call(browser, platform::HttpMethod::Delete, "/session").status == 204);
        CHECK(listener.is_closed(k_soon));
    }
    SECTION("signed out from another browser") {
        REQUIRE(api.post(other, "/me/sessions/end-others").status == 204);
        CHECK(listener.is_closed(k_soon));
    }
    SECTION("but not when another session of hers ends") {
        REQUIRE(api.call(other, platform::HttpMethod::Delete, "/session").status == 204);
        CHECK_FALSE(listener.is_closed(k_a_moment));
    }
    CHECK_FALSE(stays.is_closed(k_a_moment));
}
