#include "protocol/roster.h"

#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "protocol/roster_head.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;

namespace {

roster_service::Sync sync(PortalWorld& world, const DeviceId& device, std::int64_t from) {
    const roster_service::HeadSigner signer{world.signing, std::nullopt};
    auto made = world.store->read_blocking([&](platform::Database& database, Timestamp now) {
        return roster_service::sync(database, device, from, now, signer);
    });
    REQUIRE(made);
    return std::move(*made);
}

std::int64_t revision(PortalWorld& world, const TenantId& tenant) {
    return world.look([&](platform::Database& database) { return roster_store::revision(database, tenant); });
}

}  // namespace

TEST_CASE("what a device is sent adds up to the state hash of its signed head", "[portal][roster]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto first = world.device(*world.owner, tenant.id(), "W11-L");
    const auto second = world.device(*world.owner, tenant.id(), "W12-L");
    const auto nik = world.technician(*world.owner, "nik");
    world.grant(*world.owner, nik.technician_id, tenant.id());

    auto full = sync(world, first.id, 0);
    CHECK(full.full);
    auto roster = Roster::create(full.changes.documents);
    REQUIRE(roster);
    const auto head = decode_roster_head(full.head.body);
    REQUIRE(head);
    CHECK(roster->state_hash() == head->state_hash);
    CHECK(head->revision == full.revision);
    CHECK(verify_envelope(world.signing.public_key(), crypto::Purpose::RosterHead, full.head));
    CHECK(roster->device(first.id) != nullptr);
    CHECK(roster->device(second.id) == nullptr);
    REQUIRE(roster->technician(nik.technician_id) != nullptr);
    CHECK(roster->technician(nik.technician_id)->account == "msp-nik");

    // And onwards, by changes only.
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, nik.technician_id, "left"); }));
    auto changes = sync(world, first.id, full.revision);
    CHECK_FALSE(changes.full);
    CHECK(changes.changes.documents.size() == 1);
    REQUIRE(roster->apply({changes.changes.documents, changes.changes.removed},
                          decode_roster_head(changes.head.body)->state_hash));
    CHECK(roster->technician(nik.technician_id)->status == TechnicianStatus::Disabled);
}

TEST_CASE("a technician is in a roster exactly as long as a right reaches it", "[portal][roster]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto other = world.tenant(*world.owner, "Customer-2");
    const auto nik = world.technician(*world.owner, "nik");
    const auto holds = [&](const TenantId& id) {
        return world.look([&](platform::Database& database) {
            return roster_store::holds(database, id, document_id(nik.technician_id));
        });
    };
    CHECK_FALSE(holds(tenant.id()));
    world.grant(*world.owner, nik.technician_id, tenant.id());
    CHECK(holds(tenant.id()));
    CHECK_FALSE(holds(other.id()));
    const auto right = world.look([&](platform::Database& database) {
        return right_store::of_technician(database, nik.team_id, nik.technician_id).front();
    });
    REQUIRE(world.write([&](UnitOfWork& unit) -> Result<bool> {
        return right_service::revoke(unit, *world.owner, right.id()).has_value();
    }));
    CHECK_FALSE(holds(tenant.id()));
}

TEST_CASE("a right for everyone on all devices reaches new technicians and new tenants", "[portal][roster]") {
    PortalWorld world;
    REQUIRE(world.write([&](UnitOfWork& unit) {
        return right_service::grant(
            unit, *world.owner, {Everyone{}, AllDevices{}, tests::full_device_access(), std::nullopt, std::nullopt});
    }));
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto nik = world.technician(*world.owner, "nik");
    CHECK(world.look([&](platform::Database& database) {
        return roster_store::holds(database, tenant.id(), document_id(nik.technician_id));
    }));
}

TEST_CASE("only the tenants a change concerns get a new revision, and no change gets none", "[portal][roster]") {
    PortalWorld world;
    const auto first = world.tenant(*world.owner, "Customer-1");
    const auto second = world.tenant(*world.owner, "Customer-2");
    const auto before = revision(world, second.id());
    const auto at = revision(world, first.id());
    const auto renamed = world.write([&](UnitOfWork& unit) {
        return tenant_service::rename(unit, *world.owner, {first.id(), first.version}, "Customer-One");
    });
    REQUIRE(renamed);
    CHECK(revision(world, first.id()) == at + 1);
    CHECK(revision(world, second.id()) == before);
    REQUIRE(world.write([&](UnitOfWork& unit) {
        return tenant_service::rename(unit, *world.owner, {first.id(), renamed->version}, "Customer-One");
    }));
    CHECK(revision(world, first.id()) == at + 1);
}

TEST_CASE("a device that claims a revision of the future gets everything", "[portal][roster]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto device = world.device(*world.owner, tenant.id(), "W11-L");
    CHECK(sync(world, device.id, 1'000'000).full);
}

TEST_CASE("effects name the rosters that changed, after the commit and not without one", "[portal][roster]") {
    PortalWorld world;
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    std::vector<TenantId> told;
    const auto subscription = world.store->feed().subscribe(
        [&](const Effects& effects) { told.insert(told.end(), effects.rosters.begin(), effects.rosters.end()); });
    const auto undone = world.write([&](UnitOfWork& unit) -> Result<bool> {
        auto suspended = tenant_service::suspend(unit, *world.owner, tenant.id());
        if (!suspended) return std::unexpected(suspended.error());
        return std::unexpected(Error::Forbidden);
    });
    CHECK_FALSE(undone);
    CHECK(told.empty());
    REQUIRE(world.write([&](UnitOfWork& unit) { return tenant_service::suspend(unit, *world.owner, tenant.id()); }));
    CHECK(told == std::vector{tenant.id()});
}
