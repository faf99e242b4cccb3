#include "tests/desktop-client/agent/offline_workstation.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <set>
#include <string>
#include <vector>

namespace doorward::tests {

using namespace std::chrono_literals;
using ipc::DeniedReason;

TEST_CASE("a code from the phone signs in without a network", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    PamExchange exchange(test.workstation, {});
    const auto prompt = exchange.prompt();
    CHECK(prompt.starts_with("Offline. Code for W11-L·"));
    CHECK(prompt.ends_with(": "));
    CHECK(prompt.size() < 80);
    exchange.answer(test.code());
    const auto said = exchange.next();
    REQUIRE(said);
    REQUIRE(std::holds_alternative<ipc::Info>(*said));
    CHECK(std::get<ipc::Info>(*said).text.view() == "Codes work here for 14 more days without the portal.");
    CHECK(is_granted(exchange.next()));
}

TEST_CASE("a code that was used is refused, also after a restart and a later one", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto first = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, first)));
    CHECK(test.refusal(first) == DeniedReason::AuthenticationFailed);
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.refusal(first) == DeniedReason::AuthenticationFailed);

    test.workstation.clock.pass(30s);
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    // The one before is still inside the window, and older than the highest accepted step.
    CHECK(test.refusal(first) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("a portal that says an earlier time frees no code that this clock accepts", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto code = test.code();
    REQUIRE(is_granted(sign_in_with(test.workstation, code)));
    test.portal.time = test.workstation.clock.wall - 10 * 60 * 1000;
    test.portal.accept(test.workstation);
    test.go_offline();
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "code_used"));
}

TEST_CASE("row 3: an agent that is killed still knows which code was used", "[agent][offline][crash]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto code = test.code();
    const auto next = test.portal.code(test.workstation.clock.wall + 30'000);
    test.workstation.stop();
    for (int round = 0; round < 2; ++round) {
        const pid_t child = test.workstation.start_in_child();
        const auto verdict = sign_in_with(test.workstation, round == 0 ? code : next);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        CHECK(is_granted(verdict));
    }
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    CHECK(test.refusal(next) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 53: of fifty sign-ins with one code exactly one succeeds", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto code = test.code();
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

TEST_CASE("the window is one step to either side and no more", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    const std::int64_t now = test.workstation.clock.wall;
    CHECK(test.refusal(test.portal.code(now - 60'000)) == DeniedReason::AuthenticationFailed);
    CHECK(test.refusal(test.portal.code(now + 60'000)) == DeniedReason::AuthenticationFailed);
    CHECK(is_granted(sign_in_with(test.workstation, test.portal.code(now - 30'000))));
    CHECK(is_granted(sign_in_with(test.workstation, test.portal.code(now + 30'000))));
}

TEST_CASE("row 58: only eight ASCII digits are a code, and other texts do not count as attempts", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto code = test.code();
    const std::vector<std::string> malformed{" " + code,
                                             code + " ",
                                             code + "\n",
                                             code.substr(0, 4) + " " + code.substr(4),
                                             "+" + code,
                                             code.substr(0, 7),
                                             code + "0",
                                             "0x" + code.substr(2),
                                             "",
                                             "１２３４５６７８",
                                             "\xff\xfe" + code.substr(2),
                                             std::string(511, '1'),
                                             "-" + code.substr(1),
                                             code.substr(0, 6)};
    for (const auto& typed : malformed) {
        CAPTURE(typed);
        CHECK(test.refusal(typed) == DeniedReason::AuthenticationFailed);
    }
    // Many more than are free, and yet nobody has to wait.
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    CHECK(contains(test.reasons(), "code_malformed"));
}

TEST_CASE("row 55: after five wrong codes there is a wait that outlives restart, reboot and clock",
          "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    for (int i = 0; i < 6; ++i)
        CHECK(test.refusal("00000000") == DeniedReason::AuthenticationFailed);
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);

    SECTION("it ends by the boot clock") {
        test.workstation.clock.pass(2s);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
        // A success forgets the failures.
        CHECK(test.refusal("00000000") == DeniedReason::AuthenticationFailed);
        test.workstation.clock.pass(30s);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    }
    SECTION("the wall clock does not shorten it") {
        test.workstation.clock.wall += 10'000;
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    }
    SECTION("nor does a restart of the agent") {
        test.workstation.stop();
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    }
    SECTION("a reboot starts it again") {
        test.workstation.stop();
        test.workstation.clock.restart_machine();
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
        test.workstation.clock.pass(2s);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    }
}

TEST_CASE("row 56: one technician's failures do not keep another one out", "[agent][offline]") {
    OfflineWorkstation test;
    const Phone other_phone;
    test.portal.technicians.push_back(test.portal.make_technician("eva", {&other_phone}));
    auto right = test.portal.rights.front();
    right.id = new_id<protocol::RightId>();
    right.subject = test.portal.technicians.back().id;
    test.portal.rights.push_back(right);
    test.go_offline();
    for (int i = 0; i < 8; ++i)
        CHECK(test.refusal("00000000"));
    const auto code =
        other_phone.code(test.portal.tenant.id, test.portal.device->agreement_key, test.workstation.clock.wall);
    CHECK(is_granted(sign_in_with(test.workstation, code, {.account = "msp-eva"})));
}

TEST_CASE("row 57: whoever may not sign in sees what everybody sees", "[agent][offline]") {
    OfflineWorkstation test;
    std::string reason;
    std::string account = "msp-nik";
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
    SECTION("a suspended tenant") {
        test.portal.tenant.suspended = true;
        reason = "tenant_suspended";
    }
    SECTION("no policy") {
        test.portal.policies.clear();
        reason = "no_policy";
    }
    test.go_offline();
    PamExchange exchange(test.workstation, {.account = account});
    CHECK(exchange.prompt().starts_with("Offline. Code for W11-L·"));
    exchange.answer(test.code());
    const auto verdict = exchange.verdict();
    REQUIRE(verdict);
    const auto* denied = std::get_if<ipc::Denied>(&*verdict);
    REQUIRE(denied != nullptr);
    CHECK(denied->reason == DeniedReason::AuthenticationFailed);
    CHECK(denied->text.view() == "Sign-in refused. Try the next code, or type ?, or ask your administrator.");
    CHECK(contains(test.reasons(), reason));
}

TEST_CASE("a name that never had a right here is not ours", "[agent][offline]") {
    OfflineWorkstation test;
    PamExchange exchange(test.workstation, {.account = "msp-nobody"});
    const auto verdict = exchange.verdict();
    REQUIRE(verdict);
    CHECK(std::holds_alternative<ipc::NotMine>(*verdict));
}

TEST_CASE("after the horizon no code works", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    test.workstation.clock.pass(std::chrono::milliseconds(14 * k_day_ms + 1));
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    SECTION("and setting the clock back behind what is known does not help") {
        test.workstation.clock.wall = FakeClock::k_start - k_day_ms;
        CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
        CHECK(contains(test.reasons(), "horizon_passed"));
    }
    SECTION("until a new head moves it") {
        test.portal.time = test.workstation.clock.wall;
        test.portal.offline_until = test.portal.time + k_day_ms;
        test.portal.accept(test.workstation);
        test.go_offline();
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    }
}

TEST_CASE("row 28: a store that was put back from a copy accepts no code until the portal was heard",
          "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    test.workstation.stop();
    const auto folder = test.workstation.config().state_folder;
    const auto copy = folder.native() + "-copy";
    std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);

    REQUIRE_FALSE(test.workstation.start());
    const auto code = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, code)));
    test.workstation.stop();
    std::filesystem::remove_all(folder);
    std::filesystem::rename(copy, folder);

    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.pass(30s);
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    // A new head clears it; the codes of this minute stay dead, because nobody knows which were used.
    test.portal.time = test.workstation.clock.wall;
    test.portal.accept(test.workstation);
    test.go_offline();
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    test.workstation.clock.pass(60s);
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("a phone whose proof does not hold makes no code", "[agent][offline]") {
    OfflineWorkstation test;
    const Phone stranger;
    // The portal swaps in an agreement key that the passkey never vouched for.
    auto& technician = test.portal.technicians.front();
    technician.phones.front().agreement_key = stranger.record(test.portal.team.id, technician.id).agreement_key;
    test.go_offline();
    const auto code =
        stranger.code(test.portal.tenant.id, test.portal.device->agreement_key, test.workstation.clock.wall);
    CHECK(test.refusal(code) == DeniedReason::AuthenticationFailed);
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("both phones of a technician work, and the prompt names both keys", "[agent][offline]") {
    OfflineWorkstation test;
    const Phone second(2);
    auto& technician = test.portal.technicians.front();
    technician.phones.push_back(second.record(test.portal.team.id, technician.id));
    test.go_offline();
    PamExchange exchange(test.workstation, {});
    const auto prompt = exchange.prompt();
    CHECK(prompt.find(" or W11-L·") != std::string::npos);
    exchange.answer(second.code(test.portal.tenant.id, test.portal.device->agreement_key, test.workstation.clock.wall));
    CHECK(is_granted(exchange.verdict()));
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
}

TEST_CASE("floods of refusals become one counted event", "[agent][audit]") {
    OfflineWorkstation test;
    test.go_offline();
    for (int i = 0; i < 25; ++i)
        CHECK(test.refusal("12ab"));
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    const auto reasons = test.reasons();
    CHECK(std::ranges::count(reasons, "code_malformed") == 6);
    const auto events = test.portal.events();
    std::int64_t total = 0;
    for (const auto& event : events) {
        if (event.reason == "code_malformed") total += event.count;
    }
    CHECK(total == 25);
}

TEST_CASE("under the password method only a code is asked for", "[agent][offline]") {
    OfflineWorkstation test;
    PamExchange exchange(test.workstation, {.conversation = ipc::Conversation::PasswordOnly});
    CHECK(exchange.prompt().starts_with("Offline. Code for"));
    exchange.answer(test.code());
    CHECK(is_granted(exchange.next()));
}

TEST_CASE("without a conversation nobody signs in", "[agent][offline]") {
    OfflineWorkstation test;
    PamExchange exchange(test.workstation, {.conversation = ipc::Conversation::None});
    CHECK(denied_reason(exchange.next()) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("a prompt with two keys tells nothing about the technician behind a name", "[agent][offline]") {
    OfflineWorkstation test;
    const auto right = test.portal.rights.front();
    for (int i = 0; i < 60; ++i) {
        test.portal.technicians.push_back(test.portal.make_technician("t" + std::to_string(i), {}));
        test.portal.rights.push_back(right);
        test.portal.rights.back().id = new_id<protocol::RightId>();
        test.portal.rights.back().subject = test.portal.technicians.back().id;
    }
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    // Their names stay reserved here, and nobody is behind them any more.
    test.portal.technicians.erase(test.portal.technicians.begin() + 1, test.portal.technicians.end());
    test.portal.rights.erase(test.portal.rights.begin() + 1, test.portal.rights.end());
    test.go_offline();
    const auto prompt_of = [&](int i) {
        PamExchange exchange(test.workstation, {.account = "msp-t" + std::to_string(i)});
        return exchange.prompt();
    };
    int with_two = 0;
    for (int i = 0; i < 60; ++i) {
        const auto prompt = prompt_of(i);
        CAPTURE(prompt);
        CHECK(prompt.starts_with("Offline. Code for W11-L·"));
        if (prompt.find(" or W11-L·") != std::string::npos) ++with_two;
        CHECK(prompt_of(i) == prompt);
    }
    CHECK(with_two > 0);
    CHECK(with_two < 60);
}

TEST_CASE("row 63: who is asked and says nothing is on record, and has used up no attempt", "[agent][offline][I6]") {
    OfflineWorkstation test;
    std::string expected = "no_answer";
    auto kind = protocol::AuditKind::SignInOffline;
    const auto give_up = [&] {
        for (int i = 0; i < 8; ++i) {
            PamExchange exchange(test.workstation, {.service = "login"});
            REQUIRE_FALSE(exchange.prompt().empty());
            exchange.abort();
            CHECK(denied_reason(exchange.verdict()) == DeniedReason::AuthenticationFailed);
        }
    };
    SECTION("Ctrl-C offline") {
        test.go_offline();
        give_up();
    }
    SECTION("Ctrl-C online") {
        kind = protocol::AuditKind::SignInOnline;
        give_up();
        test.go_offline();
    }
    SECTION("the connection ends") {
        test.go_offline();
        for (int i = 0; i < 8; ++i) {
            PamExchange exchange(test.workstation, {.service = "login"});
            REQUIRE_FALSE(exchange.prompt().empty());
            exchange.close();
        }
    }
    SECTION("an application that cannot ask anything") {
        expected = "nobody_to_ask";
        test.go_offline();
        for (int i = 0; i < 8; ++i) {
            PamExchange exchange(test.workstation, {.conversation = ipc::Conversation::None, .service = "login"});
            CHECK(denied_reason(exchange.verdict()) == DeniedReason::AuthenticationFailed);
        }
    }
    // More than the free attempts were, and the right code is taken at once.
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    static_cast<void>(test.reasons());
    int noted = 0;
    for (const auto& event : test.portal.events()) {
        if (event.service != "login") continue;
        CHECK(event.reason == expected);
        CHECK(event.outcome == protocol::AuditOutcome::Noted);
        CHECK(event.kind == kind);
        CHECK(event.technician_id == test.portal.technicians.front().id);
        ++noted;
    }
    CHECK(noted > 0);
}

TEST_CASE("row 63: who is silent for ten minutes can still type the code of the moment, or leave", "[agent][offline]") {
    OfflineWorkstation test;
    test.go_offline();
    PamExchange patient(test.workstation, {});
    PamExchange leaving(test.workstation, {});
    REQUIRE_FALSE(patient.prompt().empty());
    REQUIRE_FALSE(leaving.prompt().empty());
    const auto code_of_then = test.code();
    test.workstation.clock.pass(10min);
    leaving.close();
    SECTION("the code of the moment") {
        patient.answer(test.code());
        CHECK(is_granted(patient.verdict()));
    }
    SECTION("the code of when they were asked") {
        patient.answer(code_of_then);
        CHECK(denied_reason(patient.verdict()) == DeniedReason::AuthenticationFailed);
    }
}

TEST_CASE("row 63: who hangs up while the phone is waited for is on record", "[agent][online][I6]") {
    OfflineWorkstation test;
    {
        PamExchange exchange(test.workstation, {.service = "login"});
        REQUIRE(exchange.prompt().starts_with("Approve on your phone"));
        static_cast<void>(test.portal.wait_for<protocol::SignInRequestMessage>());
        exchange.answer("");
        REQUIRE(exchange.next_or_wait());
    }
    CHECK(eventually([&] {
        test.portal.take_audit(
            std::get<std::int64_t>(*value_of(ask_agent(test.workstation, agent::AdminVerb::Diagnose), "audit_events")));
        return test.portal.events().back().reason == "hung_up";
    }));
}

}  // namespace doorward::tests
