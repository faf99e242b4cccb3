// The account service killed with its tools at each step that can be seen of it, in turn; a new one has to find its way
// from whatever that leaves. ./dev faults kills at every single step, ./dev test at some.
#include "tests/desktop-client/accounts/machine.h"
#include "tests/faults/kill_point.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

using namespace doorward::agent;
using namespace doorward::tests;

namespace {

bool is_administrator(const std::string& name) {
    return (line("/etc/group", "sudo") + ',').find(name + ',') != std::string::npos;
}

std::unique_ptr<LinuxAccountService> next_service() {
    auto service = LinuxAccountService::create();
    REQUIRE(service);
    return std::move(*service);
}

// In all files that make a user or in none, and nobody else's line has changed. (A group without a line in gshadow is
// one without a password and administrators, as ours are.)
void check_files(const std::string& others) {
    const bool is_user = !line("/etc/passwd", "msp-nik").empty();
    CHECK(is_user == !line("/etc/shadow", "msp-nik").empty());
    CHECK(is_user == !line("/etc/group", "msp-nik").empty());
    CHECK(shell("grep -hv msp-nik /etc/passwd /etc/shadow | sort") == others);
}

void check_locked(LinuxAccountService& service) {
    CHECK(service.state(nik()) == AccountState::Locked);
    CHECK(line("/etc/shadow", "msp-nik").starts_with("msp-nik:!"));
    CHECK_FALSE(is_administrator("msp-nik"));
}

// Step by step, until the work comes to its end unharmed; `prepare` goes before each, `check` follows each kill.
template <typename Prepare, typename Work, typename Check>
void at_every_step(const Prepare& prepare, const Work& work, const Check& check) {
    const std::uint64_t stride = std::getenv("DOORWARD_EVERY_STEP") != nullptr ? 1 : 7;
    std::uint64_t step = 1;
    for (;; step += stride) {
        const auto service = fresh_service();
        prepare(*service);
        const std::string others = shell("grep -hv msp-nik /etc/passwd /etc/shadow | sort");
        const auto killed = killed_at(step, [&] { work(*service); });
        if (!killed) break;
        INFO("step " << step << ": " << killed->call << " of " << killed->program);
        const auto next = next_service();
        check(*next);
        check_files(others);
    }
    // A sweep that never killed anything would approve of everything.
    CHECK(step > 20);
}

}  // namespace

TEST_CASE("row 9: killed at any step of making an account: no half user, and the next try makes it",
          "[accounts][kill][slow]") {
    at_every_step([](LinuxAccountService&) {},
                  [](LinuxAccountService& service) { static_cast<void>(service.ensure_account(nik())); },
                  [](LinuxAccountService& next) {
                      CHECK(next.state(nik()) != AccountState::Open);
                      CHECK(next.state(nik()) != AccountState::Conflict);
                      CHECK_FALSE(is_administrator("msp-nik"));
                      REQUIRE(next.ensure_account(nik()));
                      check_locked(next);
                      CHECK(shell("stat -c '%U %a' /home/msp-nik") == "msp-nik 700\n");
                      CHECK(shell("ls -A /home") == "msp-nik\n");
                      // And no lock of a dead tool is in the way.
                      REQUIRE(next.open_account(nik()));
                      CHECK(shell("ls /etc/*.lock 2>/dev/null").empty());
                  });
}

TEST_CASE("rows 4, 7, 10: killed with its tools at any step of opening an account: the next one locks it",
          "[accounts][kill][slow][I3]") {
    at_every_step([](LinuxAccountService& service) { REQUIRE(service.ensure_account(nik())); },
                  [](LinuxAccountService& service) { static_cast<void>(service.open_account(nik())); },
                  [](LinuxAccountService& next) {
                      REQUIRE(next.close_account(nik()));
                      check_locked(next);
                      REQUIRE(next.open_account(nik()));
                      CHECK(next.state(nik()) == AccountState::Open);
                  });
}

TEST_CASE("rows 4, 7, 10: killed with its tools at any step of closing an account: the next one locks it",
          "[accounts][kill][slow][I3]") {
    at_every_step(
        [](LinuxAccountService& service) {
            REQUIRE(service.ensure_account(nik()));
            REQUIRE(service.open_account(nik()));
        },
        [](LinuxAccountService& service) { static_cast<void>(service.close_account(nik())); },
        [](LinuxAccountService& next) {
            REQUIRE(next.close_account(nik()));
            check_locked(next);
        });
}

TEST_CASE("row 86: killed with its tools at any step of removing an account: the next one removes it",
          "[accounts][kill][slow]") {
    at_every_step(
        [](LinuxAccountService& service) {
            shell("rm -rf /home/.doorward-kept");
            REQUIRE(service.ensure_account(nik()));
        },
        [](LinuxAccountService& service) { static_cast<void>(service.remove_account(nik(), HomeWish::Keep)); },
        [](LinuxAccountService& next) {
            // Half gone is closed first, as by the agent.
            REQUIRE(next.close_account(nik()));
            REQUIRE(next.remove_account(nik(), HomeWish::Keep));
            CHECK(line("/etc/passwd", "msp-nik").empty());
            CHECK(line("/etc/group", "msp-nik").empty());
            CHECK(shell("ls -A /home") == ".doorward-kept\n");
            CHECK(shell("ls -A /home/.doorward-kept") == "msp-nik\n");
        });
}
