#pragma once

#include "platform/config.h"
#include "platform/log.h"

#include <expected>
#include <filesystem>
#include <string>

namespace doorward::agent {

/// /etc/doorward/agent.toml. Every setting has a default; the file itself must be there and hold nothing unknown.
struct Config {
    std::filesystem::path state_folder = "/var/lib/doorward/agent";
    std::filesystem::path run_folder = "/run/doorward";
    std::filesystem::path key_file = "/etc/doorward/keys/agent-store.key";
    std::string link_user = "doorward-link";  ///< the only user who may carry messages to the portal
    std::string tpm = "device:/dev/tpmrm0";   ///< how the TPM is reached, as tpm2-tss writes it
    std::filesystem::path tpm_tool = "/usr/lib/doorward/doorward-tpm";
    std::filesystem::path credential_tool = "/usr/bin/systemd-creds";
    platform::LogLevel log_level = platform::LogLevel::Info;

    [[nodiscard]] std::filesystem::path store_file() const { return state_folder / "store.db"; }
    [[nodiscard]] std::filesystem::path pam_socket() const { return run_folder / "pam.sock"; }
    [[nodiscard]] std::filesystem::path admin_socket() const { return run_folder / "admin.sock"; }
    [[nodiscard]] std::filesystem::path link_socket() const { return run_folder / "link.sock"; }
};

[[nodiscard]] std::expected<Config, platform::ConfigProblem> read_config(platform::ConfigReader reader);

}  // namespace doorward::agent
