#include "msp-portal/server/migrations.h"
#include "msp-portal/server/services/audit_service.h"
#include "tests/msp-portal/chain_writer.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>

using namespace doorward;
using namespace doorward::portal;
using doorward::portal::audit_service::Ingested;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;
using Writer = doorward::tests::ChainWriter;

namespace {

Result<Ingested> ingest(PortalWorld& world, const Writer& writer, const std::vector<std::string>& bodies,
                        const SignedEnvelope& head) {
    return world.write([&](UnitOfWork& unit) { return audit_service::ingest(unit, *writer.device, bodies, head); });
}

Ingested held(std::int64_t sequence) {
    return {.sequence = sequence, .forked_at = {}};
}

std::int64_t stored(PortalWorld& world, const Writer& writer) {
    return world.look([&](platform::Database& database) {
        return sql::number(database, "SELECT count(*) FROM audit_event WHERE source_id = ?", writer.device->id);
    });
}

}  // namespace

TEST_CASE("rows 39, 40: a device's events are taken in order and exactly once", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    writer.enrol(world, world.tenant(*world.owner, "Customer-1").id());
    writer.add(AuditKind::Enrolled);
    writer.add(AuditKind::SignInOnline);
    const auto first_two = writer.bodies;
    CHECK(ingest(world, writer, first_two, writer.head()) == held(2));
    // The acknowledgement was lost, so it sends them again, with one more.
    writer.add(AuditKind::SessionOpened);
    CHECK(ingest(world, writer, writer.bodies, writer.head()) == held(3));
    CHECK(ingest(world, writer, first_two, writer.head()) == held(3));
    world.reopen();
    CHECK(ingest(world, writer, writer.bodies, writer.head()) == held(3));
    CHECK(stored(world, writer) == 3);
}

TEST_CASE("row 52: after a gap, a rewritten event, another tenant or a foreign head nothing is taken",
          "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    const auto tenant = world.tenant(*world.owner, "Customer-1").id();
    writer.enrol(world, tenant);
    writer.add(AuditKind::Enrolled);
    REQUIRE(ingest(world, writer, writer.bodies, writer.head()) == held(1));
    writer.add(AuditKind::SignInOnline);
    writer.add(AuditKind::SessionOpened);
    SECTION("gap") {
        // It is told what is held, and goes on from there.
        CHECK(ingest(world, writer, {writer.bodies[2]}, writer.head()) == held(1));
    }
    SECTION("rewritten") {
        auto bodies = writer.bodies;
        bodies[1].replace(bodies[1].find("msp-nik"), 7, "msp-joe");
        CHECK(ingest(world, writer, bodies, writer.head()).error() == Error::ChainBroken);
    }
    SECTION("of another tenant") {
        writer.device->tenant_id = world.tenant(*world.owner, "Customer-2").id();
        writer.bodies.pop_back();
        writer.position = {1, audit_event_hash(writer.bodies[0])};
        writer.bodies.pop_back();
        writer.add(AuditKind::SignInOnline);
        const auto head = writer.head();
        writer.device->tenant_id = tenant;
        CHECK(ingest(world, writer, writer.bodies, head).error() == Error::ChainBroken);
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

TEST_CASE("what a technician gave as the reason is listed as the workstation recorded it", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    const auto tenant = world.tenant(*world.owner, "Customer-1").id();
    writer.enrol(world, tenant);
    writer.add(AuditKind::SignInOnline, {}, "=HYPERLINK(\"x\") <b>Disk</b>");
    writer.add(AuditKind::SessionOpened);
    REQUIRE(ingest(world, writer, writer.bodies, writer.head()) == held(2));
    AuditFilter filter;
    filter.tenant_id = tenant;
    const auto events = world.look([&](platform::Database& database) {
        return audit_store::list(database, world.owner->team_id, filter, {std::nullopt, 2});
    });
    REQUIRE(events.items.size() == 2);
    CHECK_FALSE(events.items[0].stated_reason);
    CHECK(events.items[1].stated_reason == "=HYPERLINK(\"x\") <b>Disk</b>");
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

TEST_CASE("row 45: a device that tells its past otherwise is found out, with the place", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    writer.enrol(world, world.tenant(*world.owner, "Customer-1").id());
    writer.add(AuditKind::Enrolled);
    const auto shared = std::pair(writer.position, writer.bodies);
    writer.add(AuditKind::SignInOnline);
    const auto head_of_before = writer.head();
    REQUIRE(ingest(world, writer, writer.bodies, head_of_before) == held(2));
    std::tie(writer.position, writer.bodies) = shared;
    writer.add(AuditKind::SessionOpened);
    SECTION("an event that is held in other words") {
        CHECK(ingest(world, writer, writer.bodies, writer.head()) == Ingested{2, 2});
    }
    SECTION("a chain that goes on from what is not held") {
        writer.add(AuditKind::SessionClosed);
        CHECK(ingest(world, writer, {writer.bodies.back()}, writer.head()) == Ingested{2, 3});
    }
    SECTION("but not by somebody who cannot sign it") {
        CHECK(ingest(world, writer, writer.bodies, head_of_before).error() == Error::ChainBroken);
    }
    CHECK(stored(world, writer) == 2);
}

namespace {

// Every event that `filter` lets through, by pages; the value is their subjects' names.
std::vector<std::string> listed(PortalWorld& world, const TeamId& team, const AuditFilter& filter, std::int64_t limit) {
    std::vector<std::string> names;
    std::optional<std::string> after;
    do {
        const auto page = world.look(
            [&](platform::Database& database) { return audit_store::list(database, team, filter, {after, limit}); });
        for (const auto& event : page.items)
            names.push_back(event.subject_name.value_or("?"));
        after = page.next;
    } while (after);
    return names;
}

}  // namespace

TEST_CASE("every list is complete and newest first, whether or not its events have their places yet",
          "[portal][audit]") {
    PortalWorld world;
    const auto stranger = world.other_team("Other team");
    const std::array tenants{world.tenant(*world.owner, "Customer-1").id(),
                             world.tenant(*world.owner, "Customer-2").id()};
    const auto device = world.device(*world.owner, tenants[0], "W11-L").id;
    // Several portions and a part of one, in commits of different sizes, of two teams at a time.
    std::vector<std::string> all;
    std::vector<std::string> of_first;
    std::vector<std::string> of_device;
    std::vector<std::string> of_kind;
    int number = 0;
    for (const int together : {1, 200, 3, 256, 300, 7, 90}) {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            for (int i = 0; i < together; ++i, ++number) {
                const auto name = std::to_string(number);
                PortalEvent event{.team_id = world.owner->team_id, .kind = number % 3 == 0 ? "third" : "other"};
                event.subject_name = name;
                event.tenant = tenants[static_cast<std::size_t>(number % 2)];
                if (number % 6 == 0) event.device = device;
                audit_service::record(unit, event);
                all.insert(all.begin(), name);
                if (number % 2 == 0) of_first.insert(of_first.begin(), name);
                if (number % 6 == 0) of_device.insert(of_device.begin(), name);
                if (number % 3 == 0) of_kind.insert(of_kind.begin(), name);
                event = PortalEvent{.team_id = stranger.team_id, .kind = "third"};
                event.subject_name = "stranger";
                audit_service::record(unit, event);
            }
            return true;
        });
        for (const std::int64_t limit : {3, 50, 200}) {
            AuditFilter filter;
            const auto of_team = listed(world, world.owner->team_id, filter, limit);
            REQUIRE(of_team.size() >= all.size());
            CHECK(std::equal(all.begin(), all.end(), of_team.begin()));
            filter.tenant_id = tenants[0];
            auto of_tenant = listed(world, world.owner->team_id, filter, limit);
            REQUIRE(of_tenant.size() >= of_first.size());
            CHECK(std::equal(of_first.begin(), of_first.end(), of_tenant.begin()));
            filter = {};
            filter.device_id = device;
            auto about_device = listed(world, world.owner->team_id, filter, limit);
            REQUIRE(about_device.size() >= of_device.size());
            CHECK(std::equal(of_device.begin(), of_device.end(), about_device.begin()));
            filter = {};
            filter.kind = "third";
            CHECK(listed(world, world.owner->team_id, filter, limit) == of_kind);
            filter.tenant_id = tenants[1];
            CHECK(listed(world, world.owner->team_id, filter, limit).size() == of_kind.size() / 2);
        }
    }
    CHECK(world.look([](platform::Database& database) { return audit_service::broken_chains(database).empty(); }));
}

TEST_CASE("sign-ins are counted from a time on, whether or not they have their places yet", "[portal][audit]") {
    PortalWorld world;
    Writer writer;
    writer.enrol(world, world.tenant(*world.owner, "Customer-1").id());
    const auto counted = [&](std::chrono::hours back) {
        return world.look([&](platform::Database& database) {
            return audit_store::sign_ins_since(database, world.owner->team_id, world.store->now() - back).sign_ins;
        });
    };
    for (const int together : {10, 300, 5}) {
        writer.bodies.clear();
        for (int i = 0; i < together; ++i)
            writer.add(i % 2 == 0 ? AuditKind::SignInOnline : AuditKind::SessionOpened);
        REQUIRE(ingest(world, writer, writer.bodies, writer.head()));
        world.clock.advance(std::chrono::hours(1));
    }
    CHECK(counted(std::chrono::hours(1)) == 3);
    CHECK(counted(std::chrono::hours(2)) == 153);
    CHECK(counted(std::chrono::hours(24)) == 158);
}

TEST_CASE("the log of an older portal is listed as before", "[portal][audit]") {
    PortalWorld world;
    const auto file = world.folder / "older.db";
    const auto team = TeamId::make({1}, crypto::random_array<10>());
    const auto tenant = TenantId::make({1}, crypto::random_array<10>());
    {
        platform::DatabaseOptions options;
        options.path = file;
        options.identity = "doorward-portal";
        options.presence = platform::DatabasePresence::CreateNew;
        options.migrations = std::span<const platform::Migration>(k_migrations).first(4);
        auto older = platform::Database::open(options, world.key.bytes());
        REQUIRE(older);
        REQUIRE(older->execute("INSERT INTO team (id, name, account_prefix, created_at) VALUES (?, 'Team', 'msp-', 1)",
                               sql::column(team)));
        for (std::int64_t number = 1; number <= 300; ++number) {
            REQUIRE(older->execute(
                "INSERT INTO audit_event (id, team_id, source, source_id, sequence, hash, body, at, received_at,"
                " clock_trusted, kind, outcome, tenant_id, count, subject_name)"
                " VALUES (?1, ?2, 'portal', ?2, ?3, ?4, x'7b7d', ?3, ?3, 1, 'old', 'noted', ?5, 1, CAST(?3 AS TEXT))",
                sql::column(EventId::make({number}, crypto::random_array<10>())), sql::column(team), number,
                sql::column(crypto::sha256({})), number % 2 == 0 ? std::optional(sql::column(tenant)) : std::nullopt));
        }
        REQUIRE(older->execute("INSERT INTO audit_chain (source_id, team_id, sequence, hash) VALUES (?1, ?1, 300, ?2)",
                               sql::column(team), sql::column(crypto::sha256({}))));
    }
    auto opened = Store::open_database(file, world.key, platform::DatabasePresence::MustExist);
    REQUIRE(opened);
    Store store(std::move(*opened), world.key, world.clock);
    REQUIRE(store.write_blocking([&](UnitOfWork& unit) -> Result<bool> {
        PortalEvent event{.team_id = team, .kind = "new"};
        event.subject_name = "new";
        audit_service::record(unit, event);
        return true;
    }));
    const auto list = [&](const AuditFilter& filter) {
        return *store.read_blocking([&](platform::Database& database, Timestamp) -> Result<Page<AuditRecord>> {
            return audit_store::list(database, team, filter, {std::nullopt, 400});
        });
    };
    const auto all = list({});
    REQUIRE(all.items.size() == 301);
    CHECK(all.items[0].subject_name == "new");
    CHECK(all.items[1].subject_name == "300");
    CHECK(all.items[300].subject_name == "1");
    AuditFilter filter;
    filter.tenant_id = tenant;
    CHECK(list(filter).items.size() == 150);
}
