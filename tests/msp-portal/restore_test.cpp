#include "msp-portal/server/services/pairing_service.h"
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
        const auto id = unit.new_id<PhoneId>();
        const auto passkey = tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
        const auto key = passkey.public_key();
        const auto raw = key.raw();
        const PhoneEntry entry{.record = {.id = id,
                                          .serial = 9,
                                          .credential_id = passkey.credential_id(),
                                          .algorithm = key.algorithm(),
                                          .public_key = {raw.begin(), raw.end()},
                                          .agreement_key = crypto::PhoneAgreementKey::generate().public_key(),
                                          .proof = {{1}, {2}, {3}},
                                          .strength = PhoneStrength::DeviceBound},
                               .technician_id = world.owner->technician_id,
                               .team_id = world.owner->team_id,
                               .sign_count = 0,
                               .label = "Phone",
                               .state = KeyState::Active,
                               .change_id = {},
                               .created_at = unit.now,
                               .last_used_at = {}};
        if (auto inserted = technician_store::insert_phone(unit, entry); !inserted) {
            return std::unexpected(inserted.error());
        }
        app_store::insert_session(unit, phone, id);
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
