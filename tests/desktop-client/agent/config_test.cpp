#include "desktop-client/agent/config.h"

#include <catch2/catch_test_macros.hpp>

#include <string_view>

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

TEST_CASE("what is unknown, relative or misspelt in a configuration is refused", "[agent][config]") {
    CHECK_FALSE(config_of("log_levle = \"info\"\n"));
    CHECK_FALSE(config_of("log_level = \"loud\"\n"));
    CHECK_FALSE(config_of("log_level = 3\n"));
    CHECK_FALSE(config_of("state_folder = \"state\"\n"));
}

}  // namespace doorward::tests
