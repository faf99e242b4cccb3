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

namespace {

// What a fresh home does with the one before.
bool is_taken_away(AccountService& service) {
    return service.put_home_aside(nik()) && service.remove_homes_aside(nik()).empty();
}

std::expected<void, AccountError> refused() {
    return std::unexpected(AccountError::HomeRefused);
}

// 300 folders, one in the other: deeper than one descent goes.
void dig_deep() {
    shell(
        "cd /home/msp-nik; for i in $(seq 300); do mkdir d && cd d; done; touch bottom; chown -R 52001 "
        "/home/msp-nik/d");
    REQUIRE(shell("find /home/msp-nik -name bottom | wc -l") == "1\n");
}

}  // namespace

TEST_CASE("a fresh home has nothing of the one before, whoever owned it", "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    shell(
        "cd /home/msp-nik; mkdir -p deep/er; touch deep/er/mine .hidden; touch deep/roots; chown -R 52001:52001 .; "
        "chown 0:0 deep/roots; chmod 0 deep/er; mkfifo pipe; ln /etc/hostname linked");
    dig_deep();
    const std::string linked = shell("stat -c '%i %U %a' /etc/hostname");
    REQUIRE(service->put_home_aside(nik()));
    CHECK(shell("ls -A /home") == ".doorward-gone-msp-nik\n");
    CHECK(shell("stat -c '%U %a' /home/.doorward-gone-msp-nik") == "root 700\n");
    CHECK(service->remove_homes_aside(nik()).empty());
    CHECK(shell("ls -A /home").empty());
    CHECK(shell("stat -c '%i %U %a' /etc/hostname") == linked);
    // Nothing to do is fine.
    CHECK(is_taken_away(*service));
    CHECK(shell("ls -A /home").empty());
    REQUIRE(service->ensure_account(nik()));
    CHECK(shell("ls -A /home/msp-nik") == shell("ls -A /etc/skel"));
}

TEST_CASE("row 9: a home that was cut in half on its way out goes with the next one", "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    dig_deep();
    REQUIRE(service->put_home_aside(nik()));
    SECTION("cut short between the folders") {
        // Its name is what the next sweep would give to what is too deep for it.
        shell("cd /home/.doorward-gone-msp-nik; mv home-0/d/d/d .deep-0; mkdir .deep-1");
    }
    SECTION("with a new home since") {
        REQUIRE(service->ensure_account(nik()));
        REQUIRE(service->put_home_aside(nik()));
        CHECK(shell("ls -A /home/.doorward-gone-msp-nik") == "home-0\nhome-1\n");
    }
    CHECK(service->remove_homes_aside(nik()).empty());
    CHECK(shell("ls -A /home").empty());
}

TEST_CASE("taking a home away follows no link and enters no other mount", "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    shell(
        "mkdir /run/precious; touch /run/precious/file; ln -s /run/precious /home/msp-nik/way; mkdir "
        "/home/msp-nik/mounted; mount --bind /run/precious /home/msp-nik/mounted; touch /home/msp-nik/mine");
    REQUIRE(service->put_home_aside(nik()));
    const auto remains = service->remove_homes_aside(nik());
    CHECK(shell("ls /run/precious") == "file\n");
    CHECK(remains.size() == 2);  // the mount, and the folder that holds it
    CHECK(shell("ls -A /home") == ".doorward-gone-msp-nik\n");
    // Its name is free all the same, and the rest goes with the next one.
    REQUIRE(service->ensure_account(nik()));
    shell("umount /home/.doorward-gone-msp-nik/home-0/mounted");
    CHECK(is_taken_away(*service));
    CHECK(shell("ls -A /home").empty());
    CHECK(shell("ls /run/precious; rm -r /run/precious") == "file\n");
}

TEST_CASE("what is no home of the account's own is not taken away", "[accounts][I5]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    std::string where = "/home/msp-nik";
    std::string afterwards = "true";
    SECTION("a link") {
        shell("mv /home/msp-nik /home/aside; ln -s /home/aside /home/msp-nik");
        where = "/home/aside";
    }
    SECTION("somebody else's") {
        shell("chown 1000 /home/msp-nik");
    }
    SECTION("a mount") {
        shell("mount --bind /home/msp-nik /home/msp-nik");
        afterwards = "umount /home/msp-nik";
    }
    SECTION("with a place to put it aside that is not root's alone") {
        shell("mkdir -m 777 /home/.doorward-gone-msp-nik");
    }
    SECTION("with a link as the place to put it aside") {
        shell("mkdir -m 700 /home/elsewhere; ln -s elsewhere /home/.doorward-gone-msp-nik");
    }
    SECTION("with a mount as the place to put it aside") {
        shell(
            "mkdir -m 700 /home/precious /home/.doorward-gone-msp-nik; touch /home/precious/file; mount --bind "
            "/home/precious /home/.doorward-gone-msp-nik");
        CHECK(service->put_home_aside(nik()) == refused());
        CHECK(service->remove_homes_aside(nik()).size() == 1);
        CHECK(shell("ls /home/precious") == "file\n");
        afterwards = "umount /home/.doorward-gone-msp-nik";
    }
    SECTION("in a folder of homes that others write to") {
        shell("chmod 777 /home");
        afterwards = "chmod 755 /home";
    }
    CHECK(service->put_home_aside(nik()) == refused());
    CHECK(shell("ls -A " + where) == shell("ls -A /etc/skel"));
    shell(afterwards);
}

TEST_CASE("the home of an account that is not ours is not taken away", "[accounts][I5]") {
    const auto service = fresh_service();
    shell("useradd -u 1500 -m msp-nik");
    CHECK(service->put_home_aside(nik()) == std::unexpected(AccountError::Conflict));
    CHECK(shell("ls -A /home/msp-nik") == shell("ls -A /etc/skel"));
}
