#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/restore_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/app_store.h"
#include "msp-portal/server/stores/outbox_store.h"
#include "protocol/challenge.h"
#include "protocol/enrolment.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;

namespace {

std::int64_t count(PortalWorld& world, std::string_view query) {
    return world.look([&](platform::Database& database) { return sql::number(database, query); });
}

}  // namespace

TEST_CASE("a new life of the store ends every session, link and token of the old one", "[portal][restore]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto token = world.must([&](UnitOfWork& unit) {
        return device_service::create_token(unit, *world.owner, world.deployment, tenant.id(), {});
    });
    const auto invited = world.must([&](UnitOfWork& unit) {
        return technician_service::invite(unit, *world.owner, world.deployment, {"nik", "nik", "nik@example.com", {}});
    });
    const auto invitation = invitation_secret_hash(tests::secret_of(invited.link.text));
    const auto pairing = world.must(
        [&](UnitOfWork& unit) { return pairing_service::accept_invitation(unit, world.deployment, invitation); });
    const auto set_up = world.must([&](UnitOfWork& unit) {
        return technician_service::administrator_link(unit, *world.owner, world.deployment, world.owner->technician_id);
    });
    const auto nonce = world.must(
        [](UnitOfWork& unit) -> Result<session_service::NonceBytes> { return session_service::create_nonce(unit); });
    const auto phone = crypto::sha256(crypto::as_bytes("a phone's cookie"));
    const auto paired = world.must([&](UnitOfWork& unit) -> Result<PhoneId> {
        auto id = tests::PortalWorld::phone(unit, world.owner->team_id, world.owner->technician_id);
        if (!id) return id;
        app_store::insert_session(unit, phone, *id);
        return id;
    });
    REQUIRE(count(world, "SELECT count(*) FROM admin_session") == 1);

    const auto before = world.look([](platform::Database& database) { return load_portal_record(database); });
    world.must([](UnitOfWork& unit) -> Result<bool> {
        start_new_incarnation(unit);
        return true;
    });
    world.reopen();

    const auto after = world.look([](platform::Database& database) { return load_portal_record(database); });
    CHECK(after.incarnation != before.incarnation);
    CHECK(after.restored_at);
    CHECK(count(world, "SELECT count(*) FROM admin_session") == 0);
    CHECK_FALSE(world.look([&](platform::Database& database) {
        return app_store::find_session(database, phone, world.store->now()).has_value();
    }));
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return pairing_service::accept_invitation(unit, world.deployment, invitation);
              })
              .error() == Error::LinkRefused);
    const auto now = world.store->now();
    CHECK_FALSE(world.look([&](platform::Database& database) {
        return link_store::find_pairing(database, pairing_secret_hash(tests::secret_of(pairing.text)), now).has_value();
    }));
    CHECK_FALSE(world.look([&](platform::Database& database) {
        return link_store::find_set_up(database, set_up_secret_hash(tests::secret_of(set_up.text)), now).has_value();
    }));
    const auto enrolment = EnrolmentToken::parse(token.token);
    const auto enrolled = world.write([&](UnitOfWork& unit) {
        return device_service::enrol(unit, {enrolment_secret_hash(enrolment->secret),
                                            crypto::DeviceSigningKey::generate().public_key(),
                                            crypto::DeviceAgreementKey::generate().public_key(),
                                            "W11-L",
                                            "Debian 12",
                                            DeviceKind::NonDomain,
                                            {}});
    });
    REQUIRE_FALSE(enrolled);
    CHECK(enrolled.error() == Error::TokenRefused);
    // A nonce of before signs nobody in, and the mail that waits is not sent with its dead link.
    const auto outcome = world.must([&](UnitOfWork& unit) {
        return session_service::sign_in(unit, world.deployment, nonce,
                                        world.assertion(world.owner_key, admin_session_challenge(nonce)),
                                        world.client());
    });
    CHECK(std::holds_alternative<session_service::Refused>(outcome));
    CHECK_FALSE(world.look([&](platform::Database& database) { return outbox_store::next_due(database, now); }));
    CHECK(count(world, "SELECT count(*) FROM mail_outbox WHERE body <> ''") == 0);
    // Keys stay: whoever holds one signs in again.
    const auto fresh = world.must(
        [](UnitOfWork& unit) -> Result<session_service::NonceBytes> { return session_service::create_nonce(unit); });
    const auto again = world.must([&](UnitOfWork& unit) {
        return session_service::sign_in(unit, world.deployment, fresh,
                                        world.assertion(world.owner_key, admin_session_challenge(fresh)),
                                        world.client());
    });
    CHECK(std::holds_alternative<session_service::Started>(again));
    CHECK(world.look([&](platform::Database& database) {
        return technician_store::find_phone(database, paired)->state == KeyState::Active;
    }));
}

namespace {

// A workstation with a customer and a technician who may enter it, and what it holds when the portal comes back.
struct RestoredWorld : PortalWorld {
    RestoredWorld() {
        const auto customer = tenant(*owner, "Customer-1");
        tenant_id = customer.id();
        workstation = device(*owner, *tenant_id, "W11-L");
        life_before = life();
    }
    Incarnation life() {
        return look([](platform::Database& database) { return load_portal_record(database).incarnation; });
    }
    std::int64_t revision() {
        return look([&](platform::Database& database) { return roster_store::revision(database, *tenant_id); });
    }
    void restore() {
        must([](UnitOfWork& unit) -> Result<bool> {
            start_new_incarnation(unit);
            return true;
        });
        reopen();
    }
    void comes_back(const std::optional<Incarnation>& held, std::int64_t held_revision, std::int64_t generation) {
        must([&](UnitOfWork& unit) {
            return device_service::arrive(unit, {.device_id = workstation->id,
                                                 .signing_key = workstation->signing_key,
                                                 .device_nonce = {},
                                                 .portal_nonce = crypto::random_array<32>(),
                                                 .channel_binding = {},
                                                 .agent_version = "0.1.0",
                                                 .incarnation = held,
                                                 .revision = held_revision,
                                                 .generation = generation});
        });
    }
    std::optional<restore_service::Overview> overview(const Actor& actor) {
        return look(
            [&](platform::Database& database) { return restore_service::overview(database, actor, store->now()); });
    }
    Result<bool> accept(const Actor& actor) {
        return accept(actor, assertion(key_of(actor), restore_service::acceptance_challenge(actor.team_id, life())));
    }
    Result<bool> accept(const Actor& actor, const Assertion& proof) {
        return write([&](UnitOfWork& unit) { return restore_service::accept(unit, actor, deployment, proof); });
    }
    Result<roster_service::Sync> sync() {
        return store->read_blocking([&](platform::Database& database, Timestamp now) {
            return roster_service::sync(database, workstation->id, 0, now, {signing, {}});
        });
    }
    std::int64_t recorded(const std::string& kind) {
        return look([&](platform::Database& database) {
            return sql::number(database, "SELECT count(*) FROM audit_event WHERE kind = ?", kind);
        });
    }

    std::optional<TenantId> tenant_id;
    std::optional<DeviceRecord> workstation;
    std::optional<Incarnation> life_before;
};

}  // namespace

TEST_CASE("row 43: a restored portal tells workstations nothing until an administrator accepts", "[portal][restore]") {
    RestoredWorld world;
    CHECK(world.sync());
    CHECK_FALSE(world.overview(*world.owner));
    CHECK(world.accept(*world.owner).error() == Error::WrongState);
    world.restore();
    CHECK(world.sync().error() == Error::AwaitsAcceptance);
    REQUIRE(world.overview(*world.owner));
    CHECK_FALSE(world.overview(*world.owner)->needs_another);
    CHECK(world.accept(*world.owner).value());
    CHECK(world.sync());
    CHECK_FALSE(world.overview(*world.owner));
    CHECK(world.recorded("restore_accepted_alone") == 1);
    CHECK(world.accept(*world.owner).error() == Error::WrongState);
}

TEST_CASE("row 43: what a workstation holds and the backup lacks is shown", "[portal][restore]") {
    RestoredWorld world;
    const auto revision = world.revision();
    const auto report = [&] { return world.overview(*world.owner)->reports.at(0); };
    world.restore();
    CHECK_FALSE(report().reported_at);

    SECTION("newer rosters and events") {
        world.comes_back(world.life_before, revision + 3, 12);
        CHECK(report().roster == HeldRoster::Newer);
        CHECK(report().revisions_lacking == 3);
        CHECK(report().events_lacking == 12);
        // Whatever it says later, it said that first.
        world.comes_back(world.life(), 1, 13);
        CHECK(report().roster == HeldRoster::Newer);
    }
    SECTION("the roster of the backup, also after the portal's own went on") {
        world.comes_back(world.life_before, revision, 0);
        const auto nik = world.technician(*world.owner, "nik");
        CHECK(report().roster == HeldRoster::Same);
        CHECK(report().events_lacking == 0);
    }
    SECTION("an older one") {
        world.comes_back(world.life_before, revision - 1, 0);
        CHECK(report().roster == HeldRoster::Older);
    }
    SECTION("one of a life that the backup does not know") {
        world.comes_back(Incarnation::make(world.store->now(), crypto::random_array<10>()), 1, 0);
        CHECK(report().roster == HeldRoster::OtherLife);
    }
    SECTION("none") {
        world.comes_back(std::nullopt, 0, 0);
        CHECK(report().roster == HeldRoster::None);
    }
    SECTION("a workstation that the backup does not know, once") {
        const auto stranger = DeviceId::make(world.store->now(), crypto::random_array<10>());
        for (int time = 0; time < 2; ++time) {
            world.must([&](UnitOfWork& unit) -> Result<bool> {
                restore_store::note_stranger(unit, stranger);
                return true;
            });
        }
        CHECK(world.overview(*world.owner)->strangers == 1);
    }
}

TEST_CASE("row 43: where a team has two administrators, two people accept a restored portal", "[portal][restore]") {
    RestoredWorld world;
    const auto ada = world.administrator(*world.owner, *world.owner, "ada", "ada@example.com");
    const auto twin = world.administrator(*world.owner, ada, "twin", "ada+second@example.com");
    world.restore();
    REQUIRE(world.overview(ada)->needs_another);
    CHECK_FALSE(world.accept(ada).value());
    CHECK(world.sync().error() == Error::AwaitsAcceptance);
    CHECK(world.accept(ada).error() == Error::NotAnotherPerson);
    CHECK(world.accept(twin).error() == Error::NotAnotherPerson);
    CHECK(world.overview(*world.owner)->team.first_by->name == "ada");
    CHECK(world.accept(*world.owner).value());
    CHECK(world.sync());
    CHECK(world.recorded("restore_accepted_first") == 1);
    CHECK(world.recorded("restore_accepted") == 1);
}

TEST_CASE("a restored portal is accepted only with a passkey over this life of this team", "[portal][restore]") {
    RestoredWorld world;
    const auto stranger = world.other_team("Other team");
    world.restore();
    const auto& key = world.owner_key;
    const auto team = world.owner->team_id;
    for (const auto& wrong : {restore_service::acceptance_challenge(team, *world.life_before),
                              restore_service::acceptance_challenge(stranger.team_id, world.life()),
                              change_challenge(ChangeId::make(world.store->now(), crypto::random_array<10>()), "{}")}) {
        CHECK(world.accept(*world.owner, world.assertion(key, wrong)).error() == Error::CeremonyRefused);
    }
    const auto right = restore_service::acceptance_challenge(team, world.life());
    CHECK(world.accept(*world.owner, world.assertion(world.key_of(stranger), right)).error() == Error::CeremonyRefused);
    CHECK(world.sync().error() == Error::AwaitsAcceptance);
    // What one team accepts is not accepted for another.
    CHECK(world.accept(stranger).value());
    CHECK(world.sync().error() == Error::AwaitsAcceptance);
    CHECK(world.accept(*world.owner).value());
}

TEST_CASE("nothing is widened before a restored portal is accepted, and taking away works", "[portal][restore]") {
    RestoredWorld world;
    const auto ada = world.administrator(*world.owner, *world.owner, "ada", "ada@example.com");
    const auto nik = world.technician(*world.owner, "nik");
    const auto pending = world.grant(*world.owner, nik.technician_id, *world.tenant_id);
    REQUIRE(pending.state == ChangeState::Pending);
    world.restore();
    CHECK(world.PortalWorld::accept(ada, pending).error() == Error::AwaitsAcceptance);
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return right_service::grant(
                      unit, *world.owner,
                      {nik.technician_id, *world.tenant_id, tests::full_device_access(), std::nullopt, std::nullopt});
              })
              .error() == Error::AwaitsAcceptance);
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return device_service::create_token(unit, *world.owner, world.deployment, *world.tenant_id, {});
              })
              .error() == Error::AwaitsAcceptance);
    CHECK(world.write(
        [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, nik.technician_id, "left"); }));
    CHECK_FALSE(world.accept(ada).value());
    CHECK(world.accept(*world.owner).value());
    CHECK(world.PortalWorld::accept(ada, pending));
}

TEST_CASE("a restored portal asks a workstation to go on from the events it holds", "[portal][restore]") {
    RestoredWorld world;
    world.restore();
    const auto device =
        world.look([&](platform::Database& database) { return *device_store::find(database, world.workstation->id); });
    CHECK(device.released);
}
