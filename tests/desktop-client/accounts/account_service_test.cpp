#include "tests/desktop-client/accounts/machine.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <string>
#include <thread>
#include <vector>

using namespace doorward::agent;
using namespace doorward::tests;

namespace {

std::string account_files() {
    return content("/etc/passwd") + content("/etc/group") + content("/etc/shadow") + content("/etc/gshadow") +
           content("/etc/subuid");
}

std::string hash_of(const std::string& name) {
    const std::string entry = line("/etc/shadow", name);
    const std::size_t start = entry.find(':') + 1;
    return entry.substr(start, entry.find(':', start) - start);
}

bool in_group(const std::string& group, const std::string& name) {
    return (line("/etc/group", group) + ',').find(name + ',') != std::string::npos;
}

}  // namespace

TEST_CASE("a new account is locked, expired, marked, without the admin group, and has its home", "[accounts]") {
    const auto service = fresh_service();
    CHECK(service->state(nik()) == AccountState::Absent);
    REQUIRE(service->ensure_account(nik()));
    CHECK(service->state(nik()) == AccountState::Locked);
    CHECK(line("/etc/passwd", "msp-nik") == "msp-nik:x:52001:52001:Nik Berg:/home/msp-nik:/bin/bash");
    CHECK(line("/etc/group", "msp-nik") == "msp-nik:x:52001:");
    CHECK(hash_of("msp-nik").starts_with("!$y$"));
    CHECK(in_group("doorward", "msp-nik"));
    CHECK_FALSE(in_group("sudo", "msp-nik"));
    CHECK(shell("chage -l msp-nik | grep 'Account expires'").find("Jan 02, 1970") != std::string::npos);
    CHECK(shell("stat -c '%U %a' /home/msp-nik") == "msp-nik 700\n");
    CHECK(content("/etc/subuid").find("msp-nik") == std::string::npos);
}

TEST_CASE("ensuring an account twice, or an open one, changes nothing", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    const std::string before = account_files();
    REQUIRE(service->ensure_account(nik()));
    CHECK(account_files() == before);
    REQUIRE(service->open_account(nik()));
    const std::string open = account_files();
    REQUIRE(service->ensure_account(nik()));
    CHECK(account_files() == open);
    CHECK(service->state(nik()) == AccountState::Open);
}

TEST_CASE("a session gets a new password and the admin group, and loses both when it ends", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    const std::string locked = hash_of("msp-nik");
    REQUIRE(service->open_account(nik()));
    const std::string open = hash_of("msp-nik");
    CHECK(open.starts_with("$y$"));
    CHECK(locked != '!' + open);
    CHECK(in_group("sudo", "msp-nik"));
    CHECK(shell("chage -l msp-nik | grep 'Account expires'").find("never") != std::string::npos);

    REQUIRE(service->close_account(nik()));
    CHECK(service->state(nik()) == AccountState::Locked);
    CHECK(hash_of("msp-nik").starts_with("!$y$"));
    CHECK(hash_of("msp-nik") != '!' + open);
    CHECK_FALSE(in_group("sudo", "msp-nik"));
    CHECK(in_group("doorward", "msp-nik"));
    CHECK(shell("stat -c %U /home/msp-nik") == "msp-nik\n");
}

TEST_CASE("closing a closed account is no error", "[accounts]") {
    const auto service = fresh_service();
    CHECK(service->close_account(nik()));
    REQUIRE(service->ensure_account(nik()));
    CHECK(service->close_account(nik()));
    CHECK(service->state(nik()) == AccountState::Locked);
}

TEST_CASE("an account that does not exist is not opened", "[accounts]") {
    const auto service = fresh_service();
    CHECK(service->open_account(nik()).error() == AccountError::NotVerified);
    CHECK(service->state(nik()) == AccountState::Absent);
}

TEST_CASE("row 59: names that are no account names are refused before any file is touched", "[accounts]") {
    const auto service = fresh_service();
    const std::string before = account_files();
    const std::vector<std::string> names = {
        "",     "Nik",         "a:b",      "a\nb:0:0",          "../x", "-r", "%s", "1nik", "msp nik",
        "nik$", "\xd0\xb0nik", "nik.berg", std::string(32, 'a')};
    for (const auto& name : names) {
        AccountIdentity identity = nik();
        identity.name = name;
        CAPTURE(name);
        CHECK(service->ensure_account(identity) == std::unexpected(AccountError::BadName));
        CHECK(service->open_account(identity) == std::unexpected(AccountError::BadName));
        CHECK(service->close_account(identity).error() == AccountError::BadName);
        CHECK(service->publish_names(std::vector{identity}));
        CHECK(content("/var/lib/doorward/names").empty());
    }
    CHECK(account_files() == before);
}

TEST_CASE("row 59: a display name that no file can hold is cleaned and keeps nobody from being locked", "[accounts]") {
    const auto service = fresh_service();
    AccountIdentity nik_again = nik();
    std::string written;
    SECTION("a colon") {
        nik_again.full_name = "x:0:0";
        written = "x 0 0";
    }
    SECTION("a line") {
        nik_again.full_name = "x\nroot2:x:0:0::/:/bin/sh";
        written = "x root2 x 0 0  / /bin/sh";
    }
    SECTION("a control sequence") {
        nik_again.full_name = "\x1b[2J";
        written = " [2J";
    }
    SECTION("a long one, cut between two characters") {
        nik_again.full_name = "x";
        written = "x";
        for (int i = 0; i < 100; ++i)
            nik_again.full_name += "\xc3\xa9";
        for (int i = 0; i < 49; ++i)
            written += "\xc3\xa9";
    }
    const AccountIdentity eva{.name = "msp-eva", .uid = 52002, .gid = 52002, .full_name = "Eva", .owner = nik().owner};
    AccountIdentity bad = eva;
    bad.uid = bad.gid = 1000;
    REQUIRE(service->publish_names(std::vector{bad, nik_again, eva}));
    CHECK(content("/var/lib/doorward/names") ==
          "msp-eva:x:52002:52002:Eva:/home/msp-eva:/bin/bash\nmsp-nik:x:52001:52001:" + written +
              ":/home/msp-nik:/bin/bash\n");
    REQUIRE(service->ensure_account(nik_again));
    CHECK(line("/etc/passwd", "msp-nik") == "msp-nik:x:52001:52001:" + written + ":/home/msp-nik:/bin/bash");
    REQUIRE(service->open_account(nik_again));
    CHECK(service->close_account(nik_again));
    CHECK(service->state(nik_again) == AccountState::Locked);
}

TEST_CASE("row 61: ids outside the managed range are refused", "[accounts]") {
    const auto service = fresh_service();
    const std::string before = account_files();
    for (const std::uint32_t id : {0U, 27U, 1000U, 51999U, 60000U, 61184U, 65534U, 65535U, 0xffffffffU}) {
        AccountIdentity by_uid = nik();
        by_uid.uid = id;
        CHECK(service->ensure_account(by_uid) == std::unexpected(AccountError::BadId));
        AccountIdentity by_gid = nik();
        by_gid.gid = id;
        CHECK(service->ensure_account(by_gid) == std::unexpected(AccountError::BadId));
    }
    CHECK(account_files() == before);
}

TEST_CASE("rows 59, 60, 61: what somebody else made is a conflict and is not touched", "[accounts]") {
    const auto service = fresh_service();
    AccountIdentity identity = nik();
    SECTION("a user of that name") {
        shell("useradd -m -u 1500 msp-nik; echo msp-nik:secret | chpasswd");
    }
    SECTION("a user of that name with the very uid") {
        shell("groupadd -g 52001 msp-nik; useradd -u 52001 -g 52001 msp-nik");
    }
    SECTION("a user with that uid") {
        shell("useradd -u 52001 -g users nina");
    }
    SECTION("a group of that name") {
        shell("groupadd -g 1500 msp-nik");
    }
    SECTION("a group of that name with the very gid") {
        shell("groupadd -g 52001 msp-nik");
    }
    SECTION("a group with that gid") {
        shell("groupadd -g 52001 staffers");
    }
    SECTION("the sudo group's name") {
        identity.name = "sudo";
    }
    SECTION("a system user's name") {
        identity.name = "daemon";
    }
    SECTION("root") {
        identity.name = "root";
    }
    const std::string before = account_files();
    CHECK(service->state(identity) == AccountState::Conflict);
    CHECK(service->ensure_account(identity) == std::unexpected(AccountError::Conflict));
    CHECK(service->open_account(identity) == std::unexpected(AccountError::Conflict));
    CHECK(service->close_account(identity).error() == AccountError::Conflict);
    CHECK(account_files() == before);
}

TEST_CASE("row 9: a half-created account is mended", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    SECTION("without its line in shadow") {
        shell("sed -i /^msp-nik:/d /etc/shadow");
    }
    SECTION("without its group") {
        shell("sed -i /^msp-nik:/d /etc/group /etc/gshadow");
    }
    SECTION("with the group only") {
        shell("sed -i /^msp-nik:/d /etc/passwd /etc/shadow");
    }
    SECTION("without the marker group") {
        shell("gpasswd -d msp-nik doorward");
    }
    SECTION("with a password but still expired") {
        shell("usermod -p '$y$j9T$abc' msp-nik");
    }
    SECTION("unlocked and not expired, but no administrator") {
        REQUIRE(service->open_account(nik()));
        shell("gpasswd -d msp-nik sudo");
    }
    SECTION("expired, but still an administrator") {
        shell("gpasswd -a msp-nik sudo");
    }
    const AccountState before = service->state(nik());
    CHECK((before == AccountState::Broken || before == AccountState::Absent));
    REQUIRE(service->ensure_account(nik()));
    CHECK(service->state(nik()) == AccountState::Locked);
    REQUIRE(service->open_account(nik()));
    CHECK(service->state(nik()) == AccountState::Open);
}

TEST_CASE("names without an account are published, and leave the file when the account is made", "[accounts]") {
    const auto service = fresh_service();
    const AccountIdentity eva{.name = "msp-eva", .uid = 52002, .gid = 52002, .full_name = "Eva", .owner = nik().owner};
    REQUIRE(service->publish_names(std::vector{nik(), eva}));
    CHECK(
        content("/var/lib/doorward/names") ==
        "msp-eva:x:52002:52002:Eva:/home/msp-eva:/bin/bash\nmsp-nik:x:52001:52001:Nik Berg:/home/msp-nik:/bin/bash\n");
    struct stat status{};
    REQUIRE(stat("/var/lib/doorward/names", &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
    REQUIRE(service->ensure_account(nik()));
    CHECK(content("/var/lib/doorward/names") == "msp-eva:x:52002:52002:Eva:/home/msp-eva:/bin/bash\n");
    REQUIRE(service->publish_names({}));
    CHECK(content("/var/lib/doorward/names").empty());
}

TEST_CASE("a name whose account could not be made stays published", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->publish_names(std::vector{nik()}));
    shell("mkdir /etc/group+");  // where groupadd writes the next /etc/group
    CHECK(service->ensure_account(nik()) == std::unexpected(AccountError::ToolFailed));
    CHECK(content("/var/lib/doorward/names").starts_with("msp-nik:"));
    shell("rmdir /etc/group+");
    REQUIRE(service->ensure_account(nik()));
    CHECK(service->state(nik()) == AccountState::Locked);
    CHECK(content("/var/lib/doorward/names").empty());
}

TEST_CASE("two threads that want the same account get one", "[accounts]") {
    const auto service = fresh_service();
    std::expected<void, AccountError> first;
    std::expected<void, AccountError> second;
    std::thread one([&] { first = service->ensure_account(nik()); });
    std::thread two([&] { second = service->ensure_account(nik()); });
    one.join();
    two.join();
    CHECK(first);
    CHECK(second);
    CHECK(service->state(nik()) == AccountState::Locked);
}

TEST_CASE("a service that starts anew knows the accounts of the one before", "[accounts]") {
    {
        const auto service = fresh_service();
        REQUIRE(service->ensure_account(nik()));
        REQUIRE(service->open_account(nik()));
    }
    const auto service = LinuxAccountService::create();
    REQUIRE(service);
    CHECK((*service)->state(nik()) == AccountState::Open);
    CHECK((*service)->close_account(nik()));
    CHECK((*service)->state(nik()) == AccountState::Locked);
}

TEST_CASE("without the record of our accounts nothing is ours", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    shell("rm /var/lib/doorward/agent/accounts");
    CHECK(service->state(nik()) == AccountState::Conflict);
    CHECK(service->open_account(nik()) == std::unexpected(AccountError::Conflict));
}

TEST_CASE("the record tells every account that was made, with its owner, and nothing malformed", "[accounts]") {
    const auto service = fresh_service();
    CHECK(service->recorded()->empty());
    REQUIRE(service->ensure_account(nik()));
    const AccountIdentity eva{.name = "msp-eva", .uid = 52002, .gid = 52002, .full_name = "Eva", .owner = nik().owner};
    REQUIRE(service->ensure_account(eva));
    const auto recorded = service->recorded();
    REQUIRE(recorded);
    REQUIRE(recorded->size() == 2);
    CHECK(recorded->front().name == "msp-nik");
    CHECK(recorded->front().uid == 52001);
    CHECK(recorded->front().gid == 52001);
    CHECK(recorded->front().owner == nik().owner);
    CHECK(recorded->back().name == "msp-eva");
    const std::string good = content("/var/lib/doorward/agent/accounts");
    const std::vector<std::string> bad_lines = {"msp-max 52003\n",
                                                "msp-max 52003 x\n",
                                                "msp-max",
                                                "\n",
                                                "msp-max 1000 " + nik().owner + '\n',
                                                "root 0 " + nik().owner + '\n',
                                                "msp-max  52003 " + nik().owner + '\n'};
    for (const auto& bad : bad_lines) {
        CAPTURE(bad);
        write("/var/lib/doorward/agent/accounts", good + bad);
        CHECK(service->recorded() == std::unexpected(AccountError::StorageFailed));
    }
}

TEST_CASE("an account of another owner is a conflict, whoever asks for it by its name and uid", "[accounts]") {
    const auto service = fresh_service();
    REQUIRE(service->ensure_account(nik()));
    AccountIdentity other = nik();
    other.owner.back() = '2';
    const std::string before = account_files();
    CHECK(service->state(other) == AccountState::Conflict);
    CHECK(service->ensure_account(other) == std::unexpected(AccountError::Conflict));
    CHECK(service->open_account(other) == std::unexpected(AccountError::Conflict));
    CHECK(service->close_account(other) == std::unexpected(AccountError::Conflict));
    other.owner.clear();
    CHECK(service->ensure_account(other) == std::unexpected(AccountError::BadId));
    CHECK(account_files() == before);
}

TEST_CASE("every recorded account is closed, whatever became of one of them", "[accounts][I4]") {
    const auto service = fresh_service();
    const AccountIdentity eva{.name = "msp-eva", .uid = 52002, .gid = 52002, .full_name = "Eva", .owner = nik().owner};
    for (const auto& identity : {nik(), eva}) {
        REQUIRE(service->ensure_account(identity));
        REQUIRE(service->open_account(identity));
    }
    shell("useradd -u 1500 -G sudo nina; echo nina:secret | chpasswd");
    const std::string ninas = line("/etc/shadow", "nina");
    write("/tmp/evas", "x");
    shell("chown 52002 /tmp/evas");
    shell("setpriv --reuid 52002 --regid 52002 --clear-groups setsid sleep 1000 >/dev/null 2>&1 &");
    SECTION("both are ours") {
        CHECK(close_recorded_accounts(*service));
        CHECK(service->state(nik()) == AccountState::Locked);
    }
    SECTION("one is half gone") {
        shell("sed -i /^msp-nik:/d /etc/group /etc/gshadow");
        CHECK_FALSE(close_recorded_accounts(*service));
    }
    CHECK(service->state(eva) == AccountState::Locked);
    CHECK_FALSE(in_group("sudo", "msp-nik"));
    CHECK_FALSE(in_group("sudo", "msp-eva"));
    CHECK(shell("ps -u 52002 -o comm=").empty());
    CHECK(shell("ls -A /tmp").empty());
    CHECK(line("/etc/shadow", "nina") == ninas);
    CHECK(in_group("sudo", "nina"));
}
