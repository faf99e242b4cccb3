#include "desktop-client/agent/accounts/session_terminals.h"

#include "desktop-client/agent/accounts/file_descriptor.h"
#include "desktop-client/agent/accounts/session_processes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace doorward::agent {
namespace {

// As /proc/<pid>/stat writes a device: the minor's upper bits stand above the major.
dev_t device_of(unsigned number) {
    return makedev((number >> 8U) & 0xfffU, (number & 0xffU) | ((number >> 12U) & 0xfff00U));
}

// Field 7; 0 where the process has none.
unsigned terminal_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text, '\0');  // a process's name may hold a line end
    const std::size_t end = text.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream fields(text.substr(end + 1));
    std::string state;
    int parent = 0;
    int group = 0;
    int session = 0;
    int terminal = 0;
    fields >> state >> parent >> group >> session >> terminal;
    return fields ? static_cast<unsigned>(terminal) : 0;
}

constexpr unsigned k_first_pty_major = 136;
constexpr unsigned k_last_pty_major = 143;
constexpr unsigned k_ptys_of_a_major = 256;
constexpr unsigned k_console_major = 4;

std::string path_of(dev_t device) {
    if (major(device) >= k_first_pty_major && major(device) <= k_last_pty_major) {
        const unsigned number = (major(device) - k_first_pty_major) * k_ptys_of_a_major + minor(device);
        return "/dev/pts/" + std::to_string(number);
    }
    return major(device) == k_console_major ? "/dev/tty" + std::to_string(minor(device)) : std::string();
}

}  // namespace

void write_to_terminals(uid_t uid, std::optional<std::uint32_t> audit_session, std::string_view text) {
    std::set<dev_t> devices;
    for (const pid_t pid : processes_of(uid, audit_session)) {
        if (const unsigned number = terminal_of(pid); number != 0) devices.insert(device_of(number));
    }
    for (const dev_t device : devices) {
        const std::string path = path_of(device);
        if (path.empty()) continue;
        const FileDescriptor terminal(open(path.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
        struct stat status{};
        const bool is_it =
            terminal && fstat(terminal.get(), &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == device;
        if (!is_it) continue;
        const std::string line = "\r\n" + std::string(text) + "\r\n";
        [[maybe_unused]] const ssize_t written = write(terminal.get(), line.data(), line.size());
    }
}

}  // namespace doorward::agent
