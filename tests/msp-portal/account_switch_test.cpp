#include "msp-portal/server/services/account_switch_service.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/services/sign_in_rules.h"
#include "msp-portal/server/services/team_service.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "tests/msp-portal/api_world.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using account_switch_service::Progress;
using doorward::tests::FakePresence;
using doorward::tests::PortalWorld;

namespace {

const AccountWish k_shared{.mode = AccountMode::Shared, .prefix = std::nullopt};
const AccountWish k_inherited{.mode = std::nullopt, .prefix = std::nullopt};

struct SwitchWorld {
    SwitchWorld()
        : tenant(world.tenant(owner(), "Customer-1")),
          device(world.device(owner(), tenant.id(), "W11-L")),
          nik(world.technician(owner(), "nik")),
          ada(world.technician(owner(), "ada")) {
        world.grant(owner(), nik.technician_id, tenant.id());
        world.grant(owner(), ada.technician_id, tenant.id());
    }
    /// As if a phone had been paired.
    void activate(const Actor& technician) {
        REQUIRE(world.write([&](UnitOfWork& unit) -> Result<void> {
            auto record = *technician_store::find(unit.database, owner().team_id, technician.technician_id);
            record.state = TechnicianState::Activated;
            ++record.version;
            if (auto updated = technician_store::update(unit, record); !updated) return updated;
            roster_service::technician_changed(unit, owner().team_id, technician.technician_id);
            return {};
        }));
    }
    [[nodiscard]] const Actor& owner() const { return *world.owner; }
    [[nodiscard]] TenantRecord found(const TenantId& id) {
        return world.look(
            [&](platform::Database& database) { return *tenant_store::find(database, owner().team_id, id); });
    }
    [[nodiscard]] account_switch_service::Plan plan(const AccountWish& wish) {
        return world.look([&](platform::Database& database) {
            return *account_switch_service::plan(database, owner().team_id, tenant.id(), {wish, std::nullopt});
        });
    }
    TenantRecord apply(const AccountWish& wish) {
        const auto version = found(tenant.id()).version;
        return world
            .must([&](UnitOfWork& unit) {
                return account_switch_service::apply(unit, owner(), {tenant.id(), version}, {wish, std::nullopt});
            })
            .tenant;
    }
    [[nodiscard]] account_switch_service::State state() {
        return world.look([&](platform::Database& database) {
            return *account_switch_service::state(database, owner().team_id, tenant.id(), presence);
        });
    }
    [[nodiscard]] Progress progress() {
        const auto now = state();
        REQUIRE(now.followers.size() == 1);
        return now.followers.front().progress;
    }
    /// What the device says after a sync.
    void follow(const std::vector<DeviceAccount>& accounts) {
        const auto revision =
            world.look([&](platform::Database& database) { return roster_store::revision(database, tenant.id()); });
        const auto life =
            world.look([](platform::Database& database) { return load_portal_record(database).incarnation; });
        REQUIRE(world.write([&](UnitOfWork& unit) {
            return device_service::roster_applied(unit, device.id, {life, revision}, ChannelNonce{});
        }));
        DeviceStatus status{.agent_version = "1", .offline_until = {}, .accounts = accounts};
        REQUIRE(
            world.write([&](UnitOfWork& unit) { return device_service::status_reported(unit, device.id, status); }));
    }
    [[nodiscard]] Roster roster(const TenantId& id) {
        return world.look([&](platform::Database& database) {
            std::vector<RosterDocument> documents;
            for (const auto kind : {DocumentKind::Tenant, DocumentKind::Technician}) {
                for (auto& document : roster_store::of_kind(database, id, kind))
                    documents.push_back(std::move(document));
            }
            return *Roster::create(std::move(documents));
        });
    }
    [[nodiscard]] std::vector<std::string> accounts_on_the_phone_of(const Actor& technician) {
        return world.look([&](platform::Database& database) {
            std::vector<std::string> accounts;
            for (const auto& item : sign_in_rules::enterable_by(database, owner().team_id, technician.technician_id,
                                                                {world.clock.wall_now()})) {
                accounts.push_back(item.account);
            }
            return accounts;
        });
    }

    PortalWorld world;
    TenantRecord tenant;
    DeviceRecord device;
    Actor nik;
    Actor ada;
    FakePresence presence;
};

std::vector<std::string> names_of(const std::vector<account_switch_service::PlannedAccount>& accounts) {
    std::vector<std::string> names;
    for (const auto& account : accounts)
        names.push_back(account.name);
    return names;
}

}  // namespace

TEST_CASE("a plan says what would be locked, made and followed, and does nothing", "[portal][accounts]") {
    SwitchWorld test;
    const auto before = test.found(test.tenant.id());
    const auto plan = test.plan(k_shared);
    CHECK(plan.before.mode == AccountMode::Named);
    CHECK(plan.after.mode == AccountMode::Shared);
    CHECK(names_of(plan.locked) == std::vector<std::string>{"msp-ada", "msp-nik"});
    REQUIRE(plan.locked.front().technician);
    CHECK(plan.locked.front().technician->id == test.ada.technician_id);
    CHECK(names_of(plan.made) == std::vector{before.shared_account()});
    CHECK_FALSE(plan.made.front().technician);
    REQUIRE(plan.devices.size() == 1);
    CHECK(plan.devices.front().id == test.device.id);
    CHECK(test.found(test.tenant.id()).version == before.version);
    CHECK(test.found(test.tenant.id()).document.account_mode == AccountMode::Named);
    CHECK_FALSE(test.state().last);

    const auto nothing = test.plan(k_inherited);
    CHECK(nothing.locked.empty());
    CHECK(nothing.made.empty());
    CHECK(nothing.devices.empty());
}

TEST_CASE("a switch reaches the roster and the phones' lists, and keeps each number for good", "[portal][accounts]") {
    SwitchWorld test;
    test.activate(test.nik);
    const auto number = test.found(test.tenant.id()).shared_account();
    CHECK(number.starts_with("msp-"));
    CHECK(number.size() == 8);
    const auto other = test.world.tenant(test.owner(), "Customer-2");
    CHECK(test.found(other.id()).shared_account() != number);

    test.apply(k_shared);
    const auto roster = test.roster(test.tenant.id());
    REQUIRE(roster.shared_account() != nullptr);
    CHECK(*roster.shared_account() == number);
    CHECK(test.accounts_on_the_phone_of(test.nik) == std::vector{number});
    CHECK(test.roster(other.id()).shared_account() == nullptr);

    test.apply(k_inherited);
    CHECK(test.roster(test.tenant.id()).shared_account() == nullptr);
    CHECK(test.accounts_on_the_phone_of(test.nik) == std::vector<std::string>{"msp-nik"});
    CHECK(test.apply(k_shared).shared_account() == number);
}

TEST_CASE("a switch that was planned on an older state is refused, and so is another team's", "[portal][accounts]") {
    SwitchWorld test;
    const auto version = test.found(test.tenant.id()).version;
    test.apply(k_shared);
    const auto again = test.world.write([&](UnitOfWork& unit) {
        return account_switch_service::apply(unit, test.owner(), {test.tenant.id(), version},
                                             {k_inherited, std::nullopt});
    });
    CHECK(again.error() == Error::VersionOutdated);
    const auto stranger = test.world.other_team("Other team");
    const auto foreign = test.world.write([&](UnitOfWork& unit) {
        return account_switch_service::apply(unit, stranger, {test.tenant.id(), version + 1},
                                             {k_inherited, std::nullopt});
    });
    CHECK(foreign.error() == Error::NotFound);
    CHECK(test.found(test.tenant.id()).document.account_mode == AccountMode::Shared);
}

TEST_CASE("a tenant's own prefix is in its own accounts and nowhere else", "[portal][accounts]") {
    SwitchWorld test;
    const auto other = test.world.tenant(test.owner(), "Customer-2");
    test.world.grant(test.owner(), test.nik.technician_id, other.id());
    const AccountWish wish{.mode = std::nullopt, .prefix = "acme-"};
    CHECK(names_of(test.plan(wish).made) == std::vector<std::string>{"acme-ada", "acme-nik"});
    test.apply(wish);
    const auto account_at = [&](const TenantId& id) {
        return test.roster(id).technician(test.nik.technician_id)->account;
    };
    CHECK(account_at(test.tenant.id()) == "acme-nik");
    CHECK(account_at(other.id()) == "msp-nik");
    // Whatever touches the technician later keeps it so.
    REQUIRE(test.world.write([&](UnitOfWork& unit) {
        return technician_service::disable(unit, test.owner(), test.nik.technician_id, "on leave");
    }));
    CHECK(account_at(test.tenant.id()) == "acme-nik");
    CHECK(account_at(other.id()) == "msp-nik");
}

TEST_CASE("the team's default takes along every tenant without a wish of its own", "[portal][accounts]") {
    SwitchWorld test;
    const auto with_own = test.world.tenant(test.owner(), "Customer-2");
    test.world.must([&](UnitOfWork& unit) {
        return account_switch_service::apply(unit, test.owner(), {with_own.id(), 1},
                                             {{.mode = AccountMode::Named, .prefix = std::nullopt}, std::nullopt});
    });
    const auto team = test.world.look(
        [&](platform::Database& database) { return *team_store::find(database, test.owner().team_id); });
    test.world.must([&](UnitOfWork& unit) {
        return team_service::update(unit, test.owner(),
                                    {.name = team.name,
                                     .account_prefix = team.account_prefix,
                                     .account_mode = AccountMode::Shared,
                                     .version = team.version});
    });
    CHECK(test.roster(test.tenant.id()).shared_account() != nullptr);
    CHECK(test.roster(with_own.id()).shared_account() == nullptr);
    CHECK(test.world.tenant(test.owner(), "Customer-3").document.account_mode == AccountMode::Shared);
    // It can be taken back for this tenant alone.
    const auto state = test.state();
    REQUIRE(state.last);
    CHECK(state.last->before == AccountWish{.mode = AccountMode::Named, .prefix = std::nullopt});
    test.apply(state.last->before);
    CHECK(test.roster(test.tenant.id()).shared_account() == nullptr);
}

TEST_CASE("each workstation's progress is what it last said, and the late one follows on return",
          "[portal][accounts]") {
    SwitchWorld test;
    test.follow({{"msp-nik", "open"}});
    test.apply(k_shared);
    const auto shared = test.found(test.tenant.id()).shared_account();
    CHECK(test.progress() == Progress::Waiting);
    test.presence.devices.insert(test.device.id);
    CHECK(test.progress() == Progress::Following);
    SECTION("at once") {
        test.follow({{"msp-nik", "locked"}, {shared, "absent"}});
        CHECK(test.progress() == Progress::Done);
        test.follow({{"msp-nik", "locked"}, {shared, "open"}});
        CHECK(test.progress() == Progress::Done);
    }
    SECTION("with somebody still in an old account") {
        test.follow({{"msp-nik", "open"}, {shared, "absent"}});
        CHECK(test.progress() == Progress::StillOpen);
        CHECK(test.state().followers.front().open_accounts == std::vector<std::string>{"msp-nik"});
    }
    SECTION("with a local account in the way") {
        test.follow({{"msp-nik", "locked"}, {shared, "conflict"}});
        CHECK(test.progress() == Progress::Conflict);
    }
    SECTION("taken back while it was away") {
        test.presence.devices.clear();
        test.apply(test.state().last->before);
        CHECK(test.progress() == Progress::Waiting);
        test.follow({{"msp-nik", "open"}});
        CHECK(test.progress() == Progress::Done);
    }
}

TEST_CASE("who switched is on record, and a switch to the same is none", "[portal][accounts]") {
    SwitchWorld test;
    test.apply(k_shared);
    const auto last = test.state().last;
    REQUIRE(last);
    CHECK(last->by.id == test.owner().technician_id);
    test.world.clock.advance(std::chrono::minutes(5));
    test.apply(k_shared);
    CHECK(test.state().last->at == last->at);
}
