#include "desktop-client/agent/ipc/device_description.h"

#include "platform/secure_file.h"
#include "protocol/text.h"

#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace doorward::agent {
namespace {

// os-release(5): PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
std::string operating_system() {
    const auto file = platform::read_file("/usr/lib/os-release", 16 * 1024);
    if (!file) return "Linux";
    constexpr std::string_view k_key = "PRETTY_NAME=";
    std::string_view rest = *file;
    while (!rest.empty()) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (!line.starts_with(k_key)) continue;
        line.remove_prefix(k_key.size());
        if (line.size() >= 2 && line.front() == '"') line = line.substr(1, line.size() - 2);
        std::string name = protocol::clean_line(line, protocol::k_longest_name);
        if (!name.empty()) return name;
    }
    return "Linux";
}

}  // namespace

DeviceDescription describe_this_machine() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
    const std::string_view full(name.data());
    return {.name = protocol::clean_line(full.substr(0, full.find('.')), protocol::k_longest_name),
            .operating_system = operating_system()};
}

}  // namespace doorward::agent
