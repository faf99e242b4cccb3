#include "tests/desktop-client/accounts/machine.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace doorward::agent;
using namespace doorward::tests;

namespace {

std::string everybody_else() {
    return shell("grep -hv msp-nik /etc/passwd /etc/shadow; grep -h -v ^msp-nik: /etc/group | sed 's/msp-nik//g'");
}

bool is_anywhere(const std::string& name) {
    return !shell("grep -hw " + name + " /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid").empty();
}

}  // namespace

TEST_CASE("row 86: a locked account goes with its group, and its home into a place of root's", "[accounts][removal]") {
    const auto service = fresh_service();
    shell("rm -rf /home/.doorward-kept");
    const std::string others = everybody_else();
    REQUIRE(service->ensure_account(nik()));
    write("/home/msp-nik/notes", "x");
    shell("chown -R msp-nik: /home/msp-nik");
    const auto home = service->remove_account(nik(), HomeWish::Keep);
    REQUIRE(home);
    CHECK(home->kind == HomeFate::Kind::Kept);
    CHECK(home->detail == "/home/.doorward-kept/msp-nik");
    CHECK_FALSE(is_anywhere("msp-nik"));
    CHECK(everybody_else() == others);
    CHECK(shell("stat -c '%U %a' /home/.doorward-kept") == "root 700\n");
    CHECK(content(home->detail + "/notes") == "x");
    CHECK(shell("ls -A /home") == ".doorward-kept\n");
    SECTION("again it says the same") {
        const auto again = service->remove_account(nik(), HomeWish::Keep);
        REQUIRE(again);
        CHECK(again->detail == home->detail);
    }
    SECTION("the next account of that name gets another place") {
        REQUIRE(service->ensure_account(nik()));
        const auto next = service->remove_account(nik(), HomeWish::Keep);
        REQUIRE(next);
        CHECK(next->detail == "/home/.doorward-kept/msp-nik.1");
        CHECK(content("/home/.doorward-kept/msp-nik/notes") == "x");
    }
}

TEST_CASE("a home is archived for root, links as links, and then gone", "[accounts][removal]") {
    const auto service = fresh_service();
    shell("rm -rf /home/.doorward-kept; mkdir -p /var/backups; rm -f /var/backups/doorward-home-*");
    REQUIRE(service->ensure_account(nik()));
    write("/home/msp-nik/notes", "x");
    shell("ln -s /etc/shadow /home/msp-nik/link; chown -hR msp-nik: /home/msp-nik");
    const auto home = service->remove_account(nik(), HomeWish::Archive);
    REQUIRE(home);
    CHECK(home->kind == HomeFate::Kind::Archived);
    CHECK(home->detail == "/var/backups/doorward-home-msp-nik.tar.gz");
    CHECK(shell("stat -c '%U %a' " + home->detail) == "root 600\n");
    CHECK(shell("tar -xzOf " + home->detail + " msp-nik/notes") == "x");
    CHECK(shell("tar -tvzf " + home->detail + " msp-nik/link").find("-> /etc/shadow") != std::string::npos);
    CHECK(shell("ls -A /home/.doorward-kept").empty());
    CHECK(shell("head -c 5 /etc/shadow") == "root:");
}

TEST_CASE("an account that is open, or not ours, is not removed", "[accounts][removal][I4]") {
    const auto service = fresh_service();
    SECTION("open") {
        REQUIRE(service->ensure_account(nik()));
        REQUIRE(service->open_account(nik()));
        CHECK(service->remove_account(nik(), HomeWish::Keep).error() == AccountError::NotVerified);
        CHECK(is_anywhere("msp-nik"));
    }
    SECTION("a local account of that name") {
        shell("useradd -m -u 1500 msp-nik");
        const std::string before = content("/etc/passwd") + content("/etc/shadow") + content("/etc/group");
        CHECK(service->remove_account(nik(), HomeWish::Archive).error() == AccountError::Conflict);
        CHECK(content("/etc/passwd") + content("/etc/shadow") + content("/etc/group") == before);
        CHECK(shell("stat -c %U /home/msp-nik") == "msp-nik\n");
    }
    SECTION("somebody's account with that uid") {
        shell("useradd -m -u 52001 nina");
        CHECK(service->remove_account(nik(), HomeWish::Keep).error() == AccountError::Conflict);
        CHECK(is_anywhere("nina"));
    }
    SECTION("a name of nobody") {
        AccountIdentity odd = nik();
        odd.name = "../etc";
        CHECK(service->remove_account(odd, HomeWish::Keep).error() == AccountError::BadName);
    }
}

TEST_CASE("a home that is a link, a mount or somebody else's stays where it is, and is told", "[accounts][removal]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    std::string why;
    SECTION("a link") {
        shell("mv /home/msp-nik /tmp/elsewhere; ln -s /tmp/elsewhere /home/msp-nik");
        why = "not_a_folder";
    }
    SECTION("somebody else's") {
        shell("chown 1500 /home/msp-nik");
        why = "of_somebody_else";
    }
    SECTION("a mount") {
        shell("mount -t tmpfs -o uid=52001 tmpfs /home/msp-nik");
        why = "mounted";
    }
    const auto home = service->remove_account(nik(), HomeWish::Archive);
    REQUIRE(home);
    CHECK(home->kind == HomeFate::Kind::Remained);
    CHECK(home->detail == why);
    CHECK_FALSE(is_anywhere("msp-nik"));
    CHECK(shell("ls -d /home/msp-nik") == "/home/msp-nik\n");
    shell("umount /home/msp-nik 2>/dev/null; rm -rf /home/msp-nik /tmp/elsewhere");
}
