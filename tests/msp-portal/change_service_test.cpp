#include "msp-portal/server/stores/team_store.h"
#include "protocol/challenge.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::AuthenticatorAnswer;
using doorward::tests::PortalWorld;
using doorward::tests::SoftwarePasskey;
using doorward::tests::team_administrator;

namespace {

std::size_t rights_of(PortalWorld& world, const Actor& technician) {
    return world.look([&](platform::Database& database) {
        return right_store::of_technician(database, technician.team_id, technician.technician_id).size();
    });
}

Assertion some_assertion() {
    return {{1}, {2}, {3}, {4}};
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

TEST_CASE("row 76: with two administrators a right waits until the other one accepts it", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna", "anna@example.com");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(*world.owner, nik.technician_id, tenant.id());
    REQUIRE(change.state == ChangeState::Pending);
    CHECK(rights_of(world, nik) == 0);

    SECTION("the other is told by mail, the author is not") {
        const auto mails = [&](const std::string& recipient) {
            return world.look([&](platform::Database& database) {
                return sql::number(database, "SELECT count(*) FROM mail_outbox WHERE recipient = ? AND body LIKE ?",
                                   recipient, "%https://portal.localhost:8443/changes/" + change.id.to_string() + "%");
            });
        };
        CHECK(mails("anna@example.com") == 1);
        CHECK(mails("olga@example.com") == 0);
    }
    SECTION("the author cannot accept it") {
        const auto refused = world.accept(*world.owner, change);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
        CHECK(rights_of(world, nik) == 0);
    }
    SECTION("the store refuses the author even where the service would not ask") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return change_store::decide(unit, change.id,
                                        {ChangeState::Accepted,
                                         {world.owner->technician_id, world.owner->person_id},
                                         std::nullopt,
                                         some_assertion()});
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
    }
    SECTION("the store refuses a decider who claims to be another person than they are") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return change_store::decide(
                unit, change.id,
                {ChangeState::Accepted, {world.owner->technician_id, anna.person_id}, std::nullopt, some_assertion()});
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
    }
    SECTION("the store refuses an acceptance without a signature") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return change_store::decide(
                unit, change.id,
                {ChangeState::Accepted, {anna.technician_id, anna.person_id}, std::nullopt, std::nullopt});
        });
        REQUIRE_FALSE(refused);
        CHECK(rights_of(world, nik) == 0);
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

TEST_CASE("row 76: a change is accepted by the acceptor's own passkey over exactly this change", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto bert = world.administrator(*world.owner, anna, "bert");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(*world.owner, nik.technician_id, tenant.id());
    const auto challenge = change_challenge(change.id, change.payload);
    const auto& key = world.key_of(anna);
    AuthenticatorAnswer answer;
    answer.rp_id = world.deployment.portal_host;
    const auto refusal = [&](const Assertion& assertion) {
        const auto outcome = world.accept(anna, change, assertion);
        CHECK(rights_of(world, nik) == 0);
        return outcome ? std::optional<Error>() : std::optional(outcome.error());
    };

    SECTION("her passkey, and what it signed is kept") {
        answer.sign_count = 7;
        const auto assertion = PortalWorld::assertion(key, challenge, answer);
        REQUIRE(world.accept(anna, change, assertion));
        CHECK(rights_of(world, nik) == 1);
        const auto kept = world.look([&](platform::Database& database) {
            auto rows = sql::query(database,
                                   "SELECT assertion_credential_id, assertion_signature,"
                                   " assertion_authenticator_data, assertion_client_data_json FROM change"
                                   " WHERE id = ?",
                                   change.id);
            REQUIRE(rows.next());
            return Assertion{rows.bytes(0), rows.bytes(2), rows.bytes(3), rows.bytes(1)};
        });
        CHECK(kept == assertion);
        const auto passkey = world.look([&](platform::Database& database) {
            return technician_store::find_passkey_by_credential(database, key.credential_id());
        });
        CHECK(passkey->sign_count == 7);
        CHECK(world.accept(anna, change, assertion).error() == Error::ChangeDecided);
    }
    SECTION("another change, or the same one with other content") {
        const auto other = world.grant(*world.owner, nik.technician_id, AllDevices{});
        CHECK(refusal(world.assertion(key, change_challenge(other.id, change.payload))) == Error::CeremonyRefused);
        CHECK(refusal(world.assertion(key, change_challenge(change.id, other.payload))) == Error::CeremonyRefused);
        CHECK(refusal(world.assertion(key, change_challenge(change.id, change.payload + " "))) ==
              Error::CeremonyRefused);
        CHECK(refusal(world.assertion(key, admin_session_challenge(crypto::random_array<32>()))) ==
              Error::CeremonyRefused);
    }
    SECTION("an answer given to another change does not accept this one") {
        const auto other = world.grant(*world.owner, nik.technician_id, AllDevices{});
        const auto assertion = world.assertion(key, change_challenge(other.id, other.payload));
        REQUIRE(world.accept(anna, other, assertion));
        const auto outcome = world.accept(anna, change, assertion);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error() == Error::CeremonyRefused);
    }
    SECTION("another administrator's passkey, the author's, and nobody's") {
        CHECK(refusal(world.assertion(world.key_of(bert), challenge)) == Error::CeremonyRefused);
        CHECK(refusal(world.assertion(world.owner_key, challenge)) == Error::CeremonyRefused);
        const auto stranger = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
        CHECK(refusal(world.assertion(stranger, challenge)) == Error::CeremonyRefused);
        auto borrowed = world.assertion(stranger, challenge);
        borrowed.credential_id = key.credential_id();
        CHECK(refusal(borrowed) == Error::CeremonyRefused);
    }
    SECTION("the author, even with an answer of somebody else's") {
        const auto outcome = world.accept(*world.owner, change, world.assertion(key, challenge));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error() == Error::NotAnotherPerson);
    }
    SECTION("without the person, or without having verified them") {
        for (const std::uint8_t flags : {std::uint8_t{0}, tests::k_user_present, tests::k_user_verified}) {
            answer.flags = flags;
            CHECK(refusal(PortalWorld::assertion(key, challenge, answer)) == Error::CeremonyRefused);
        }
    }
    SECTION("of another page or for another host") {
        CHECK(refusal(world.assertion(key, challenge, PortalWorld::k_app_origin)) == Error::CeremonyRefused);
        answer.rp_id = world.deployment.app_host;
        CHECK(refusal(PortalWorld::assertion(key, challenge, answer)) == Error::CeremonyRefused);
    }
    SECTION("a count that goes backwards, as of a copied key") {
        answer.sign_count = 9;
        const auto other = world.grant(*world.owner, nik.technician_id, AllDevices{});
        REQUIRE(
            world.accept(anna, other, PortalWorld::assertion(key, change_challenge(other.id, other.payload), answer)));
        answer.sign_count = 8;
        const auto outcome = world.accept(anna, change, PortalWorld::assertion(key, challenge, answer));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error() == Error::CeremonyRefused);
    }
    SECTION("a passkey that waits itself, or is gone") {
        const auto passkey = world.look([&](platform::Database& database) {
            return technician_store::find_passkey_by_credential(database, key.credential_id());
        });
        for (const auto state : {KeyState::Waiting, KeyState::Removed}) {
            world.must([&](UnitOfWork& unit) -> Result<bool> {
                technician_store::set_passkey_state(unit, passkey->id, state);
                return true;
            });
            CHECK(refusal(world.assertion(key, challenge)) == Error::CeremonyRefused);
        }
    }
}

TEST_CASE("row 76: a second account of the same person is not a second person", "[portal][change]") {
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
        return tenant_service::set_limit(unit, anna, {tenant.id(), tenant.version}, k_offline_days, 7);
    });
    REQUIRE(shorter);
    CHECK_FALSE(shorter->change);
    CHECK(shorter->tenant.document.offline_days == 7);

    const auto longer = world.write([&](UnitOfWork& unit) {
        return tenant_service::set_limit(unit, anna, {tenant.id(), shorter->tenant.version}, k_offline_days, 30);
    });
    REQUIRE(longer);
    REQUIRE(longer->change);
    CHECK(longer->change->state == ChangeState::Pending);
    CHECK(longer->tenant.document.offline_days == 7);

    const auto limit_session = [&](std::int64_t version, int minutes) {
        return world.must([&](UnitOfWork& unit) {
            return tenant_service::set_limit(unit, anna, {tenant.id(), version}, k_longest_session, minutes);
        });
    };
    const auto briefer = limit_session(longer->tenant.version, 60);
    CHECK_FALSE(briefer.change);
    CHECK(briefer.tenant.document.longest_session_minutes == 60);
    const auto outdated = limit_session(briefer.tenant.version, 600);
    REQUIRE(outdated.change);
    CHECK(outdated.tenant.document.longest_session_minutes == 60);
    const auto much_briefer = limit_session(briefer.tenant.version, 30);
    const auto refused = world.accept(*world.owner, *outdated.change);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error::ChangeOutdated);
    const auto lasting = limit_session(much_briefer.tenant.version, 600);
    REQUIRE(lasting.change);
    CHECK_FALSE(world.accept(anna, *lasting.change));
    REQUIRE(world.accept(*world.owner, *lasting.change));
    const auto now = world.look([&](platform::Database& database) {
        return tenant_store::find(database, anna.team_id, tenant.id())->document;
    });
    const auto fresh = world.must([&](UnitOfWork& unit) {
        return tenant_service::set_homes(unit, anna, {tenant.id(), lasting.tenant.version + 1},
                                         protocol::HomeKeeping::Fresh);
    });
    CHECK_FALSE(fresh.change);
    CHECK(fresh.tenant.document.homes == protocol::HomeKeeping::Fresh);
    CHECK(now.longest_session_minutes == 600);
    CHECK(now.offline_days == 7);

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

TEST_CASE("row 76: what an administrator proposed goes with them", "[portal][change]") {
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

TEST_CASE("row 76: a change is accepted only while what it changes is as it was shown", "[portal][change]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto days = [&](std::int64_t version, int number) {
        return world.must([&](UnitOfWork& unit) {
            return tenant_service::set_limit(unit, *world.owner, {tenant.id(), version}, k_offline_days, number);
        });
    };
    const auto longer = days(tenant.version, 30);
    REQUIRE(longer.change);
    days(longer.tenant.version, 1);
    const auto refused = world.accept(anna, *longer.change);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error::ChangeOutdated);
}
