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

TEST_CASE("a store that is gone, empty, or lost its key is refused, never made anew", "[agent][store]") {
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

TEST_CASE("a second agent on the same sockets is refused", "[agent][store]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    agent::FileKeyProvider keys(workstation.config().key_file);
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
