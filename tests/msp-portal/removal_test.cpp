#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/removal_service.h"
#include "tests/msp-portal/api_world.h"
#include "tests/msp-portal/chain_writer.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::ApiWorld;
using doorward::tests::ChainWriter;
using doorward::tests::PortalWorld;

namespace {

struct RemovalWorld : PortalWorld {
    RemovalWorld() : customer(tenant(*owner, "Customer-1")) {
        machine.enrol(*this, customer.id());
        machine.add(AuditKind::Enrolled);
        machine.add(AuditKind::Removal);
    }
    [[nodiscard]] RemovalStatement statement() const {
        return {.team_id = owner->team_id,
                .tenant_id = customer.id(),
                .device_id = machine.device->id,
                .host_name = "w11-l",
                .agent_version = "0.1.0",
                .at = {1'790'000'000'000},
                .clock_trusted = true,
                .forced = false,
                .chain = machine.position,
                .items = {{.part = RemovalPart::Account, .name = "msp-nik"}},
                .more = 0};
    }
    [[nodiscard]] SignedEnvelope sign(const RemovalStatement& content) const {
        return sign_envelope(machine.key, crypto::Purpose::Removal, encode_removal(content));
    }
    Result<RemovedDevice> take(const SignedEnvelope& envelope, std::optional<Actor> actor = std::nullopt) {
        return write(
            [&](UnitOfWork& unit) { return removal_service::take(unit, machine.device->id, envelope, actor); });
    }
    void upload() {
        must([&](UnitOfWork& unit) {
            return audit_service::ingest(unit, *machine.device, machine.bodies, machine.head());
        });
    }
    [[nodiscard]] bool is_there() {
        return look(
            [&](platform::Database& database) { return device_store::find(database, machine.device->id).has_value(); });
    }
    [[nodiscard]] std::int64_t events(const std::string& kind) {
        return look([&](platform::Database& database) {
            auto rows = sql::query(database, "SELECT count(*) FROM audit_event WHERE kind = ?", kind);
            return rows.next() ? rows.integer(0) : -1;
        });
    }
    [[nodiscard]] std::optional<std::int64_t> missing() {
        return look([&](platform::Database& database) {
            return removal_service::missing_events(database, machine.device->id, statement());
        });
    }

    ChainWriter machine;
    TenantRecord customer;
};

}  // namespace

TEST_CASE("row 86: a workstation's own statement is checked, kept, and makes it a removed one", "[portal][removal]") {
    RemovalWorld world;
    world.upload();
    const auto removed = world.take(world.sign(world.statement()));
    REQUIRE(removed);
    REQUIRE(removed->statement);
    CHECK_FALSE(removed->statement->brought_by);
    CHECK_FALSE(world.is_there());
    CHECK(world.missing() == 0);
    CHECK(world.events("device_removed") == 1);
    CHECK(world.events("device_removal_stated") == 1);
    // It connects no more.
    const HelloBody hello{.device_id = world.machine.device->id,
                          .signing_key = world.machine.key.public_key(),
                          .device_nonce = {},
                          .portal_nonce = {},
                          .channel_binding = {},
                          .agent_version = "0.1.0",
                          .incarnation = {}};
    CHECK(world.write([&](UnitOfWork& unit) { return device_service::arrive(unit, hello); }).error() ==
          Error::NotFound);
    SECTION("the same again changes nothing") {
        CHECK(world.take(world.sign(world.statement()), world.owner));
        CHECK(world.events("device_removed") == 1);
        CHECK(world.events("device_removal_stated") == 1);
    }
    SECTION("a later one does not take its place") {
        auto later = world.statement();
        later.forced = true;
        const auto kept = world.take(world.sign(later));
        REQUIRE(kept);
        CHECK(kept->statement->statement == removed->statement->statement);
    }
}

TEST_CASE("a statement that was changed, is another's or none is refused, and nothing is removed",
          "[portal][removal]") {
    RemovalWorld world;
    SECTION("changed after it was signed") {
        auto envelope = world.sign(world.statement());
        auto other = world.statement();
        other.items.clear();
        envelope.body = encode_removal(other);
        CHECK(world.take(envelope, world.owner).error() == Error::StatementForged);
    }
    SECTION("signed by another key") {
        const auto envelope = sign_envelope(crypto::DeviceSigningKey::generate(), crypto::Purpose::Removal,
                                            encode_removal(world.statement()));
        CHECK(world.take(envelope, world.owner).error() == Error::StatementForged);
    }
    SECTION("signed for another purpose") {
        const auto envelope =
            sign_envelope(world.machine.key, crypto::Purpose::AuditHead, encode_removal(world.statement()));
        CHECK(world.take(envelope).error() == Error::StatementForged);
    }
    SECTION("about another workstation") {
        auto other = world.statement();
        other.device_id = world.device(*world.owner, world.customer.id(), "W12").id;
        CHECK(world.take(world.sign(other), world.owner).error() == Error::StatementOfAnotherDevice);
    }
    SECTION("no statement") {
        const auto envelope = sign_envelope(world.machine.key, crypto::Purpose::Removal, "{}");
        CHECK(world.take(envelope, world.owner).error() == Error::Malformed);
    }
    SECTION("by somebody of another team") {
        CHECK(world.take(world.sign(world.statement()), world.other_team("Other")).error() == Error::NotFound);
    }
    CHECK(world.is_there());
    CHECK(world.events("device_removed") == 0);
}

TEST_CASE("a statement says how much of the log never came", "[portal][removal]") {
    RemovalWorld world;
    CHECK(world.missing() == 2);
    world.upload();
    CHECK(world.missing() == 0);
    world.machine.add(AuditKind::Store);
    CHECK(world.missing() == 1);
    world.machine.position = {1, audit_event_hash("something else")};
    CHECK_FALSE(world.missing());
}

TEST_CASE("removed workstations are listed with their statement, or as never having said one", "[portal][removal]") {
    ApiWorld api;
    const auto customer = api.world.tenant(*api.world.owner, "Customer-1");
    ChainWriter machine;
    machine.enrol(api.world, customer.id());
    const auto silent = api.world.device(*api.world.owner, customer.id(), "W12-silent");
    auto browser = api.sign_in(api.world.owner_key);
    CHECK(api.get(browser, "/removed-devices").json().at("items").empty());
    REQUIRE(api.call(browser, platform::HttpMethod::Delete, "/devices/" + silent.id.to_string()).status == 204);
    const RemovalStatement statement{.team_id = api.world.owner->team_id,
                                     .tenant_id = customer.id(),
                                     .device_id = machine.device->id,
                                     .host_name = "w11-l",
                                     .agent_version = "0.1.0",
                                     .at = {1'790'000'000'000},
                                     .clock_trusted = true,
                                     .forced = true,
                                     .chain = {3, audit_event_hash("x")},
                                     .items = {{.part = RemovalPart::Pam,
                                                .name = "/etc/pam.d/sshd",
                                                .fate = RemovalFate::Remained,
                                                .note = "still_there"}},
                                     .more = 0};
    const auto envelope = sign_envelope(machine.key, crypto::Purpose::Removal, encode_removal(statement));
    const auto path = "/devices/" + machine.device->id.to_string() + "/removal-statement";
    const auto body = nlohmann::json::parse(encode_envelope(envelope));
    auto forged = body;
    forged["signature"] = std::string(85, 'A') + "A";
    const auto refused = api.call(browser, platform::HttpMethod::Post, path, forged);
    CHECK(refused.status == 400);
    CHECK(refused.problem() == "urn:doorward:problem:statement_forged");
    CHECK(api.call(browser, platform::HttpMethod::Post, path, body).status == 200);
    const auto items = api.get(browser, "/removed-devices").json().at("items");
    REQUIRE(items.size() == 2);
    CHECK(items[0]["name"] == "W11-L");
    CHECK(items[0]["statement"]["forced"] == true);
    CHECK(items[0]["statement"]["missing_events"] == 3);
    CHECK(items[0]["statement"]["items"][0]["note"] == "still_there");
    CHECK(items[0]["statement"]["brought_by"]["id"] == api.world.owner->technician_id.to_string());
    CHECK(items[1]["name"] == "W12-silent");
    CHECK(items[1]["statement"].is_null());
    CHECK(api.get(browser, "/devices").json().at("items").empty());
}
