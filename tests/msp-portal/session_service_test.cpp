#include "msp-portal/server/services/team_service.h"
#include "protocol/challenge.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;
using doorward::tests::SoftwarePasskey;

namespace {

using Outcome = std::variant<session_service::Started, session_service::Refused>;

session_service::NonceBytes nonce_of(PortalWorld& world) {
    return world.must(
        [](UnitOfWork& unit) -> Result<session_service::NonceBytes> { return session_service::create_nonce(unit); });
}

Outcome sign_in(PortalWorld& world, const session_service::NonceBytes& nonce, const Assertion& assertion) {
    return world.must([&](UnitOfWork& unit) {
        return session_service::sign_in(unit, world.deployment, nonce, assertion, world.client());
    });
}

std::string refusal(const Outcome& outcome) {
    const auto* refused = std::get_if<session_service::Refused>(&outcome);
    return refused == nullptr ? "started" : refused->reason;
}

bool is_live(PortalWorld& world, const crypto::Digest& token, const crypto::Digest& agent) {
    return world.store
        ->read_blocking([&](platform::Database& database, Timestamp now) {
            return session_service::authenticate(database, token, agent, now);
        })
        .has_value();
}

}  // namespace

TEST_CASE("row 77: an administrator signs in with a passkey, and a nonce is good once", "[portal][session]") {
    PortalWorld world;
    const auto nonce = nonce_of(world);
    const auto assertion = world.assertion(world.owner_key, admin_session_challenge(nonce));
    const auto first = sign_in(world, nonce, assertion);
    REQUIRE(std::holds_alternative<session_service::Started>(first));
    CHECK(refusal(sign_in(world, nonce, assertion)) == "nonce_unknown");
}

TEST_CASE("row 77: sign-ins that do not hold are refused", "[portal][session]") {
    PortalWorld world;
    const auto nonce = nonce_of(world);
    SECTION("another challenge, as a portal would send it that wants something signed") {
        const auto assertion = world.assertion(world.owner_key, crypto::sha256(crypto::as_bytes("anything")));
        CHECK(refusal(sign_in(world, nonce, assertion)) != "started");
        // And the nonce is used up by it.
        CHECK(refusal(sign_in(world, nonce, world.assertion(world.owner_key, admin_session_challenge(nonce)))) ==
              "nonce_unknown");
    }
    SECTION("the phone app's origin") {
        const auto assertion =
            world.assertion(world.owner_key, admin_session_challenge(nonce), PortalWorld::k_app_origin);
        CHECK(refusal(sign_in(world, nonce, assertion)) != "started");
    }
    SECTION("an unknown passkey") {
        const auto stranger = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
        CHECK(refusal(sign_in(world, nonce, world.assertion(stranger, admin_session_challenge(nonce)))) ==
              "passkey_unknown");
    }
    SECTION("too late") {
        world.clock.advance(std::chrono::minutes(3));
        CHECK(refusal(sign_in(world, nonce, world.assertion(world.owner_key, admin_session_challenge(nonce)))) ==
              "nonce_unknown");
    }
}

TEST_CASE("a session ends by idling, by its age, by signing out, and in another browser", "[portal][session]") {
    PortalWorld world;
    const auto nonce = nonce_of(world);
    auto outcome = sign_in(world, nonce, world.assertion(world.owner_key, admin_session_challenge(nonce)));
    const auto& started = std::get<session_service::Started>(outcome);
    const auto token = session_service::token_hash(started.token);
    REQUIRE(is_live(world, token, world.user_agent()));
    CHECK_FALSE(is_live(world, token, crypto::sha256(crypto::as_bytes("another browser"))));
    // The store knows the hash only.
    CHECK_FALSE(is_live(world, *crypto::Digest::create(started.token.bytes()), world.user_agent()));

    SECTION("idle") {
        world.clock.advance(std::chrono::minutes(31));
        CHECK_FALSE(is_live(world, token, world.user_agent()));
    }
    SECTION("age, however busy") {
        for (int minutes = 0; minutes < 8 * 60; minutes += 20) {
            world.clock.advance(std::chrono::minutes(20));
            world.must([&](UnitOfWork& unit) -> Result<bool> {
                session_store::touch(unit, token);
                return true;
            });
        }
        CHECK_FALSE(is_live(world, token, world.user_agent()));
    }
    SECTION("signing out") {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            session_service::sign_out(unit, started.signed_in);
            return true;
        });
        CHECK_FALSE(is_live(world, token, world.user_agent()));
    }
    SECTION("but not by a restart") {
        world.reopen();
        CHECK(is_live(world, token, world.user_agent()));
    }
}

TEST_CASE("a set-up link registers one passkey, for its own challenge, within a day", "[portal][set-up]") {
    PortalWorld world;
    const auto used = tests::secret_of(world.owner_link);
    const auto look_up = [&](const LinkSecret& secret) {
        return world.store
            ->read_blocking([&](platform::Database& database, Timestamp now) {
                return session_service::look_up_set_up(database, set_up_secret_hash(secret), now);
            })
            .has_value();
    };
    CHECK_FALSE(look_up(used));

    const auto link =
        world.must([&](UnitOfWork& unit) { return team_service::create(unit, world.deployment, "Second team"); });
    const auto secret = tests::secret_of(link);
    REQUIRE(look_up(secret));
    const auto technician = world.store
                                ->read_blocking([&](platform::Database& database, Timestamp now) {
                                    return session_service::look_up_set_up(database, set_up_secret_hash(secret), now);
                                })
                                ->technician.id;
    const auto passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::EdDsa);
    const session_service::OwnerIntroduction introduction{"Otto", "otto", std::nullopt, "Otto's team"};
    const auto complete = [&](const Registration& registration,
                              const std::optional<session_service::OwnerIntroduction>& owner) {
        const session_service::SetUpCompletion completion{secret, registration, "Laptop", owner};
        return world.write([&](UnitOfWork& unit) {
            return session_service::complete_set_up(unit, world.deployment, completion, world.client());
        });
    };
    const auto challenge = admin_register_challenge(technician, secret.bytes());
    const auto right = world.registration(passkey, challenge);

    SECTION("another challenge is refused") {
        const auto wrong = world.registration(passkey, crypto::sha256(crypto::as_bytes("x")));
        CHECK(complete(wrong, introduction).error() == Error::CeremonyRefused);
        CHECK(look_up(secret));
    }
    SECTION("another origin is refused") {
        const auto wrong = world.registration(passkey, challenge, "https://evil.example.com");
        CHECK(complete(wrong, introduction).error() == Error::CeremonyRefused);
    }
    SECTION("an owner introduces themselves") {
        CHECK(complete(right, std::nullopt).error() == Error::Malformed);
    }
    SECTION("a day later it is over") {
        world.clock.advance(std::chrono::hours(25));
        CHECK(complete(right, introduction).error() == Error::LinkRefused);
    }
    SECTION("the right answer counts once") {
        const auto started = complete(right, introduction);
        REQUIRE(started);
        REQUIRE(started->has_value());
        CHECK((*started)->signed_in.team.name == "Otto's team");
        CHECK((*started)->signed_in.technician.owner);
        CHECK(complete(right, introduction).error() == Error::LinkRefused);
    }
}

TEST_CASE("a further administrator's passkey does not work before another person accepted it", "[portal][set-up]") {
    PortalWorld world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    // Anna makes a link for Bert, who holds the role.
    const auto bert = world.technician(anna, "bert");
    const auto right = world.must([&](UnitOfWork& unit) {
        return right_service::grant(
            unit, anna, {bert.technician_id, Section::Team, tests::team_administrator(), std::nullopt, std::nullopt});
    });
    world.must_accept(*world.owner, right);
    const auto link = world.must([&](UnitOfWork& unit) {
        return technician_service::administrator_link(unit, anna, world.deployment, bert.technician_id);
    });
    const auto secret = tests::secret_of(link.text);
    const auto passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    const session_service::SetUpCompletion completion{
        secret, world.registration(passkey, admin_register_challenge(bert.technician_id, secret.bytes())), "Key",
        std::nullopt};
    const auto started = world.must([&](UnitOfWork& unit) {
        return session_service::complete_set_up(unit, world.deployment, completion, world.client());
    });
    CHECK_FALSE(started);
    const auto nonce = nonce_of(world);
    CHECK(refusal(sign_in(world, nonce, world.assertion(passkey, admin_session_challenge(nonce)))) ==
          "passkey_waiting");
}
