#include "msp-portal/server/services/department_service.h"
#include "tests/msp-portal/access_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::AccessWorld;

namespace {

PolicyState state_of(AccessWorld& world, const PolicyId& id) {
    return world.look([&](platform::Database& database) {
        return policy_store::find(database, world.owner->team_id, id)->document.state;
    });
}

bool stands_in_roster(AccessWorld& world, const TenantId& tenant, const PolicyId& id) {
    return world.look(
        [&](platform::Database& database) { return roster_store::holds(database, tenant, document_id(id)); });
}

}  // namespace

TEST_CASE("a policy lets nobody in before a second person has accepted it", "[portal][policy]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    world.retire_start_policy();
    REQUIRE_FALSE(world.may_enter(world.nik));

    auto draft = AccessWorld::draft("Nik on his own");
    draft.subjects.technician_ids = {world.nik};
    draft.devices = {.all = false, .device_ids = {world.device_id}, .group_ids = {}};
    const auto proposed = world.propose(draft);
    REQUIRE(proposed);
    const auto id = proposed->policy.document.id;
    CHECK(state_of(world, id) == PolicyState::Pending);
    CHECK_FALSE(world.may_enter(world.nik));
    CHECK_FALSE(stands_in_roster(world, world.tenant_id, id));

    SECTION("and never by its author") {
        CHECK(world.accept(*world.owner, proposed->change).error() == Error::NotAnotherPerson);
        CHECK_FALSE(world.may_enter(world.nik));
    }
    SECTION("accepted it stands in the rosters that it may concern, and in no other") {
        const auto other = world.tenant(*world.owner, "Customer-2");
        world.must_accept(world.anna, proposed->change);
        CHECK(state_of(world, id) == PolicyState::Active);
        CHECK(world.may_enter(world.nik));
        CHECK_FALSE(stands_in_roster(world, other.id(), id));
    }
    SECTION("rejected it never was in force, and says so") {
        REQUIRE(world.write([&](UnitOfWork& unit) {
            return change_service::reject(unit, world.anna, proposed->change.id, "too wide");
        }));
        CHECK(state_of(world, id) == PolicyState::Rejected);
        CHECK_FALSE(world.may_enter(world.nik));
    }
    SECTION("retired before that it can not be accepted any more") {
        REQUIRE(world.write([&](UnitOfWork& unit) { return policy_service::retire(unit, *world.owner, id); }));
        CHECK(world.accept(world.anna, proposed->change).error() == Error::ChangeDecided);
        CHECK(state_of(world, id) == PolicyState::Retired);
    }
}

TEST_CASE("a new version of a policy leaves it as it was until it is accepted", "[portal][policy]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    world.settle(world.grant_to(world.mia, world.tenant_id));
    world.retire_start_policy();
    auto draft = AccessWorld::draft("Nik");
    draft.subjects.technician_ids = {world.nik};
    const auto first = world.propose(draft);
    REQUIRE(first);
    world.must_accept(world.anna, first->change);
    const auto id = first->policy.document.id;
    REQUIRE(world.may_enter(world.nik));
    REQUIRE_FALSE(world.may_enter(world.mia));

    draft.subjects.technician_ids = {world.nik, world.mia};
    std::ranges::sort(draft.subjects.technician_ids);
    draft.name = "Nik and Mia";
    const auto revised = world.revise(id, 2, draft);
    REQUIRE(revised);
    CHECK_FALSE(world.may_enter(world.mia));
    CHECK(world.may_enter(world.nik));
    const auto payload = decode_change_payload(revised->change.payload);
    REQUIRE(payload);
    REQUIRE(payload->difference.size() == 2);
    CHECK(payload->difference[0].field == "name");
    CHECK(payload->difference[1].before == "nik");

    SECTION("accepted, it is what was shown") {
        world.must_accept(world.anna, revised->change);
        CHECK(world.may_enter(world.mia));
    }
    SECTION("rejected, the policy stays active as it was") {
        REQUIRE(world.write(
            [&](UnitOfWork& unit) { return change_service::reject(unit, world.anna, revised->change.id, "not her"); }));
        CHECK(state_of(world, id) == PolicyState::Active);
        CHECK(world.may_enter(world.nik));
        CHECK_FALSE(world.may_enter(world.mia));
    }
    SECTION("and no second version waits beside it") {
        draft.name = "Again";
        CHECK(world.revise(id, 2, draft).error() == Error::WrongState);
    }
    SECTION("what was retired meanwhile stays retired") {
        REQUIRE(world.write([&](UnitOfWork& unit) { return policy_service::retire(unit, *world.owner, id); }));
        CHECK_FALSE(world.may_enter(world.nik));
        CHECK(world.accept(world.anna, revised->change).error() == Error::ChangeDecided);
        CHECK_FALSE(world.may_enter(world.mia));
        CHECK(world.revise(id, 3, draft).error() == Error::WrongState);
    }
}

TEST_CASE("conditions of a policy reach the workstation", "[portal][policy]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    world.retire_start_policy();
    auto draft = AccessWorld::draft("Working hours");
    draft.subjects.all = true;
    draft.conditions.time_windows = {{480, 1020}};
    draft.conditions.longest_session_minutes = 30;
    const auto proposed = world.propose(draft);
    REQUIRE(proposed);
    world.must_accept(world.anna, proposed->change);
    CHECK(world.decide(world.nik, {100, false, {}, {}}).error() == SignInRefusal::OutsideTimeWindow);
    const auto permit = world.decide(world.nik, {500, false, {}, {}});
    REQUIRE(permit);
    CHECK(permit->longest_session_minutes == 30);
}

TEST_CASE("a reason and a ticket that a policy wants are the workstation's to ask for", "[portal][policy]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    world.retire_start_policy();
    auto draft = AccessWorld::draft("Say why");
    draft.subjects.all = true;
    draft.conditions.reason_required = true;
    draft.conditions.ticket_required = true;
    draft.conditions.ticket_pattern = "INC####";
    const auto proposed = world.propose(draft);
    REQUIRE(proposed);
    const auto payload = decode_change_payload(proposed->change.payload);
    REQUIRE(payload);
    const auto shown = [&](std::string_view field) {
        const auto line = std::ranges::find(payload->difference, field, &Difference::field);
        REQUIRE(line != payload->difference.end());
        return line->after.value_or("");
    };
    CHECK(shown("reason") == "required");
    CHECK(shown("ticket") == "required INC####");
    world.must_accept(world.anna, proposed->change);
    // A workstation whose agent cannot ask says nothing, and lets nobody in.
    CHECK(world.decide(world.nik).error() == SignInRefusal::ReasonRequired);
    CHECK(world.decide(world.nik, {0, true, {}, {}}).error() == SignInRefusal::TicketRequired);
    CHECK(world.decide(world.nik, {0, true, "INC12", {}}).error() == SignInRefusal::TicketMalformed);
    CHECK(world.decide(world.nik, {0, true, "INC1234", {}}));
}

TEST_CASE("an approval, which no workstation can ask for yet, is refused, and locks nobody out", "[portal][policy]") {
    AccessWorld world;
    auto approval = AccessWorld::draft("Approval");
    approval.subjects.all = true;
    approval.conditions.approver_ids = {world.mia};
    CHECK(world.propose(approval).error() == Error::ConditionUnavailable);
    // Nor by way of a new version of one that wants other things.
    approval.conditions = {};
    approval.conditions.reason_required = true;
    const auto proposed = world.propose(approval);
    REQUIRE(proposed);
    world.must_accept(world.anna, proposed->change);
    approval.conditions.approver_ids = {world.mia};
    CHECK(world.revise(proposed->policy.document.id, 2, approval).error() == Error::ConditionUnavailable);
}

TEST_CASE("a policy that covers nothing, ends before it begins or names a stranger is refused", "[portal][policy]") {
    AccessWorld world;
    auto nobody = AccessWorld::draft("Nobody");
    CHECK(world.propose(nobody).error() == Error::Malformed);
    auto nowhere = AccessWorld::draft("Nowhere");
    nowhere.subjects.all = true;
    nowhere.devices.all = false;
    CHECK(world.propose(nowhere).error() == Error::Malformed);
    auto over = AccessWorld::draft("Over");
    over.subjects.all = true;
    over.valid_until = world.store->now() - std::chrono::hours(1);
    CHECK(world.propose(over).error() == Error::Malformed);
    const auto stranger = world.other_team("Other team");
    auto foreign = AccessWorld::draft("Foreign");
    foreign.subjects.all = true;
    foreign.subjects = {false, false, {stranger.technician_id}, {}};
    CHECK(world.propose(foreign).error() == Error::NotFound);
    const auto start = world.start_policy();
    CHECK(world.write([&](UnitOfWork& unit) { return policy_service::retire(unit, stranger, start); }).error() ==
          Error::NotFound);
}

TEST_CASE("a department that is deleted leaves the policies that named it, which then cover nobody",
          "[portal][policy]") {
    AccessWorld world;
    world.settle(world.grant_to(world.nik, world.tenant_id));
    const auto helpdesk = world.department("Helpdesk");
    REQUIRE_FALSE(world.add(helpdesk, world.nik));
    world.retire_start_policy();
    auto draft = AccessWorld::draft("Helpdesk");
    draft.subjects = {.all = false, .directory_imported = false, .technician_ids = {}, .department_ids = {helpdesk}};
    const auto proposed = world.propose(draft);
    REQUIRE(proposed);
    world.must_accept(world.anna, proposed->change);
    CHECK(world.may_enter(world.nik));
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return department_service::remove(unit, *world.owner, helpdesk, "Helpdesk"); }));
    CHECK(world.decide(world.nik).error() == SignInRefusal::NoPolicy);
    const auto left = world.look([&](platform::Database& database) {
        return policy_store::find(database, world.owner->team_id, proposed->policy.document.id)->document;
    });
    CHECK(left.state == PolicyState::Active);
    CHECK(left.subjects.department_ids.empty());
}
