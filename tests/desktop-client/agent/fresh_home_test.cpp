// Homes that are made anew each time: when the old one goes, who waits for that, and what if it does not go.
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using ipc::Phase;

// As sshd works: a child authenticates and asks for the account, its parent opens and closes the session.
constexpr agent::ProcessIdentity k_child{.process = 500, .started = 1};
constexpr agent::ProcessIdentity k_monitor{.process = 400, .started = 1};

struct Fixture {
    Fixture() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    void keep_homes(protocol::HomeKeeping homes) {
        portal.tenant.homes = homes;
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync()));
    }
    [[nodiscard]] bool admit() {
        workstation.processes.call_as({k_child, k_monitor});
        workstation.clock.pass(30s);
        portal.time = workstation.clock.wall;
        REQUIRE(is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall))));
        return is_granted(phase(workstation, Phase::Account));
    }
    void sign_in() {
        REQUIRE(admit());
        workstation.processes.call_as({k_monitor});
        REQUIRE(is_granted(phase(workstation, Phase::OpenSession)));
    }
    void close() {
        workstation.processes.call_as({k_monitor});
        REQUIRE(is_granted(phase(workstation, Phase::CloseSession)));
        CHECK(becomes_locked());
    }
    [[nodiscard]] bool becomes_locked() {
        return eventually([&] { return workstation.accounts.state_of("msp-nik") == agent::AccountState::Locked; });
    }
    /// The last of its kind.
    [[nodiscard]] std::optional<protocol::AuditEvent> last(protocol::AuditKind kind) {
        const auto head =
            std::get<std::int64_t>(*value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        portal.take_audit(head);
        std::optional<protocol::AuditEvent> found;
        for (const auto& event : portal.events()) {
            if (event.kind == kind) found = event;
        }
        return found;
    }
    [[nodiscard]] int homes_aside() const { return workstation.accounts.homes_aside(); }

    Workstation workstation;
    Portal portal;
};

}  // namespace

TEST_CASE("a home is kept where the tenant says nothing else", "[agent][session][home]") {
    Fixture test;
    test.sign_in();
    test.close();
    CHECK(test.homes_aside() == 0);
}

TEST_CASE("what was kept goes before the first fresh session, what is new after it", "[agent][session][home]") {
    Fixture test;
    test.sign_in();
    test.close();
    test.keep_homes(protocol::HomeKeeping::Fresh);
    test.sign_in();
    CHECK(test.homes_aside() == 1);
    test.close();
    CHECK(eventually([&] { return test.homes_aside() == 2; }));
    test.keep_homes(protocol::HomeKeeping::Kept);
    test.sign_in();
    test.close();
    CHECK(test.homes_aside() == 2);
}

TEST_CASE("where the old home stays nobody is let in", "[agent][session][home]") {
    Fixture test;
    test.sign_in();
    test.close();
    test.keep_homes(protocol::HomeKeeping::Fresh);
    test.workstation.accounts.home_stays = true;
    CHECK_FALSE(test.admit());
    CHECK(test.becomes_locked());
    const auto refused = test.last(protocol::AuditKind::AccountConflict);
    REQUIRE(refused);
    CHECK(refused->reason == "home_refused");
    test.workstation.accounts.home_stays = false;
    test.sign_in();
}

TEST_CASE("nobody waits for a home's removal, and what cannot be removed is recorded", "[agent][session][home]") {
    Fixture test;
    test.keep_homes(protocol::HomeKeeping::Fresh);
    test.workstation.accounts.hold_homes = true;
    test.workstation.accounts.home_is_stuck = true;
    test.sign_in();
    test.close();
    test.sign_in();
    test.workstation.accounts.hold_homes = false;
    CHECK(eventually([&] {
        const auto locked = test.last(protocol::AuditKind::AccountLocked);
        return locked && locked->reason == "home_left_behind" && locked->outcome == protocol::AuditOutcome::Noted;
    }));
}

}  // namespace doorward::tests
