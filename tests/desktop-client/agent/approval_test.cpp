#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <cctype>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using ipc::DeniedReason;

struct ApprovalFixture {
    ApprovalFixture() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    /// The number in a prompt, 0 where there is none.
    [[nodiscard]] static int number_in(const std::string& prompt) {
        constexpr std::string_view k_start = "Approve on your phone: ";
        if (!prompt.starts_with(k_start) || prompt.size() < k_start.size() + 2) return 0;
        return std::stoi(prompt.substr(k_start.size(), 2));
    }
    /// The request as the phone gets it, its signature checked.
    [[nodiscard]] protocol::SignInRequest take_request() {
        envelope = portal.wait_for<protocol::SignInRequestMessage>().envelope;
        const auto opened = protocol::open_sign_in_request(*envelope, portal.device->signing_key);
        REQUIRE(opened);
        return *opened;
    }
    void approve(const protocol::SignInRequest& request, int number) {
        portal.send(protocol::SignInAnswerMessage{.request_id = request.id,
                                                  .phone_id = portal.phone.id,
                                                  .assertion = portal.phone.approve(envelope->body, number)});
    }
    /// A phone is waited for.
    static void check_waits(PamExchange& exchange) {
        const auto message = exchange.next_or_wait();
        REQUIRE(message);
        CHECK(std::holds_alternative<ipc::Wait>(*message));
    }
    /// Nobody picks up within the minute that a request lives.
    void check_times_out(PamExchange& exchange) {
        workstation.clock.pass(60s);
        CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    }
    [[nodiscard]] std::string last_reason() {
        const auto head =
            std::get<std::int64_t>(*value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        portal.take_audit(head);
        return portal.events().back().reason.value_or("");
    }

    Workstation workstation;
    Portal portal;
    std::optional<protocol::SignedEnvelope> envelope;
};

}  // namespace

TEST_CASE("an approval by phone signs in", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    const auto prompt = exchange.prompt();
    const int number = ApprovalFixture::number_in(prompt);
    CHECK(number >= 10);
    CHECK(prompt ==
          "Approve on your phone: " + std::to_string(number) + ". Press Enter when done, or type an offline code: ");
    CHECK(prompt.size() < 80);
    const auto request = test.take_request();
    CHECK(request.account == "msp-nik");
    CHECK(request.service == "sshd");
    CHECK(request.remote_host == "192.0.2.7");
    CHECK(request.device_name == "W11-L");
    CHECK(request.tenant_name == "Customer-1");
    CHECK(request.technician_id == test.portal.technicians.front().id);
    CHECK(test.envelope->body.find(std::to_string(number) + "\"") == std::string::npos);
    test.approve(request, number);
    exchange.answer("");
    CHECK(is_granted(exchange.next()));
    CHECK(test.last_reason().empty());
}

TEST_CASE("an approval that comes after Enter is waited for", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    const int number = ApprovalFixture::number_in(exchange.prompt());
    const auto request = test.take_request();
    exchange.answer("");
    ApprovalFixture::check_waits(exchange);
    test.approve(request, number);
    CHECK(is_granted(exchange.verdict()));
}

TEST_CASE("row 78: what the phone's passkey did not sign is refused", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    const int number = ApprovalFixture::number_in(exchange.prompt());
    const auto request = test.take_request();
    const Phone stranger;
    SECTION("another number") {
        test.approve(request, number == 99 ? 10 : number + 1);
    }
    SECTION("without user verification") {
        test.portal.phone.verifies_user = false;
        test.approve(request, number);
    }
    SECTION("by a phone of nobody") {
        test.portal.send(protocol::SignInAnswerMessage{.request_id = request.id,
                                                       .phone_id = stranger.id,
                                                       .assertion = stranger.approve(test.envelope->body, number)});
    }
    SECTION("by another key under the phone's name") {
        test.portal.send(protocol::SignInAnswerMessage{.request_id = request.id,
                                                       .phone_id = test.portal.phone.id,
                                                       .assertion = stranger.approve(test.envelope->body, number)});
    }
    SECTION("for other bytes") {
        test.portal.send(
            protocol::SignInAnswerMessage{.request_id = request.id,
                                          .phone_id = test.portal.phone.id,
                                          .assertion = test.portal.phone.approve(test.envelope->body + " ", number)});
    }
    exchange.answer("");
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    CHECK(test.last_reason() == "approval_wrong");
}

TEST_CASE("a refusal on the phone ends the sign-in", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    static_cast<void>(exchange.prompt());
    const auto request = test.take_request();
    std::string reason;
    protocol::SignInProgress state = protocol::SignInProgress::Refused;
    SECTION("refused") {
        reason = "approval_refused";
    }
    SECTION("not me") {
        state = protocol::SignInProgress::NotMe;
        reason = "not_me";
    }
    SECTION("expired at the portal") {
        state = protocol::SignInProgress::Expired;
        reason = "approval_expired";
    }
    test.portal.send(protocol::SignInStateMessage{.request_id = request.id, .state = state});
    exchange.answer("");
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    CHECK(test.last_reason() == reason);
}

TEST_CASE("row 79: a source that was not me rings no phone for a while", "[agent][online]") {
    ApprovalFixture test;
    {
        PamExchange exchange(test.workstation, {});
        static_cast<void>(exchange.prompt());
        const auto request = test.take_request();
        test.portal.send(
            protocol::SignInStateMessage{.request_id = request.id, .state = protocol::SignInProgress::NotMe});
        exchange.answer("");
        CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    }
    PamExchange muted(test.workstation, {});
    CHECK(ApprovalFixture::number_in(muted.prompt()) >= 10);
    // From elsewhere the technician is reached as before; the muted one sent nothing that would come first.
    PamExchange elsewhere(test.workstation, {.remote_host = "198.51.100.9"});
    static_cast<void>(elsewhere.prompt());
    CHECK(test.take_request().remote_host == "198.51.100.9");
}

TEST_CASE("row 79: many addresses of one place, or many places, do not ring a phone for ever", "[agent][online]") {
    ApprovalFixture test;
    const auto refused_from = [&](const std::string& source) {
        PamExchange exchange(test.workstation, {.remote_host = source});
        static_cast<void>(exchange.prompt());
        const auto request = test.take_request();
        CHECK(request.remote_host == source);
        test.portal.send(
            protocol::SignInStateMessage{.request_id = request.id, .state = protocol::SignInProgress::Refused});
        exchange.answer("");
        CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    };
    const auto is_silent_from = [&](const std::string& source) {
        PamExchange exchange(test.workstation, {.remote_host = source});
        static_cast<void>(exchange.prompt());
        exchange.answer("");
        ApprovalFixture::check_waits(exchange);
        test.check_times_out(exchange);
        CHECK(test.last_reason() == "too_many_failed_approvals");
    };
    SECTION("loopback is one place") {
        for (int i = 0; i < 5; ++i)
            refused_from("127.0.0." + std::to_string(i + 1));
        is_silent_from("127.0.0.77");
        is_silent_from("::1");
        refused_from("192.0.2.1");
    }
    SECTION("64 bits of IPv6 are one place") {
        for (int i = 0; i < 5; ++i)
            refused_from("2001:db8:1:2::" + std::to_string(i + 1));
        is_silent_from("2001:db8:1:2:ffff::1");
        refused_from("2001:db8:1:3::1");
    }
    SECTION("from everywhere the pauses double, and they end") {
        for (int i = 0; i < 10; ++i)
            refused_from("198.51.100." + std::to_string(i + 1));
        is_silent_from("203.0.113.1");
        test.workstation.clock.pass(2min);
        refused_from("203.0.113.2");
        is_silent_from("203.0.113.3");
        test.workstation.clock.pass(2min);
        is_silent_from("203.0.113.4");
        test.workstation.clock.pass(2min);
        refused_from("203.0.113.5");
    }
}

TEST_CASE("the portal's refusals look like a phone that nobody picks up", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    static_cast<void>(exchange.prompt());
    const auto request = test.take_request();
    test.portal.send(
        protocol::SignInStateMessage{.request_id = request.id, .state = protocol::SignInProgress::NotAllowed});
    exchange.answer("");
    for (int i = 0; i < 2; ++i)
        ApprovalFixture::check_waits(exchange);
    test.check_times_out(exchange);
    CHECK(test.last_reason() == "not_allowed");
}

TEST_CASE("a technician without rights gets a number that nobody can approve", "[agent][online]") {
    ApprovalFixture test;
    test.portal.technicians.front().status = protocol::TechnicianStatus::Disabled;
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    PamExchange exchange(test.workstation, {});
    CHECK(ApprovalFixture::number_in(exchange.prompt()) >= 10);
    exchange.answer("");
    ApprovalFixture::check_waits(exchange);
    test.check_times_out(exchange);
    CHECK(test.last_reason() == "technician_disabled");
}

TEST_CASE("rights that end between approval and Enter end the sign-in", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    const int number = ApprovalFixture::number_in(exchange.prompt());
    test.approve(test.take_request(), number);
    test.portal.rights.clear();
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    exchange.answer("");
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    CHECK(test.last_reason() == "no_right");
}

TEST_CASE("a phone or technician replaced between approval and Enter ends the sign-in", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    const int number = ApprovalFixture::number_in(exchange.prompt());
    test.approve(test.take_request(), number);
    static_cast<void>(ask_agent(test.workstation, agent::AdminVerb::Diagnose));
    const Phone other(7);
    std::string reason;
    SECTION("the phone that signed is removed") {
        auto& technician = test.portal.technicians.front();
        technician.phones = {other.record(test.portal.team.id, technician.id)};
        reason = "phone_removed";
    }
    SECTION("the account is another technician's now") {
        test.portal.technicians.front() = test.portal.make_technician("nik", {&other});
        test.portal.rights.front().subject = test.portal.technicians.front().id;
        reason = "technician_changed";
    }
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    exchange.answer("");
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    CHECK(test.last_reason() == reason);
}

TEST_CASE("an approval is judged by the boot clock", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    const int number = ApprovalFixture::number_in(exchange.prompt());
    const auto request = test.take_request();
    test.workstation.clock.boot += 60'000;
    test.workstation.clock.wall -= 60'000;
    test.approve(request, number);
    exchange.answer("");
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
}

TEST_CASE("a retry on the same connection joins its request, and one approval lets one of them in", "[agent][online]") {
    ApprovalFixture test;
    test.workstation.processes.call_as({{500, 1}, {400, 1}, {1, 0}});
    PamExchange first(test.workstation, {});
    const int number = ApprovalFixture::number_in(first.prompt());
    test.workstation.processes.call_as({{501, 2}, {400, 1}, {1, 0}});
    PamExchange second(test.workstation, {});
    CHECK(ApprovalFixture::number_in(second.prompt()) == number);
    const auto request = test.take_request();
    test.approve(request, number);
    first.answer("");
    second.answer("");
    const bool first_in = is_granted(first.verdict());
    const bool second_in = is_granted(second.verdict());
    CHECK(first_in != second_in);
}

TEST_CASE("row 78: another connection with equal facts shares neither the number nor the approval", "[agent][online]") {
    ApprovalFixture test;
    test.workstation.processes.call_as({{500, 1}, {400, 1}, {1, 0}});
    PamExchange technician(test.workstation, {});
    const int number = ApprovalFixture::number_in(technician.prompt());
    SECTION("another process") {
        test.workstation.processes.call_as({{600, 3}, {410, 3}, {1, 0}});
    }
    SECTION("a later process of the same number") {
        test.workstation.processes.call_as({{500, 9}, {400, 9}, {1, 0}});
    }
    // From the same address and with Enter pressed first.
    PamExchange stranger(test.workstation, {});
    CHECK(ApprovalFixture::number_in(stranger.prompt()) >= 10);
    stranger.answer("");
    test.approve(test.take_request(), number);
    technician.answer("");
    CHECK(is_granted(technician.verdict()));
    test.check_times_out(stranger);
    CHECK(test.last_reason() == "another_request_is_open");
}

TEST_CASE("children of init have no connection in common", "[agent][online]") {
    ApprovalFixture test;
    test.workstation.processes.call_as({{500, 1}, {1, 0}});
    PamExchange technician(test.workstation, {});
    const int number = ApprovalFixture::number_in(technician.prompt());
    test.workstation.processes.call_as({{600, 3}, {1, 0}});
    PamExchange stranger(test.workstation, {});
    CHECK(ApprovalFixture::number_in(stranger.prompt()) >= 10);
    stranger.answer("");
    test.approve(test.take_request(), number);
    technician.answer("");
    CHECK(is_granted(technician.verdict()));
}

TEST_CASE("a stranger's sign-in beside an open request is not let in by its approval", "[agent][online]") {
    ApprovalFixture test;
    PamExchange technician(test.workstation, {});
    const int number = ApprovalFixture::number_in(technician.prompt());
    PamExchange stranger(test.workstation, {.remote_host = "203.0.113.66"});
    CHECK(ApprovalFixture::number_in(stranger.prompt()) >= 10);
    test.approve(test.take_request(), number);
    stranger.answer("");
    ApprovalFixture::check_waits(stranger);
    technician.answer("");
    CHECK(is_granted(technician.verdict()));
    test.check_times_out(stranger);
}

TEST_CASE("who gives up at the prompt cancels the request", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    static_cast<void>(exchange.prompt());
    const auto request = test.take_request();
    exchange.close();
    CHECK(test.portal.wait_for<protocol::SignInCancelMessage>().request_id == request.id);
}

TEST_CASE("a code works while the portal is there, too", "[agent][online]") {
    ApprovalFixture test;
    PamExchange exchange(test.workstation, {});
    CHECK(ApprovalFixture::number_in(exchange.prompt()) >= 10);
    exchange.answer(test.portal.code(test.workstation.clock.wall));
    CHECK(is_granted(exchange.verdict()));
}

TEST_CASE("waits for wrong codes do not keep the phone from approving", "[agent][online]") {
    ApprovalFixture test;
    for (int i = 0; i < 8; ++i) {
        CHECK(denied_reason(sign_in_with(test.workstation, "00000000", {.remote_host = "198.51.100.1"})));
    }
    PamExchange exchange(test.workstation, {});
    const int number = ApprovalFixture::number_in(exchange.prompt());
    auto request = test.take_request();
    while (request.remote_host != "192.0.2.7")
        request = test.take_request();
    test.approve(request, number);
    exchange.answer("");
    CHECK(is_granted(exchange.verdict()));
}

}  // namespace doorward::tests
