#include "desktop-client/agent/config.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::tests {
namespace {

std::expected<agent::Config, platform::ConfigProblem> config_of(std::string_view text) {
    auto reader = platform::ConfigReader::parse(text, "agent.toml");
    REQUIRE(reader);
    return agent::read_config(std::move(*reader));
}

}  // namespace

TEST_CASE("a configuration names what differs from the defaults", "[agent][config]") {
    const auto config = config_of("log_level = \"warning\"\nstate_folder = \"/srv/state\"\n");
    REQUIRE(config);
    CHECK(config->state_folder == "/srv/state");
    CHECK(config->pam_socket() == "/run/doorward/pam.sock");
    CHECK(config->key_file == "/etc/doorward/keys/agent-store.key");
    CHECK(config->link_user == "doorward-link");
    CHECK(config->log_level == platform::LogLevel::Warning);
}

TEST_CASE("row 15: what is unknown, relative or misspelt in a configuration is refused", "[agent][config]") {
    CHECK_FALSE(config_of("log_levle = \"info\"\n"));
    CHECK_FALSE(config_of("log_level = \"loud\"\n"));
    CHECK_FALSE(config_of("log_level = 3\n"));
    CHECK_FALSE(config_of("state_folder = \"state\"\n"));
    CHECK_FALSE(config_of("key_file = \"\"\n"));
    CHECK_FALSE(config_of("[agent]\nlog_level = \"info\"\n"));
}

TEST_CASE("row 15: a configuration that is missing, empty, broken or written by others is refused", "[agent][config]") {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("agent-config-" + std::to_string(getpid()));
    const auto load = [&]() -> bool {
        auto reader = platform::ConfigReader::load(file);
        return reader && agent::read_config(std::move(*reader));
    };
    std::filesystem::remove(file);
    CHECK_FALSE(load());
    std::ofstream(file) << "";
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    CHECK_FALSE(load());
    std::ofstream(file) << "log_level = \"info\"\n";
    CHECK(load());
    std::filesystem::permissions(file, std::filesystem::perms(0666));
    CHECK_FALSE(load());
    std::filesystem::permissions(file, std::filesystem::perms(0664));
    CHECK_FALSE(load());
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    std::ofstream(file) << "log_level = \"info\n";
    CHECK_FALSE(load());
    std::ofstream(file) << "log_level = \"info\"\nlog_level = \"info\"\n";
    CHECK_FALSE(load());
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    CHECK_FALSE(load());
    std::filesystem::remove(file);
}

}  // namespace doorward::tests
