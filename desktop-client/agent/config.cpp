#include "desktop-client/agent/config.h"

#include <optional>
#include <utility>

namespace doorward::agent {
namespace {

std::optional<platform::LogLevel> log_level(std::string_view text) {
    if (text == "debug") return platform::LogLevel::Debug;
    if (text == "info") return platform::LogLevel::Info;
    if (text == "warning") return platform::LogLevel::Warning;
    if (text == "error") return platform::LogLevel::Error;
    return std::nullopt;
}

}  // namespace

std::expected<Config, platform::ConfigProblem> read_config(platform::ConfigReader reader) {
    Config config;
    config.state_folder = reader.text("state_folder", config.state_folder.native());
    config.run_folder = reader.text("run_folder", config.run_folder.native());
    config.key_file = reader.text("key_file", config.key_file.native());
    config.link_user = reader.text("link_user", config.link_user);
    config.tpm = reader.text("tpm", config.tpm);
    const std::string level = reader.text("log_level", "info");
    if (auto finished = reader.finish(); !finished) return std::unexpected(finished.error());

    for (const auto* folder : {&config.state_folder, &config.run_folder, &config.key_file}) {
        if (folder->is_absolute()) continue;
        return std::unexpected(
            platform::ConfigProblem{platform::ConfigError::OutOfRange,
                                    "'" + folder->native() + "' is not an absolute path; begin it with '/'."});
    }
    const auto parsed = log_level(level);
    if (!parsed) {
        return std::unexpected(platform::ConfigProblem{
            platform::ConfigError::OutOfRange, "log_level is '" + level + "'; use debug, info, warning or error."});
    }
    config.log_level = *parsed;
    return config;
}

}  // namespace doorward::agent
