#include "desktop-client/agent/accounts/sweeper.h"

#include "tests/desktop-client/accounts/machine.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

using namespace doorward::agent;
using namespace doorward::tests;
using namespace std::chrono_literals;

namespace {

constexpr uid_t k_nik = 52001;
constexpr uid_t k_other = 1500;

/// A folder with this many empty files, all of it one user's.
void fill(const std::string& path, int count, uid_t owner) {
    shell("mkdir -p " + path);
    const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(folder >= 0);
    for (int i = 0; i < count; ++i) {
        const int file = openat(folder, std::to_string(i).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0 || fchown(file, owner, owner) != 0) FAIL("a file could not be made");
        close(file);
    }
    if (fchown(folder, owner, owner) != 0) FAIL("chown");
    close(folder);
}

std::vector<Remainder> sweep(std::initializer_list<const char*> folders, const Sweeper::Limits& limits) {
    std::vector<Remainder> remains;
    Sweeper(k_nik, Remainder::Kind::File, remains, limits).sweep(folders);
    return remains;
}

std::string count_in(const std::string& path) {
    return shell("ls -AU " + path + " 2>/dev/null | wc -l");
}

}  // namespace

TEST_CASE("two hundred thousand files are removed in seconds", "[accounts][I5]") {
    const auto service = fresh_service();
    fill("/dev/shm/many", 200'000, k_nik);
    const auto before = std::chrono::steady_clock::now();
    CHECK(sweep({"/dev/shm"}, Sweeper::Limits()).empty());
    CHECK(std::chrono::steady_clock::now() - before < 10s);
    CHECK(count_in("/dev/shm") == "0\n");
}

TEST_CASE("a folder with more than that is left in time, and said so once", "[accounts][I5]") {
    const auto service = fresh_service();
    fill("/dev/shm/many", 3'000, k_nik);
    fill("/tmp/more", 3'000, k_nik);
    Sweeper::Limits limits;
    SECTION("after so many entries") {
        limits.entries = 1'000;
    }
    SECTION("after so much time") {
        limits.time = 0ms;
    }
    const auto remains = sweep({"/dev/shm", "/tmp"}, limits);
    REQUIRE(remains.size() == 1);
    CHECK(remains.front().detail == "/dev/shm/many: too much to look through");
    const int left = std::stoi(count_in("/dev/shm/many"));
    CHECK(left >= 2'000);
    CHECK(count_in("/tmp/more") == "3000\n");
    shell("rm -r /dev/shm/many");
}

TEST_CASE("what others have piled up does not come before the account's own files", "[accounts][I5]") {
    const auto service = fresh_service();
    fill("/dev/shm/theirs", 3'000, k_other);
    fill("/dev/shm/zz-mine", 10, k_nik);
    fill("/tmp/mine", 10, k_nik);
    const auto remains = sweep({"/dev/shm", "/tmp"}, {.entries = 1'000});
    CHECK(remains.size() == 1);
    CHECK(count_in("/dev/shm/theirs") == "3000\n");
    CHECK(count_in("/dev/shm/zz-mine") == "0\n");
    CHECK(count_in("/tmp/mine") == "0\n");
    shell("rm -r /dev/shm/theirs");
}

TEST_CASE("traps for the one who clears up lead nowhere", "[accounts][I5]") {
    const auto service = fresh_service();
    shell("mkdir /tmp/precious; touch /tmp/precious/file; chown -R 52001 /tmp/precious; mkdir -p /tmp/shared/mine");
    SECTION("a link to a folder") {
        shell("ln -s /tmp/precious /tmp/shared/mine/way");
    }
    SECTION("a link to a file") {
        shell("ln -s /tmp/precious/file /tmp/shared/mine/way");
    }
    SECTION("a mount of the same file system") {
        shell("mkdir /tmp/shared/mine/way; mount --bind /tmp/precious /tmp/shared/mine/way");
    }
    SECTION("a mount of another one") {
        shell("mkdir /tmp/shared/mine/way; mount -t tmpfs tmpfs /tmp/shared/mine/way; touch /tmp/shared/mine/way/file");
        shell("chown -R 52001 /tmp/shared/mine/way");
    }
    shell("chown -h 52001 /tmp/shared/mine /tmp/shared/mine/way");
    const bool is_mount = shell("mountpoint -q /tmp/shared/mine/way && echo yes") == "yes\n";
    const auto remains = sweep({"/tmp/shared"}, Sweeper::Limits());
    CHECK(shell("ls /tmp/precious") == "file\n");
    if (is_mount) {
        CHECK(shell("ls /tmp/shared/mine/way") == "file\n");
        CHECK(remains.size() == 2);
        shell("umount /tmp/shared/mine/way");
    } else {
        CHECK(remains.empty());
        CHECK(count_in("/tmp/shared") == "0\n");
    }
}

TEST_CASE("folders without a bottom and a thousand things that stay are reported in few words", "[accounts][I5]") {
    const auto service = fresh_service();
    SECTION("a chain") {
        shell("path=/tmp; for i in $(seq 100); do path=$path/d; done; mkdir -p $path; chown -R 52001 /tmp/d");
        const auto remains = sweep({"/tmp"}, Sweeper::Limits());
        CHECK(remains.size() == 21);
        CHECK(remains.back().detail == "and 45 more");
        shell("rm -r /tmp/d");
    }
    SECTION("things that cannot be removed") {
        shell("for i in $(seq 1000); do mkdir /tmp/$i; touch /tmp/$i/roots; chown 52001 /tmp/$i; done");
        const auto remains = sweep({"/tmp"}, Sweeper::Limits());
        REQUIRE(remains.size() == 21);
        CHECK(remains.back().detail == "and 980 more");
    }
}
