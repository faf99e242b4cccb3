#include "msp-portal/server/services/access_explainer.h"

#include "msp-portal/server/services/department_service.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "tests/msp-portal/access_world.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <set>
#include <string>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using access_explainer::Answer;
using access_explainer::Entry;
using access_explainer::OfflineObstacle;
using doorward::tests::AccessWorld;

namespace {

Result<Entry> explain(AccessWorld& world, const TechnicianId& technician, const DeviceId& device) {
    return world.look([&](platform::Database& database) {
        return access_explainer::explain(database, world.owner->team_id, technician, device, world.store->now());
    });
}

Entry explain(AccessWorld& world, const TechnicianId& technician) {
    return *explain(world, technician, world.device_id);
}

std::vector<Entry> of_device(AccessWorld& world) {
    return *world.look([&](platform::Database& database) {
        return access_explainer::of_device(database, world.owner->team_id, world.device_id, world.store->now());
    });
}

std::vector<Entry> of_technician(AccessWorld& world, const TechnicianId& technician) {
    return *world.look([&](platform::Database& database) {
        return access_explainer::of_technician(database, world.owner->team_id, technician, world.tenant_id,
                                               world.store->now());
    });
}

void give_phone(AccessWorld& world, const TechnicianId& technician) {
    world.must([&](UnitOfWork& unit) -> Result<bool> {
        if (auto phone = AccessWorld::phone(unit, world.owner->team_id, technician); !phone) {
            return std::unexpected(phone.error());
        }
        roster_service::technician_changed(unit, world.owner->team_id, technician);
        return true;
    });
}

void set_horizon(AccessWorld& world, std::optional<Timestamp> until) {
    REQUIRE(world.write([&](UnitOfWork& unit) {
        return device_service::status_reported(unit, world.device_id,
                                               {.agent_version = "1",
                                                .generation = 1,
                                                .clock_trusted = true,
                                                .offline_until = until,
                                                .sessions = 0,
                                                .accounts = {}});
    }));
}

}  // namespace

TEST_CASE("whoever no right reaches is told so, by what the team knows of them", "[portal][access]") {
    AccessWorld world;
    const auto entry = explain(world, world.nik);
    CHECK(entry.answer == Answer::Refused);
    CHECK(entry.missing == SignInRefusal::NoRight);
    CHECK(entry.rights.empty());
    const auto invited = world.technician(*world.owner, "new").technician_id;
    CHECK(explain(world, invited).missing == SignInRefusal::TechnicianNotActivated);
    CHECK(of_device(world).empty());
    CHECK(of_technician(world, world.nik).empty());
}

TEST_CASE("what lets somebody in is named, both ways", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    REQUIRE_FALSE(world.add(helpdesk, world.nik));
    world.settle(world.grant(helpdesk, world.tenant_id));
    world.settle(world.grant_to(world.nik, world.tenant_id));

    const auto entry = explain(world, world.nik);
    CHECK(entry.answer == Answer::Allowed);
    CHECK_FALSE(entry.missing);
    CHECK(entry.account == "msp-nik");
    CHECK_FALSE(entry.ends_at);
    std::set<std::string> origins;
    for (const auto& right : entry.rights)
        origins.insert(right.subject_name.value_or("-"));
    CHECK(origins == std::set<std::string>{"Helpdesk", "nik"});
    REQUIRE(entry.policies.size() == 1);
    CHECK_FALSE(entry.policies[0].missing);

    const auto who = of_device(world);
    REQUIRE(who.size() == 1);
    CHECK(who[0].technician.id == world.nik);
    CHECK(who[0].answer == Answer::Allowed);
    const auto where = of_technician(world, world.nik);
    REQUIRE(where.size() == 1);
    CHECK(where[0].device.id == world.device_id);
    CHECK(of_technician(world, world.mia).empty());
}

TEST_CASE("the explainer says what the workstation would", "[portal][access]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    const auto agrees = [&](std::optional<SignInRefusal> missing) {
        const auto decision = world.decide(world.nik);
        const auto entry = explain(world, world.nik);
        CHECK(entry.missing == missing);
        return decision ? !entry.missing : entry.missing == decision.error();
    };
    CHECK(agrees(std::nullopt));

    SECTION("without a policy") {
        world.retire_start_policy();
        CHECK(agrees(SignInRefusal::NoPolicy));
        CHECK(explain(world, world.nik).answer == Answer::Refused);
        CHECK(of_device(world).at(0).missing == SignInRefusal::NoPolicy);
    }
    SECTION("on a suspended workstation") {
        REQUIRE(world.write(
            [&](UnitOfWork& unit) { return device_service::suspend(unit, *world.owner, world.device_id); }));
        CHECK(agrees(SignInRefusal::DeviceSuspended));
        CHECK(of_technician(world, world.nik).at(0).missing == SignInRefusal::DeviceSuspended);
    }
    SECTION("disabled") {
        REQUIRE(world.write(
            [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, world.nik, "away"); }));
        CHECK(agrees(SignInRefusal::TechnicianDisabled));
        CHECK(of_device(world).at(0).missing == SignInRefusal::TechnicianDisabled);
    }
    SECTION("only in the week's hours, which the workstation alone can judge") {
        world.retire_start_policy();
        auto draft = AccessWorld::draft("Working hours");
        draft.subjects.all = true;
        draft.conditions.time_windows = {{480, 1020}};
        world.settle(world.propose(draft)->change);
        CHECK(agrees(SignInRefusal::OutsideTimeWindow));
        CHECK(explain(world, world.nik).answer == Answer::Conditional);
    }
}

TEST_CASE("until when is said by the last right and the last policy that stand", "[portal][access]") {
    AccessWorld world;
    const auto day = std::chrono::hours(24);
    const auto end = world.store->now() + day;
    world.settle(world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *world.owner,
                                    {world.nik, world.tenant_id, tests::full_device_access(), std::nullopt, end});
    }));
    CHECK(explain(world, world.nik).ends_at == end);

    SECTION("an earlier end of the only policy counts") {
        world.retire_start_policy();
        auto draft = AccessWorld::draft("Project");
        draft.subjects.all = true;
        draft.valid_until = end - std::chrono::hours(1);
        world.settle(world.propose(draft)->change);
        CHECK(explain(world, world.nik).ends_at == draft.valid_until);
    }
    SECTION("a later right counts") {
        world.settle(world.grant_to(world.nik, world.tenant_id));
        CHECK_FALSE(explain(world, world.nik).ends_at);
    }
    SECTION("what has ended lets nobody in and is still named") {
        world.clock.advance(day);
        const auto entry = explain(world, world.nik);
        CHECK(entry.answer == Answer::Refused);
        CHECK(entry.missing == SignInRefusal::RightNotInForce);
        CHECK_FALSE(entry.ends_at);
        CHECK(entry.rights.size() == 1);
    }
}

TEST_CASE("offline needs a phone, a roster and a horizon ahead", "[portal][access]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    CHECK(explain(world, world.nik).offline_obstacle == OfflineObstacle::NoPhone);
    give_phone(world, world.nik);
    CHECK(explain(world, world.nik).offline_obstacle == OfflineObstacle::NeverSynced);
    set_horizon(world, world.store->now() + std::chrono::hours(1));
    CHECK_FALSE(explain(world, world.nik).offline_obstacle);
    world.clock.advance(std::chrono::hours(1));
    CHECK(explain(world, world.nik).offline_obstacle == OfflineObstacle::HorizonPassed);

    world.retire_start_policy();
    CHECK_FALSE(explain(world, world.nik).offline_obstacle);
    CHECK(explain(world, world.nik).answer == Answer::Refused);
}

TEST_CASE("another team's people and workstations are not there to be explained", "[portal][access]") {
    AccessWorld world;
    const auto other = world.other_team("Other");
    const auto theirs = world.tenant(other, "Their customer").id();
    const auto their_device = world.device(other, theirs, "PC").id;
    CHECK(explain(world, other.technician_id, world.device_id).error() == Error::NotFound);
    CHECK(explain(world, world.nik, their_device).error() == Error::NotFound);
    CHECK_FALSE(world.look([&](platform::Database& database) {
        return access_explainer::of_device(database, world.owner->team_id, their_device, world.store->now())
            .has_value();
    }));
    CHECK_FALSE(world.look([&](platform::Database& database) {
        return access_explainer::of_technician(database, world.owner->team_id, world.nik, theirs, world.store->now())
            .has_value();
    }));
}
