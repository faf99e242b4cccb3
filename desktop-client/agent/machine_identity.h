#pragma once

#include <filesystem>
#include <string>

namespace doorward::agent {

/// What the firmware calls this machine (the product UUID of SMBIOS), or else what the operating system does
/// (machine-id(5)); empty where neither says anything that tells machines apart. A copy of a disk takes the second
/// along, but not the first. `root` is for tests.
[[nodiscard]] std::string machine_identity(const std::filesystem::path& root = "/");

}  // namespace doorward::agent
