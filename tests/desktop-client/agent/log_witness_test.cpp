#include "crypto/encoding.h"
#include "crypto/merkle_tree.h"
#include "protocol/audit_log.h"
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using protocol::AppliedMessage;
using protocol::LogHeadMessage;
using protocol::LogHeadRequestMessage;

// The tenant's log as a portal has it, or as it says it has.
struct Log {
    std::vector<crypto::Digest> leaves;

    void grow(int events, std::string_view story = "") {
        for (; events > 0; --events) {
            const std::string entry = std::to_string(leaves.size()) + std::string(story);
            leaves.push_back(crypto::merkle_leaf_hash(crypto::as_bytes(entry)));
        }
    }
    [[nodiscard]] crypto::Digest root(const crypto::LeafRange& range) const {
        crypto::MerkleFrontier tree;
        for (std::uint64_t at = range.first; at < range.first + range.count; ++at)
            tree.append(leaves[at]);
        return tree.root();
    }
    [[nodiscard]] LogHeadMessage head(const Portal& portal, std::int64_t held) const {
        const protocol::LogHead content{.log = {portal.team.id, portal.tenant.id},
                                        .incarnation = portal.incarnation,
                                        .size = static_cast<std::int64_t>(leaves.size()),
                                        .root_hash = root({0, leaves.size()}),
                                        .at = {portal.time}};
        LogHeadMessage message{
            .head = protocol::sign_envelope(portal.key, crypto::Purpose::LogHead, protocol::encode_log_head(content)),
            .held_size = held,
            .proof = {}};
        const auto from = static_cast<std::uint64_t>(held);
        if (from > 0 && from < leaves.size()) {
            message.proof = crypto::consistency_proof({from, leaves.size()},
                                                      [this](const crypto::LeafRange& range) { return root(range); });
        }
        return message;
    }
};

struct WitnessFixture {
    WitnessFixture() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
        log.grow(5);
    }
    // What the agent asks with, once it is time.
    [[nodiscard]] std::int64_t asked() { return portal.wait_for<LogHeadRequestMessage>().held_size; }
    // Shows a head and returns when the agent has looked at it.
    void show(const LogHeadMessage& message) {
        portal.send(message);
        CHECK(std::holds_alternative<AppliedMessage>(portal.sync()));
        // Its answer comes when the agent has done with that roster, and has looked at the clock for the last time.
        static_cast<void>(held_size());
    }
    // Later, with the hourly roster head.
    [[nodiscard]] std::int64_t asked_again() {
        workstation.clock.pass(31min);
        CHECK(std::holds_alternative<AppliedMessage>(portal.sync()));
        return asked();
    }
    [[nodiscard]] std::int64_t held_size() const {
        const auto reply = ask_agent(workstation, agent::AdminVerb::LogHead);
        if (reply.status != agent::AdminStatus::Done) return 0;
        const auto body = crypto::base64url_decode(std::get<std::string>(value_of(reply, "body").value())).value();
        return protocol::decode_log_head(std::string(body.begin(), body.end()))->size;
    }
    // The reasons recorded about the log, at least `count` of them.
    [[nodiscard]] std::vector<std::string> reported(std::size_t count) {
        for (;;) {
            std::vector<std::string> reasons;
            for (const auto& event : portal.events()) {
                if (event.kind == protocol::AuditKind::LogHead) reasons.push_back(event.reason.value_or(""));
            }
            if (reasons.size() >= count) return reasons;
            static_cast<void>(portal.receive());
        }
    }
    Workstation workstation;
    Portal portal;
    Log log;
};

}  // namespace

TEST_CASE("the agent asks for the log's head with its roster and keeps what continues", "[agent][log]") {
    WitnessFixture test;
    CHECK(test.held_size() == 0);
    REQUIRE(test.asked() == 0);
    test.show(test.log.head(test.portal, 0));
    CHECK(test.held_size() == 5);
    for (const int more : {0, 1, 7}) {
        const auto held = test.asked_again();
        CHECK(held == test.held_size());
        test.log.grow(more);
        test.show(test.log.head(test.portal, held));
        CHECK(test.held_size() == held + more);
    }
    CHECK(test.reported(0).empty());
}

TEST_CASE("row 44: a log that was cut is recorded, and the greater head stays", "[agent][log]") {
    WitnessFixture test;
    REQUIRE(test.asked() == 0);
    test.show(test.log.head(test.portal, 0));
    REQUIRE(test.asked_again() == 5);
    test.log.leaves.pop_back();
    test.show(test.log.head(test.portal, 5));
    CHECK(test.reported(1) == std::vector<std::string>{"log_cut"});
    CHECK(test.held_size() == 5);
    // Also after a restart it is not forgotten.
    test.portal.cut();
    test.portal.detach();
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    test.portal.accept(test.workstation);
    CHECK(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    CHECK(test.asked() == 5);
}

TEST_CASE("row 44: a log that tells another story is recorded, whatever proof comes with it", "[agent][log]") {
    WitnessFixture test;
    REQUIRE(test.asked() == 0);
    test.show(test.log.head(test.portal, 0));
    REQUIRE(test.asked_again() == 5);
    Log other;
    SECTION("of the same size") {
        other.grow(5, "rewritten");
        test.show(other.head(test.portal, 5));
    }
    SECTION("longer, with its own proof") {
        other.grow(9, "rewritten");
        test.show(other.head(test.portal, 5));
    }
    SECTION("longer, without any proof") {
        test.log.grow(4);
        auto message = test.log.head(test.portal, 5);
        message.proof.clear();
        test.show(message);
    }
    CHECK(test.reported(1) == std::vector<std::string>{"log_forked"});
    CHECK(test.held_size() == 5);
}

TEST_CASE("a head that is not the portal's, or not of this tenant's log, is recorded and not kept", "[agent][log]") {
    WitnessFixture test;
    REQUIRE(test.asked() == 0);
    auto message = test.log.head(test.portal, 0);
    std::string reason;
    SECTION("signed with another key") {
        message.head =
            protocol::sign_envelope(crypto::PortalSigningKey::generate(), crypto::Purpose::LogHead, message.head.body);
        reason = "log_head_unsigned";
    }
    SECTION("signed for another purpose") {
        message.head = protocol::sign_envelope(test.portal.key, crypto::Purpose::RosterHead, message.head.body);
        reason = "log_head_unsigned";
    }
    SECTION("of another tenant") {
        auto content = protocol::decode_log_head(message.head.body).value();
        content.log.tenant_id = new_id<protocol::TenantId>();
        message.head =
            protocol::sign_envelope(test.portal.key, crypto::Purpose::LogHead, protocol::encode_log_head(content));
        reason = "log_head_foreign";
    }
    SECTION("of a life of the portal that was not welcomed") {
        auto content = protocol::decode_log_head(message.head.body).value();
        content.incarnation = new_id<protocol::Incarnation>();
        message.head =
            protocol::sign_envelope(test.portal.key, crypto::Purpose::LogHead, protocol::encode_log_head(content));
        reason = "log_head_foreign";
    }
    test.show(message);
    CHECK(test.reported(1) == std::vector<std::string>{reason});
    CHECK(test.held_size() == 0);
}

TEST_CASE("row 43: a restored portal's shorter log is recorded, and is the log from then on", "[agent][log]") {
    WitnessFixture test;
    REQUIRE(test.asked() == 0);
    test.show(test.log.head(test.portal, 0));
    test.portal.cut();
    test.portal.incarnation = new_id<protocol::Incarnation>();
    test.portal.revision = 0;
    test.portal.accept(test.workstation);
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync_full()));
    REQUIRE(test.asked() == 5);
    test.log.leaves.resize(3, test.log.leaves.front());
    test.show(test.log.head(test.portal, 5));
    CHECK(test.reported(1) == std::vector<std::string>{"log_cut"});
    CHECK(test.held_size() == 3);
}

TEST_CASE("a head that nobody asked for is not looked at", "[agent][log]") {
    WitnessFixture test;
    REQUIRE(test.asked() == 0);
    test.show(test.log.head(test.portal, 0));
    test.log.leaves.pop_back();
    test.show(test.log.head(test.portal, 5));
    CHECK(test.reported(0).empty());
    CHECK(test.held_size() == 5);
}

}  // namespace doorward::tests
