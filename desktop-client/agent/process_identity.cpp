#include "desktop-client/agent/process_identity.h"

#include "desktop-client/agent/accounts/session_processes.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::size_t k_deepest = 64;

struct StatLine {
    ProcessIdentity identity;
    pid_t parent = 0;
};

// proc(5): the second field is the name in parentheses and may hold anything, so fields are counted from the last one.
std::optional<StatLine> read_stat(pid_t process) {
    const std::string path = "/proc/" + std::to_string(process) + "/stat";
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::array<char, 1024> buffer;
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    ::close(file);
    if (size <= 0) return std::nullopt;
    std::string_view line(buffer.data(), static_cast<std::size_t>(size));
    const auto name_end = line.rfind(')');
    if (name_end == std::string_view::npos) return std::nullopt;
    line.remove_prefix(name_end + 1);
    StatLine result{.identity = {.process = process, .started = -1}, .parent = 0};
    for (int field = 3; field <= 22; ++field) {
        const auto begin = line.find_first_not_of(' ');
        if (begin == std::string_view::npos) return std::nullopt;
        line.remove_prefix(begin);
        const auto value = line.substr(0, line.find(' '));
        if (field == 4) {
            if (std::from_chars(value.data(), value.data() + value.size(), result.parent).ec != std::errc()) {
                return std::nullopt;
            }
        } else if (field == 22) {
            const auto parsed = std::from_chars(value.data(), value.data() + value.size(), result.identity.started);
            if (parsed.ec != std::errc()) return std::nullopt;
        }
        line.remove_prefix(value.size());
    }
    return result;
}

// The number alone could belong to another process by now; what was opened is compared afterwards.
std::optional<int> open_checked(const ProcessIdentity& process) {
    const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process.process, 0));
    if (descriptor < 0) return std::nullopt;
    const auto line = read_stat(process.process);
    if (line && line->identity == process) return descriptor;
    ::close(descriptor);
    return std::nullopt;
}

}  // namespace

std::vector<ProcessIdentity> KernelProcessTable::ancestry(pid_t process) const {
    std::vector<ProcessIdentity> chain;
    while (process > 0 && chain.size() < k_deepest) {
        const auto line = read_stat(process);
        if (!line) break;
        chain.push_back(line->identity);
        process = line->parent;
    }
    return chain;
}

std::optional<std::uint32_t> KernelProcessTable::audit_session(pid_t process) const {
    return audit_session_of(process);
}

void KernelProcessTable::terminate(const ProcessIdentity& process) const {
    const auto descriptor = open_checked(process);
    if (!descriptor) return;
    ::syscall(SYS_pidfd_send_signal, *descriptor, SIGTERM, nullptr, 0);
    ::close(*descriptor);
}

std::optional<int> KernelProcessTable::watch(const ProcessIdentity& process) const {
    return open_checked(process);
}

}  // namespace doorward::agent
