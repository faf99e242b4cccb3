#include "msp-portal/server/services/exposure_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/services/tenant_service.h"
#include "msp-portal/server/stores/roster_store.h"
#include "tests/msp-portal/api_world.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::ApiWorld;
using doorward::tests::PortalWorld;

namespace {

constexpr std::int64_t k_hour_ms = 60LL * 60 * 1000;
constexpr std::int64_t k_day_ms = 24 * k_hour_ms;

// Nik with a phone and a right at a customer with two workstations, both of which hold the newest roster.
struct ExposedWorld {
    ExposedWorld()
        : customer(world.tenant(*world.owner, "Customer-1")),
          near(world.device(*world.owner, customer.id(), "NEAR").id),
          far(world.device(*world.owner, customer.id(), "FAR").id),
          nik(with_phone("nik")) {
        world.grant(*world.owner, nik.technician_id, customer.id());
        hears(near);
        hears(far);
    }
    Actor with_phone(const std::string& username) {
        auto technician = world.technician(*world.owner, username);
        // As a pairing leaves it, without the ceremony.
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            sql::execute(unit.database, "UPDATE technician SET state = 'activated', activated_at = ?1 WHERE id = ?2",
                         unit.now, technician.technician_id);
            sql::execute(unit.database, k_insert_phone, PhoneId::make(unit.now, crypto::random_array<10>()),
                         technician.technician_id, crypto::random_array<16>(), crypto::random_array<32>(),
                         crypto::random_array<32>(), unit.now, technician.team_id);
            roster_service::technician_changed(unit, technician.team_id, technician.technician_id);
            return true;
        });
        return technician;
    }
    void hears(const DeviceId& device, std::int64_t days = 14) {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            const auto revision = roster_store::revision(unit.database, customer.id());
            const auto life = load_portal_record(unit.database).incarnation;
            if (!device_service::roster_applied(unit, device, {life, revision}, ChannelNonce{})) return false;
            device_store::update_status(unit, device,
                                        {.agent_version = "0.1.0",
                                         .offline_until = Timestamp{unit.now.milliseconds + days * k_day_ms},
                                         .accounts = {}});
            return true;
        });
    }
    ExposureView seen() {
        const auto now = world.store->now();
        return world.look(
            [&](platform::Database& database) { return exposure_service::all(database, world.owner->team_id, now); });
    }
    std::vector<Exposure> exposed() { return seen().exposures; }
    std::int64_t kept() {
        return world.look(
            [](platform::Database& database) { return sql::number(database, "SELECT count(*) FROM roster_history"); });
    }
    void disable(const Actor& who) {
        REQUIRE(world.write([&](UnitOfWork& unit) {
            return technician_service::disable(unit, *world.owner, who.technician_id, "left");
        }));
    }

    static constexpr std::string_view k_insert_phone =
        "INSERT INTO phone (id, team_id, technician_id, serial, label, credential_id, algorithm, public_key, "
        "sign_count,"
        " agreement_key, proof_authenticator_data, proof_client_data_json, proof_signature, strength, state, "
        "created_at)"
        " VALUES (?1, ?7, ?2, 1, 'Pixel', ?3, 'eddsa', ?4, 0, ?5, zeroblob(37), x'7b7d', zeroblob(64), 'device_bound',"
        " 'active', ?6)";
    PortalWorld world;
    TenantRecord customer;
    DeviceId near;
    DeviceId far;
    Actor nik;
};

}  // namespace

TEST_CASE("row 41: whoever is disabled is exposed where it is not known yet, until it is", "[portal][exposure]") {
    ExposedWorld world;
    CHECK(world.exposed().empty());
    world.disable(world.nik);
    auto exposed = world.exposed();
    REQUIRE(exposed.size() == 2);
    CHECK(to_string(exposed[0].reason) == "technician_disabled");
    CHECK(exposed[0].technician.id == world.nik.technician_id);
    CHECK(exposed[0].account == "msp-nik");
    CHECK(exposed[0].held_revision < exposed[0].newest_revision);
    CHECK(exposed[0].until.milliseconds == world.world.store->now().milliseconds + 14 * k_day_ms + k_hour_ms);
    const auto counts = exposure_service::counts(world.seen());
    CHECK(counts.workstations == 2);
    CHECK(counts.technicians == 1);
    world.hears(world.near);
    exposed = world.exposed();
    REQUIRE(exposed.size() == 1);
    CHECK(exposed[0].device.id == world.far);
    SECTION("until it has heard") {
        world.hears(world.far);
        CHECK(world.exposed().empty());
    }
    SECTION("until its horizon has passed") {
        world.world.clock.advance(std::chrono::hours(15 * 24));
        CHECK(world.exposed().empty());
    }
    SECTION("not by something that is given to somebody else meanwhile") {
        world.with_phone("eva");
        CHECK(world.exposed().size() == 1);
    }
}

TEST_CASE("a right, a policy, a phone, a customer, a workstation: whatever is taken shows", "[portal][exposure]") {
    ExposedWorld world;
    auto& portal = world.world;
    std::string reason;
    SECTION("the right") {
        const auto right = portal.look([&](platform::Database& database) {
            return right_store::of_technician(database, world.nik.team_id, world.nik.technician_id).front().id();
        });
        REQUIRE(portal.write([&](UnitOfWork& unit) { return right_service::revoke(unit, *portal.owner, right); }));
        reason = "technician_unknown";
    }
    SECTION("the phone") {
        portal.must([&](UnitOfWork& unit) -> Result<bool> {
            sql::execute(unit.database, "DELETE FROM phone WHERE technician_id = ?", world.nik.technician_id);
            roster_service::technician_changed(unit, world.nik.team_id, world.nik.technician_id);
            return true;
        });
        reason = "phone_removed";
    }
    SECTION("the customer") {
        REQUIRE(portal.write(
            [&](UnitOfWork& unit) { return tenant_service::suspend(unit, *portal.owner, world.customer.id()); }));
        reason = "tenant_suspended";
    }
    const auto exposed = world.exposed();
    REQUIRE(exposed.size() == 2);
    CHECK(to_string(exposed[0].reason) == reason);
    CHECK(exposed[0].technician_is_gone == (reason == "technician_unknown"));
    world.hears(world.near);
    world.hears(world.far);
    CHECK(world.exposed().empty());
}

TEST_CASE("a workstation that was removed in the portal still lets people in, and shows", "[portal][exposure]") {
    ExposedWorld world;
    REQUIRE(world.world.write(
        [&](UnitOfWork& unit) { return device_service::remove(unit, *world.world.owner, world.far); }));
    const auto exposed = world.exposed();
    REQUIRE(exposed.size() == 1);
    CHECK(exposed[0].device.name == "FAR");
    CHECK(to_string(exposed[0].reason) == "device_suspended");
}

TEST_CASE("whoever never had a phone, and what a workstation never held, is no exposure", "[portal][exposure]") {
    ExposedWorld world;
    const auto eva = world.world.technician(*world.world.owner, "eva");
    world.world.grant(*world.world.owner, eva.technician_id, world.customer.id());
    // Only additions: nobody lost anything.
    CHECK(world.exposed().empty());
    const auto ada = world.with_phone("ada");
    world.world.grant(*world.world.owner, ada.technician_id, world.customer.id());
    world.disable(ada);
    world.disable(eva);
    CHECK(world.exposed().empty());
}

TEST_CASE("what no workstation holds any more is forgotten", "[portal][exposure]") {
    ExposedWorld world;
    world.disable(world.nik);
    CHECK(world.kept() > 0);
    world.hears(world.near);
    world.hears(world.far);
    world.with_phone("eva");
    world.world.grant(*world.world.owner, world.with_phone("ida").technician_id, world.customer.id());
    CHECK(world.exposed().empty());
    CHECK(world.kept() == 0);
}

TEST_CASE("the horizon is never said earlier than it is", "[portal][exposure]") {
    ExposedWorld world;
    world.disable(world.nik);
    const auto heard = world.world.store->now();
    SECTION("because the workstation reports an earlier one than it was given") {
        world.world.must([&](UnitOfWork& unit) -> Result<bool> {
            device_store::update_status(unit, world.far,
                                        {.agent_version = "0.1.0", .offline_until = unit.now, .accounts = {}});
            return true;
        });
    }
    SECTION("because it reported none") {
        world.world.must([&](UnitOfWork& unit) -> Result<bool> {
            device_store::update_status(unit, world.far,
                                        {.agent_version = "0.1.0", .offline_until = {}, .accounts = {}});
            return true;
        });
    }
    const auto exposed = world.exposed();
    REQUIRE(exposed.size() == 2);
    CHECK(exposed[0].device.id == world.far);
    CHECK(exposed[0].until.milliseconds == heard.milliseconds + 14 * k_day_ms + k_hour_ms);
}

TEST_CASE("a workstation whose roster the portal does not know is no proof that nobody is exposed",
          "[portal][exposure]") {
    ExposedWorld world;
    SECTION("of the portal's life before a restore") {
        world.world.must([&](UnitOfWork& unit) -> Result<bool> {
            device_store::update_applied(unit, world.far,
                                         {Incarnation::make(unit.now, crypto::random_array<10>()), 90});
            return true;
        });
    }
    SECTION("of a revision that was forgotten, whatever the workstation says of itself now") {
        world.disable(world.nik);
        world.hears(world.near);
        world.hears(world.far);
        world.with_phone("eva");
        world.world.grant(*world.world.owner, world.with_phone("ida").technician_id, world.customer.id());
        world.world.must([&](UnitOfWork& unit) -> Result<bool> {
            const auto life = load_portal_record(unit.database).incarnation;
            device_store::update_applied(unit, world.far, {life, 1});
            return true;
        });
    }
    const auto view = world.seen();
    CHECK(view.exposures.empty());
    REQUIRE(view.unjudged.size() == 1);
    CHECK(view.unjudged[0].device.id == world.far);
    CHECK(exposure_service::counts(view).unjudged == 1);
    world.hears(world.far);
    CHECK(world.seen().unjudged.empty());
}

TEST_CASE("one team's exposure is not another's", "[portal][exposure][I8]") {
    ApiWorld api;
    const auto stranger = api.world.other_team("Other");
    auto browser = api.sign_in(api.world.owner_key);
    const auto answer = api.get(browser, "/offline-exposure").json();
    CHECK(answer.at("items").empty());
    CHECK(answer.at("workstations") == 0);
    CHECK(api.get(browser, "/dashboard").json().at("exposed_technicians") == 0);
    const auto now = api.world.store->now();
    CHECK(api.world.look([&](platform::Database& database) {
        return exposure_service::all(database, stranger.team_id, now).exposures.empty();
    }));
}
