#include "tests/desktop-client/accounts/machine.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>

using namespace doorward::agent;
using namespace doorward::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* k_as_nik = "setpriv --reuid 52001 --regid 52001 --clear-groups ";

std::string processes() {
    return shell("ps -u 52001 -o comm= | sort | tr '\\n' ' '");
}

}  // namespace

TEST_CASE("row 72: every process of the account ends, those that ignore SIGTERM as well", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    REQUIRE(service->open_account(nik()));
    shell(std::string(k_as_nik) + "setsid sleep 1000 >/dev/null 2>&1 &");
    shell(std::string(k_as_nik) +
          "setsid nohup sh -c 'trap \"\" TERM HUP; while :; do tail -f /dev/null; done' >/dev/null 2>&1 &");
    shell("setsid tail -f /dev/null >/dev/null 2>&1 & echo $! > /run/other");
    for (int i = 0; i < 100 && processes() != "sh sleep tail "; ++i)
        usleep(20'000);
    REQUIRE(processes() == "sh sleep tail ");
    REQUIRE(service->close_account(nik()));
    const auto remains = service->clear_up(nik());
    CHECK(remains.empty());
    CHECK(processes().empty());
    CHECK(shell("kill -0 $(cat /run/other) && echo lives; kill $(cat /run/other)") == "lives\n");
}

TEST_CASE("row 73: of two logins in one account the processes of one end, and no others", "[accounts][shared]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    REQUIRE(service->open_account(nik()));
    const std::string log_in = "(echo 0 >/proc/self/loginuid && cat /proc/self/sessionid >/run/";
    const std::string and_run = std::string(" && exec ") + k_as_nik + "setsid ";
    shell(log_in + "first" + and_run + "sleep 1000) >/dev/null 2>&1 &");
    shell(log_in + "second" + and_run + "tail -f /dev/null) >/dev/null 2>&1 &");
    // One that belongs to no login.
    shell(std::string(k_as_nik) + "setsid sh -c 'while :; do sleep 1; done' >/dev/null 2>&1 &");
    for (int i = 0; i < 500 && processes() != "sh sleep sleep tail "; ++i)
        usleep(20'000);
    if (content("/run/first").empty()) SKIP("skipped: the kernel numbers no logins here");
    REQUIRE(processes() == "sh sleep sleep tail ");
    const auto first = static_cast<std::uint32_t>(std::stoul(content("/run/first")));
    REQUIRE(content("/run/first") != content("/run/second"));
    CHECK(service->end_session(nik(), first).empty());
    CHECK(shell("pgrep -u 52001 -f 'sleep 1000' || echo gone") == "gone\n");
    CHECK(shell("pgrep -c -u 52001 -x tail") == "1\n");
    CHECK(shell("pgrep -c -u 52001 -x sh") == "1\n");
    CHECK(service->state(nik()) == AccountState::Open);
    CHECK(service->clear_up(nik()).empty());
    CHECK(processes().empty());
}

TEST_CASE("row 72: nothing that would act later remains, and other people's files do", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    write("/run/sudo/ts/msp-nik", "ticket");
    write("/run/sudo/ts/52001", "ticket");
    write("/run/sudo/ts/nina", "ticket");
    write("/var/lib/systemd/linger/msp-nik", "");
    write("/var/spool/cron/crontabs/msp-nik", "* * * * * true\n");
    write("/var/spool/cron/crontabs/nina", "* * * * * true\n");
    write("/var/spool/cron/atjobs/a00001", "");
    write("/var/spool/cron/atjobs/a00002", "");
    shell("chown 52001 /var/spool/cron/atjobs/a00001");
    write("/tmp/mine/deep/file", "x");
    shell("chown -R 52001 /tmp/mine");
    write("/tmp/shared/mine", "x");
    write("/tmp/shared/theirs", "x");
    shell("chown 52001 /tmp/shared/mine; ln -s /etc/passwd /tmp/link; chown -h 52001 /tmp/link");
    write("/dev/shm/mine", "x");
    shell("chown 52001 /dev/shm/mine; mkfifo /var/tmp/pipe; chown 52001 /var/tmp/pipe");

    REQUIRE(service->close_account(nik()));
    const auto remains = service->clear_up(nik());
    CHECK(remains.empty());
    CHECK(shell("ls /run/sudo/ts") == "nina\n");
    CHECK(shell("ls /var/lib/systemd/linger").empty());
    CHECK(shell("ls /var/spool/cron/crontabs") == "nina\n");
    CHECK(shell("ls /var/spool/cron/atjobs") == "a00002\n");
    CHECK(shell("find /tmp /var/tmp /dev/shm -user 52001").empty());
    CHECK(shell("ls /tmp/shared") == "theirs\n");
    CHECK(content("/etc/passwd").size() > 0);
}

TEST_CASE("row 72: what cannot be taken away is reported", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    write("/tmp/mine/roots", "x");
    shell("chown 52001 /tmp/mine");
    REQUIRE(service->close_account(nik()));
    const auto remains = service->clear_up(nik());
    REQUIRE(remains.size() == 1);
    CHECK(remains.front().kind == Remainder::Kind::File);
    CHECK(remains.front().detail == "/tmp/mine");
}

TEST_CASE("a folder swapped for a link is not followed", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    shell("mkdir /home/msp-nik/precious; touch /home/msp-nik/precious/file; chown -R 52001:52001 /home/msp-nik");
    shell("ln -s /home/msp-nik/precious /tmp/way; chown -h 52001 /tmp/way");
    CHECK(service->clear_up(nik()).empty());
    CHECK(shell("ls /home/msp-nik/precious") == "file\n");
    CHECK(shell("ls -A /tmp").empty());
}

TEST_CASE("row 72: units in the home do not start with the next session, whoever owns them, and the rest of it stays",
          "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    const std::string home = "/home/msp-nik";
    write(home + "/.config/systemd/user/back.timer", "[Timer]");
    write(home + "/.config/systemd/user/root.service", "[Service]");
    write(home + "/.config/git/config", "[user]");
    write(home + "/.local/share/systemd/timers/stamp-back.timer", "");
    shell("ln -s ../back.timer " + home + "/.config/systemd/user/timers.target.wants; chown -hR 52001:52001 " + home +
          "; chown 0 " + home + "/.config/systemd/user/root.service");
    CHECK(service->clear_up(nik()).empty());
    CHECK(shell("find " + home + "/.config/systemd " + home + "/.local/share/systemd -mindepth 1").empty());
    CHECK(content(home + "/.config/git/config") == "[user]");
}

TEST_CASE("links on the way to the home's units lead nowhere", "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    write("/run/precious/systemd/user/precious.timer", "x");
    SECTION("in place of the units it goes itself") {
        shell(
            "mkdir -p /home/msp-nik/.config; ln -s /run/precious/systemd /home/msp-nik/.config/systemd; chown -hR "
            "52001:52001 /home/msp-nik");
        CHECK(service->clear_up(nik()).empty());
        CHECK(shell("ls -A /home/msp-nik/.config").empty());
    }
    SECTION("in place of a folder above it is reported") {
        shell("ln -s /run/precious /home/msp-nik/.config; chown -hR 52001:52001 /home/msp-nik");
        const auto remains = service->clear_up(nik());
        REQUIRE(remains.size() == 1);
        CHECK(remains.front().kind == Remainder::Kind::ScheduledJob);
        CHECK(remains.front().detail == "/home/msp-nik/.config: not looked into");
    }
    SECTION("in place of the home nothing is looked at") {
        shell(
            "mv /home/msp-nik /home/aside; mkdir -p /run/precious/.config; mv /run/precious/systemd "
            "/run/precious/.config/; chown -R 52001 /run/precious; ln -s /run/precious /home/msp-nik");
        CHECK(service->clear_up(nik()).empty());
    }
    CHECK(shell("cat $(find /run/precious -name precious.timer)") == "x");
}

TEST_CASE("row 72: shared memory, semaphores and message queues go with the session, and other people's stay",
          "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    shell(std::string(k_as_nik) + "ipcmk -M 4096; " + k_as_nik + "ipcmk -S 2; " + k_as_nik + "ipcmk -Q; ipcmk -M 4096");
    REQUIRE(shell("cat /proc/sysvipc/shm /proc/sysvipc/sem /proc/sysvipc/msg | grep -cw 52001") == "3\n");
    CHECK(service->clear_up(nik()).empty());
    CHECK(shell("cat /proc/sysvipc/shm /proc/sysvipc/sem /proc/sysvipc/msg | grep -cw 52001") == "0\n");
    CHECK(shell("tail -n +2 /proc/sysvipc/shm | wc -l") == "1\n");
    shell("ipcrm --all=shm");
}

TEST_CASE("row 72: a copy with set-user-id that root left is reported and nothing else of root's", "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    shell(
        "cp /bin/true /tmp/way-back; chmod 4755 /tmp/way-back; cp /bin/true /tmp/tool; cp /bin/true /tmp/own; "
        "chown 52001 /tmp/own; chmod 4755 /tmp/own");
    const auto remains = service->clear_up(nik());
    REQUIRE(remains.size() == 1);
    CHECK(remains.front().detail == "/tmp/way-back: set-user-id");
    CHECK(shell("ls /tmp") == "tool\nway-back\n");
}

TEST_CASE("a session is told something on its terminal, and nobody else is", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    REQUIRE(service->open_account(nik()));
    shell(std::string("script -qfc '") + k_as_nik + "sleep 1000' /run/screen >/dev/null 2>&1 &");
    shell("script -qfc 'tail -f /dev/null' /run/other-screen >/dev/null 2>&1 &");
    for (int i = 0; i < 500 && processes() != "sleep "; ++i)
        usleep(20'000);
    REQUIRE(processes() == "sleep ");
    service->tell(nik(), std::nullopt, "It ends soon.");
    for (int i = 0; i < 100 && content("/run/screen").find("It ends soon.") == std::string::npos; ++i)
        usleep(20'000);
    CHECK(content("/run/screen").find("It ends soon.") != std::string::npos);
    CHECK(content("/run/other-screen").find("It ends soon.") == std::string::npos);
    CHECK(service->clear_up(nik()).empty());
    shell("pkill -x script; pkill -f 'tail -f /dev/null'");
}
