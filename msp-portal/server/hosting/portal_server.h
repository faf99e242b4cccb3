#pragma once

#include "msp-portal/server/configuration.h"

#include <expected>
#include <filesystem>
#include <string>

namespace doorward::portal {

/// Serves until SIGTERM or SIGINT; SIGHUP reloads certificates and pages. The error is why it could not start.
[[nodiscard]] std::expected<void, std::string> serve(const std::filesystem::path& config_file);

}  // namespace doorward::portal
