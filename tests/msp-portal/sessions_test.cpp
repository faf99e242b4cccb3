#include "crypto/encoding.h"
#include "protocol/challenge.h"
#include "tests/msp-portal/api_world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace doorward;
using namespace doorward::portal;
using doorward::tests::ApiWorld;
using doorward::tests::Browser;
using doorward::tests::PortalWorld;
using doorward::tests::SoftwarePasskey;
using platform::HttpMethod;
using Json = nlohmann::json;

namespace {

Json sessions(ApiWorld& api, Browser& browser) {
    return api.get(browser, "/me/sessions").json().at("items");
}

std::string id_of(const Json& items, bool current) {
    const auto found = std::ranges::find_if(items, [&](const Json& item) { return item.at("current") == current; });
    return found->at("id").get<std::string>();
}

// Registered by a link the person made for themselves. The value is its state.
KeyState add_passkey(PortalWorld& world, const Actor& person, const SoftwarePasskey& passkey) {
    const auto link = world.must([&](UnitOfWork& unit) {
        return technician_service::administrator_link(unit, person, world.deployment, person.technician_id);
    });
    const auto secret = tests::secret_of(link.text);
    world.must([&](UnitOfWork& unit) {
        const auto challenge = protocol::admin_register_challenge(person.technician_id, secret.bytes());
        const session_service::SetUpCompletion completion{secret, world.registration(passkey, challenge), "Second",
                                                          std::nullopt};
        return session_service::complete_set_up(unit, world.deployment, completion, world.client());
    });
    return world.look([&](platform::Database& database) {
        return technician_store::find_passkey_by_credential(database, passkey.credential_id())->state;
    });
}

std::string passkey_id(PortalWorld& world, const SoftwarePasskey& passkey) {
    return world.look([&](platform::Database& database) {
        return technician_store::find_passkey_by_credential(database, passkey.credential_id())->id.to_string();
    });
}

}  // namespace

TEST_CASE("an administrator sees where they are signed in, and ends it", "[portal][session]") {
    ApiWorld api;
    auto first = api.sign_in(api.world.owner_key);
    auto second = api.sign_in(api.world.owner_key);
    auto items = sessions(api, first);
    // The one the set-up began, and these two.
    REQUIRE(items.size() == 3);
    CHECK(std::ranges::count_if(items, [](const Json& item) { return item.at("current") == true; }) == 1);
    const auto own = std::ranges::find_if(items, [](const Json& item) { return item.at("current") == true; });
    CHECK(own->at("address") == "127.0.0.1");
    CHECK(own->at("user_agent") == "Browser/1");
    CHECK(own->at("passkey").at("name") == "Laptop");
    CHECK(own->dump().find("token") == std::string::npos);

    SECTION("one of them") {
        const auto id = id_of(sessions(api, second), true);
        CHECK(api.call(first, HttpMethod::Delete, "/me/sessions/" + id).status == 204);
        CHECK(api.get(second, "/me").status == 401);
        CHECK(api.get(first, "/me").status == 200);
        CHECK(api.call(first, HttpMethod::Delete, "/me/sessions/" + id).status == 404);
    }
    SECTION("all others") {
        CHECK(api.post(first, "/me/sessions/end-others").status == 204);
        CHECK(api.get(second, "/me").status == 401);
        CHECK(sessions(api, first).size() == 1);
    }
    SECTION("not somebody else's") {
        const auto anna = api.world.administrator(*api.world.owner, *api.world.owner, "anna");
        auto hers = api.sign_in(api.world.key_of(anna));
        const auto id = id_of(sessions(api, hers), true);
        CHECK(api.call(first, HttpMethod::Delete, "/me/sessions/" + id).status == 404);
        CHECK(api.post(first, "/me/sessions/end-others").status == 204);
        CHECK(api.get(hers, "/me").status == 200);
    }
    SECTION("those that are over are not shown") {
        api.world.clock.advance(std::chrono::minutes(20));
        REQUIRE(api.get(first, "/me").status == 200);
        api.world.clock.advance(std::chrono::minutes(20));
        CHECK(sessions(api, first).size() == 1);
    }
}

TEST_CASE("what a browser says it is comes back as a line of text", "[portal][session]") {
    ApiWorld api;
    Browser browser;
    browser.user_agent = "Strange\xff <b>agent</b> " + std::string(400, 'x');
    const auto nonce = api.post(browser, "/session/nonce").json().at("nonce").get<std::string>();
    const auto bytes = *crypto::base64url_decode(nonce);
    session_service::NonceBytes raw{};
    std::ranges::copy(bytes, raw.begin());
    const auto assertion = api.world.assertion(api.world.owner_key, protocol::admin_session_challenge(raw));
    REQUIRE(api.post(browser, "/session", {{"nonce", nonce}, {"assertion", tests::json_of(assertion)}}).status == 201);
    const auto items = sessions(api, browser);
    const auto own = std::ranges::find_if(items, [](const Json& item) { return item.at("current") == true; });
    const auto shown = own->at("user_agent").get<std::string>();
    CHECK(shown.starts_with("Strange\xEF\xBF\xBD <b>agent</b> xxx"));
    CHECK(shown.size() < 300);
}

TEST_CASE("a passkey is removed with its sessions, but never the last one that works", "[portal][session]") {
    ApiWorld api;
    auto& world = api.world;
    const auto second_key = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::EdDsa);
    const auto remove = [&](Browser& browser, const std::string& id) {
        return api.call(browser, HttpMethod::Delete, "/me/passkeys/" + id);
    };
    auto browser = api.sign_in(world.owner_key);

    SECTION("the only one stays") {
        const auto refused = remove(browser, passkey_id(world, world.owner_key));
        CHECK(refused.status == 409);
        CHECK(refused.json().at("detail").get<std::string>().find("only working passkey") != std::string::npos);
        CHECK(api.get(browser, "/me").status == 200);
    }
    SECTION("one of two goes, at once and for good") {
        REQUIRE(add_passkey(world, *world.owner, second_key) == KeyState::Active);
        auto other = api.sign_in(second_key);
        const auto id = passkey_id(world, world.owner_key);
        CHECK(remove(other, id).status == 204);
        CHECK(api.get(browser, "/me").status == 401);
        CHECK(api.get(other, "/me").status == 200);
        CHECK_THROWS(api.sign_in(world.owner_key));
        CHECK(remove(other, id).status == 404);
        CHECK(remove(other, passkey_id(world, second_key)).status == 409);
    }
    SECTION("one that waits does not count as working, and takes its request with it") {
        const auto anna = world.administrator(*world.owner, *world.owner, "anna");
        REQUIRE(add_passkey(world, *world.owner, second_key) == KeyState::Waiting);
        CHECK(remove(browser, passkey_id(world, world.owner_key)).status == 409);
        const auto pending = [&] {
            return world.look([&](platform::Database& database) {
                return change_store::pending_about(database, anna.team_id, world.owner->technician_id.uuid());
            });
        };
        REQUIRE(pending().size() == 1);
        const auto change = pending().front();
        CHECK(remove(browser, passkey_id(world, second_key)).status == 204);
        CHECK(pending().empty());
        CHECK(world.accept(anna, change).error() == Error::ChangeDecided);
        CHECK_THROWS(api.sign_in(second_key));
    }
    SECTION("nobody removes another person's") {
        const auto anna = world.administrator(*world.owner, *world.owner, "anna");
        CHECK(remove(browser, passkey_id(world, world.key_of(anna))).status == 404);
    }
}

TEST_CASE("callers without a session are counted by network", "[portal][api]") {
    ApiWorld api;
    boost::asio::io_context io;
    RateLimiter sources({3, 1});
    ApiServices services{*api.world.store, api.world.deployment, api.presence, api.world.clock,
                         sources,          api.accounts,         *api.live,    api.signing_key};
    const auto router = make_api_router(services);
    const auto health = [&](const std::string& address) {
        platform::Request request;
        request.method = HttpMethod::Get;
        request.path = "/api/v1/health";
        request.peer_address = address;
        auto reply = boost::asio::co_spawn(io, router->handle(std::move(request)), boost::asio::use_future);
        io.restart();
        io.run();
        return std::get<platform::Response>(reply.get()).status;
    };
    for (const auto* address : {"2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:3:4:5:6"})
        CHECK(health(address) == 200);
    CHECK(health("2001:db8:1:2:ffff::1") == 429);
    CHECK(health("2001:db8:1:3::1") == 200);
    for (const auto* address : {"203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"})
        CHECK(health(address) == 200);
}
