// One account for all technicians of a tenant: who somebody is is asked, and each session stays its technician's.
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::AccountState;
using agent::ProcessIdentity;
using ipc::DeniedReason;
using ipc::Phase;

constexpr const char* k_account = "msp-2356";
constexpr ProcessIdentity k_init{.process = 1, .started = 0};
constexpr ProcessIdentity k_left_over{.process = 800, .started = 1};

/// A login as sshd makes it, and what the kernel calls it.
struct Login {
    ProcessIdentity child;
    ProcessIdentity monitor;
    ProcessIdentity shell;
    std::uint32_t audit_session;
};
constexpr Login k_of_nik{.child = {.process = 500, .started = 1},
                         .monitor = {.process = 400, .started = 1},
                         .shell = {.process = 600, .started = 2},
                         .audit_session = 7};
constexpr Login k_of_ada{.child = {.process = 501, .started = 5},
                         .monitor = {.process = 401, .started = 5},
                         .shell = {.process = 601, .started = 6},
                         .audit_session = 8};

struct SharedFixture {
    SharedFixture() {
        portal.tenant.account_mode = protocol::AccountMode::Shared;
        portal.tenant.shared_account = k_account;
        portal.technicians.push_back(portal.make_technician("ada", {&ada_phone}));
        portal.rights.push_back(portal.rights.front());
        portal.rights.back().id = new_id<protocol::RightId>();
        portal.rights.back().subject = portal.technicians.back().id;
        for (const Login& login : {k_of_nik, k_of_ada})
            workstation.processes.number(login.monitor.process, login.audit_session);
    }
    void start() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    void sync() { REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync())); }
    void go_offline() { portal.cut(); }

    [[nodiscard]] static PamExchange::Request asking(const std::string& service = "sshd",
                                                     const std::string& account = k_account) {
        return {.account = account, .service = service};
    }
    /// A code that was not used yet.
    [[nodiscard]] std::string code_of(const Phone& phone) {
        workstation.clock.pass(30s);
        portal.time = workstation.clock.wall;
        return phone.code(portal.tenant.id, portal.device->agreement_key, workstation.clock.wall);
    }
    /// The whole conversation: who, then the code.
    [[nodiscard]] std::optional<ipc::ServerMessage> answer(const std::string& who, const std::string& code) {
        PamExchange exchange(workstation, asking());
        if (exchange.prompt() != "Technician: ") return std::nullopt;
        exchange.answer(who);
        if (exchange.prompt().empty()) return std::nullopt;
        exchange.answer(code);
        return exchange.verdict();
    }
    [[nodiscard]] bool phase_of(Phase which, const std::string& service = "sshd") {
        PamExchange exchange(
            workstation,
            {.phase = which, .conversation = ipc::Conversation::None, .account = k_account, .service = service});
        return is_granted(exchange.verdict());
    }
    void sign_in(const Login& login, const std::string& who, const Phone& phone) {
        workstation.processes.call_as({login.child, login.monitor, k_init});
        const auto code = code_of(phone);
        REQUIRE(is_granted(answer(who, code)));
        REQUIRE(phase_of(Phase::Account));
        workstation.processes.call_as({login.monitor, k_init});
        REQUIRE(phase_of(Phase::OpenSession));
    }
    void sign_in_nik() { sign_in(k_of_nik, "nik", portal.phone); }
    void sign_in_ada() { sign_in(k_of_ada, "ada", ada_phone); }
    void close(const Login& login) {
        workstation.processes.call_as({login.monitor, k_init});
        REQUIRE(phase_of(Phase::CloseSession));
    }
    [[nodiscard]] AccountState state(const std::string& account = k_account) const {
        return workstation.accounts.state_of(account);
    }
    [[nodiscard]] bool sudo_works_in(const Login& login) {
        workstation.processes.call_as({{.process = 700, .started = 9}, login.shell, login.monitor, k_init});
        PamExchange exchange(workstation, asking("sudo"));
        return is_granted(exchange.next());
    }
    [[nodiscard]] std::vector<protocol::AuditEvent> events() {
        const auto head =
            std::get<std::int64_t>(*value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        portal.take_audit(head);
        return portal.events();
    }
    [[nodiscard]] std::size_t sessions() { return ask_agent(workstation, agent::AdminVerb::Sessions).records.size(); }
    [[nodiscard]] const protocol::TechnicianId& nik() const { return portal.technicians.front().id; }
    [[nodiscard]] const protocol::TechnicianId& ada() const { return portal.technicians.back().id; }

    Workstation workstation;
    Portal portal;
    Phone ada_phone{1};
};

std::vector<protocol::AuditEvent> of_kind(const std::vector<protocol::AuditEvent>& events, protocol::AuditKind kind) {
    std::vector<protocol::AuditEvent> found;
    std::ranges::copy_if(events, std::back_inserter(found), [&](const auto& event) { return event.kind == kind; });
    return found;
}

}  // namespace

TEST_CASE("in a shared account the technician says who they are, and every record names both", "[agent][shared]") {
    SharedFixture test;
    test.start();
    CHECK(eventually([&] { return test.workstation.accounts.published().contains(k_account); }));
    CHECK(test.workstation.accounts.published().size() == 1);
    test.workstation.processes.call_as({k_of_nik.child, k_of_nik.monitor, k_init});
    {
        PamExchange exchange(test.workstation, SharedFixture::asking());
        const auto first = exchange.next();
        REQUIRE(first);
        const auto* question = std::get_if<ipc::Prompt>(&*first);
        REQUIRE(question != nullptr);
        CHECK(question->text.view() == "Technician: ");
        CHECK(question->echo == ipc::Echo::On);
        exchange.answer("nik");
        CHECK(exchange.prompt().starts_with("Approve on your phone: "));
    }
    test.sign_in_nik();
    CHECK(test.state() == AccountState::Open);
    CHECK(test.state("msp-nik") == AccountState::Absent);
    test.close(k_of_nik);
    CHECK(test.state() == AccountState::Locked);

    const auto events = test.events();
    for (const auto kind : {protocol::AuditKind::SignInOffline, protocol::AuditKind::SessionOpened,
                            protocol::AuditKind::SessionClosed, protocol::AuditKind::AccountCreated}) {
        CAPTURE(static_cast<int>(kind));
        const auto found = of_kind(events, kind);
        REQUIRE_FALSE(found.empty());
        CHECK(found.back().technician_id == test.nik());
        CHECK(found.back().account == k_account);
    }
}

TEST_CASE("the phone is asked about the account that will be used, by the technician who was named",
          "[agent][shared][online]") {
    SharedFixture test;
    test.start();
    PamExchange exchange(test.workstation, SharedFixture::asking());
    REQUIRE(exchange.prompt() == "Technician: ");
    exchange.answer("ada");
    const std::string prompt = exchange.prompt();
    REQUIRE(prompt.starts_with("Approve on your phone: "));
    const int number = std::stoi(prompt.substr(23, 2));
    const auto envelope = test.portal.wait_for<protocol::SignInRequestMessage>().envelope;
    const auto request = protocol::open_sign_in_request(envelope, test.portal.device->signing_key);
    REQUIRE(request);
    CHECK(request->technician_id == test.ada());
    CHECK(request->account == k_account);
    SECTION("her phone opens it") {
        test.portal.send(protocol::SignInAnswerMessage{.request_id = request->id,
                                                       .phone_id = test.ada_phone.id,
                                                       .assertion = test.ada_phone.approve(envelope.body, number)});
        exchange.answer("");
        CHECK(is_granted(exchange.verdict()));
    }
    SECTION("a colleague's does not") {
        test.portal.send(protocol::SignInAnswerMessage{.request_id = request->id,
                                                       .phone_id = test.portal.phone.id,
                                                       .assertion = test.portal.phone.approve(envelope.body, number)});
        exchange.answer("");
        CHECK(denied_reason(exchange.verdict()) == DeniedReason::MaximumTries);
    }
}

TEST_CASE("row 57: who is nobody, or may not, is led through the same prompts to the same words", "[agent][shared]") {
    SharedFixture test;
    const Phone bea_phone(1);
    const auto ada = test.ada();
    test.portal.technicians.push_back(test.portal.make_technician("bea", {&bea_phone}));
    test.start();
    const auto bea = test.portal.technicians.back().id;
    const bool online = GENERATE(true, false);
    CAPTURE(online);
    if (!online) test.go_offline();
    const auto talk = [&](const std::string& who, const std::string& code) {
        PamExchange exchange(test.workstation, SharedFixture::asking());
        std::vector<std::string> heard{exchange.prompt()};
        exchange.answer(who);
        // Key ids and numbers are of the technician; everything around them is the same.
        std::string prompt = exchange.prompt();
        if (online) {
            prompt.erase(23, 2);
        } else {
            prompt = prompt.substr(0, prompt.find("·")) + prompt.substr(prompt.rfind(':'));
        }
        heard.push_back(prompt);
        exchange.answer(code);
        const auto verdict = exchange.verdict();
        const auto* denied = verdict ? std::get_if<ipc::Denied>(&*verdict) : nullptr;
        heard.emplace_back(denied != nullptr ? denied->text.view() : "not denied");
        return heard;
    };
    const auto expected = talk("ada", "12345678");
    CHECK(expected.back() == "Sign-in refused. Try the next code, or type ?, or ask your administrator.");
    CHECK(talk("bea", test.code_of(bea_phone)) == expected);
    for (const std::string who : {"nobody", "", "NIK", "nik ", "msp-nik", "nik@example.com", "%s%n", "../nik"}) {
        CAPTURE(who);
        CHECK(talk(who, test.code_of(test.portal.phone)) == expected);
    }
    CHECK(talk(std::string(511, 'x'), "12345678") == expected);
    CHECK(test.state() == AccountState::Absent);
    // The names typed are on no record; the technician is, where there is one.
    if (!online) return;
    for (const auto& event : of_kind(test.events(), protocol::AuditKind::SignInOffline)) {
        CHECK(event.account == k_account);
        const bool is_one_of_us = event.technician_id == bea || event.technician_id == ada;
        CHECK((is_one_of_us || event.reason == "technician_unknown" || event.reason == "too_many_attempts"));
    }
}

TEST_CASE("under the plain password method nobody can say who they are, so nobody comes in", "[agent][shared]") {
    SharedFixture test;
    test.start();
    auto request = SharedFixture::asking();
    request.conversation = ipc::Conversation::PasswordOnly;
    PamExchange exchange(test.workstation, request);
    CHECK(denied_reason(exchange.next()) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("a technician's code is no good under another's name, and counts once in any account", "[agent][shared]") {
    SharedFixture test;
    test.start();
    const auto code = test.code_of(test.portal.phone);
    CHECK_FALSE(is_granted(test.answer("ada", code)));
    CHECK(is_granted(test.answer("nik", code)));
    CHECK_FALSE(is_granted(test.answer("nik", code)));
    // Back to accounts of their own: the same code, the same minute.
    test.portal.tenant.account_mode = protocol::AccountMode::Named;
    test.portal.tenant.shared_account.reset();
    test.sync();
    CHECK_FALSE(is_granted(sign_in_with(test.workstation, code)));
}

TEST_CASE("one technician's wrong codes lock out nobody else, nor do names of nobody", "[agent][shared][limiter]") {
    SharedFixture test;
    test.start();
    for (int i = 0; i < 12; ++i) {
        CHECK_FALSE(is_granted(test.answer("nik", "00000000")));
        CHECK_FALSE(is_granted(test.answer("nobody" + std::to_string(i), "00000000")));
    }
    const auto nik_code =
        test.portal.phone.code(test.portal.tenant.id, test.portal.device->agreement_key, test.workstation.clock.wall);
    const auto ada_code =
        test.ada_phone.code(test.portal.tenant.id, test.portal.device->agreement_key, test.workstation.clock.wall);
    CHECK_FALSE(is_granted(test.answer("nik", nik_code)));
    CHECK(is_granted(test.answer("ada", ada_code)));
}

TEST_CASE(
    "row 73: of two technicians in the account one leaves: the other's session is unharmed, the last one locks it",
    "[agent][shared][session]") {
    SharedFixture test;
    test.start();
    test.sign_in_nik();
    test.sign_in_ada();
    CHECK(test.sessions() == 2);
    SECTION("by logging out") {
        test.close(k_of_nik);
    }
    SECTION("because the connection died") {
        test.workstation.processes.end(k_of_nik.monitor);
        CHECK(eventually([&] { return test.sessions() == 1; }));
    }
    SECTION("because his right ended") {
        test.portal.technicians.front().status = protocol::TechnicianStatus::Disabled;
        test.sync();
        CHECK(test.workstation.processes.terminated() == std::vector{k_of_nik.monitor});
    }
    CHECK(eventually([&] { return !test.workstation.accounts.ended_sessions().empty(); }));
    CHECK(test.workstation.accounts.ended_sessions() == std::vector{k_of_nik.audit_session});
    CHECK(test.workstation.accounts.cleared().empty());
    CHECK(test.state() == AccountState::Open);
    CHECK(test.sudo_works_in(k_of_ada));

    test.close(k_of_ada);
    CHECK(test.state() == AccountState::Locked);
    CHECK(eventually([&] { return test.workstation.accounts.cleared() == std::vector<std::string>{k_account}; }));
    CHECK(test.workstation.accounts.ended_sessions().size() == 1);
}

TEST_CASE("a flood of one technician's refusals is counted as theirs, and nobody else's with it",
          "[agent][shared][I6]") {
    SharedFixture test;
    test.start();
    constexpr int k_tries = 15;
    for (int i = 0; i < k_tries; ++i) {
        CHECK_FALSE(is_granted(test.answer("nik", "malformed")));
        CHECK_FALSE(is_granted(test.answer("ada", "malformed")));
    }
    // What was counted becomes events when the agent starts.
    test.workstation.stop();
    test.portal.detach();
    REQUIRE_FALSE(test.workstation.start());
    test.portal.accept(test.workstation);
    std::int64_t by_nik = 0;
    std::int64_t by_ada = 0;
    for (const auto& event : of_kind(test.events(), protocol::AuditKind::SignInOffline)) {
        by_nik += event.technician_id == test.nik() ? event.count : 0;
        by_ada += event.technician_id == test.ada() ? event.count : 0;
    }
    CHECK(by_nik == k_tries);
    CHECK(by_ada == k_tries);
}

TEST_CASE("sessions that the kernel does not tell apart end nothing of each other", "[agent][shared][session]") {
    SharedFixture test;
    test.workstation.processes.number(k_of_nik.monitor.process, k_of_ada.audit_session);
    test.start();
    test.sign_in_nik();
    test.sign_in_ada();
    test.close(k_of_nik);
    CHECK(test.workstation.accounts.ended_sessions().empty());
    CHECK(test.sudo_works_in(k_of_ada));
}

TEST_CASE("sudo believes the session and never the account", "[agent][shared][sudo]") {
    SharedFixture test;
    test.start();
    test.sign_in_nik();
    test.sign_in_ada();
    CHECK(test.sudo_works_in(k_of_nik));
    test.close(k_of_nik);
    const auto left_over = [&](const std::string& service) {
        test.workstation.processes.call_as({{.process = 701, .started = 9}, k_left_over, k_init});
        PamExchange exchange(test.workstation, SharedFixture::asking(service));
        return exchange.next();
    };
    for (const std::string service : {"sudo", "sudo-i", "polkit-1", "pkexec"}) {
        CAPTURE(service);
        // Refused before anything is asked: not even the right code would be a reason.
        CHECK(denied_reason(left_over(service)) == DeniedReason::AuthenticationFailed);
        CHECK_FALSE(test.phase_of(Phase::Account, service));
    }
    CHECK(test.sudo_works_in(k_of_ada));
    const auto sudos = of_kind(test.events(), protocol::AuditKind::Sudo);
    REQUIRE(sudos.size() == 2);
    CHECK(sudos.front().technician_id == test.nik());
    CHECK(sudos.back().technician_id == test.ada());
    CHECK(sudos.front().session_id != sudos.back().session_id);
}

TEST_CASE("where sudo asks every time, it asks the technician of that very session", "[agent][shared][sudo]") {
    SharedFixture test;
    test.portal.tenant.sudo_asks = protocol::SudoAsks::EveryTime;
    test.start();
    test.sign_in_nik();
    test.sign_in_ada();
    const auto sudo_in = [&](const Login& login, const Phone& phone) {
        test.workstation.processes.call_as({{.process = 700, .started = 9}, login.shell, login.monitor, k_init});
        const auto code = test.code_of(phone);
        PamExchange exchange(test.workstation, SharedFixture::asking("sudo"));
        // Nobody is asked for a name that is known.
        CHECK(exchange.prompt().starts_with("Approve on your phone: "));
        exchange.answer(code);
        return is_granted(exchange.verdict());
    };
    CHECK_FALSE(sudo_in(k_of_nik, test.ada_phone));
    CHECK(sudo_in(k_of_nik, test.portal.phone));
    CHECK(sudo_in(k_of_ada, test.ada_phone));
}

TEST_CASE("a screen locker proves the technician of its own session, whoever else is in the account",
          "[agent][shared]") {
    SharedFixture test;
    test.start();
    test.sign_in_nik();
    test.sign_in_ada();
    chmod(test.workstation.config().run_folder.parent_path().c_str(), 0755);
    const auto unlock = [&](const Login& login, const std::string& code) {
        test.workstation.processes.call_as({login.shell, login.monitor, k_init});
        auto request = SharedFixture::asking("screen");
        request.phase = Phase::ReauthenticateSelf;
        request.caller = agent::k_first_managed_uid;
        PamExchange exchange(test.workstation, request);
        if (!exchange.prompt().starts_with("Approve on your phone: ")) return false;
        exchange.answer(code);
        return is_granted(exchange.verdict());
    };
    CHECK_FALSE(unlock(k_of_ada, test.code_of(test.portal.phone)));
    CHECK(unlock(k_of_ada, test.code_of(test.ada_phone)));
    CHECK(unlock(k_of_nik, test.code_of(test.portal.phone)));
}

TEST_CASE("row 60: an account of that name that is not ours is reported before anybody signs in, and not touched",
          "[agent][shared][I4]") {
    SharedFixture test;
    SECTION("somebody made it by hand") {
        test.workstation.accounts.set(k_account, AccountState::Conflict);
        test.start();
    }
    SECTION("it was another customer's before this workstation was enrolled anew") {
        test.workstation.accounts.record({.name = k_account,
                                          .uid = 52004,
                                          .gid = 52004,
                                          .full_name = "",
                                          .owner = new_id<protocol::TenantId>().to_string()});
        test.start();
    }
    const auto is_conflict = [&] {
        const auto& status = test.portal.status;
        return status && std::ranges::any_of(status->accounts, [](const auto& account) {
                   return account.name == k_account && account.state == protocol::AccountState::Conflict;
               });
    };
    while (!is_conflict())
        static_cast<void>(test.portal.receive());
    const auto conflicts = of_kind(test.events(), protocol::AuditKind::AccountConflict);
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts.front().account == k_account);
    const auto before = test.state();
    test.workstation.processes.call_as({k_of_nik.child, k_of_nik.monitor, k_init});
    if (is_granted(test.answer("nik", test.code_of(test.portal.phone)))) CHECK_FALSE(test.phase_of(Phase::Account));
    CHECK(test.state() == before);
    CHECK(test.workstation.accounts.openings() == 0);
}

TEST_CASE("when a tenant goes over to a shared account, open sessions stay and no new ones of the old kind come",
          "[agent][shared][roster]") {
    SharedFixture test;
    test.portal.tenant.account_mode = protocol::AccountMode::Named;
    test.portal.tenant.shared_account.reset();
    test.start();
    test.workstation.processes.call_as({k_of_nik.child, k_of_nik.monitor, k_init});
    REQUIRE(is_granted(sign_in_with(test.workstation, test.code_of(test.portal.phone))));
    REQUIRE(is_granted(phase(test.workstation, Phase::Account)));
    test.workstation.processes.call_as({k_of_nik.monitor, k_init});
    REQUIRE(is_granted(phase(test.workstation, Phase::OpenSession)));

    test.portal.tenant.account_mode = protocol::AccountMode::Shared;
    test.portal.tenant.shared_account = k_account;
    test.sync();
    CHECK(eventually([&] { return test.workstation.accounts.published().contains(k_account); }));
    CHECK_FALSE(test.workstation.accounts.published().contains("msp-nik"));
    CHECK(test.sessions() == 1);
    {
        test.workstation.processes.call_as({{.process = 700, .started = 9}, k_of_nik.shell, k_of_nik.monitor, k_init});
        PamExchange exchange(test.workstation, SharedFixture::asking("sudo", "msp-nik"));
        CHECK(is_granted(exchange.next()));
    }
    test.workstation.processes.call_as({k_of_ada.child, k_of_ada.monitor, k_init});
    CHECK(denied_reason(sign_in_with(test.workstation, test.code_of(test.portal.phone))) ==
          DeniedReason::AuthenticationFailed);
    test.sign_in_ada();

    test.workstation.processes.call_as({k_of_nik.monitor, k_init});
    CHECK(is_granted(phase(test.workstation, Phase::CloseSession)));
    CHECK(test.state("msp-nik") == AccountState::Locked);
    CHECK(test.state() == AccountState::Open);
}

TEST_CASE("a grant for an account that the tenant has given up meanwhile opens nothing", "[agent][shared][roster]") {
    SharedFixture test;
    test.start();
    test.workstation.processes.call_as({k_of_nik.child, k_of_nik.monitor, k_init});
    REQUIRE(is_granted(test.answer("nik", test.code_of(test.portal.phone))));
    SECTION("before the account was opened") {
        test.portal.tenant.account_mode = protocol::AccountMode::Named;
        test.sync();
        CHECK_FALSE(test.phase_of(Phase::Account));
        CHECK(test.state() == AccountState::Absent);
    }
    SECTION("after it, before the session") {
        REQUIRE(test.phase_of(Phase::Account));
        CHECK(test.state() == AccountState::Open);
        test.portal.tenant.account_mode = protocol::AccountMode::Named;
        test.sync();
        CHECK(eventually([&] { return test.state() == AccountState::Locked; }));
        test.workstation.processes.call_as({k_of_nik.monitor, k_init});
        CHECK_FALSE(test.phase_of(Phase::OpenSession));
    }
}

TEST_CASE("after a restart of the agent each session in the account is still its technician's",
          "[agent][shared][session][I3]") {
    SharedFixture test;
    test.start();
    test.sign_in_nik();
    test.sign_in_ada();
    test.workstation.stop();
    test.workstation.processes.end(k_of_nik.monitor);
    test.workstation.processes.call_as({k_of_ada.monitor, k_init});
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.sessions() == 1);
    CHECK(
        eventually([&] { return test.workstation.accounts.ended_sessions() == std::vector{k_of_nik.audit_session}; }));
    CHECK(test.state() == AccountState::Open);
    CHECK(test.sudo_works_in(k_of_ada));
    test.close(k_of_ada);
    CHECK(test.state() == AccountState::Locked);
}

}  // namespace doorward::tests
