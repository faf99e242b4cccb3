#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;

namespace {

EnrolBody body_for(const EnrolmentToken& token, const std::string& name) {
    const auto agreement = crypto::DeviceAgreementKey::generate();
    return {enrolment_secret_hash(token.secret),
            crypto::DeviceSigningKey::generate().public_key(),
            agreement.public_key(),
            name,
            "Debian 12",
            DeviceKind::NonDomain,
            {}};
}

device_service::CreatedToken token_for(PortalWorld& world, const TenantId& tenant, std::int64_t uses = 1) {
    return world.must([&](UnitOfWork& unit) {
        return device_service::create_token(unit, *world.owner, world.deployment, tenant,
                                            {std::nullopt, uses, std::chrono::hours(1)});
    });
}

Result<DeviceRecord> enrol(PortalWorld& world, const EnrolBody& body) {
    return world.write([&](UnitOfWork& unit) { return device_service::enrol(unit, body); });
}

}  // namespace

TEST_CASE("a token enrols one workstation, into its tenant, and is useless afterwards", "[portal][enrolment]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto created = token_for(world, tenant.id());
    const auto token = EnrolmentToken::parse(created.token);
    REQUIRE(token);
    CHECK(token->portal_key == world.signing.public_key());
    CHECK(created.install_command.find(created.token) != std::string::npos);

    const auto device = enrol(world, body_for(*token, "W11-L"));
    REQUIRE(device);
    CHECK(device->tenant_id == tenant.id());
    world.reopen();
    const auto again = enrol(world, body_for(*token, "W12-L"));
    REQUIRE_FALSE(again);
    CHECK(again.error() == Error::TokenRefused);
}

TEST_CASE("row 47: of fifty who use one token at the same time exactly one succeeds", "[portal][enrolment]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto created = token_for(world, tenant.id());
    const auto token = EnrolmentToken::parse(created.token);
    std::atomic<int> enrolled = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 50; ++number) {
            threads.emplace_back([&, number] {
                const auto device = enrol(world, body_for(*token, "W" + std::to_string(number)));
                if (device) ++enrolled;
                if (!device && device.error() == Error::TokenRefused) ++refused;
            });
        }
    }
    CHECK(enrolled == 1);
    CHECK(refused == 49);
}

TEST_CASE("row 47: unknown, expired and revoked tokens, and those of a suspended customer, are refused alike",
          "[portal][enrolment]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto created = token_for(world, tenant.id());
    auto token = EnrolmentToken::parse(created.token);

    SECTION("unknown") {
        token->secret = EnrolmentSecret::generate();
    }
    SECTION("expired") {
        world.clock.advance(std::chrono::hours(2));
    }
    SECTION("revoked") {
        REQUIRE(world.write([&](UnitOfWork& unit) -> Result<bool> {
            return device_service::revoke_token(unit, *world.owner, created.record.id).has_value();
        }));
    }
    SECTION("of a suspended tenant") {
        REQUIRE(
            world.write([&](UnitOfWork& unit) { return tenant_service::suspend(unit, *world.owner, tenant.id()); }));
    }
    const auto device = enrol(world, body_for(*token, "W11-L"));
    REQUIRE_FALSE(device);
    CHECK(device.error() == Error::TokenRefused);
}

TEST_CASE("a taken name does not use the token up, and names are per tenant", "[portal][enrolment]") {
    PortalWorld world;
    const auto first = world.tenant(*world.owner, "Customer-1");
    const auto second = world.tenant(*world.owner, "Customer-2");
    world.device(*world.owner, first.id(), "W11-L");
    const auto created = token_for(world, first.id());
    const auto token = EnrolmentToken::parse(created.token);
    const auto taken = enrol(world, body_for(*token, "W11-L"));
    REQUIRE_FALSE(taken);
    CHECK(taken.error() == Error::NameTaken);
    CHECK(enrol(world, body_for(*token, "W12-L")));
    const auto elsewhere = token_for(world, second.id());
    CHECK(enrol(world, body_for(*EnrolmentToken::parse(elsewhere.token), "W11-L")));
}

TEST_CASE("the store keeps no token, only its hash", "[portal][enrolment]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto created = token_for(world, tenant.id());
    const auto token = EnrolmentToken::parse(created.token);
    const auto found = world.look([&](platform::Database& database) {
        return sql::number(database, "SELECT count(*) FROM enrolment_token WHERE secret_hash = ?",
                           sql::Blob(token->secret.bytes()));
    });
    CHECK(found == 0);
}

TEST_CASE("another team cannot make or revoke tokens of a tenant that is not theirs", "[portal][enrolment]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto created = token_for(world, tenant.id());
    const auto stranger = world.other_team("Other team");
    const auto made = world.write([&](UnitOfWork& unit) {
        return device_service::create_token(unit, stranger, world.deployment, tenant.id(), {});
    });
    REQUIRE_FALSE(made);
    CHECK(made.error() == Error::NotFound);
    const auto revoked = world.write([&](UnitOfWork& unit) -> Result<bool> {
        const auto result = device_service::revoke_token(unit, stranger, created.record.id);
        if (!result) return std::unexpected(result.error());
        return true;
    });
    REQUIRE_FALSE(revoked);
    CHECK(revoked.error() == Error::NotFound);
}
