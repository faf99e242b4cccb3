#pragma once

#include "msp-portal/server/configuration.h"

#include <expected>
#include <filesystem>
#include <string>

namespace doorward::portal {

/// The small local authority that init makes, for installations without real certificates. It lives beside the keys.
namespace certificates {

[[nodiscard]] std::filesystem::path authority_file(const std::filesystem::path& keys);

/// The authority and a certificate for each of the two hosts, where the configuration that init writes expects them.
[[nodiscard]] std::expected<void, std::string> create(const std::filesystem::path& keys, const std::string& portal_host,
                                                      const std::string& app_host);
[[nodiscard]] std::filesystem::path certificate_file(const std::filesystem::path& keys, const std::string& which);
[[nodiscard]] std::filesystem::path key_file(const std::filesystem::path& keys, const std::string& which);

/// Renews what the local authority signed and what ends within 30 days; leaves certificates of others alone.
[[nodiscard]] std::expected<void, std::string> renew(const Configuration& configuration, std::int64_t now_ms);

}  // namespace certificates
}  // namespace doorward::portal
