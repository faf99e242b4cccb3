#include "desktop-client/agent/machine_identity.h"

#include "platform/secure_file.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::size_t k_longest = 4096;  // what sysfs says of every file

// Left in by manufacturers who did not care.
constexpr std::array<std::string_view, 4> k_of_nobody = {
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc"};

std::string first_line(const std::filesystem::path& file) {
    auto text = platform::read_file(file, k_longest).value_or("");
    text.erase(std::min(text.find('\n'), text.size()));
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'F' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return text;
}

}  // namespace

std::string machine_identity(const std::filesystem::path& root) {
    constexpr std::size_t k_uuid = 36;
    constexpr std::size_t k_machine_id = 32;
    const auto firmware = first_line(root / "sys/class/dmi/id/product_uuid");
    if (firmware.size() == k_uuid && std::ranges::find(k_of_nobody, firmware) == k_of_nobody.end()) {
        return "firmware " + firmware;
    }
    const auto system = first_line(root / "etc/machine-id");
    return system.size() == k_machine_id ? "system " + system : std::string();
}

}  // namespace doorward::agent
