// Why somebody signs in, and by which ticket: asked where a policy wants it, shown on the phone, kept with the session.
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::ProcessIdentity;
using ipc::DeniedReason;
using ipc::Phase;
using protocol::AuditKind;

constexpr ProcessIdentity k_child{.process = 500, .started = 1};
constexpr ProcessIdentity k_monitor{.process = 400, .started = 1};
constexpr ProcessIdentity k_init{.process = 1, .started = 0};
constexpr ProcessIdentity k_sudo{.process = 700, .started = 3};
constexpr const char* k_shared = "msp-2356";
constexpr const char* k_ticket_prompt = "Ticket (like INC1234567): ";

struct GroundsFixture {
    GroundsFixture() { workstation.processes.call_as({k_child, k_monitor, k_init}); }
    [[nodiscard]] protocol::PolicyConditions& conditions() { return portal.policies.front().conditions; }
    void want_reason() { conditions().reason_required = true; }
    void want_ticket(std::optional<std::string> pattern = "INC#######") {
        conditions().ticket_required = true;
        conditions().ticket_pattern = std::move(pattern);
    }
    void start() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    void sync() { REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync())); }
    void go_offline() {
        portal.cut();
        REQUIRE(eventually([&] {
            return std::get<std::string>(*value_of(ask_agent(workstation, agent::AdminVerb::Status), "portal")) != "up";
        }));
    }
    [[nodiscard]] std::string code() {
        workstation.clock.pass(30s);
        portal.time = workstation.clock.wall;
        return portal.code(workstation.clock.wall);
    }
    /// The prompts that come for these answers, one after the other.
    [[nodiscard]] std::vector<std::string> prompts_for(const std::vector<std::string>& answers,
                                                       const PamExchange::Request& request = {}) const {
        PamExchange exchange(workstation, request);
        std::vector<std::string> prompts{exchange.prompt()};
        for (const auto& answer : answers) {
            exchange.answer(answer);
            prompts.push_back(exchange.prompt());
        }
        return prompts;
    }
    [[nodiscard]] std::optional<ipc::ServerMessage> answer_all(const std::vector<std::string>& answers,
                                                               const PamExchange::Request& request = {}) const {
        PamExchange exchange(workstation, request);
        for (const auto& answer : answers) {
            if (exchange.prompt().empty()) return std::nullopt;
            exchange.answer(answer);
        }
        return exchange.verdict();
    }
    void open_session() {
        REQUIRE(is_granted(phase(workstation, Phase::Account)));
        workstation.processes.call_as({k_monitor, k_init});
        REQUIRE(is_granted(phase(workstation, Phase::OpenSession)));
    }
    [[nodiscard]] std::vector<protocol::AuditEvent> events() {
        const auto head =
            std::get<std::int64_t>(*value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        portal.take_audit(head);
        return portal.events();
    }
    [[nodiscard]] static protocol::AuditEvent last(const std::vector<protocol::AuditEvent>& events, AuditKind kind) {
        const auto found = std::ranges::find(events.rbegin(), events.rend(), kind, &protocol::AuditEvent::kind);
        REQUIRE(found != events.rend());
        return *found;
    }
    [[nodiscard]] agent::AdminReply sessions() const { return ask_agent(workstation, agent::AdminVerb::Sessions); }
    /// A second technician, for whom nothing is asked.
    void add_ada() {
        portal.technicians.push_back(portal.make_technician("ada", {&ada_phone}));
        portal.rights.push_back(portal.rights.front());
        portal.rights.back().id = new_id<protocol::RightId>();
        portal.rights.back().subject = portal.technicians.back().id;
    }
    void share_account() {
        portal.tenant.account_mode = protocol::AccountMode::Shared;
        portal.tenant.shared_account = k_shared;
    }
    /// The question after "Technician: ".
    [[nodiscard]] std::string asked_of(const std::string& name) const {
        return prompts_for({name}, {.account = k_shared}).back();
    }

    Workstation workstation;
    Portal portal;
    Phone ada_phone{1};
};

}  // namespace

TEST_CASE("what a policy wants said is asked first, shown on the phone, and kept with the session",
          "[agent][grounds]") {
    GroundsFixture test;
    test.want_reason();
    test.want_ticket();
    test.start();
    PamExchange exchange(test.workstation, {});
    CHECK(exchange.prompt() == "Reason: ");
    exchange.answer("  Printer \"HP\" \xE6\x97\xA5\xE6\x9C\xAC ");
    CHECK(exchange.prompt() == k_ticket_prompt);
    exchange.answer("INC0012345");
    const std::string prompt = exchange.prompt();
    REQUIRE(prompt.starts_with("Approve on your phone: "));
    const auto envelope = test.portal.wait_for<protocol::SignInRequestMessage>().envelope;
    const auto request = protocol::open_sign_in_request(envelope, test.portal.device->signing_key);
    REQUIRE(request);
    CHECK(request->reason == "Printer \"HP\" \xE6\x97\xA5\xE6\x9C\xAC");
    CHECK(request->ticket == "INC0012345");
    const int number = std::stoi(prompt.substr(std::string_view("Approve on your phone: ").size(), 2));
    SECTION("approved") {
        test.portal.send(protocol::SignInAnswerMessage{.request_id = request->id,
                                                       .phone_id = test.portal.phone.id,
                                                       .assertion = test.portal.phone.approve(envelope.body, number)});
        exchange.answer("");
        REQUIRE(is_granted(exchange.verdict()));
        test.open_session();
        auto events = test.events();
        for (const auto kind : {AuditKind::SignInOnline, AuditKind::SessionOpened}) {
            CHECK(test.last(events, kind).stated_reason == request->reason);
            CHECK(test.last(events, kind).ticket == "INC0012345");
        }
        // Also after the agent was started again.
        test.workstation.stop();
        test.portal.detach();
        REQUIRE_FALSE(test.workstation.start());
        test.portal.accept(test.workstation);
        const auto sessions = test.sessions();
        REQUIRE(sessions.records.size() == 1);
        CHECK(value_of(sessions, "reason") == agent::AdminValue(*request->reason));
        CHECK(value_of(sessions, "ticket") == agent::AdminValue(std::string("INC0012345")));
        REQUIRE(is_granted(phase(test.workstation, Phase::CloseSession)));
        events = test.events();
        CHECK(test.last(events, AuditKind::SessionClosed).stated_reason == request->reason);
    }
    SECTION("approved with a reason that was changed on the way") {
        std::string other = envelope.body;
        other.replace(other.find("Printer"), 7, "Scanner");
        test.portal.send(protocol::SignInAnswerMessage{.request_id = request->id,
                                                       .phone_id = test.portal.phone.id,
                                                       .assertion = test.portal.phone.approve(other, number)});
        exchange.answer("");
        CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
        const auto event = test.last(test.events(), AuditKind::SignInOnline);
        CHECK(event.reason == "approval_wrong");
        CHECK_FALSE(event.stated_reason);
        CHECK_FALSE(event.ticket);
    }
}

TEST_CASE("where no policy wants anything said nothing is asked", "[agent][grounds]") {
    GroundsFixture test;
    // A form alone is none either.
    test.conditions().ticket_pattern = "INC#######";
    test.start();
    CHECK(test.prompts_for({}).front().starts_with("Approve on your phone: "));
    REQUIRE(is_granted(test.answer_all({test.code()})));
    const auto event = test.last(test.events(), AuditKind::SignInOffline);
    CHECK_FALSE(event.stated_reason);
    CHECK_FALSE(event.ticket);
}

TEST_CASE("a code lets in with what a policy wants said, offline and by question too", "[agent][grounds]") {
    GroundsFixture test;
    test.want_reason();
    test.start();
    if (GENERATE(false, true)) test.go_offline();
    const auto code = test.code();
    PamExchange exchange(test.workstation, {});
    REQUIRE(exchange.prompt() == "Reason: ");
    exchange.answer("Disk full");
    REQUIRE_FALSE(exchange.prompt().empty());
    SECTION("by code") {
        exchange.answer(code);
    }
    SECTION("by question") {
        exchange.answer("?");
        const auto prompt = exchange.prompt();
        std::string question = prompt.substr(prompt.rfind(". Answer: ") - 9, 9);
        std::erase(question, ' ');
        exchange.answer(test.portal.answer(question));
    }
    REQUIRE(is_granted(exchange.verdict()));
    test.open_session();
    CHECK(value_of(test.sessions(), "reason") == agent::AdminValue(std::string("Disk full")));
    CHECK(value_of(test.sessions(), "ticket") == agent::AdminValue(std::monostate()));
}

TEST_CASE("a ticket of another form is said to be, and costs no code", "[agent][grounds]") {
    GroundsFixture test;
    test.want_ticket();
    test.start();
    const auto code = test.code();
    SECTION("once") {
        CHECK(test.prompts_for({"INC12"}).back() == std::string("Wrong form. ") + k_ticket_prompt);
        CHECK(is_granted(test.answer_all({"inc0012345", "INC0012345", code})));
    }
    SECTION("too often") {
        const auto verdict = test.answer_all({"CHG1", "INC00123456", "INC-012345"});
        CHECK(denied_reason(verdict) == DeniedReason::AuthenticationFailed);
        const auto event = test.last(test.events(), AuditKind::SignInOnline);
        CHECK(event.reason == "ticket_required");
        CHECK(event.outcome == protocol::AuditOutcome::Noted);
        CHECK_FALSE(event.ticket);
        CHECK(is_granted(test.answer_all({"INC0012345", code})));
    }
}

TEST_CASE("what is no plain text is not taken for a reason or a ticket", "[agent][grounds]") {
    GroundsFixture test;
    const bool is_reason = GENERATE(true, false);
    if (is_reason) {
        test.want_reason();
    } else {
        test.want_ticket(std::nullopt);
    }
    test.start();
    const std::string prompt = is_reason ? "Reason: " : "Ticket: ";
    for (const std::string text : {"\x1b[2J", "a\x1b]0;owned\x07", "a\nb", "a\tb", "\x7f", "a\302\23331m", "a\xff",
                                   "a\xc3", "\xc0\x80", "\xed\xa0\x80", "a\342\200\256b", "\xc2\xa0"}) {
        CAPTURE(text);
        CHECK(test.prompts_for({text}).back() == "Plain text only, not too long. " + prompt);
    }
    for (const std::string text : {"", " ", "    "})
        CHECK(test.prompts_for({text}).back() == "Needed here. " + prompt);
    const std::size_t longest = is_reason ? 500 : 255;
    CHECK(test.prompts_for({std::string(longest + 1, 'a')}).back() == "Plain text only, not too long. " + prompt);
    CHECK(is_granted(test.answer_all({std::string(longest, 'a'), test.code()})));
}

TEST_CASE("a prompt for a ticket fits a line, whatever the form", "[agent][grounds]") {
    GroundsFixture test;
    const auto pattern = GENERATE(std::string("#"), std::string(30, '#'), std::string(60, '@'), std::string(120, '#'));
    test.want_ticket(pattern);
    test.start();
    const auto prompts = test.prompts_for({"-", "", "\x1b"});
    CHECK(prompts[0].starts_with("Ticket"));
    CHECK(prompts[0].contains("like") == (pattern.size() <= 30));
    for (const auto& prompt : prompts)
        CHECK(prompt.size() < 80);
}

TEST_CASE("who can say nothing is refused, and keeps the code", "[agent][grounds]") {
    GroundsFixture test;
    test.want_reason();
    test.start();
    const auto code = test.code();
    // sshd's password method: one answer, typed before anybody asks.
    CHECK(denied_reason(test.answer_all({code}, {.conversation = ipc::Conversation::PasswordOnly})) ==
          DeniedReason::AuthenticationFailed);
    CHECK(test.last(test.events(), AuditKind::SignInOffline).reason == "reason_required");
    CHECK(is_granted(test.answer_all({"Disk full", code})));
}

TEST_CASE("who was refused leaves no words of theirs in the log", "[agent][grounds]") {
    GroundsFixture test;
    test.want_reason();
    test.start();
    CHECK(denied_reason(test.answer_all({"my own password", "12345678"})) == DeniedReason::AuthenticationFailed);
    const auto event = test.last(test.events(), AuditKind::SignInOffline);
    CHECK(event.reason == "code_wrong");
    CHECK_FALSE(event.stated_reason);
    CHECK(std::ranges::none_of(test.portal.audit,
                               [](const std::string& body) { return body.contains("my own password"); }));
}

TEST_CASE("a policy that wants more while the person types is not met by what they said", "[agent][grounds]") {
    GroundsFixture test;
    test.want_reason();
    test.start();
    const auto code = test.code();
    PamExchange exchange(test.workstation, {});
    REQUIRE(exchange.prompt() == "Reason: ");
    exchange.answer("Disk full");
    REQUIRE_FALSE(exchange.prompt().empty());
    test.want_ticket();
    test.sync();
    exchange.answer(code);
    CHECK(denied_reason(exchange.verdict()) == DeniedReason::AuthenticationFailed);
    CHECK(test.last(test.events(), AuditKind::SignInOffline).reason == "ticket_required");
    CHECK(is_granted(test.answer_all({"Disk full", "INC0012345", code})));
}

TEST_CASE("the questions tell nobody apart who may sign in, may not, or does not exist", "[agent][grounds]") {
    GroundsFixture test;
    test.share_account();
    test.add_ada();
    test.want_reason();
    SECTION("where everybody is asked, so is nobody") {
        // A third, without a right.
        test.portal.technicians.push_back(test.portal.make_technician("bea", {}));
        test.start();
        for (const char* name : {"nik", "ada", "bea", "nobody", "", "root", "x\x1b[2J"})
            CHECK(test.asked_of(name) == "Reason: ");
    }
    SECTION("where some are asked, so are some who are nobody, and always the same ones") {
        // Ada has a policy of her own, which wants nothing.
        test.portal.policies.push_back(test.portal.policies.front());
        test.portal.policies.back().id = new_id<protocol::PolicyId>();
        test.portal.policies.back().conditions = {};
        test.portal.policies.back().subjects = {};
        test.portal.policies.back().subjects.technician_ids = {test.portal.technicians.back().id};
        test.start();
        CHECK(test.asked_of("nik") == "Reason: ");
        CHECK(test.asked_of("ada").starts_with("Approve on your phone: "));
        std::set<bool> seen;
        for (int at = 0; at < 24; ++at) {
            const std::string name = "nobody" + std::to_string(at);
            const bool is_asked = test.asked_of(name) == "Reason: ";
            CHECK((test.asked_of(name) == "Reason: ") == is_asked);
            seen.insert(is_asked);
        }
        CHECK(seen.size() == 2);
    }
}

TEST_CASE("within a session what was said once is not asked again", "[agent][grounds]") {
    GroundsFixture test;
    test.want_reason();
    test.portal.tenant.sudo_asks = protocol::SudoAsks::EveryTime;
    test.start();
    REQUIRE(is_granted(test.answer_all({"Disk full", test.code()})));
    test.open_session();
    const PamExchange::Request sudo{.service = "sudo"};
    const PamExchange::Request locker{.phase = Phase::ReauthenticateSelf, .service = "i3lock", .caller = 52000};
    chmod(test.workstation.config().run_folder.parent_path().c_str(), 0755);
    const auto inside = [&] { test.workstation.processes.call_as({k_sudo, k_monitor, k_init}); };
    inside();
    CHECK(is_granted(test.answer_all({test.code()}, sudo)));
    CHECK(is_granted(test.answer_all({test.code()}, locker)));
    SECTION("but what a policy wants since is, and a locker, which may have one prompt, stays locked") {
        test.want_ticket();
        test.sync();
        CHECK(test.sessions().records.size() == 1);
        inside();
        CHECK(denied_reason(test.answer_all({test.code()}, locker)) == DeniedReason::AuthenticationFailed);
        CHECK(is_granted(test.answer_all({"INC0012345", test.code()}, sudo)));
    }
    SECTION("and a shorter session of the same policy is a shorter session") {
        test.conditions().longest_session_minutes = 1;
        test.sync();
        CHECK(eventually([&] { return test.workstation.accounts.told().size() == 1; }));
    }
}

}  // namespace doorward::tests
