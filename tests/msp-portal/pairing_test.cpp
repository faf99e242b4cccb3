#include "msp-portal/server/hosting/relay_ports.h"
#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/stores/outbox_store.h"
#include "tests/msp-portal/portal_world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;
using doorward::tests::SoftwarePasskey;

namespace {

// The relay has verified it; here only the store's side counts.
pairing_service::NewPhone new_phone(std::uint32_t serial) {
    const auto passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    const auto key = passkey.public_key();
    const auto raw = key.raw();
    return {{.id = PhoneId::make({1'790'000'000'000}, crypto::random_array<10>()),
             .serial = serial,
             .credential_id = passkey.credential_id(),
             .algorithm = crypto::PasskeyAlgorithm::Es256,
             .public_key = {raw.begin(), raw.end()},
             .agreement_key = crypto::PhoneAgreementKey::generate().public_key(),
             .proof = {{1}, {2}, {3}},
             .strength = PhoneStrength::DeviceBound},
            0,
            "Phone"};
}

Result<KeyState> complete(PortalWorld& world, const std::string& link) {
    const auto hash = pairing_secret_hash(tests::secret_of(link));
    const auto view = world.store->read_blocking(
        [&](platform::Database& database, Timestamp now) { return pairing_service::look_up(database, hash, now); });
    if (!view) return std::unexpected(view.error());
    return world.write(
        [&](UnitOfWork& unit) { return pairing_service::complete(unit, hash, new_phone(view->pairing.serial)); });
}

technician_service::Invited invited(PortalWorld& world, const std::string& username,
                                    const std::optional<std::string>& email = {}) {
    return world.must([&](UnitOfWork& unit) {
        return technician_service::invite(unit, *world.owner, world.deployment, {username, username, email, {}});
    });
}

Result<Link> accept(PortalWorld& world, const std::string& invitation) {
    return world.write([&](UnitOfWork& unit) {
        return pairing_service::accept_invitation(unit, world.deployment,
                                                  invitation_secret_hash(tests::secret_of(invitation)));
    });
}

}  // namespace

TEST_CASE("an invitation leads to a phone, and the technician is activated", "[portal][pairing]") {
    PortalWorld world;
    const auto invitation = invited(world, "nik");
    const auto first = accept(world, invitation.link.text);
    REQUIRE(first);
    // Opened again, say on the right phone this time: the earlier pairing ends.
    const auto second = accept(world, invitation.link.text);
    REQUIRE(second);
    CHECK(complete(world, first->text).error() == Error::LinkRefused);
    CHECK(complete(world, second->text) == KeyState::Active);
    CHECK(complete(world, second->text).error() == Error::LinkRefused);
    CHECK(accept(world, invitation.link.text).error() == Error::LinkRefused);
    const auto technician = world.look([&](platform::Database& database) {
        return technician_store::find_any(database, invitation.technician.id)->state;
    });
    CHECK(technician == TechnicianState::Activated);
}

TEST_CASE("links end by time, by withdrawal, by a newer one, and by disabling", "[portal][pairing]") {
    PortalWorld world;
    const auto invitation = invited(world, "nik");
    SECTION("a week") {
        world.clock.advance(std::chrono::hours(7 * 24 + 1));
        CHECK(accept(world, invitation.link.text).error() == Error::LinkRefused);
    }
    SECTION("a quarter of an hour for the pairing") {
        const auto pairing = accept(world, invitation.link.text);
        world.clock.advance(std::chrono::minutes(16));
        CHECK(complete(world, pairing->text).error() == Error::LinkRefused);
    }
    SECTION("withdrawn") {
        REQUIRE(world.write([&](UnitOfWork& unit) -> Result<bool> {
            return technician_service::withdraw(unit, *world.owner, invitation.technician.id).has_value();
        }));
        CHECK(accept(world, invitation.link.text).error() == Error::LinkRefused);
    }
    SECTION("resent") {
        const auto again = world.must([&](UnitOfWork& unit) {
            return technician_service::resend(unit, *world.owner, world.deployment, invitation.technician.id);
        });
        CHECK(accept(world, invitation.link.text).error() == Error::LinkRefused);
        CHECK(accept(world, again.link.text));
    }
    SECTION("disabled") {
        const auto pairing = accept(world, invitation.link.text);
        world.must([&](UnitOfWork& unit) {
            return technician_service::disable(unit, *world.owner, invitation.technician.id, "mistake");
        });
        CHECK(complete(world, pairing->text).error() == Error::LinkRefused);
    }
}

TEST_CASE("a new phone of an activated technician waits for another administrator", "[portal][pairing]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto invitation = invited(world, "nik");
    REQUIRE(complete(world, accept(world, invitation.link.text)->text) == KeyState::Active);
    const auto id = invitation.technician.id;

    const auto reset = world.must(
        [&](UnitOfWork& unit) { return technician_service::reset_phone(unit, *world.owner, world.deployment, id); });
    CHECK(world.look([&](platform::Database& database) { return technician_store::phones_of(database, id).size(); }) ==
          0);
    REQUIRE(complete(world, reset.text) == KeyState::Waiting);
    const auto change = world
                            .look([&](platform::Database& database) {
                                return change_store::pending_about(database, anna.team_id, id.uuid());
                            })
                            .front();
    const auto own = world.accept(*world.owner, change);
    REQUIRE_FALSE(own);
    CHECK(own.error() == Error::NotAnotherPerson);
    world.must_accept(anna, change);
    const auto phones =
        world.look([&](platform::Database& database) { return technician_store::phones_of(database, id); });
    REQUIRE(phones.size() == 1);
    CHECK(phones.front().state == KeyState::Active);
}

namespace {

// A team of two administrators where everyone may enter every device.
struct OpenTeam {
    PortalWorld world;
    Actor anna = world.administrator(*world.owner, *world.owner, "anna");
    ChangeRecord everyone = world.must_accept(anna, world.must([&](UnitOfWork& unit) {
        return right_service::grant(
            unit, *world.owner, {Everyone{}, AllDevices{}, tests::full_device_access(), std::nullopt, std::nullopt});
    }));

    [[nodiscard]] TechnicianState state_of(const TechnicianId& id) {
        return world.look(
            [&](platform::Database& database) { return technician_store::find_any(database, id)->state; });
    }
    [[nodiscard]] std::vector<PhoneEntry> phones_of(const TechnicianId& id) {
        return world.look([&](platform::Database& database) { return technician_store::phones_of(database, id); });
    }
    [[nodiscard]] std::vector<ChangeRecord> pending_about(const TechnicianId& id) {
        return world.look([&](platform::Database& database) {
            return change_store::pending_about(database, anna.team_id, id.uuid());
        });
    }
    [[nodiscard]] bool known_to_the_relay(const crypto::Bytes& credential) {
        StorePhones phones(*world.store);
        bool waits = false;
        auto look = [](StorePhones* port, crypto::Bytes id, bool* found) -> boost::asio::awaitable<void> {
            const auto phone = co_await port->by_credential(std::move(id));
            *found = phone && phone->state == PhoneState::WaitingForAcceptance;
        };
        boost::asio::io_context context;
        boost::asio::co_spawn(context, look(&phones, credential, &waits), boost::asio::detached);
        context.run();
        return waits;
    }
};

}  // namespace

TEST_CASE("a first phone that could enter devices waits for another administrator", "[portal][pairing]") {
    OpenTeam team;
    auto& world = team.world;
    const auto invitation = invited(world, "nik");
    const auto id = invitation.technician.id;
    REQUIRE(complete(world, accept(world, invitation.link.text)->text) == KeyState::Waiting);
    CHECK(team.state_of(id) == TechnicianState::Invitation);
    CHECK(accept(world, invitation.link.text).error() == Error::LinkRefused);
    REQUIRE(team.pending_about(id).size() == 1);
    const auto change = team.pending_about(id).front();
    CHECK(change.kind == ChangeKind::PhonePairing);
    const auto credential = team.phones_of(id).front().record.credential_id;

    SECTION("until then no roster has it, and the relay knows only that it waits") {
        const auto tenant = world.tenant(*world.owner, "Customer-1");
        const auto document = world.look(
            [&](platform::Database& database) { return roster_store::find(database, tenant.id(), document_id(id)); });
        REQUIRE(document);
        CHECK(document->body.find("\"state\":\"invitation\"") != std::string::npos);
        CHECK(document->body.find("\"phones\":[]") != std::string::npos);
        CHECK(team.known_to_the_relay(credential));
    }
    SECTION("accepted, it activates the technician") {
        world.must_accept(team.anna, change);
        CHECK(team.state_of(id) == TechnicianState::Activated);
        CHECK(team.phones_of(id).front().state == KeyState::Active);
    }
    SECTION("its author cannot accept it") {
        CHECK(world.accept(*world.owner, change).error() == Error::NotAnotherPerson);
        CHECK(team.state_of(id) == TechnicianState::Invitation);
    }
    SECTION("it is not accepted for somebody who was disabled meanwhile") {
        world.must(
            [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, id, "mistaken identity"); });
        CHECK_FALSE(team.known_to_the_relay(credential));
        CHECK(world.accept(team.anna, change).error() == Error::ChangeOutdated);
        CHECK(team.state_of(id) == TechnicianState::Invitation);
        CHECK(team.phones_of(id).front().state == KeyState::Waiting);
    }
    SECTION("rejected, it is gone, and the invitation can be sent again") {
        world.must([&](UnitOfWork& unit) { return change_service::reject(unit, team.anna, change.id, "not his"); });
        CHECK(team.phones_of(id).empty());
        CHECK_FALSE(team.known_to_the_relay(credential));
        const auto again = world.must(
            [&](UnitOfWork& unit) { return technician_service::resend(unit, *world.owner, world.deployment, id); });
        CHECK(complete(world, accept(world, again.link.text)->text) == KeyState::Waiting);
    }
    SECTION("a new invitation takes the waiting phone's place") {
        const auto again = world.must(
            [&](UnitOfWork& unit) { return technician_service::resend(unit, team.anna, world.deployment, id); });
        CHECK(team.pending_about(id).empty());
        CHECK(team.phones_of(id).empty());
        CHECK_FALSE(team.known_to_the_relay(credential));
        CHECK(world.accept(team.anna, change).error() == Error::ChangeDecided);
        REQUIRE(complete(world, accept(world, again.link.text)->text) == KeyState::Waiting);
        CHECK(team.pending_about(id).front().author_person_id == team.anna.person_id);
    }
    SECTION("the invitation can still be withdrawn, and takes the phone with it") {
        CHECK(world.write([&](UnitOfWork& unit) { return technician_service::withdraw(unit, *world.owner, id); }));
        CHECK_FALSE(world.look(
            [&](platform::Database& database) { return technician_store::find_any(database, id).has_value(); }));
        CHECK(world.look([](platform::Database& database) {
            return sql::number(database, "SELECT count(*) FROM phone");
        }) == 0);
        CHECK_FALSE(team.known_to_the_relay(credential));
    }
}

TEST_CASE("a right of their own makes an invited technician's first phone wait, too", "[portal][pairing]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto invitation = invited(world, "nik");
    const auto right = world.grant(*world.owner, invitation.technician.id, tenant.id());
    const auto pairing = accept(world, invitation.link.text);
    SECTION("accepted before the phone comes") {
        world.must_accept(anna, right);
        CHECK(complete(world, pairing->text) == KeyState::Waiting);
    }
    SECTION("not accepted, it reaches nobody") {
        CHECK(complete(world, pairing->text) == KeyState::Active);
    }
}

TEST_CASE("a right that is over, or one for another technician, makes no phone wait", "[portal][pairing]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto lena = world.technician(*world.owner, "lena");
    const auto until = world.store->now() + std::chrono::hours(1);
    world.must_accept(anna, world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *world.owner,
                                    {Everyone{}, AllDevices{}, tests::full_device_access(), std::nullopt, until});
    }));
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    world.must_accept(anna, world.grant(*world.owner, lena.technician_id, tenant.id()));
    world.clock.advance(std::chrono::hours(2));
    CHECK(complete(world, accept(world, invited(world, "nik").link.text)->text) == KeyState::Active);
}

TEST_CASE("in a team of one a first phone that could enter devices works at once, marked alone", "[portal][pairing]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto invitation = invited(world, "nik");
    world.grant(*world.owner, invitation.technician.id, tenant.id());
    CHECK(complete(world, accept(world, invitation.link.text)->text) == KeyState::Active);
    const auto changes = world.look([&](platform::Database& database) {
        return change_store::list(database, world.owner->team_id, ChangeState::AppliedAlone, {}).items;
    });
    CHECK(std::ranges::count(changes, ChangeKind::PhonePairing, &ChangeRecord::kind) == 1);
}

TEST_CASE("a technician has two phones at most", "[portal][pairing]") {
    PortalWorld world;
    const auto invitation = invited(world, "nik");
    const auto id = invitation.technician.id;
    REQUIRE(complete(world, accept(world, invitation.link.text)->text));
    const auto link = [&] {
        return world.write([&](UnitOfWork& unit) {
            return technician_service::pairing_link(unit, *world.owner, world.deployment, id);
        });
    };
    REQUIRE(complete(world, link()->text) == KeyState::Active);  // alone
    CHECK(link().error() == Error::TooManyPhones);
}

TEST_CASE("a mail with a link waits in the outbox and its text is wiped when it is sent", "[portal][mail]") {
    PortalWorld world;
    const auto invitation = invited(world, "nik", "nik@example.com");
    CHECK(invitation.link.mailed);
    const auto mail =
        world.look([&](platform::Database& database) { return outbox_store::next_due(database, world.store->now()); });
    REQUIRE(mail);
    CHECK(mail->recipient == "nik@example.com");
    CHECK(mail->body.find(invitation.link.text) != std::string::npos);
    world.must([&](UnitOfWork& unit) -> Result<bool> {
        outbox_store::sent(unit, mail->id);
        return true;
    });
    CHECK(world.look([](platform::Database& database) {
        return sql::number(database, "SELECT count(*) FROM mail_outbox WHERE body <> ''");
    }) == 0);
}

TEST_CASE("row 59: names that are no account names never become technicians", "[portal][technician]") {
    PortalWorld world;
    const auto taken = invited(world, "nik");
    const auto again = world.write([&](UnitOfWork& unit) {
        return technician_service::invite(unit, *world.owner, world.deployment, {"Nik", "nik", std::nullopt, {}});
    });
    REQUIRE_FALSE(again);
    CHECK(again.error() == Error::UsernameTaken);
}
