#include "tests/desktop-client/accounts/machine.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

using namespace doorward::agent;
using namespace doorward::tests;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

void age(const char* path) {
    shell(std::string("touch -d '1 hour ago' ") + path);
}

// As the shadow tools write it.
void lock(const char* path, pid_t holder) {
    write(path, std::to_string(holder) + '\0');
}

}  // namespace

TEST_CASE("row 7: locks that nobody holds any more are removed", "[accounts]") {
    const auto service = fresh_service();
    SECTION("of a process that is gone") {
        lock("/etc/passwd.lock", 4194000);
    }
    SECTION("of a pid that a younger process has got") {
        lock("/etc/shadow.lock", getpid());
        age("/etc/shadow.lock");
    }
    SECTION("with a number that ends in another way") {
        write("/etc/passwd.lock", "4194000");
        write("/etc/shadow.lock", "4194000\n");
    }
    SECTION("that were never written to their end") {
        write("/etc/group.lock", "");
        age("/etc/group.lock");
    }
    const auto start = Clock::now();
    REQUIRE(service->ensure_account(nik()));
    CHECK(Clock::now() - start < 5s);
    CHECK(shell("ls /etc/*.lock 2>/dev/null").empty());
}

TEST_CASE("row 7: a lock that is held is waited for", "[accounts]") {
    const auto service = fresh_service();
    const pid_t holder = fork();
    if (holder == 0) {
        pause();
        _exit(0);
    }
    std::this_thread::sleep_for(10ms);
    lock("/etc/passwd.lock", holder);
    std::thread releaser([] {
        // Longer than a lock without a number is believed.
        std::this_thread::sleep_for(4s);
        unlink("/etc/passwd.lock");
    });
    const auto start = Clock::now();
    CHECK(service->ensure_account(nik()));
    CHECK(Clock::now() - start >= 3900ms);
    releaser.join();
    kill(holder, SIGKILL);
    waitpid(holder, nullptr, 0);
}

TEST_CASE("row 7: a lock that is never released is given up after 15 s, and the account stays closed",
          "[accounts][slow]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    const pid_t holder = fork();
    if (holder == 0) {
        pause();
        _exit(0);
    }
    std::this_thread::sleep_for(10ms);
    lock("/etc/shadow.lock", holder);
    const auto start = Clock::now();
    std::thread reliever([holder] {
        // So that the attempts to lock again after the failure do not wait as long each.
        std::this_thread::sleep_for(15500ms);
        kill(holder, SIGKILL);
        waitpid(holder, nullptr, 0);
    });
    CHECK(service->open_account(nik()) == std::unexpected(AccountError::Busy));
    CHECK(Clock::now() - start >= 15s);
    CHECK(Clock::now() - start < 20s);
    reliever.join();
    CHECK(service->state(nik()) == AccountState::Locked);
}

TEST_CASE("the lock of lckpwdf is respected", "[accounts]") {
    const auto service = fresh_service();
    const pid_t holder = fork();
    if (holder == 0) {
        // A shadow tool in its work: flock(1) would take another kind of lock.
        execl("/usr/bin/python3", "python3", "-c",
              "import "
              "fcntl,os,time\nf=os.open('/etc/.pwd.lock',os.O_WRONLY|os.O_CREAT,0o600)\nfcntl.lockf(f,fcntl.LOCK_EX)\n"
              "open('/run/locked','w').close()\ntime.sleep(1.5)",
              static_cast<char*>(nullptr));
        _exit(127);
    }
    for (int i = 0; i < 200 && access("/run/locked", F_OK) != 0; ++i)
        std::this_thread::sleep_for(10ms);
    const auto start = Clock::now();
    CHECK(service->ensure_account(nik()));
    CHECK(Clock::now() - start >= 1s);
    waitpid(holder, nullptr, 0);
}
