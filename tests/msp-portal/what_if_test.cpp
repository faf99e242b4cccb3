#include "msp-portal/server/services/what_if.h"

#include "msp-portal/server/services/department_service.h"
#include "msp-portal/server/services/right_service.h"
#include "tests/msp-portal/access_world.h"
#include "tests/msp-portal/api_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::AccessWorld;
using doorward::tests::ApiWorld;

namespace {

// Of what the job does, and what it proposes.
template <class Job>
Result<what_if::Effect> effect_of(AccessWorld& world, Job job) {
    const auto draft = world.store->look_ahead_blocking([&](UnitOfWork& unit) -> Result<what_if::Draft> {
        if (auto done = job(unit); !done) return std::unexpected(done.error());
        if (auto tried = change_service::try_out_proposed(unit, world.owner->team_id); !tried) {
            return std::unexpected(tried.error());
        }
        return what_if::draft_of(unit);
    });
    if (!draft) return std::unexpected(draft.error());
    return world.look(
        [&](platform::Database& database) { return what_if::effect_of(database, *draft, world.store->now()); });
}

}  // namespace

TEST_CASE("what somebody would gain is said, and not given", "[portal][what-if]") {
    AccessWorld world;
    const auto second = world.device(*world.owner, world.tenant_id, "A-01").id;
    const auto effect = effect_of(world, [&](UnitOfWork& unit) {
        return right_service::grant(
            unit, *world.owner, {world.nik, world.tenant_id, tests::full_device_access(), std::nullopt, std::nullopt});
    });
    REQUIRE(effect);
    CHECK(effect->losses.empty());
    REQUIRE(effect->gains.size() == 1);
    CHECK(effect->gains[0].technician.name == "nik");
    REQUIRE(effect->gains[0].devices.size() == 2);
    CHECK(effect->gains[0].devices[0].id == second);
    CHECK(effect->gains[0].devices[1].name == "W11-L");

    CHECK_FALSE(world.may_enter(world.nik));
    CHECK(world.look(
        [&](platform::Database& database) { return change_store::pending(database, world.owner->team_id).empty(); }));
}

TEST_CASE("what somebody would lose is said, and not taken", "[portal][what-if]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    REQUIRE_FALSE(world.add(helpdesk, world.nik));
    REQUIRE_FALSE(world.add(helpdesk, world.mia));
    world.settle(world.grant(helpdesk, world.tenant_id));
    world.settle(world.grant_to(world.mia, world.tenant_id));
    const auto effect = effect_of(
        world, [&](UnitOfWork& unit) { return department_service::remove(unit, *world.owner, helpdesk, "Helpdesk"); });
    REQUIRE(effect);
    CHECK(effect->gains.empty());
    // The other one has a right of her own.
    REQUIRE(effect->losses.size() == 1);
    CHECK(effect->losses[0].technician.id == world.nik);
    CHECK(world.may_enter(world.nik));

    SECTION("a refusal is the one that the act would meet") {
        const auto refused = effect_of(world, [&](UnitOfWork& unit) {
            return department_service::remove(unit, *world.owner, helpdesk, "Another name");
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NameNotConfirmed);
    }
    SECTION("what moves nobody has no effect") {
        const auto none = effect_of(world, [&](UnitOfWork& unit) {
            return department_service::create(unit, *world.owner, "Another department");
        });
        REQUIRE(none);
        CHECK(none->gains.empty());
        CHECK(none->losses.empty());
    }
}

TEST_CASE("nothing is tried out where it could stay", "[portal][what-if]") {
    AccessWorld world;
    const auto change = world.grant_to(world.nik, world.tenant_id);
    const auto tried =
        world.write([&](UnitOfWork& unit) { return change_service::try_out(unit, world.owner->team_id, change.id); });
    REQUIRE_FALSE(tried);
    CHECK(tried.error() == Error::Forbidden);
    CHECK_FALSE(world.may_enter(world.nik));
}

TEST_CASE("the API previews what administrators do, and does none of it", "[portal][api][what-if]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    const auto tenant = api.world.tenant(*api.world.owner, "Customer-1").id();
    const auto path = "/tenants/" + tenant.to_string() + "/suspend";
    auto previewing = browser;
    previewing.extra.push_back({"Doorward-Preview", "true"});

    const auto preview = api.post(previewing, path);
    CHECK(preview.status == 200);
    CHECK(preview.json().at("gains").empty());
    CHECK(preview.json().at("losses").empty());
    CHECK_FALSE(api.get(browser, "/tenants/" + tenant.to_string()).json().at("suspended").get<bool>());

    SECTION("what the header says must be understood") {
        auto unsure = browser;
        unsure.extra.push_back({"Doorward-Preview", "yes"});
        CHECK(api.post(unsure, path).status == 400);
        CHECK_FALSE(api.get(browser, "/tenants/" + tenant.to_string()).json().at("suspended").get<bool>());
    }
    SECTION("what is not for administrators is not done instead") {
        CHECK(api.call(previewing, platform::HttpMethod::Delete, "/session").status == 400);
        CHECK(api.get(browser, "/me").status == 200);
    }
    SECTION("nobody without a session sees an effect") {
        doorward::tests::Browser stranger;
        stranger.extra.push_back({"Doorward-Preview", "true"});
        CHECK(api.post(stranger, path).status == 401);
    }
}
