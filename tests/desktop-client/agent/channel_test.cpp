#include "crypto/random.h"
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::AdminStatus;
using protocol::AppliedMessage;
using protocol::OutOfStepMessage;
using protocol::OutOfStepReason;

struct EnrolledFixture {
    EnrolledFixture() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    [[nodiscard]] OutOfStepReason refusal_of(const protocol::SyncMessage& message) {
        portal.send(message);
        return portal.wait_for<OutOfStepMessage>().reason;
    }
    Workstation workstation;
    Portal portal;
};

agent::AdminReply enrol_with(const Workstation& workstation, const std::string& token) {
    agent::AdminRequest request;
    request.verb = agent::AdminVerb::Enrol;
    request.token = crypto::SecretBytes::copy_of(crypto::as_bytes(token));
    request.name = "W11-L";
    return ask_agent(workstation, request);
}

// `doorward enrol` with the portal's token, step by step.
struct EnrollingFixture {
    EnrollingFixture() { REQUIRE_FALSE(workstation.start()); }
    void begin() {
        answer = std::async(std::launch::async, [this] { return enrol_with(workstation, portal.token()); });
    }
    void refuse() {
        portal.accept(workstation);
        static_cast<void>(portal.wait_for<protocol::EnrolMessage>());
        portal.send(protocol::EnrolRefusedMessage{.reason = protocol::EnrolRefusal::Token});
        CHECK(answer.get().status == AdminStatus::Denied);
    }
    // The link closes what the agent wants closed.
    void close() {
        CHECK(std::holds_alternative<link::Close>(portal.receive_raw()));
        portal.send_raw(link::Down{.reason = link::DownReason::ClosedByAgent});
    }
    // What is under way comes to nothing.
    void give_up() {
        portal.detach();
        CHECK(answer.get().status == AdminStatus::Unreachable);
    }
    Workstation workstation;
    Portal portal;
    std::future<agent::AdminReply> answer;
};

}  // namespace

TEST_CASE("a workstation enrols once", "[agent][channel]") {
    EnrolledFixture test;
    const auto status = ask_agent(test.workstation, agent::AdminVerb::Status);
    CHECK(status.status == AdminStatus::Done);
    CHECK(value_of(status, "name") == agent::AdminValue("W11-L"));
    CHECK(value_of(status, "customer") == agent::AdminValue("Customer-1"));
    CHECK(value_of(status, "portal") == agent::AdminValue("up"));
    CHECK(enrol_with(test.workstation, test.portal.token()).status == AdminStatus::Conflict);
}

TEST_CASE("before the enrolment the tool says how to enrol", "[agent][channel]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    CHECK(ask_agent(workstation, agent::AdminVerb::Status).status == AdminStatus::NotEnrolled);
    CHECK(ask_agent(workstation, agent::AdminVerb::Sync).status == AdminStatus::NotEnrolled);
    CHECK(enrol_with(workstation, "dwe1:nonsense").status == AdminStatus::Usage);
}

TEST_CASE("an enrolment waits for a link that is still starting", "[agent][channel]") {
    EnrollingFixture test;
    const auto before = std::chrono::steady_clock::now();
    test.begin();
    SECTION("and goes on when it comes") {
        CHECK(test.answer.wait_for(500ms) == std::future_status::timeout);
        test.refuse();
    }
    SECTION("and says what is wrong when it does not, so that the next one can begin") {
        const auto reply = test.answer.get();
        CHECK(reply.status == AdminStatus::Unreachable);
        CHECK(reply.message.contains("doorward-link"));
        CHECK(std::chrono::steady_clock::now() - before >= agent::ChannelService::k_link_patience);
        test.portal.attach(test.workstation);
        test.begin();
        test.portal.accept(test.workstation);
        test.give_up();
    }
}

TEST_CASE("an enrolment right after a refused one waits until the link has closed that one", "[agent][channel]") {
    EnrollingFixture test;
    test.portal.attach(test.workstation);
    test.begin();
    test.refuse();
    test.begin();
    CHECK(test.answer.wait_for(200ms) == std::future_status::timeout);
    test.close();
    test.portal.accept(test.workstation);
    test.give_up();
}

TEST_CASE("a token that the portal refuses leaves everything as it was", "[agent][channel]") {
    EnrollingFixture test;
    test.portal.attach(test.workstation);
    test.begin();
    test.refuse();
    test.close();
    // The same token is tried again with the same keys: a refusal destroyed nothing.
    const auto key = test.portal.hello->signing_key;
    test.begin();
    CHECK(test.portal.accept(test.workstation).signing_key == key);
    test.give_up();
}

TEST_CASE("another portal than the token's is not enrolled with", "[agent][channel]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    Portal genuine;
    Portal other;
    other.attach(workstation);
    auto answer = std::async(std::launch::async, [&] { return enrol_with(workstation, genuine.token()); });
    other.accept(workstation);
    CHECK(answer.get().status == AdminStatus::Denied);
    CHECK(std::holds_alternative<link::Close>(other.receive_raw()));
}

TEST_CASE("row 52: a welcome must answer this hello on this channel", "[agent][channel]") {
    EnrolledFixture test;
    test.portal.cut();
    test.portal.attach(test.workstation);
    REQUIRE(std::holds_alternative<link::Connect>(test.portal.receive_raw()));
    const auto binding = crypto::random_array<32>();
    const auto nonce = crypto::random_array<32>();
    test.portal.send_raw(link::Up{binding});
    test.portal.send(protocol::ChallengeMessage{.nonce = nonce});
    const auto message = test.portal.wait_for<protocol::HelloMessage>();
    const auto hello = protocol::verify_hello(message.envelope, nonce, binding);
    REQUIRE(hello);
    CHECK(hello->device_id == test.portal.device->id);
    CHECK(hello->revision == test.portal.revision);
    CHECK(hello->generation > 0);
    protocol::WelcomeBody welcome{.device_nonce = hello->device_nonce,
                                  .portal_nonce = nonce,
                                  .channel_binding = binding,
                                  .time = {test.portal.time},
                                  .incarnation = test.portal.incarnation};
    crypto::PortalSigningKey key = crypto::PortalSigningKey::generate();
    SECTION("signed by the pinned key") {
        welcome.device_nonce[0] ^= 1;
        key = std::move(test.portal.key);
    }
    SECTION("of this connection") {
        welcome.channel_binding[31] ^= 1;
        key = std::move(test.portal.key);
    }
    SECTION("and not by another key") {}
    test.portal.send(
        protocol::WelcomeMessage{.envelope = protocol::sign_envelope(key, crypto::Purpose::ChannelPortal,
                                                                     protocol::encode_welcome_body(welcome))});
    CHECK(std::holds_alternative<link::Close>(test.portal.receive_raw()));
}

TEST_CASE("what comes before the welcome closes the connection", "[agent][channel]") {
    EnrolledFixture test;
    test.portal.cut();
    test.portal.attach(test.workstation);
    REQUIRE(std::holds_alternative<link::Connect>(test.portal.receive_raw()));
    test.portal.send_raw(link::Up{crypto::random_array<32>()});
    SECTION("a sync") {
        test.portal.send(test.portal.make_sync(true));
    }
    SECTION("an acknowledgement") {
        test.portal.send(protocol::AuditAcknowledgedMessage{.sequence = 1});
    }
    SECTION("an enrolment nobody asked for") {
        test.portal.send(protocol::EnrolledMessage{.device_id = new_id<protocol::DeviceId>(),
                                                   .team_id = test.portal.team.id,
                                                   .tenant_id = test.portal.tenant.id});
    }
    SECTION("no JSON at all") {
        test.portal.send_raw(link::Received{"<html>captive portal</html>"});
    }
    CHECK(std::holds_alternative<link::Close>(test.portal.receive_raw()));
}

TEST_CASE("row 39: a sync must hash and be signed, or nothing of it counts", "[agent][channel]") {
    EnrolledFixture test;
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    test.portal.technicians.front().name = "Somebody else";
    auto message = test.portal.make_sync(false);
    SECTION("a document that is not in the hash") {
        message.documents.front().body.back() = ' ';
        message.documents.front().body += "}";
        CHECK(test.refusal_of(message) == OutOfStepReason::Hash);
    }
    SECTION("a document that was left out") {
        message.documents.clear();
        CHECK(test.refusal_of(message) == OutOfStepReason::Hash);
    }
    SECTION("another key's signature") {
        message.head = protocol::sign_envelope(crypto::PortalSigningKey::generate(), crypto::Purpose::RosterHead,
                                               message.head.body);
        CHECK(test.refusal_of(message) == OutOfStepReason::Signature);
    }
    SECTION("a body that was changed after signing") {
        message.head.body += " ";
        CHECK(test.refusal_of(message) == OutOfStepReason::Signature);
    }
    SECTION("another device's head") {
        auto head = test.portal.make_head();
        head.device_id = new_id<protocol::DeviceId>();
        message.head = test.portal.sign_head(head);
        CHECK(test.refusal_of(message) == OutOfStepReason::Signature);
    }
    SECTION("an older revision") {
        auto head = test.portal.make_head();
        head.revision = 1;
        message.head = test.portal.sign_head(head);
        CHECK(test.refusal_of(message) == OutOfStepReason::Signature);
    }
    SECTION("another life of the portal that no welcome spoke of") {
        auto head = test.portal.make_head();
        head.incarnation = new_id<protocol::Incarnation>();
        message.head = test.portal.sign_head(head);
        message.full = true;
        message.from_revision = 0;
        CHECK(test.refusal_of(message) == OutOfStepReason::Signature);
    }
    SECTION("changes on top of a revision we do not have") {
        message.from_revision += 5;
        CHECK(test.refusal_of(message) == OutOfStepReason::Hash);
    }
    // As it was: the technician's old name, and a full sync mends it.
    const auto accounts = ask_agent(test.workstation, agent::AdminVerb::Accounts);
    CHECK(value_of(accounts, "technician") == agent::AdminValue("Technician nik"));
    CHECK(std::holds_alternative<AppliedMessage>(test.portal.sync_full()));
}

TEST_CASE("another life of the portal is taken where the welcome says so", "[agent][channel]") {
    EnrolledFixture test;
    test.portal.cut();
    test.portal.incarnation = new_id<protocol::Incarnation>();
    test.portal.revision = 0;
    test.portal.accept(test.workstation);
    CHECK(std::holds_alternative<AppliedMessage>(test.portal.sync_full()));
}

TEST_CASE("row 51: the announced next key takes over", "[agent][channel]") {
    EnrolledFixture test;
    auto next = crypto::PortalSigningKey::generate();
    test.portal.next_key = next.public_key();
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    test.portal.key = std::move(next);
    test.portal.next_key.reset();
    CHECK(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    // The old one is gone; a new connection is welcomed by the new one.
    test.portal.cut();
    test.portal.accept(test.workstation);
    CHECK(std::holds_alternative<AppliedMessage>(test.portal.sync()));
}

TEST_CASE("row 51: a key that was not announced does not take over", "[agent][channel]") {
    EnrolledFixture test;
    test.portal.key = crypto::PortalSigningKey::generate();
    CHECK(std::holds_alternative<OutOfStepMessage>(test.portal.sync()));
}

TEST_CASE("a roster in several messages is applied as one", "[agent][channel]") {
    EnrolledFixture test;
    test.portal.technicians.push_back(test.portal.make_technician("eva", {}));
    test.portal.technicians.front().name = "Nik the second";
    const auto whole = test.portal.make_sync(true);
    for (std::size_t i = 0; i < whole.documents.size(); ++i) {
        protocol::SyncMessage part = whole;
        part.documents = {whole.documents[i]};
        part.more = i + 1 < whole.documents.size();
        test.portal.send(part);
    }
    CHECK(test.portal.wait_for<AppliedMessage>().revision == test.portal.revision);
}

TEST_CASE("the roster survives a restart", "[agent][channel]") {
    EnrolledFixture test;
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    const auto status = ask_agent(test.workstation, agent::AdminVerb::Status);
    CHECK(value_of(status, "customer") == agent::AdminValue("Customer-1"));
    CHECK(value_of(status, "revision") == agent::AdminValue(test.portal.revision));
}

TEST_CASE("row 40: audit events reach the portal in order and once, whatever gets lost", "[agent][channel][audit]") {
    EnrolledFixture test;
    const auto code = test.portal.code(test.workstation.clock.wall);
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    test.portal.acknowledges = false;
    static_cast<void>(test.portal.wait_for<protocol::AuditMessage>());
    test.portal.cut();
    CHECK(denied_reason(sign_in_with(test.workstation, code)));
    test.portal.acknowledges = true;
    test.portal.accept(test.workstation);
    const auto head =
        std::get<std::int64_t>(*value_of(ask_agent(test.workstation, agent::AdminVerb::Diagnose), "audit_events"));
    test.portal.take_audit(head);
    const auto events = test.portal.events();
    REQUIRE(static_cast<std::int64_t>(events.size()) == head);
    for (std::size_t i = 0; i < events.size(); ++i)
        CHECK(events[i].sequence == static_cast<std::int64_t>(i) + 1);
    CHECK(events.front().kind == protocol::AuditKind::Enrolled);
    CHECK(events[events.size() - 2].outcome == protocol::AuditOutcome::Success);
    CHECK(events.back().reason == "code_used");
}

TEST_CASE("the portal is told how this workstation is", "[agent][channel]") {
    EnrolledFixture test;
    REQUIRE(test.portal.status);
    test.portal.cut();
    test.portal.status.reset();
    test.portal.accept(test.workstation);
    while (!test.portal.status)
        static_cast<void>(test.portal.receive());
    CHECK(test.portal.status->clock_trusted);
    CHECK(test.portal.status->offline_until == protocol::Timestamp{test.portal.offline_until});
    CHECK(test.portal.status->generation > 0);
    CHECK(test.portal.status->clock_drift_ms == 0);
}

TEST_CASE("how far the clock is off is told to the portal and to whoever asks here", "[agent][channel][clock]") {
    EnrolledFixture test;
    const auto drift = [&] {
        return value_of(ask_agent(test.workstation, agent::AdminVerb::Status), "clock_drift_ms");
    };
    CHECK(drift() == agent::AdminValue(std::int64_t{0}));
    test.workstation.clock.wall += 90'000;
    CHECK(drift() == agent::AdminValue(std::int64_t{90'000}));
    // It is still known without the portal.
    test.portal.cut();
    test.workstation.clock.wall -= 7'200'000;
    test.workstation.clock.pass(std::chrono::hours(5));
    CHECK(drift() == agent::AdminValue(std::int64_t{90'000 - 7'200'000}));

    test.portal.time = test.workstation.clock.wall + 60'000;
    test.portal.status.reset();
    test.portal.accept(test.workstation);
    while (!test.portal.status)
        static_cast<void>(test.portal.receive());
    CHECK(test.portal.status->clock_drift_ms == -60'000);
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    CHECK(drift() == agent::AdminValue(std::monostate{}));
}

TEST_CASE("row 50: a goodbye keeps the keys", "[agent][channel]") {
    EnrolledFixture test;
    test.portal.send(protocol::GoodbyeMessage{.reason = protocol::GoodbyeReason::UnknownDevice});
    CHECK(std::holds_alternative<link::Close>(test.portal.receive_raw()));
    test.portal.send_raw(link::Down{.reason = link::DownReason::ClosedByAgent});
    const auto key = test.portal.hello->signing_key;
    CHECK(test.portal.accept(test.workstation).signing_key == key);
}

}  // namespace doorward::tests
