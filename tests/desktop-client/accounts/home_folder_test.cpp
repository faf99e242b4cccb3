#include "desktop-client/agent/accounts/home_folder.h"

#include "tests/desktop-client/accounts/machine.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace doorward::agent;
using namespace doorward::tests;

TEST_CASE("a home is a copy of the skeleton that belongs to the account", "[accounts]") {
    const auto service = fresh_service();
    shell(
        "mkdir -p /etc/skel/.config/deep; echo hello > /etc/skel/.config/deep/file; ln -s /etc/shadow /etc/skel/link");
    shell("cp /bin/true /etc/skel/tool; chmod 4755 /etc/skel/tool");
    REQUIRE(service->ensure_account(nik()));
    CHECK(content("/home/msp-nik/.config/deep/file") == "hello\n");
    CHECK(shell("find /home/msp-nik ! -user msp-nik -o ! -group msp-nik").empty());
    CHECK(shell("readlink /home/msp-nik/link") == "/etc/shadow\n");
    CHECK(shell("stat -c %U /etc/shadow") == "root\n");
    CHECK(shell("stat -c %a /home/msp-nik/tool") == "755\n");
    CHECK(content("/home/msp-nik/.bashrc") == content("/etc/skel/.bashrc"));
}

TEST_CASE("row 62: a home that exists is left as it is", "[accounts]") {
    const auto service = fresh_service();
    shell("mkdir -m 755 /home/msp-nik; echo mine > /home/msp-nik/file; chown -R 52001:52001 /home/msp-nik");
    REQUIRE(service->ensure_account(nik()));
    CHECK(shell("ls -A /home/msp-nik") == "file\n");
    CHECK(shell("stat -c %a /home/msp-nik") == "755\n");
}

TEST_CASE("row 62: a home that is not the account's is refused and nothing is given away", "[accounts]") {
    const auto service = fresh_service();
    std::string watched = "/home/msp-nik";
    bool is_mounted = false;
    SECTION("a link to /etc") {
        shell("ln -s /etc /home/msp-nik");
        watched = "/etc";
    }
    SECTION("a link to nowhere") {
        shell("ln -s /nowhere /home/msp-nik");
    }
    SECTION("root's folder") {
        shell("mkdir /home/msp-nik");
    }
    SECTION("a file") {
        shell("touch /home/msp-nik; chown 52001 /home/msp-nik");
    }
    SECTION("somebody else's mount point") {
        shell(
            "mkdir /home/msp-nik; mount -t tmpfs -o uid=1500,mode=755 tmpfs /home/msp-nik; touch /home/msp-nik/theirs");
        is_mounted = true;
    }
    const std::string before = shell("stat -c '%u %a %F' " + watched);
    CHECK(service->ensure_account(nik()) == std::unexpected(AccountError::HomeRefused));
    CHECK(service->state(nik()) == AccountState::Locked);
    CHECK(shell("stat -c '%u %a %F' " + watched) == before);
    CHECK(shell("find /etc -user 52001").empty());
    CHECK(shell("find /home/msp-nik -xdev -mindepth 1 ! -uid 0 2>/dev/null").empty());
    // Of a link it would be the place it leads to.
    if (is_mounted) shell("umount /home/msp-nik");
}

TEST_CASE("row 9: what a crash left of a home is made anew", "[accounts]") {
    const auto service = fresh_service();
    shell("mkdir -p /home/.doorward-msp-nik/half; ln -s /etc /home/.doorward-msp-nik/etc");
    REQUIRE(service->ensure_account(nik()));
    CHECK(content("/etc/passwd").size() > 0);
    CHECK(shell("ls -A /home") == "msp-nik\n");
    CHECK(shell("ls -A /home/msp-nik") == shell("ls -A /etc/skel"));
}

TEST_CASE("where others than root write into /home no home is made", "[accounts]") {
    const auto service = fresh_service();
    shell("chmod 777 /home");
    CHECK(ensure_home(nik()) == std::unexpected(AccountError::HomeRefused));
    shell("chmod 755 /home");
    CHECK(ensure_home(nik()));
}
