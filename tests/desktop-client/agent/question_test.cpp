#include "desktop-client/agent/migrations.h"
#include "desktop-client/agent/stores/code_store.h"
#include "protocol/text.h"
#include "tests/desktop-client/agent/offline_workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <filesystem>
#include <string>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using ipc::DeniedReason;

/// "4711 0815" on the screen.
std::string digits_in(const std::string& prompt) {
    constexpr std::string_view k_end = ". Answer: ";
    REQUIRE(prompt.ends_with(k_end));
    std::string digits = prompt.substr(prompt.size() - k_end.size() - 9, 9);
    REQUIRE(digits[4] == ' ');
    return digits.erase(4, 1);
}

void set_clock_back(OfflineWorkstation& test) {
    test.workstation.clock.wall = FakeClock::k_start - k_day_ms;
}

/// A conversation that stands at a question, asked for where the prompt is for codes.
struct Asked {
    explicit Asked(OfflineWorkstation& test, const PamExchange::Request& request = {})
        : exchange(test.workstation, request), prompt(exchange.prompt()) {
        if (!prompt.ends_with("Answer: ")) {
            exchange.answer("?");
            prompt = exchange.prompt();
        }
        digits = digits_in(prompt);
    }
    [[nodiscard]] std::optional<ipc::ServerMessage> answer(std::string_view text) {
        exchange.answer(text);
        return exchange.verdict();
    }
    [[nodiscard]] std::optional<DeniedReason> refusal(std::string_view text) { return denied_reason(answer(text)); }

    PamExchange exchange;
    std::string prompt;
    std::string digits;
};

std::string other_than(const std::string& digits) {
    return (digits.front() == '0' ? "1" : "0") + digits.substr(1);
}

}  // namespace

TEST_CASE("a workstation that doubts its clock asks, and the phone's answer signs in", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    set_clock_back(test);
    PamExchange exchange(test.workstation, {});
    const auto prompt = exchange.prompt();
    CHECK(prompt.starts_with("Clock not trusted. Question for W11-L·"));
    CHECK(protocol::count_code_points(prompt).value() < 80);
    exchange.answer(test.portal.answer(digits_in(prompt)));
    const auto said = exchange.next();
    REQUIRE(said);
    REQUIRE(std::holds_alternative<ipc::Info>(*said));
    // The clock says fifteen; fourteen is what is known.
    CHECK(std::get<ipc::Info>(*said).text.view() == "Codes work here for 14 more days without the portal.");
    CHECK(is_granted(exchange.next()));
    static_cast<void>(test.reasons());
    const auto events = test.portal.events();
    const auto& event = events.back();
    CHECK(event.kind == protocol::AuditKind::SignInOffline);
    CHECK(event.outcome == protocol::AuditOutcome::Success);
    CHECK(event.reason == "by_question");
    CHECK_FALSE(event.clock_trusted);
    CHECK(event.technician_id == test.portal.technicians.front().id);
}

TEST_CASE("a code by time does not pass where the clock is doubted", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    PamExchange exchange(test.workstation, {});
    REQUIRE(exchange.prompt().starts_with("Offline. Code for"));
    set_clock_back(test);
    exchange.answer(test.code());
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "clock_untrusted"));
}

TEST_CASE("? at the offline prompt is answered by a question", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    Asked asked(test);
    CHECK(asked.prompt.starts_with("Question for W11-L·"));
    CHECK(is_granted(asked.answer(test.portal.answer(asked.digits))));
}

TEST_CASE("? at the online prompt is answered by a question, and the phone is no longer asked", "[agent][question]") {
    OfflineWorkstation test;
    PamExchange exchange(test.workstation, {});
    REQUIRE(exchange.prompt().starts_with("Approve on your phone: "));
    const auto request = test.portal.wait_for<protocol::SignInRequestMessage>();
    exchange.answer("?");
    const auto prompt = exchange.prompt();
    CHECK(prompt.starts_with("Question for W11-L·"));
    static_cast<void>(test.portal.wait_for<protocol::SignInCancelMessage>());
    exchange.answer(test.portal.answer(digits_in(prompt)));
    CHECK(is_granted(exchange.verdict()));
}

TEST_CASE("with a doubted clock the online prompt offers the question instead of a code", "[agent][question]") {
    OfflineWorkstation test;
    set_clock_back(test);
    PamExchange exchange(test.workstation, {});
    const auto prompt = exchange.prompt();
    CHECK(prompt.starts_with("Approve on your phone: "));
    CHECK(prompt.ends_with(". Press Enter when done, or type ? for a question: "));
    CHECK(prompt.size() < 80);
}

TEST_CASE("what is not the answer to this very question is refused, and counts", "[agent][question][I1]") {
    OfflineWorkstation test;
    test.go_offline();
    std::string typed;
    Asked asked(test);
    SECTION("another number") {
        typed = other_than(test.portal.answer(asked.digits));
    }
    SECTION("the question itself") {
        typed = asked.digits;
    }
    SECTION("a code by time") {
        typed = test.code();
    }
    SECTION("the answer to another conversation's question") {
        Asked other(test);
        typed = test.portal.answer(other.digits);
    }
    SECTION("the answer of a phone that is not the technician's") {
        typed = Phone().answer(test.portal.tenant.id, test.portal.device->agreement_key, asked.digits);
    }
    SECTION("the answer for another workstation") {
        typed = test.portal.phone.answer(test.portal.tenant.id, crypto::DeviceAgreementKey::generate().public_key(),
                                         asked.digits);
    }
    CHECK(asked.refusal(typed) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "answer_wrong"));
}

TEST_CASE("an answer in time is right by the boot clock alone", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    Asked asked(test);
    const auto answer = test.portal.answer(asked.digits);
    SECTION("late") {
        test.workstation.clock.pass(2min + 1ms);
        CHECK(asked.refusal(answer) == DeniedReason::AuthenticationFailed);
        CHECK(contains(test.reasons(), "question_expired"));
    }
    SECTION("late, and the clock set back") {
        test.workstation.clock.boot += 2 * 60 * 1000 + 1;
        CHECK(asked.refusal(answer) == DeniedReason::AuthenticationFailed);
    }
    SECTION("just in time") {
        test.workstation.clock.pass(2min);
        CHECK(is_granted(asked.answer(answer)));
    }
    SECTION("in time, and the clock set forward") {
        test.workstation.clock.wall += 60 * 60 * 1000;
        CHECK(is_granted(asked.answer(answer)));
    }
}

TEST_CASE("one answer opens one conversation only", "[agent][question][I1]") {
    OfflineWorkstation test;
    test.go_offline();
    Asked first(test);
    Asked second(test);
    CHECK(first.digits != second.digits);
    const auto answer = test.portal.answer(first.digits);
    CHECK(is_granted(first.answer(answer)));
    CHECK(second.refusal(answer) == DeniedReason::AuthenticationFailed);
    CHECK(Asked(test).refusal(answer) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("a question whose answer was judged is never asked again", "[agent][question][I1]") {
    std::string folder = (std::filesystem::temp_directory_path() / "doorward-question-XXXXXX").native();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const auto open = [&](platform::DatabasePresence presence) {
        constexpr std::array<std::uint8_t, 32> k_key{1};
        auto database = platform::Database::open({.path = folder + "/store.db",
                                                  .identity = "doorward-agent",
                                                  .presence = presence,
                                                  .migrations = agent::k_migrations},
                                                 k_key);
        REQUIRE(database);
        return std::move(*database);
    };
    const auto question = crypto::Code::parse("47110815", crypto::CodeDigits::Eight).value();
    const auto another = crypto::Code::parse("00000000", crypto::CodeDigits::Eight).value();
    {
        auto database = open(platform::DatabasePresence::CreateNew);
        agent::CodeStore codes(database);
        CHECK_FALSE(codes.was_judged(question).value());
        CHECK(codes.use_question(question).value() == agent::QuestionUse::First);
        CHECK(codes.use_question(question).value() == agent::QuestionUse::Again);
    }
    auto database = open(platform::DatabasePresence::MustExist);
    agent::CodeStore codes(database);
    CHECK(codes.was_judged(question).value());
    CHECK(codes.use_question(question).value() == agent::QuestionUse::Again);
    CHECK_FALSE(codes.was_judged(another).value());
    std::filesystem::remove_all(folder);
}

TEST_CASE("after the horizon no answer works", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    test.workstation.clock.pass(std::chrono::milliseconds(14 * k_day_ms + 1));
    SECTION("by the clock") {}
    SECTION("row 25: nor where the clock was set back, because the time that surely passed counts") {
        set_clock_back(test);
    }
    Asked asked(test);
    CHECK(asked.refusal(test.portal.answer(asked.digits)) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "horizon_passed"));
}

TEST_CASE("answers and codes share one count of sign-ins without the portal", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    for (int i = 0; i < 50; ++i) {
        CAPTURE(i);
        if (i % 2 == 0) {
            Asked asked(test);
            REQUIRE(is_granted(asked.answer(test.portal.answer(asked.digits))));
        } else {
            test.workstation.clock.pass(30s);
            REQUIRE(is_granted(sign_in_with(test.workstation, test.code())));
        }
    }
    test.workstation.clock.pass(30s);
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    Asked asked(test);
    CHECK(asked.refusal(test.portal.answer(asked.digits)) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "too_many_offline_sign_ins"));

    test.portal.time = test.workstation.clock.wall;
    test.go_offline();
    Asked again(test);
    CHECK(is_granted(again.answer(test.portal.answer(again.digits))));
}

TEST_CASE("after sixty boots without the portal neither codes nor answers work", "[agent][offline][question]") {
    OfflineWorkstation test;
    test.go_offline();
    const auto boot = [&] {
        test.workstation.stop();
        test.workstation.clock.restart_machine();
        REQUIRE_FALSE(test.workstation.start());
    };
    for (int i = 0; i < 60; ++i)
        boot();
    CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    boot();
    test.workstation.clock.pass(30s);
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    Asked asked(test);
    CHECK(asked.refusal(test.portal.answer(asked.digits)) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "too_many_boots"));
}

TEST_CASE("row 55: wrong answers and wrong codes lead to one wait", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    for (int i = 0; i < 6; ++i) {
        if (i % 2 == 0) {
            Asked asked(test);
            CHECK(asked.refusal(other_than(test.portal.answer(asked.digits))) == DeniedReason::AuthenticationFailed);
        } else {
            CHECK(test.refusal(other_than(test.code())) == DeniedReason::AuthenticationFailed);
        }
    }
    {
        Asked asked(test);
        CHECK(asked.refusal(test.portal.answer(asked.digits)) == DeniedReason::AuthenticationFailed);
    }
    test.workstation.clock.pass(2s);
    Asked asked(test);
    CHECK(is_granted(asked.answer(test.portal.answer(asked.digits))));
    CHECK(contains(test.reasons(), "too_many_attempts"));
}

TEST_CASE("row 58: only eight ASCII digits are an answer, and other texts do not count as attempts",
          "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    for (const std::string typed : {"", "?", " 12345678", "1234 5678", "1234567", "123456789", "１２３４５６７８"}) {
        CAPTURE(typed);
        CHECK(Asked(test).refusal(typed) == DeniedReason::AuthenticationFailed);
    }
    Asked asked(test);
    CHECK(is_granted(asked.answer(test.portal.answer(asked.digits))));
    CHECK(contains(test.reasons(), "code_malformed"));
}

TEST_CASE("row 57: whoever may not sign in is asked like everybody and refused like everybody", "[agent][question]") {
    OfflineWorkstation test;
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
    SECTION("one whose phone was taken away") {
        test.portal.technicians.front().phones.clear();
        reason = "answer_wrong";
    }
    test.go_offline();
    set_clock_back(test);
    Asked asked(test);
    CHECK(asked.prompt.starts_with("Clock not trusted. Question for W11-L·"));
    const auto verdict = asked.answer(test.portal.answer(asked.digits));
    REQUIRE(verdict);
    const auto* denied = std::get_if<ipc::Denied>(&*verdict);
    REQUIRE(denied != nullptr);
    CHECK(denied->reason == DeniedReason::AuthenticationFailed);
    CHECK(denied->text.view() == "Sign-in refused. Try the next code, or type ?, or ask your administrator.");
    CHECK(contains(test.reasons(), reason));
}

TEST_CASE("a store that was put back answers no question until the portal was heard", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    test.workstation.stop();
    const auto folder = test.workstation.config().state_folder;
    const auto copy = folder.native() + "-copy";
    std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
    REQUIRE_FALSE(test.workstation.start());
    REQUIRE(is_granted(sign_in_with(test.workstation, test.code())));
    test.workstation.stop();
    std::filesystem::remove_all(folder);
    std::filesystem::rename(copy, folder);

    REQUIRE_FALSE(test.workstation.start());
    PamExchange exchange(test.workstation, {});
    CHECK(exchange.prompt().starts_with("Store rolled back: "));
    exchange.answer("?");
    // It shows no digits that a phone could answer.
    CHECK(exchange.prompt().starts_with("Store rolled back: "));
    exchange.answer("12345678");
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::AuthenticationFailed);
    CHECK(contains(test.reasons(), "store_rolled_back"));
}

TEST_CASE("either phone answers, and a long name still leaves a prompt of one line", "[agent][question]") {
    OfflineWorkstation test;
    const Phone second(2);
    auto& technician = test.portal.technicians.front();
    technician.phones.push_back(second.record(test.portal.team.id, technician.id));
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    test.portal.device->name = "a-workstation-with-a-rather-long-name";
    test.go_offline();
    set_clock_back(test);
    Asked asked(test);
    CHECK(asked.prompt.starts_with("Clock not trusted. Question for ·"));
    CHECK(asked.prompt.find(" or ·") != std::string::npos);
    CHECK(protocol::count_code_points(asked.prompt).value() < 80);
    CHECK(is_granted(
        asked.answer(second.answer(test.portal.tenant.id, test.portal.device->agreement_key, asked.digits))));
    Asked again(test);
    CHECK(is_granted(again.answer(test.portal.answer(again.digits))));
}

TEST_CASE("questions work where the customer's codes are shared ones", "[agent][question]") {
    OfflineWorkstation test;
    test.portal.give_tenant_secret();
    test.go_offline();
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    Asked asked(test);
    CHECK(is_granted(asked.answer(test.portal.answer(asked.digits))));
}

TEST_CASE("under the password method nobody can be asked a question", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    set_clock_back(test);
    PamExchange exchange(test.workstation, {.conversation = ipc::Conversation::PasswordOnly});
    CHECK(exchange.prompt().starts_with("Offline. Code for"));
    exchange.answer("?");
    CHECK(denied_reason(exchange.next()) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("who is asked a question and says nothing has used up no attempt", "[agent][question]") {
    OfflineWorkstation test;
    test.go_offline();
    for (int i = 0; i < 8; ++i) {
        Asked asked(test);
        asked.exchange.abort();
        CHECK(denied_reason(asked.exchange.verdict()) == DeniedReason::AuthenticationFailed);
    }
    Asked asked(test);
    CHECK(is_granted(asked.answer(test.portal.answer(asked.digits))));
    CHECK(contains(test.reasons(), "no_answer"));
}

}  // namespace doorward::tests
