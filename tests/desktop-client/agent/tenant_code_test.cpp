// One secret for all of a tenant's confirmed workstations: what any authenticator app shows.
#include "protocol/tenant_code.h"

#include "tests/desktop-client/agent/offline_workstation.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

namespace doorward::tests {

using namespace std::chrono_literals;
using ipc::DeniedReason;

namespace {

struct ConfirmedWorkstation : OfflineWorkstation {
    ConfirmedWorkstation() { portal.give_tenant_secret(); }
    [[nodiscard]] std::string tenant_code(std::size_t secrets_ago = 0) const {
        return portal.tenant_code(workstation.clock.wall, secrets_ago);
    }
    [[nodiscard]] std::string label(std::size_t which = 0) const {
        return "W11-L·" +
               protocol::key_id(protocol::TenantSecretName{portal.tenant.id, portal.codes->secrets[which].id});
    }
    [[nodiscard]] std::string prompt() const { return PamExchange(workstation, {}).prompt(); }
    [[nodiscard]] protocol::AuditEvent last_success() {
        static_cast<void>(reasons());
        auto events = portal.events();
        std::erase_if(events, [](const auto& event) {
            return event.kind != protocol::AuditKind::SignInOffline || event.outcome != protocol::AuditOutcome::Success;
        });
        REQUIRE_FALSE(events.empty());
        return events.back();
    }
};

}  // namespace

TEST_CASE("a tenant's code signs a technician in by name, and the record says which code it was", "[agent][offline]") {
    ConfirmedWorkstation test;
    test.go_offline();
    const auto code = test.tenant_code();
    REQUIRE(code.size() == 6);
    CHECK(test.prompt() == "Offline. Code for " + test.label() + ": ");
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    const auto event = test.last_success();
    CHECK(event.technician_id == test.portal.technicians.front().id);
    REQUIRE(event.code_use);
    CHECK(event.code_use->secret_id == test.portal.codes->secrets.front().id);
    CHECK(event.code_use->step == FakeClock::k_start / 30'000);
}

TEST_CASE("a tenant's code counts once, for all technicians together, also after a restart [I1]", "[agent][offline]") {
    ConfirmedWorkstation test;
    const Phone other_phone;
    test.portal.technicians.push_back(test.portal.make_technician("eva", {&other_phone}));
    test.portal.rights.push_back(test.portal.rights.front());
    test.portal.rights.back().id = new_id<protocol::RightId>();
    test.portal.rights.back().subject = test.portal.technicians.back().id;
    test.go_offline();
    const auto code = test.tenant_code();
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    CHECK(denied_reason(sign_in_with(test.workstation, code, {.account = "msp-eva"})) ==
          DeniedReason::AuthenticationFailed);
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.pass(30s);
    CHECK(is_granted(sign_in_with(test.workstation, test.tenant_code(), {.account = "msp-eva"})));
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "code_used"));
}

TEST_CASE("row 3: an agent that is killed still knows which of the tenant's codes was used [I2]",
          "[agent][offline][crash]") {
    ConfirmedWorkstation test;
    test.go_offline();
    const auto code = test.tenant_code();
    test.workstation.stop();
    const pid_t child = test.workstation.start_in_child();
    const auto verdict = sign_in_with(test.workstation, code);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    CHECK(is_granted(verdict));
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 53: of fifty sign-ins with one of the tenant's codes exactly one succeeds [I1]", "[agent][offline]") {
    ConfirmedWorkstation test;
    test.go_offline();
    const auto code = test.tenant_code();
    std::vector<std::unique_ptr<PamExchange>> exchanges;
    for (int i = 0; i < 50; ++i) {
        exchanges.push_back(std::make_unique<PamExchange>(test.workstation, PamExchange::Request{}));
        REQUIRE_FALSE(exchanges.back()->prompt().empty());
    }
    for (const auto& exchange : exchanges)
        exchange->answer(code);
    int granted = 0;
    for (const auto& exchange : exchanges)
        granted += is_granted(exchange->verdict()) ? 1 : 0;
    CHECK(granted == 1);
}

TEST_CASE("where the tenant's codes count, a code of this machine alone does not, and the other way round",
          "[agent][offline]") {
    SECTION("confirmed") {
        ConfirmedWorkstation test;
        test.go_offline();
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
        CHECK(test.refusal(test.code().substr(0, 6)) == DeniedReason::AuthenticationFailed);
        CHECK(is_granted(sign_in_with(test.workstation, test.tenant_code())));
    }
    SECTION("not confirmed") {
        ConfirmedWorkstation test;
        const auto code = test.tenant_code();
        test.portal.codes.reset();
        test.go_offline();
        CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
        CHECK(contains(test.reasons(), "code_malformed"));
    }
    SECTION("back to per machine, whatever secret is still there") {
        ConfirmedWorkstation test;
        test.portal.tenant.code_scheme = protocol::CodeScheme::PerMachine;
        test.go_offline();
        CHECK(test.refusal(test.tenant_code()) == DeniedReason::AuthenticationFailed);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    }
    SECTION("sealed to another workstation") {
        ConfirmedWorkstation test;
        const auto sealed = protocol::seal_tenant_secret(crypto::DeviceAgreementKey::generate().public_key(),
                                                         {test.portal.tenant.id, test.portal.codes->secrets.front().id},
                                                         crypto::TenantTotpSecret::generate());
        test.portal.codes->secrets.front().sealed = sealed.value();
        test.go_offline();
        CHECK(test.refusal(test.tenant_code()) == DeniedReason::AuthenticationFailed);
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
        CHECK(contains(test.reasons(), "code_scheme"));
    }
}

TEST_CASE("while one secret takes the other's place both count, each with steps of its own", "[agent][offline]") {
    ConfirmedWorkstation test;
    const auto until = test.workstation.clock.wall + 60 * 60 * 1000;
    test.portal.give_tenant_secret(until);
    test.go_offline();
    CHECK(test.prompt() == "Offline. Code for " + test.label(0) + " or " + test.label(1) + ": ");
    const auto old_code = test.tenant_code(1);
    CHECK(is_granted(sign_in_with(test.workstation, test.tenant_code())));
    CHECK(is_granted(sign_in_with(test.workstation, old_code)));
    CHECK(test.refusal(old_code) == DeniedReason::AuthenticationFailed);
    CHECK(test.refusal(test.tenant_code()) == DeniedReason::AuthenticationFailed);
    SECTION("until the old one's end, without hearing the portal again") {
        test.workstation.clock.pass(std::chrono::milliseconds(until - test.workstation.clock.wall) - 1s);
        CHECK(is_granted(sign_in_with(test.workstation, test.tenant_code(1))));
        test.workstation.clock.pass(31s);
        CHECK(test.prompt() == "Offline. Code for " + test.label(0) + ": ");
        CHECK(test.refusal(test.tenant_code(1)) == DeniedReason::AuthenticationFailed);
        CHECK(is_granted(sign_in_with(test.workstation, test.tenant_code())));
    }
    SECTION("which a clock held back does not move") {
        test.workstation.clock.pass(std::chrono::milliseconds(until - test.workstation.clock.wall) + 30s);
        test.workstation.clock.wall = until - 45'000;
        CHECK(test.refusal(test.tenant_code(1)) == DeniedReason::AuthenticationFailed);
    }
}

TEST_CASE("a secret that was replaced at once counts no more, not even for who is typing its code",
          "[agent][offline]") {
    ConfirmedWorkstation test;
    test.go_offline();
    PamExchange typing(test.workstation, {});
    REQUIRE_FALSE(typing.prompt().empty());
    test.portal.accept(test.workstation);
    test.portal.give_tenant_secret();
    test.go_offline();
    typing.answer(test.tenant_code(1));
    CHECK(denied_reason(typing.verdict()) == DeniedReason::AuthenticationFailed);
    CHECK(test.refusal(test.tenant_code(1)) == DeniedReason::AuthenticationFailed);
    CHECK(is_granted(sign_in_with(test.workstation, test.tenant_code())));
}

TEST_CASE("the tenant's code lets nobody in who may not enter", "[agent][offline]") {
    ConfirmedWorkstation test;
    std::string reason;
    SECTION("a disabled technician") {
        test.portal.technicians.front().status = protocol::TechnicianStatus::Disabled;
        reason = "technician_disabled";
    }
    SECTION("one without a right") {
        test.portal.rights.clear();
        reason = "no_right";
    }
    SECTION("one who was removed") {
        test.portal.technicians.clear();
        test.portal.rights.clear();
        reason = "technician_unknown";
    }
    SECTION("after the horizon") {
        test.portal.offline_until = test.workstation.clock.wall + k_day_ms;
        reason = "horizon_passed";
    }
    test.go_offline();
    if (reason == "horizon_passed") test.workstation.clock.pass(std::chrono::milliseconds(k_day_ms + 1));
    CHECK(test.refusal(test.tenant_code()) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), reason));
}

TEST_CASE("a clock that is not trusted takes no code of the tenant's, but asks", "[agent][offline]") {
    ConfirmedWorkstation test;
    test.go_offline();
    test.workstation.clock.wall -= k_day_ms;
    CHECK(test.prompt().starts_with("Clock not trusted. Question for W11-L·"));
    PamExchange by_password(test.workstation, {.conversation = ipc::Conversation::PasswordOnly});
    REQUIRE_FALSE(by_password.prompt().empty());
    by_password.answer(test.tenant_code());
    CHECK(denied_reason(by_password.verdict()) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "clock_untrusted"));
}

TEST_CASE("row 58: of the tenant's codes only six ASCII digits are one", "[agent][offline]") {
    ConfirmedWorkstation test;
    test.go_offline();
    const auto code = test.tenant_code();
    for (const auto& typed : {" " + code, code + " ", code + "\n", code.substr(0, 3) + " " + code.substr(3), "+" + code,
                              code.substr(0, 5), "0" + code, std::string(), std::string("１２３４５６")}) {
        CAPTURE(typed);
        CHECK(test.refusal(typed) == DeniedReason::AuthenticationFailed);
    }
    CHECK(is_granted(sign_in_with(test.workstation, code)));
}

TEST_CASE("row 55: wrong codes of six digits cost the workstation's budget more", "[agent][offline]") {
    ConfirmedWorkstation test;
    for (int i = 0; i < 5; ++i) {
        test.portal.technicians.push_back(test.portal.make_technician("t" + std::to_string(i), {}));
        test.portal.rights.push_back(test.portal.rights.front());
        test.portal.rights.back().id = new_id<protocol::RightId>();
        test.portal.rights.back().subject = test.portal.technicians.back().id;
    }
    test.go_offline();
    const std::string wrong = test.tenant_code() == "000000" ? "000001" : "000000";
    for (int i = 0; i < 21; ++i) {
        CHECK(denied_reason(sign_in_with(test.workstation, wrong, {.account = "msp-t" + std::to_string(i % 5)})) ==
              DeniedReason::AuthenticationFailed);
    }
    // Nobody failed under this name, and yet the workstation waits.
    CHECK(test.refusal(test.tenant_code()) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "too_many_attempts"));
}

}  // namespace doorward::tests
