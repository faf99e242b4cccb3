#include "msp-portal/server/services/audit_service.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;

namespace {

// A workstation that writes its chain.
struct Writer {
    crypto::DeviceSigningKey key = crypto::DeviceSigningKey::generate();
    std::optional<DeviceRecord> device;
    ChainPosition position = empty_chain();
    std::vector<std::string> bodies;

    void enrol(PortalWorld& world, const TenantId& tenant) {
        device = world.must([&](UnitOfWork& unit) -> Result<DeviceRecord> {
            const auto created = device_service::create_token(unit, *world.owner, world.deployment, tenant, {});
            const auto token = EnrolmentToken::parse(created->token);
            return device_service::enrol(unit, {enrolment_secret_hash(token->secret),
                                                key.public_key(),
                                                crypto::DeviceAgreementKey::generate().public_key(),
                                                "W11-L",
                                                "Debian 12",
                                                DeviceKind::NonDomain,
                                                {}});
        });
    }
    void add(AuditKind kind) {
        AuditEvent event{.id = EventId::make({1'790'000'000'000}, crypto::random_array<10>()),
                         .sequence = position.sequence + 1,
                         .previous_hash = position.hash,
                         .at = {1'790'000'000'000},
                         .clock_trusted = true,
                         .kind = kind,
                         .outcome = AuditOutcome::Success,
                         .reason = {},
                         .tenant_id = device->tenant_id,
                         .device_id = device->id,
                         .technician_id = {},
                         .account = "msp-nik",
                         .session_id = {},
                         .request_id = {},
                         .service = "sshd",
                         .terminal = {},
                         .remote_host = "<script>alert(1)</script>",
                         .ticket = {},
                         .count = 1,
                         .duration_ms = {}};
        bodies.push_back(encode_audit_event(event));
        position = {event.sequence, audit_event_hash(bodies.back())};
    }
    [[nodiscard]] SignedEnvelope head() const {
        const AuditHead head{device->id, position.sequence, position.hash, {1'790'000'000'000}};
        return sign_envelope(key, crypto::Purpose::AuditHead, encode_audit_head(head));
    }
};

Result<std::int64_t> ingest(PortalWorld& world, const Writer& writer, const std::vector<std::string>& bodies,
                            const SignedEnvelope& head) {
    return world.write([&](UnitOfWork& unit) { return audit_service::ingest(unit, *writer.device, bodies, head); });
}

std::int64_t stored(PortalWorld& world, const Writer& writer) {
    return world.look([&](platform::Database& database) {
        return sql::number(database, "SELECT count(*) FROM audit_event WHERE source_id = ?", writer.device->id);
    });
}

}  // namespace

TEST_CASE("a device's events are taken in order and exactly once", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    writer.enrol(world, world.tenant(*world.owner, "Customer-1").id());
    writer.add(AuditKind::Enrolled);
    writer.add(AuditKind::SignInOnline);
    const auto first_two = writer.bodies;
    CHECK(ingest(world, writer, first_two, writer.head()) == 2);
    // The acknowledgement was lost, so it sends them again, with one more.
    writer.add(AuditKind::SessionOpened);
    CHECK(ingest(world, writer, writer.bodies, writer.head()) == 3);
    CHECK(ingest(world, writer, first_two, writer.head()) == 3);
    world.reopen();
    CHECK(ingest(world, writer, writer.bodies, writer.head()) == 3);
    CHECK(stored(world, writer) == 3);
}

TEST_CASE("after a gap, a rewritten event or a foreign head nothing is taken", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    writer.enrol(world, world.tenant(*world.owner, "Customer-1").id());
    writer.add(AuditKind::Enrolled);
    REQUIRE(ingest(world, writer, writer.bodies, writer.head()) == 1);
    writer.add(AuditKind::SignInOnline);
    writer.add(AuditKind::SessionOpened);
    SECTION("gap") {
        // It is told what is held, and goes on from there.
        CHECK(ingest(world, writer, {writer.bodies[2]}, writer.head()) == 1);
    }
    SECTION("rewritten") {
        auto bodies = writer.bodies;
        bodies[1].replace(bodies[1].find("msp-nik"), 7, "msp-joe");
        CHECK(ingest(world, writer, bodies, writer.head()).error() == Error::ChainBroken);
    }
    SECTION("signed by another key") {
        const AuditHead head{writer.device->id, writer.position.sequence, writer.position.hash, {1}};
        const auto foreign =
            sign_envelope(crypto::DeviceSigningKey::generate(), crypto::Purpose::AuditHead, encode_audit_head(head));
        CHECK(ingest(world, writer, writer.bodies, foreign).error() == Error::ChainBroken);
    }
    CHECK(stored(world, writer) == 1);
}

TEST_CASE("the portal's own chain verifies, and whoever rewrites the store is found out", "[portal][audit]") {
    PortalWorld world;
    world.tenant(*world.owner, "Customer-1");
    const auto broken = [&] {
        return world.look([](platform::Database& database) { return audit_service::broken_chains(database).size(); });
    };
    CHECK(broken() == 0);
    // Not even the portal itself changes or deletes an event.
    world.must([&](UnitOfWork& unit) -> Result<bool> {
        CHECK_FALSE(sql::try_execute(unit.database, "UPDATE audit_event SET outcome = 'failed'"));
        CHECK_FALSE(sql::try_execute(unit.database, "DELETE FROM audit_event"));
        return true;
    });
    world.must([&](UnitOfWork& unit) -> Result<bool> {
        sql::execute(unit.database, "DROP TRIGGER audit_event_is_not_deleted");
        sql::execute(unit.database, "DELETE FROM audit_event WHERE rowid = (SELECT max(rowid) FROM audit_event)");
        return true;
    });
    CHECK(broken() == 1);
}

TEST_CASE("events are listed for their own team only, newest first, by cursor", "[portal][audit]") {
    PortalWorld world;
    const auto stranger = world.other_team("Other team");
    for (int number = 0; number < 5; ++number)
        world.tenant(*world.owner, "Customer-" + std::to_string(number));
    AuditFilter filter;
    filter.kind = "tenant_created";
    const auto list = [&](const TeamId& team, std::optional<std::string> after) {
        return world.look([&](platform::Database& database) {
            return audit_store::list(database, team, filter, {std::move(after), 2});
        });
    };
    CHECK(list(stranger.team_id, {}).items.empty());
    const auto first = list(world.owner->team_id, {});
    REQUIRE(first.items.size() == 2);
    CHECK(first.items.front().subject_name == "Customer-4");
    REQUIRE(first.next);
    const auto second = list(world.owner->team_id, first.next);
    CHECK(second.items.front().subject_name == "Customer-2");
    CHECK(list(world.owner->team_id, "not a cursor").items.empty());
}

TEST_CASE("a device that rewrites what it sent is noted, once an hour", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    writer.enrol(world, world.tenant(*world.owner, "Customer-1").id());
    writer.add(AuditKind::Enrolled);
    writer.add(AuditKind::SignInOnline);
    REQUIRE(ingest(world, writer, writer.bodies, writer.head()) == 2);
    const auto forks = [&] {
        return world.look([](platform::Database& database) {
            return sql::number(
                database,
                "SELECT count(*) FROM audit_event WHERE kind = 'device_chain_forked' AND outcome = 'refused'");
        });
    };
    CHECK(forks() == 0);
    auto rewritten = writer.bodies;
    rewritten[1].replace(rewritten[1].find("msp-nik"), 7, "msp-joe");
    CHECK(ingest(world, writer, rewritten, writer.head()) == 2);
    CHECK(ingest(world, writer, rewritten, writer.head()) == 2);
    CHECK(forks() == 1);
    world.clock.advance(std::chrono::hours(2));
    CHECK(ingest(world, writer, rewritten, writer.head()) == 2);
    CHECK(forks() == 2);
    CHECK(stored(world, writer) == 2);
}
