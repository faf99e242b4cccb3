#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::AccountState;
using agent::ProcessIdentity;
using ipc::DeniedReason;
using ipc::Phase;

// As sshd works: a child authenticates and asks for the account, its parent opens and closes the session.
constexpr ProcessIdentity k_child{.process = 500, .started = 1};
constexpr ProcessIdentity k_monitor{.process = 400, .started = 1};
constexpr ProcessIdentity k_init{.process = 1, .started = 0};
constexpr ProcessIdentity k_shell{.process = 600, .started = 2};
constexpr ProcessIdentity k_sudo{.process = 700, .started = 3};
constexpr ProcessIdentity k_left_over{.process = 800, .started = 1};

struct SessionFixture {
    SessionFixture() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    [[nodiscard]] bool authenticate() {
        workstation.processes.call_as({k_child, k_monitor, k_init});
        workstation.clock.pass(30s);
        portal.time = workstation.clock.wall;
        return is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall)));
    }
    [[nodiscard]] bool admit() { return is_granted(phase(workstation, Phase::Account)); }
    [[nodiscard]] bool open() {
        workstation.processes.call_as({k_monitor, k_init});
        return is_granted(phase(workstation, Phase::OpenSession));
    }
    void close() {
        workstation.processes.call_as({k_monitor, k_init});
        CHECK(is_granted(phase(workstation, Phase::CloseSession)));
    }
    void sign_in() {
        REQUIRE(authenticate());
        REQUIRE(admit());
        REQUIRE(open());
    }
    /// A second connection to the agent's store.
    [[nodiscard]] agent::Store store() const {
        const agent::StoreKeyFile keys(workstation.config());
        auto opened = agent::open_store(workstation.config(), keys);
        REQUIRE(opened);
        return std::move(*opened);
    }
    /// Of what the journal knows.
    [[nodiscard]] bool nothing_under_way() const {
        auto opened = store();
        auto row = opened.database.query("SELECT count(*) FROM account_operation");
        REQUIRE(row);
        REQUIRE(row->step() == true);
        return row->integer(0) == 0;
    }
    [[nodiscard]] AccountState state() const { return workstation.accounts.state_of("msp-nik"); }
    [[nodiscard]] std::size_t sessions() { return ask_agent(workstation, agent::AdminVerb::Sessions).records.size(); }
    [[nodiscard]] bool becomes_locked() {
        return eventually([&] { return state() == AccountState::Locked; });
    }
    [[nodiscard]] std::vector<protocol::AuditEvent> events() {
        const auto head =
            std::get<std::int64_t>(*value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        portal.take_audit(head);
        return portal.events();
    }
    [[nodiscard]] const protocol::AuditEvent* last(const std::vector<protocol::AuditEvent>& list,
                                                   protocol::AuditKind kind) {
        const protocol::AuditEvent* found = nullptr;
        for (const auto& event : list) {
            if (event.kind == kind) found = &event;
        }
        return found;
    }

    Workstation workstation;
    Portal portal;
};

}  // namespace

TEST_CASE("a session opens the account and its end locks it", "[agent][session]") {
    SessionFixture test;
    REQUIRE(test.authenticate());
    CHECK(test.state() == AccountState::Absent);
    REQUIRE(test.admit());
    CHECK(test.state() == AccountState::Open);
    REQUIRE(test.open());
    CHECK(test.sessions() == 1);
    test.workstation.clock.pass(5min);
    test.close();
    CHECK(test.state() == AccountState::Locked);
    CHECK(test.sessions() == 0);

    const auto events = test.events();
    const auto* closed = test.last(events, protocol::AuditKind::SessionClosed);
    REQUIRE(closed != nullptr);
    CHECK(closed->duration_ms == 300'000);
    CHECK(closed->reason == "closed");
    CHECK(test.last(events, protocol::AuditKind::SessionOpened) != nullptr);
    CHECK(test.last(events, protocol::AuditKind::AccountCreated) != nullptr);
    CHECK(test.last(events, protocol::AuditKind::AccountLocked) != nullptr);
}

TEST_CASE("a public key alone opens nothing", "[agent][session]") {
    SessionFixture test;
    CHECK(denied_reason(phase(test.workstation, Phase::Account)) == DeniedReason::AccountUnavailable);
    CHECK(denied_reason(phase(test.workstation, Phase::OpenSession)) == DeniedReason::AccountUnavailable);
    CHECK(test.state() == AccountState::Absent);
}

TEST_CASE("a grant is for the process that authenticated and its parent, for one service, for one session",
          "[agent][session]") {
    SessionFixture test;
    REQUIRE(test.authenticate());
    SECTION("not for a stranger") {
        test.workstation.processes.call_as({k_left_over, k_init});
        CHECK_FALSE(test.admit());
    }
    SECTION("not for a later process of the same number") {
        test.workstation.processes.call_as({{.process = k_child.process, .started = 99}, k_init});
        CHECK_FALSE(test.admit());
    }
    SECTION("not for another service") {
        CHECK(denied_reason(phase(test.workstation, Phase::Account, "login")) == DeniedReason::AccountUnavailable);
    }
    SECTION("not without the account phase") {
        CHECK_FALSE(test.open());
    }
    SECTION("not twice") {
        REQUIRE(test.admit());
        REQUIRE(test.open());
        CHECK_FALSE(test.open());
    }
    SECTION("not after thirty seconds") {
        test.workstation.clock.pass(30s);
        CHECK_FALSE(test.admit());
    }
}

TEST_CASE("an account that was opened for nobody is locked again", "[agent][session]") {
    SessionFixture test;
    REQUIRE(test.authenticate());
    REQUIRE(test.admit());
    CHECK(test.state() == AccountState::Open);
    test.workstation.clock.pass(31s);
    // What a later exchange sets off comes sooner than the timer.
    REQUIRE(test.authenticate());
    CHECK(test.becomes_locked());
}

TEST_CASE("row 3: a sign-in that was accepted and never became a session is on record, once",
          "[agent][session][crash][I6]") {
    SessionFixture test;
    const auto not_completed = [&] {
        const auto events = test.events();
        return std::ranges::count_if(events, [](const protocol::AuditEvent& event) {
            return event.kind == protocol::AuditKind::SignInOffline &&
                   event.outcome == protocol::AuditOutcome::Failed && event.reason == "not_completed" &&
                   event.account == "msp-nik" && event.service == "sshd" && event.technician_id.has_value();
        });
    };
    SECTION("the agent was killed before anybody heard of it") {
        REQUIRE(test.authenticate());
        test.workstation.stop();
        for (int start = 0; start < 2; ++start) {
            REQUIRE_FALSE(test.workstation.start());
            test.workstation.stop();
        }
        REQUIRE_FALSE(test.workstation.start());
        test.portal.attach(test.workstation);
        test.portal.accept(test.workstation);
        CHECK(not_completed() == 1);
    }
    SECTION("nobody came for the session") {
        REQUIRE(test.authenticate());
        test.workstation.clock.pass(31s);
        REQUIRE(test.authenticate());
        CHECK(eventually([&] { return not_completed() == 1; }));
    }
    SECTION("one that became a session is none") {
        test.sign_in();
        test.workstation.stop();
        REQUIRE_FALSE(test.workstation.start());
        test.portal.attach(test.workstation);
        test.portal.accept(test.workstation);
        CHECK(not_completed() == 0);
    }
}

TEST_CASE("cron and at open nothing, a user's service manager only during a session", "[agent][session]") {
    SessionFixture test;
    for (const char* service : {"cron", "crond", "at", "atd", "anacron"}) {
        CAPTURE(service);
        CHECK(denied_reason(phase(test.workstation, Phase::Account, service)) == DeniedReason::AccountUnavailable);
        CHECK(denied_reason(phase(test.workstation, Phase::OpenSession, service)) == DeniedReason::AccountUnavailable);
    }
    CHECK_FALSE(is_granted(phase(test.workstation, Phase::Account, "systemd-user")));
    test.sign_in();
    CHECK(is_granted(phase(test.workstation, Phase::Account, "systemd-user")));
    CHECK(is_granted(phase(test.workstation, Phase::OpenSession, "systemd-user")));
    CHECK_FALSE(is_granted(phase(test.workstation, Phase::Account, "cron")));
    CHECK(test.sessions() == 1);
}

TEST_CASE("when the leader dies the account is locked", "[agent][session]") {
    SessionFixture test;
    test.sign_in();
    test.workstation.processes.end(k_monitor);
    CHECK(test.becomes_locked());
    CHECK(test.sessions() == 0);
}

TEST_CASE("of two sessions the last one locks the account", "[agent][session]") {
    SessionFixture test;
    test.sign_in();
    constexpr ProcessIdentity k_second{.process = 401, .started = 5};
    constexpr ProcessIdentity k_second_child{.process = 501, .started = 5};
    test.workstation.clock.pass(30s);
    test.workstation.processes.call_as({k_second_child, k_second, k_init});
    REQUIRE(is_granted(sign_in_with(test.workstation, test.portal.code(test.workstation.clock.wall))));
    REQUIRE(is_granted(phase(test.workstation, Phase::Account)));
    test.workstation.processes.call_as({k_second, k_init});
    REQUIRE(is_granted(phase(test.workstation, Phase::OpenSession)));
    CHECK(test.workstation.accounts.openings() == 2);
    test.close();
    CHECK(test.sessions() == 1);
    CHECK(test.state() == AccountState::Open);
    test.workstation.processes.end(k_second);
    CHECK(test.becomes_locked());
}

TEST_CASE("sudo asks nothing inside the session and gives nothing outside of it", "[agent][session][sudo]") {
    SessionFixture test;
    const PamExchange::Request sudo{.conversation = ipc::Conversation::Interactive, .service = "sudo"};
    test.workstation.processes.call_as({k_sudo, k_left_over, k_init});
    {
        PamExchange exchange(test.workstation, sudo);
        CHECK(denied_reason(exchange.next()) == DeniedReason::AuthenticationFailed);
    }
    test.sign_in();
    SECTION("a descendant of the login") {
        test.workstation.processes.call_as({k_sudo, k_shell, k_monitor, k_init});
        PamExchange exchange(test.workstation, sudo);
        CHECK(is_granted(exchange.next()));
        CHECK(is_granted(phase(test.workstation, Phase::Account, "sudo")));
        CHECK(is_granted(phase(test.workstation, Phase::OpenSession, "sudo")));
        CHECK(test.sessions() == 1);
        CHECK(test.last(test.events(), protocol::AuditKind::Sudo) != nullptr);
    }
    SECTION("a left-over process of the same user is asked like anybody") {
        test.workstation.processes.call_as({k_sudo, k_left_over, k_init});
        PamExchange exchange(test.workstation, sudo);
        CHECK(exchange.prompt().starts_with("Approve on your phone:"));
        CHECK_FALSE(is_granted(phase(test.workstation, Phase::Account, "sudo")));
    }
    SECTION("where the tenant wants it, everybody is asked every time") {
        test.portal.tenant.sudo_asks = protocol::SudoAsks::EveryTime;
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
        test.workstation.clock.pass(30s);
        test.workstation.processes.call_as({k_sudo, k_shell, k_monitor, k_init});
        PamExchange exchange(test.workstation, sudo);
        CHECK(exchange.prompt().starts_with("Approve on your phone:"));
        exchange.answer(test.portal.code(test.workstation.clock.wall));
        CHECK(is_granted(exchange.verdict()));
        CHECK(is_granted(phase(test.workstation, Phase::Account, "sudo")));
    }
}

TEST_CASE("a session ends when its time is up", "[agent][session]") {
    SessionFixture test;
    test.portal.tenant.longest_session_minutes = 10;
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    test.sign_in();
    test.workstation.clock.pass(9min);
    CHECK(test.sessions() == 1);
    test.workstation.clock.pass(1min);
    // The timer looks again when the next sign-in begins.
    static_cast<void>(test.authenticate());
    CHECK(test.becomes_locked());
    const auto events = test.events();
    CHECK(test.last(events, protocol::AuditKind::SessionClosed)->reason == "time_is_up");
}

TEST_CASE("a session is told five minutes before its end, once", "[agent][session]") {
    SessionFixture test;
    test.portal.tenant.longest_session_minutes = 10;
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    test.sign_in();
    test.workstation.clock.pass(4min);
    static_cast<void>(test.authenticate());
    CHECK(test.workstation.accounts.told().empty());
    test.workstation.clock.pass(1min);
    static_cast<void>(test.authenticate());
    const std::vector<std::string> notice = {
        "msp-nik: Doorward: this session ends in 4 minutes, and everything it runs. Save your work."};
    CHECK(eventually([&] { return test.workstation.accounts.told() == notice; }));
    test.workstation.clock.pass(1min);
    static_cast<void>(test.authenticate());
    CHECK(test.sessions() == 1);
    CHECK(test.workstation.accounts.told() == notice);
}

TEST_CASE("a shorter longest session shortens an open one and leaves it five minutes, a longer one gives it nothing",
          "[agent][session]") {
    SessionFixture test;
    test.sign_in();
    test.workstation.clock.pass(60min);
    const auto apply = [&](int minutes) {
        test.portal.tenant.longest_session_minutes = minutes;
        test.portal.time = test.workstation.clock.wall;
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    };
    apply(30);
    CHECK(eventually([&] { return test.workstation.accounts.told().size() == 1; }));
    CHECK(test.sessions() == 1);
    apply(1440);
    test.workstation.clock.pass(4min);
    static_cast<void>(test.authenticate());
    CHECK(test.sessions() == 1);
    SECTION("also after the agent was restarted") {
        test.workstation.stop();
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.sessions() == 1);
        test.workstation.clock.pass(1min);
        static_cast<void>(test.authenticate());
        CHECK(test.becomes_locked());
    }
    SECTION("and it is recorded") {
        test.workstation.clock.pass(1min);
        static_cast<void>(test.authenticate());
        CHECK(test.becomes_locked());
        const auto events = test.events();
        CHECK(test.last(events, protocol::AuditKind::SessionClosed)->reason == "time_is_up");
    }
}

TEST_CASE("rights that are taken away end the session within a second, and the log says why", "[agent][session]") {
    SessionFixture test;
    test.sign_in();
    std::string reason;
    SECTION("the technician is disabled") {
        test.portal.technicians.front().status = protocol::TechnicianStatus::Disabled;
        reason = "technician_disabled";
    }
    SECTION("the right is removed") {
        test.portal.rights.clear();
        reason = "no_right";
    }
    SECTION("the technician is removed") {
        test.portal.rights.clear();
        test.portal.technicians.clear();
        reason = "technician_unknown";
    }
    SECTION("the phone is taken away") {
        test.portal.technicians.front().phones.clear();
        reason = "phone_removed";
    }
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    CHECK(test.becomes_locked());
    CHECK(std::chrono::steady_clock::now() - begin < 1s);
    CHECK(test.sessions() == 0);
    const auto events = test.events();
    CHECK(test.last(events, protocol::AuditKind::SessionClosed)->reason == reason);
}

TEST_CASE("row 6: after a restart a living session goes on and a dead one is closed", "[agent][session][crash]") {
    SessionFixture test;
    test.sign_in();
    test.workstation.stop();
    SECTION("the leader lives") {
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.sessions() == 1);
        CHECK(test.state() == AccountState::Open);
        test.workstation.processes.end(k_monitor);
        CHECK(test.becomes_locked());
    }
    SECTION("the leader died meanwhile") {
        test.workstation.processes.call_as({});
        test.workstation.processes.end(k_monitor);
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.becomes_locked());
        CHECK(test.sessions() == 0);
    }
    SECTION("the machine was restarted") {
        test.workstation.clock.restart_machine();
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.becomes_locked());
        CHECK(test.sessions() == 0);
    }
}

TEST_CASE("row 5: an account left open by a crash is locked at the next start", "[agent][session][crash]") {
    SessionFixture test;
    REQUIRE(test.authenticate());
    REQUIRE(test.admit());
    test.workstation.stop();
    CHECK(test.state() == AccountState::Open);
    for (int start = 0; start < 2; ++start) {
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.becomes_locked());
        CHECK(eventually([&] { return test.nothing_under_way(); }));
        test.workstation.stop();
    }
    REQUIRE_FALSE(test.workstation.start());
    test.portal.attach(test.workstation);
    test.portal.accept(test.workstation);
    const auto events = test.events();
    // Once, although the agent has started three times since.
    CHECK(std::ranges::count_if(events, [](const protocol::AuditEvent& event) {
              return event.reason == "sign_in_not_completed" && event.account == "msp-nik";
          }) == 1);
    CHECK(test.last(events, protocol::AuditKind::SessionOpened) == nullptr);
}

TEST_CASE("row 4: a crash between the lock and the clean-up is made good at the next start",
          "[agent][session][crash]") {
    SessionFixture test;
    test.sign_in();
    test.close();
    REQUIRE(test.becomes_locked());
    test.workstation.stop();
    const int before = test.workstation.accounts.closings();
    REQUIRE(test.store().database.execute(
        "INSERT INTO account_operation (account, operation) VALUES ('msp-nik', 'closing')"));
    REQUIRE_FALSE(test.workstation.start());
    CHECK(eventually([&] { return test.workstation.accounts.closings() == before + 1; }));
    CHECK(eventually([&] { return test.nothing_under_way(); }));
    test.workstation.stop();
    // Done once and for all.
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.sessions() == 0);
    test.workstation.stop();
    CHECK(test.workstation.accounts.closings() == before + 1);
}

TEST_CASE("an account is locked although its name cannot be read any more", "[agent][session]") {
    SessionFixture test;
    SECTION("at the end of a session") {
        test.sign_in();
        REQUIRE(test.store().database.execute("ALTER TABLE account RENAME TO account_gone"));
        test.workstation.processes.end(k_monitor);
        CHECK(test.becomes_locked());
    }
    SECTION("of a grant that nobody used") {
        REQUIRE(test.authenticate());
        REQUIRE(test.admit());
        REQUIRE(test.store().database.execute("ALTER TABLE account RENAME TO account_gone"));
        test.portal.rights.clear();
        static_cast<void>(test.portal.sync());
        CHECK(test.becomes_locked());
    }
}

TEST_CASE("a session kept until logout still ends with the right", "[agent][session]") {
    SessionFixture test;
    test.portal.policies.front().conditions.end_behaviour = protocol::EndBehaviour::KeepUntilLogout;
    std::int64_t ends = std::numeric_limits<std::int64_t>::max();
    SECTION("that ends") {
        const auto now = test.workstation.clock.wall + 30'000;
        test.portal.rights.front().valid_until = protocol::Timestamp{now + 1'200'000};
        ends = test.workstation.clock.boot + 30'000 + 1'200'000;
    }
    SECTION("that has no end") {}
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    test.sign_in();
    auto store = test.store();
    auto row = store.database.query("SELECT ends_boot FROM session");
    REQUIRE(row);
    REQUIRE(row->step() == true);
    CHECK(row->integer(0) == ends);
}

TEST_CASE("row 60: an account that somebody else made is not adopted", "[agent][session]") {
    SessionFixture test;
    test.workstation.accounts.set("msp-nik", AccountState::Conflict);
    REQUIRE(test.authenticate());
    CHECK(denied_reason(phase(test.workstation, Phase::Account)) == DeniedReason::AccountUnavailable);
    CHECK(test.state() == AccountState::Conflict);
    const auto events = test.events();
    const auto* conflict = test.last(events, protocol::AuditKind::AccountConflict);
    REQUIRE(conflict != nullptr);
    CHECK(conflict->outcome == protocol::AuditOutcome::Failed);
}

TEST_CASE("slow account work sends signs of life and keeps nobody else waiting", "[agent][session]") {
    SessionFixture test;
    REQUIRE(test.authenticate());
    test.workstation.accounts.slow = true;
    PamExchange slow(test.workstation, {.phase = Phase::Account, .conversation = ipc::Conversation::None});
    const auto begin = std::chrono::steady_clock::now();
    CHECK(denied_reason(phase(test.workstation, Phase::Account, "cron")) == DeniedReason::AccountUnavailable);
    CHECK(std::chrono::steady_clock::now() - begin < 500ms);
    int waits = 0;
    auto message = slow.next_or_wait();
    while (message && std::holds_alternative<ipc::Wait>(*message)) {
        ++waits;
        message = slow.next_or_wait();
    }
    CHECK(waits >= 2);
    CHECK(is_granted(message));
}

TEST_CASE("what a session left behind delays no sign-in but that of its own account", "[agent][session][I5]") {
    SessionFixture test;
    const Phone other;
    test.portal.technicians.push_back(test.portal.make_technician("eva", {&other}));
    test.portal.rights.push_back(test.portal.rights.front());
    test.portal.rights.back().id = new_id<protocol::RightId>();
    test.portal.rights.back().subject = test.portal.technicians.back().id;
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    test.sign_in();
    test.workstation.accounts.hold_clearing = true;
    test.workstation.processes.end(k_monitor);
    REQUIRE(test.becomes_locked());

    // Eva comes in meanwhile.
    test.workstation.clock.pass(30s);
    constexpr ProcessIdentity k_evas{.process = 900, .started = 9};
    test.workstation.processes.call_as({k_evas, k_init});
    const auto code = other.code(test.portal.tenant.id, test.portal.device->agreement_key, test.workstation.clock.wall);
    CHECK(is_granted(sign_in_with(test.workstation, code, {.account = "msp-eva"})));
    PamExchange eva(test.workstation,
                    {.phase = Phase::Account, .conversation = ipc::Conversation::None, .account = "msp-eva"});
    CHECK(is_granted(eva.verdict()));
    CHECK(test.workstation.accounts.state_of("msp-eva") == AccountState::Open);

    // Nik's next session would lose its processes to the end of his last one: it waits.
    constexpr ProcessIdentity k_next{.process = 901, .started = 9};
    test.workstation.processes.call_as({k_next, k_init});
    REQUIRE(is_granted(sign_in_with(test.workstation, test.portal.code(test.workstation.clock.wall))));
    PamExchange nik(test.workstation, {.phase = Phase::Account, .conversation = ipc::Conversation::None});
    CHECK(std::holds_alternative<ipc::Wait>(*nik.next_or_wait()));
    CHECK(test.state() == AccountState::Locked);
    test.workstation.accounts.hold_clearing = false;
    CHECK(is_granted(nik.verdict()));
    CHECK(test.state() == AccountState::Open);
    CHECK(test.workstation.accounts.cleared() == std::vector<std::string>{"msp-nik"});
}

TEST_CASE("row 61: ids are reserved once and names follow the rights", "[agent][roster]") {
    SessionFixture test;
    const auto names = [&] { return test.workstation.accounts.published(); };
    REQUIRE(eventually([&] { return names().contains("msp-nik"); }));
    const auto uid = names()["msp-nik"];
    CHECK(uid == 52000);
    auto rights = test.portal.rights;
    test.portal.rights.clear();
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    CHECK(eventually([&] { return names().empty(); }));
    // Somebody else comes meanwhile: another number.
    const Phone other;
    test.portal.technicians.push_back(test.portal.make_technician("eva", {&other}));
    rights.push_back(rights.front());
    rights.back().id = new_id<protocol::RightId>();
    rights.back().subject = test.portal.technicians.back().id;
    test.portal.rights = rights;
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    REQUIRE(eventually([&] { return names().size() == 2; }));
    CHECK(names()["msp-nik"] == uid);
    CHECK(names()["msp-eva"] == 52001);
}

}  // namespace doorward::tests
