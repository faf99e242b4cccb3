#include "msp-portal/server/services/connection_trail.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;

namespace {

// What a workstation's store holds of itself; a copy of this is a copy of the workstation.
struct Machine {
    std::int64_t generation = 0;
    std::optional<ChannelNonce> last_nonce;
    std::optional<crypto::Digest> hardware{};
};

struct QuarantineWorld : PortalWorld {
    QuarantineWorld() : key(crypto::DeviceSigningKey::generate()) {
        const auto customer = tenant(*owner, "Customer-1");
        device_id = must([&](UnitOfWork& unit) -> Result<DeviceId> {
            const auto created = device_service::create_token(unit, *owner, deployment, customer.id(), {});
            const auto enrolled =
                device_service::enrol(unit, {enrolment_secret_hash(EnrolmentToken::parse(created->token)->secret),
                                             key.public_key(),
                                             crypto::DeviceAgreementKey::generate().public_key(),
                                             "W11-L",
                                             "Debian 12",
                                             DeviceKind::NonDomain,
                                             {}});
            return enrolled->id;
        });
    }

    HelloBody hello(const Machine& machine, const ChannelNonce& nonce) const {
        return {.device_id = device_id,
                .signing_key = key.public_key(),
                .device_nonce = {},
                .portal_nonce = nonce,
                .channel_binding = {},
                .agent_version = "0.1.0",
                .incarnation = {},
                .revision = 0,
                .generation = machine.generation,
                .last_nonce = machine.last_nonce,
                .machine = machine.hardware};
    }
    // As far as the portal has it: the welcome is sent, and nobody knows whether it arrives.
    device_service::Standing welcome(const Machine& machine, const ChannelNonce& nonce) {
        return must([&](UnitOfWork& unit) { return device_service::arrive(unit, hello(machine, nonce)); }).standing;
    }
    void answers(const ChannelNonce& nonce) {
        must([&](UnitOfWork& unit) -> Result<bool> {
            const auto life = load_portal_record(unit.database).incarnation;
            return device_service::roster_applied(unit, *device_id, {life, 1}, nonce).has_value();
        });
    }
    void tells(std::int64_t generation) {
        const DeviceStatus status{.agent_version = "0.1.0",
                                  .generation = generation,
                                  .clock_trusted = true,
                                  .offline_until = {},
                                  .sessions = 0,
                                  .accounts = {}};
        must([&](UnitOfWork& unit) -> Result<bool> {
            return device_service::status_reported(unit, *device_id, status).has_value();
        });
    }
    // A whole connection; the store has kept it.
    std::optional<QuarantineReason> connect(Machine& machine) {
        const auto nonce = crypto::random_array<32>();
        const auto standing = welcome(machine, nonce);
        if (standing.quarantine) return standing.quarantine;
        machine.last_nonce = nonce;
        answers(nonce);
        return std::nullopt;
    }
    DeviceRecord device() {
        return look([&](platform::Database& database) { return *device_store::find(database, *device_id); });
    }
    std::int64_t recorded(const std::string& kind) {
        return look([&](platform::Database& database) {
            return sql::number(database, "SELECT count(*) FROM audit_event WHERE kind = ?", kind);
        });
    }
    ChangeRecord release() {
        return must([&](UnitOfWork& unit) { return device_service::resume(unit, *owner, *device_id); });
    }

    crypto::DeviceSigningKey key;
    std::optional<DeviceId> device_id;
};

}  // namespace

TEST_CASE("a trail knows the last connection and the ones that may not have arrived, and no other", "[portal]") {
    std::map<int, ChannelNonce> nonces;
    for (int number = 1; number <= 9; ++number)
        nonces[number] = crypto::random_array<32>();
    auto trail = ConnectionTrail::from(std::nullopt);
    CHECK(trail.knows(std::nullopt));
    CHECK_FALSE(trail.knows(nonces[1]));
    trail.connected(std::nullopt, nonces[1]);
    CHECK(trail.knows(std::nullopt));
    CHECK(trail.knows(nonces[1]));
    trail.confirmed(nonces[1]);
    CHECK_FALSE(trail.knows(std::nullopt));
    // A confirmation that comes late says nothing new.
    trail.connected(nonces[1], nonces[2]);
    trail.confirmed(nonces[1]);
    CHECK(trail.knows(nonces[2]));
    SECTION("naming it is holding it") {
        trail.connected(nonces[2], nonces[3]);
        CHECK_FALSE(trail.knows(nonces[1]));
        CHECK(trail.knows(nonces[2]));
        CHECK(trail.knows(nonces[3]));
    }
    SECTION("two hellos that overtake each other end nobody") {
        trail.connected(nonces[1], nonces[3]);
        trail.confirmed(nonces[2]);
        CHECK(trail.knows(nonces[2]));
        CHECK(trail.knows(nonces[3]));
        CHECK_FALSE(trail.knows(nonces[1]));
    }
    SECTION("it does not grow, whatever is never answered") {
        for (int number = 3; number <= 9; ++number)
            trail.connected(nonces[1], nonces[number]);
        CHECK(trail.knows(nonces[1]));
        CHECK(trail.knows(nonces[9]));
        CHECK_FALSE(trail.knows(nonces[2]));
        CHECK(trail.bytes().size() == 5 * 32);
    }
    const auto stored = ConnectionTrail::parse(trail.bytes());
    REQUIRE(stored);
    CHECK(stored->bytes() == trail.bytes());
    CHECK_FALSE(ConnectionTrail::parse({}));
    CHECK_FALSE(ConnectionTrail::parse(std::vector<std::uint8_t>(33)));
    CHECK_FALSE(ConnectionTrail::parse(std::vector<std::uint8_t>(6 * 32)));
}

TEST_CASE("a workstation reconnects as often as it likes, whatever got lost on the way", "[portal][quarantine]") {
    QuarantineWorld world;
    Machine machine;
    CHECK_FALSE(world.connect(machine));
    for (int round = 0; round < 20; ++round) {
        machine.generation += round % 3;
        const auto nonce = crypto::random_array<32>();
        REQUIRE_FALSE(world.welcome(machine, nonce).quarantine);
        if (round % 4 == 0) continue;  // the welcome never came
        machine.last_nonce = nonce;
        if (round % 4 == 1) continue;  // it came, and the answer never did
        world.answers(nonce);
        world.tells(machine.generation);
    }
    CHECK(world.device().state == DeviceState::Active);
}

TEST_CASE("row 46: two machines with one identity are quarantined, whichever connects first", "[portal][quarantine]") {
    QuarantineWorld world;
    Machine original;
    SECTION("cloned before its first connection") {}
    SECTION("cloned while it is away") {
        REQUIRE_FALSE(world.connect(original));
    }
    SECTION("cloned after many connections") {
        for (int round = 0; round < 5; ++round)
            REQUIRE_FALSE(world.connect(original));
    }
    Machine clone = original;
    REQUIRE_FALSE(world.connect(clone));
    CHECK(world.connect(original) == QuarantineReason::SecondMachine);
    CHECK(world.connect(clone) == QuarantineReason::SecondMachine);
    CHECK(world.device().state == DeviceState::Quarantined);
    CHECK(world.device().quarantine == QuarantineReason::SecondMachine);
    CHECK(world.recorded("device_quarantined") == 1);
    world.reopen();
    CHECK(world.connect(original) == QuarantineReason::SecondMachine);
}

TEST_CASE("row 49: a stolen device key used elsewhere without the store's latest is quarantined",
          "[portal][quarantine]") {
    QuarantineWorld world;
    Machine machine;
    REQUIRE_FALSE(world.connect(machine));
    Machine thief;
    thief.generation = 1000;
    CHECK(world.connect(thief) == QuarantineReason::SecondMachine);
    // A thief without the key learns nothing and harms nobody.
    const auto stranger = crypto::DeviceSigningKey::generate();
    QuarantineWorld other;
    Machine fine;
    REQUIRE_FALSE(other.connect(fine));
    auto forged = other.hello(thief, crypto::random_array<32>());
    forged.signing_key = stranger.public_key();
    CHECK(other.write([&](UnitOfWork& unit) { return device_service::arrive(unit, forged); }).error() ==
          Error::NotFound);
    CHECK_FALSE(other.connect(fine));
}

TEST_CASE("row 29: a store whose anchors were all rolled back with it is found out by the portal",
          "[portal][quarantine]") {
    QuarantineWorld world;
    Machine machine{.generation = 10, .last_nonce = {}};
    REQUIRE_FALSE(world.connect(machine));
    const Machine image = machine;
    SECTION("by what it had told in the same connection") {
        world.tells(15);
        Machine back = image;
        back.generation = 14;
        CHECK(world.connect(back) == QuarantineReason::RolledBack);
    }
    SECTION("by its last connection") {
        machine.generation = 12;
        REQUIRE_FALSE(world.connect(machine));
        Machine back = image;
        back.generation = 12;
        CHECK(world.connect(back) == QuarantineReason::SecondMachine);
    }
    SECTION("a status that was long on its way lowers nothing") {
        world.tells(15);
        world.tells(11);
        Machine back = image;
        back.generation = 14;
        CHECK(world.connect(back) == QuarantineReason::RolledBack);
    }
}

TEST_CASE("a quarantined workstation has no roster, and the live connection in its name ends", "[portal][quarantine]") {
    QuarantineWorld world;
    Machine machine;
    REQUIRE_FALSE(world.connect(machine));
    std::set<DeviceId> ended;
    const auto subscription = world.store->feed().subscribe([&](const Effects& effects) {
        ended.insert(effects.devices_quarantined.begin(), effects.devices_quarantined.end());
    });
    Machine thief;
    REQUIRE(world.connect(thief));
    CHECK(ended == std::set<DeviceId>{*world.device_id});
    SECTION("a suspension does not end it") {
        CHECK(
            world.write([&](UnitOfWork& unit) { return device_service::suspend(unit, *world.owner, *world.device_id); })
                .error() == Error::WrongState);
    }
    SECTION("another team does not end it") {
        const auto stranger = world.other_team("Other team");
        CHECK(world.write([&](UnitOfWork& unit) { return device_service::resume(unit, stranger, *world.device_id); })
                  .error() == Error::NotFound);
    }
    CHECK(world.connect(machine));
}

TEST_CASE("ending a quarantine gives access back: it needs two people, and believes the next once",
          "[portal][quarantine]") {
    QuarantineWorld world;
    const auto second = world.administrator(*world.owner, *world.owner, "bea");
    Machine machine{.generation = 5, .last_nonce = {}};
    REQUIRE_FALSE(world.connect(machine));
    const Machine image = machine;
    machine.generation = 9;
    REQUIRE_FALSE(world.connect(machine));
    Machine back = image;
    REQUIRE(world.connect(back) == QuarantineReason::RolledBack);

    const auto change = world.release();
    CHECK(change.state == ChangeState::Pending);
    CHECK(world.connect(back));
    world.must_accept(second, change);
    CHECK(world.device().state == DeviceState::Active);

    const auto nonce = crypto::random_array<32>();
    const auto standing = world.welcome(back, nonce);
    CHECK_FALSE(standing.quarantine);
    // Its audit chain may have to go on from what the portal holds.
    CHECK(standing.chain == empty_chain());
    back.last_nonce = nonce;
    world.answers(nonce);
    // The other one is still the other one.
    CHECK(world.connect(machine) == QuarantineReason::SecondMachine);
}

TEST_CASE("row 43: a portal that was restored believes every workstation once", "[portal][quarantine]") {
    QuarantineWorld world;
    Machine machine;
    REQUIRE_FALSE(world.connect(machine));
    // Connections that the backup knows nothing of.
    machine.last_nonce = crypto::random_array<32>();
    machine.generation = 100;
    world.must([](UnitOfWork& unit) -> Result<bool> {
        start_new_incarnation(unit);
        return true;
    });
    CHECK_FALSE(world.connect(machine));
    Machine copy = machine;
    CHECK_FALSE(world.connect(machine));
    CHECK(world.connect(copy) == QuarantineReason::SecondMachine);
}

TEST_CASE("row 32: a store that moved to another machine is quarantined until somebody says that it may",
          "[portal][quarantine]") {
    QuarantineWorld world;
    Machine machine;
    REQUIRE_FALSE(world.connect(machine));
    // An agent that cannot tell yet says nothing, and what it says first is believed.
    machine.hardware = crypto::sha256(crypto::as_bytes("one"));
    REQUIRE_FALSE(world.connect(machine));
    machine.hardware.reset();
    REQUIRE_FALSE(world.connect(machine));
    machine.hardware = crypto::sha256(crypto::as_bytes("another"));
    CHECK(world.connect(machine) == QuarantineReason::AnotherMachine);
    machine.hardware = crypto::sha256(crypto::as_bytes("one"));
    CHECK(world.connect(machine) == QuarantineReason::AnotherMachine);

    machine.hardware = crypto::sha256(crypto::as_bytes("another"));
    CHECK(world.release().state == ChangeState::AppliedAlone);
    CHECK_FALSE(world.connect(machine));
    CHECK_FALSE(world.connect(machine));
    machine.hardware = crypto::sha256(crypto::as_bytes("one"));
    CHECK(world.connect(machine) == QuarantineReason::AnotherMachine);
}
