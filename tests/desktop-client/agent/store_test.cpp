#include "desktop-client/agent/store.h"

#include "platform/secure_file.h"
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace doorward::tests {
namespace {

unsigned mode_of(const std::filesystem::path& file) {
    struct stat status{};
    REQUIRE(stat(file.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("store, key and anchor are for their owner alone, and the store is not plain text", "[agent][store]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    CHECK(mode_of(workstation.config().store_file()) == 0600);
    CHECK(mode_of(workstation.config().key_file) == 0600);
    CHECK(mode_of(workstation.config().key_file.native() + ".generation") == 0600);
    CHECK(mode_of(workstation.config().state_folder) == 0700);
    CHECK(mode_of(workstation.config().pam_socket()) == 0666);
    CHECK(mode_of(workstation.config().admin_socket()) == 0600);
    std::ifstream file(workstation.config().store_file(), std::ios::binary);
    std::string begin(15, '\0');
    file.read(begin.data(), 15);
    CHECK(begin != "SQLite format 3");
}

TEST_CASE("row 30: a store that is gone, empty, or lost its key is refused, never made anew", "[agent][store]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    workstation.stop();
    SECTION("gone") {
        std::filesystem::remove_all(workstation.config().state_folder);
        const auto problem = workstation.start();
        REQUIRE(problem);
        CHECK(problem->starts_with("The store is gone"));
    }
    SECTION("empty") {
        std::filesystem::resize_file(workstation.config().store_file(), 0);
        CHECK(workstation.start());
    }
    SECTION("no key") {
        std::filesystem::remove(workstation.config().key_file);
        CHECK(workstation.start());
    }
    SECTION("another key") {
        std::filesystem::remove(workstation.config().key_file);
        REQUIRE(platform::write_secret_file(workstation.config().key_file, crypto::StoreKey::generate().bytes()));
        CHECK(workstation.start());
    }
    SECTION("a key that others can read") {
        chmod(workstation.config().key_file.c_str(), 0644);
        CHECK(workstation.start());
    }
    SECTION("an anchor that is no number") {
        std::ofstream(workstation.config().key_file.native() + ".generation", std::ios::trunc) << "a lot";
        CHECK(workstation.start());
    }
    CHECK_FALSE(platform::BlockingUnixClient::connect(workstation.config().pam_socket(), geteuid()));
}

TEST_CASE("row 30: a store that lost its journal, or has another's, is no crash and no fresh store", "[agent][store]") {
    Workstation workstation;
    Portal portal;
    REQUIRE_FALSE(workstation.start());
    portal.enrol(workstation);
    const std::filesystem::path store = workstation.config().store_file();
    const std::string journal = store.native() + "-wal";
    REQUIRE(std::filesystem::exists(journal));
    // As it lies on the disk while the agent runs, which is what a power cut leaves.
    std::filesystem::copy_file(store, store.native() + ".cut");
    std::filesystem::copy_file(journal, journal + ".cut");
    workstation.stop();
    std::filesystem::rename(store.native() + ".cut", store);
    SECTION("with its journal it is whole") {
        std::filesystem::rename(journal + ".cut", journal);
        REQUIRE_FALSE(workstation.start());
        CHECK(ask_agent(workstation, agent::AdminVerb::Status).status == agent::AdminStatus::Done);
    }
    SECTION("without it") {
        std::filesystem::remove(journal);
        std::filesystem::remove(journal + ".cut");
    }
    SECTION("with one of random bytes") {
        std::ofstream(journal, std::ios::binary | std::ios::trunc) << std::string(100'000, '\x5a');
        std::filesystem::permissions(journal, std::filesystem::perms(0600));
    }
    workstation.stop();
    // What was lost is seen by the anchor: offline sign-in is off until the portal has spoken.
    if (!workstation.start() && std::filesystem::exists(journal + ".cut") == false) {
        const auto diagnosis = ask_agent(workstation, agent::AdminVerb::Diagnose);
        const bool is_whole = value_of(diagnosis, "audit_events") != agent::AdminValue(std::int64_t{0});
        CHECK((is_whole || value_of(diagnosis, "store_rolled_back") == agent::AdminValue(true)));
    }
}

TEST_CASE("row 31: a store with a damaged page opens nothing and crashes nothing", "[agent][store][I4]") {
    Workstation workstation;
    Portal portal;
    REQUIRE_FALSE(workstation.start());
    portal.enrol(workstation);
    workstation.stop();
    const std::filesystem::path store = workstation.config().store_file();
    const std::string whole = [&] {
        std::ifstream file(store, std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }();
    constexpr std::size_t k_page = 4096;
    int refused = 0;
    for (std::size_t page = 0; page * k_page < whole.size(); ++page) {
        std::string damaged = whole;
        damaged[page * k_page + (page * 911) % k_page] ^= 0x10;
        std::filesystem::remove(store.native() + "-wal");
        std::filesystem::remove(store.native() + "-shm");
        std::ofstream(store, std::ios::binary | std::ios::trunc) << damaged;
        const bool starts = !workstation.start();
        if (starts) {
            // A page that was not needed yet: no code counts without its use being stored.
            static_cast<void>(sign_in_with(workstation, "12345678"));
        } else {
            ++refused;
        }
        workstation.stop();
    }
    CHECK(refused > 0);
}

TEST_CASE("row 32: the store of another workstation is refused", "[agent][store]") {
    Workstation first;
    Workstation second;
    REQUIRE_FALSE(first.start());
    REQUIRE_FALSE(second.start());
    first.stop();
    second.stop();
    std::filesystem::copy_file(first.config().store_file(), second.config().store_file(),
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(second.start());
    CHECK_FALSE(platform::BlockingUnixClient::connect(second.config().pam_socket(), geteuid()));
}

TEST_CASE("row 54: a second agent on the same sockets is refused", "[agent][store]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    const agent::StoreKeyFile keys(workstation.config());
    auto store = agent::open_store(workstation.config(), keys);
    REQUIRE(store);
    agent::EventLoop loop;
    agent::Agent second(
        workstation.config(), std::move(*store),
        {.clock = workstation.clock, .processes = workstation.processes, .accounts = workstation.accounts},
        loop.get_executor());
    CHECK_FALSE(second.start());
}

}  // namespace doorward::tests
