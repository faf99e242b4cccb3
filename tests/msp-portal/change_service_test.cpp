#include "msp-portal/server/stores/team_store.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;
using doorward::tests::team_administrator;

namespace {

std::size_t rights_of(PortalWorld& world, const Actor& technician) {
    return world.look([&](platform::Database& database) {
        return right_store::of_technician(database, technician.team_id, technician.technician_id).size();
    });
}

}  // namespace

TEST_CASE("a change in a team with one administrator is applied at once and says so", "[portal][change]") {
    PortalWorld world;
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(*world.owner, nik.technician_id, tenant.id());
    CHECK(change.state == ChangeState::AppliedAlone);
    CHECK(rights_of(world, nik) == 1);
}

TEST_CASE("with two administrators a right waits until the other one accepts it", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(*world.owner, nik.technician_id, tenant.id());
    REQUIRE(change.state == ChangeState::Pending);
    CHECK(rights_of(world, nik) == 0);

    SECTION("the author cannot accept it") {
        const auto refused = world.accept(*world.owner, change);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
        CHECK(rights_of(world, nik) == 0);
    }
    SECTION("the store refuses the author even where the service would not ask") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return change_store::decide(unit, change.id, ChangeState::Accepted,
                                        {world.owner->technician_id, world.owner->person_id}, std::nullopt);
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
    }
    SECTION("the store refuses a decider who claims to be another person than they are") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return change_store::decide(unit, change.id, ChangeState::Accepted,
                                        {world.owner->technician_id, anna.person_id}, std::nullopt);
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
    }
    SECTION("the other accepts it once, and a second decision is refused") {
        const auto accepted = world.accept(anna, change);
        REQUIRE(accepted);
        CHECK(accepted->state == ChangeState::Accepted);
        CHECK(rights_of(world, nik) == 1);
        const auto again = world.accept(anna, change);
        REQUIRE_FALSE(again);
        CHECK(again.error() == Error::ChangeDecided);
    }
    SECTION("what was seen must be what is accepted") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return change_service::accept(unit, anna, change.id, crypto::sha256(crypto::as_bytes("another")));
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::ChangeOutdated);
        CHECK(rights_of(world, nik) == 0);
    }
    SECTION("a rejected change gives nothing") {
        const auto rejected =
            world.write([&](UnitOfWork& unit) { return change_service::reject(unit, anna, change.id, "not now"); });
        REQUIRE(rejected);
        CHECK(rejected->state == ChangeState::Rejected);
        CHECK(rights_of(world, nik) == 0);
    }
    SECTION("only the author withdraws") {
        const auto refused =
            world.write([&](UnitOfWork& unit) { return change_service::withdraw(unit, anna, change.id); });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::Forbidden);
        CHECK(world.write([&](UnitOfWork& unit) { return change_service::withdraw(unit, *world.owner, change.id); }));
    }
    SECTION("an administrator of another team does not find it") {
        const auto stranger = world.other_team("Other team");
        const auto refused = world.accept(stranger, change);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotFound);
    }
    SECTION("it is still pending after a restart") {
        world.reopen();
        const auto found = world.look([&](platform::Database& database) {
            return change_store::find(database, change.team_id, change.id)->state;
        });
        CHECK(found == ChangeState::Pending);
    }
}

TEST_CASE("a second account of the same person is not a second person", "[portal][change]") {
    PortalWorld world;
    // The owner is olga@example.com.
    const auto alter_ego =
        world.administrator(*world.owner, *world.owner, "olga2", std::optional<std::string>("Olga+second@Example.com"));
    CHECK(alter_ego.person_id == world.owner->person_id);
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(*world.owner, nik.technician_id, tenant.id());
    REQUIRE(change.state == ChangeState::Pending);
    const auto refused = world.accept(alter_ego, change);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error::NotAnotherPerson);
    CHECK(world.accept(anna, change));
}

TEST_CASE("putting the other administrator out does not leave one alone at once", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, anna.technician_id, "left"); }));
    CHECK(world.grant(*world.owner, nik.technician_id, tenant.id()).state == ChangeState::Pending);
    world.clock.advance(std::chrono::hours(73));
    const auto later = world.technician(*world.owner, "lena");
    CHECK(world.grant(*world.owner, later.technician_id, tenant.id()).state == ChangeState::AppliedAlone);
}

TEST_CASE("what narrows is immediate and what widens again is a change", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto tenant = world.tenant(*world.owner, "Customer-1");

    const auto shorter = world.write([&](UnitOfWork& unit) {
        return tenant_service::set_offline_days(unit, anna, {tenant.id(), tenant.version}, 7);
    });
    REQUIRE(shorter);
    CHECK_FALSE(shorter->change);
    CHECK(shorter->tenant.document.offline_days == 7);

    const auto longer = world.write([&](UnitOfWork& unit) {
        return tenant_service::set_offline_days(unit, anna, {tenant.id(), shorter->tenant.version}, 30);
    });
    REQUIRE(longer);
    REQUIRE(longer->change);
    CHECK(longer->change->state == ChangeState::Pending);
    CHECK(longer->tenant.document.offline_days == 7);

    REQUIRE(world.write([&](UnitOfWork& unit) { return tenant_service::suspend(unit, anna, tenant.id()); }));
    const auto resumed = world.write([&](UnitOfWork& unit) { return tenant_service::resume(unit, anna, tenant.id()); });
    REQUIRE(resumed);
    CHECK(resumed->state == ChangeState::Pending);
}

TEST_CASE("the owner can be neither disabled nor stripped of the administration", "[portal][owner]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto disabled = world.write(
        [&](UnitOfWork& unit) { return technician_service::disable(unit, anna, world.owner->technician_id, "coup"); });
    REQUIRE_FALSE(disabled);
    CHECK(disabled.error() == Error::OwnerProtected);
    const auto right = world.look([&](platform::Database& database) {
        return right_store::of_technician(database, world.owner->team_id, world.owner->technician_id).front();
    });
    const auto revoked = world.write([&](UnitOfWork& unit) { return right_service::revoke(unit, anna, right.id()); });
    REQUIRE_FALSE(revoked);
    CHECK(revoked.error() == Error::OwnerProtected);
    // And the record itself.
    const auto edited = world.write([&](UnitOfWork& unit) -> Result<bool> {
        return sql::try_execute(unit.database, "UPDATE owner SET technician_id = ?", anna.technician_id);
    });
    REQUIRE(edited);
    CHECK_FALSE(*edited);
}

TEST_CASE("who administers the team does so by a right on its section and on no other", "[portal][right]") {
    PortalWorld world;
    const auto nik = world.technician(*world.owner, "nik");
    const auto refused = world.write([&](UnitOfWork& unit) {
        return right_service::grant(
            unit, *world.owner,
            {nik.technician_id, Section::QuickSupport, team_administrator(), std::nullopt, std::nullopt});
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error::Malformed);

    // One that is there nevertheless neither administers nor counts.
    world.must([&](UnitOfWork& unit) -> Result<bool> {
        const RightDocument right{unit.new_id<RightId>(), nik.technician_id, Section::QuickSupport,
                                  team_administrator(),   unit.now,          std::nullopt};
        right_store::insert(unit, {right, nik.team_id, std::nullopt, unit.now, {}, {}, {}});
        return true;
    });
    const auto held = world.look([&](platform::Database& database) {
        return team_store::administration_permissions(database, nik.team_id, nik.technician_id, world.store->now());
    });
    CHECK_FALSE(held.empty());
    CHECK(std::ranges::find(held, "technicians_and_settings") == held.end());
}

TEST_CASE("what an administrator proposed goes with them", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto bert = world.administrator(*world.owner, anna, "bert");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(bert, nik.technician_id, tenant.id());
    REQUIRE(change.state == ChangeState::Pending);
    const auto state = [&] {
        return world.look([&](platform::Database& database) {
            return change_store::find(database, change.team_id, change.id)->state;
        });
    };
    SECTION("disabled") {
        world.must([&](UnitOfWork& unit) {
            return technician_service::disable(unit, *world.owner, bert.technician_id, "left");
        });
        CHECK(state() == ChangeState::Withdrawn);
    }
    SECTION("stripped of the administration") {
        const auto rights = world.look([&](platform::Database& database) {
            return right_store::of_technician(database, bert.team_id, bert.technician_id);
        });
        REQUIRE(world.write(
            [&](UnitOfWork& unit) { return right_service::revoke(unit, *world.owner, rights.front().id()); }));
        const auto refused = world.accept(anna, change);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::ChangeOutdated);
        CHECK(state() == ChangeState::Pending);
    }
    CHECK(rights_of(world, nik) == 0);
}

TEST_CASE("disabling again takes back what would enable", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto nik = world.technician(*world.owner, "nik");
    const auto disable = [&] {
        world.must([&](UnitOfWork& unit) {
            return technician_service::disable(unit, *world.owner, nik.technician_id, "left");
        });
    };
    disable();
    const auto change =
        world.must([&](UnitOfWork& unit) { return technician_service::enable(unit, anna, nik.technician_id); });
    REQUIRE(change.state == ChangeState::Pending);
    disable();
    CHECK(world.look([&](platform::Database& database) {
        return change_store::find(database, change.team_id, change.id)->state;
    }) == ChangeState::Withdrawn);
}

TEST_CASE("a change is accepted only while what it changes is as it was shown", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto days = [&](std::int64_t version, int number) {
        return world.must([&](UnitOfWork& unit) {
            return tenant_service::set_offline_days(unit, *world.owner, {tenant.id(), version}, number);
        });
    };
    const auto longer = days(tenant.version, 30);
    REQUIRE(longer.change);
    days(longer.tenant.version, 1);
    const auto refused = world.accept(anna, *longer.change);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error::ChangeOutdated);
}
