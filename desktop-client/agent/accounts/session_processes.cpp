#include "desktop-client/agent/accounts/session_processes.h"

#include "desktop-client/agent/accounts/file_descriptor.h"

#include <dirent.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto k_term_patience = 2s;
constexpr auto k_kill_patience = 2s;
constexpr auto k_poll_pause = 20ms;
constexpr std::uint32_t k_no_audit_session = std::numeric_limits<std::uint32_t>::max();

// Whose processes are meant: of a uid, perhaps only those of one login.
struct Owner {
    uid_t uid;
    std::optional<std::uint32_t> audit_session;
};

// True if one of the four uids of the process (real, effective, saved, file system) is `uid`, and it is no zombie.
bool has_uid(const std::string& pid, uid_t uid) {
    std::ifstream file("/proc/" + pid + "/status");
    std::string line;
    bool zombie = false;
    while (std::getline(file, line)) {
        if (line.starts_with("State:")) zombie = line.find('Z') != std::string::npos;
        if (!line.starts_with("Uid:")) continue;
        std::istringstream uids(line.substr(4));
        uid_t one = 0;
        while (uids >> one) {
            if (one == uid) return !zombie;
        }
        return false;
    }
    return false;
}

bool belongs_to(pid_t pid, const Owner& owner) {
    return has_uid(std::to_string(pid), owner.uid) &&
           (!owner.audit_session || audit_session_of(pid) == owner.audit_session);
}

std::vector<pid_t> processes_of(const Owner& owner) {
    std::vector<pid_t> pids;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir("/proc"), closedir);
    if (!stream) return pids;
    while (const dirent* found = readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
        const std::string_view name = found->d_name;
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        if (belongs_to(pid, owner)) pids.push_back(pid);
    }
    return pids;
}

// Through a pidfd, and looked at again in between: the pid may have become somebody else's.
void send_signal(pid_t pid, const Owner& owner, int signal) {
    const FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!process || !belongs_to(pid, owner)) return;
    syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

bool all_gone(const Owner& owner, int signal, Clock::duration patience) {
    const auto deadline = Clock::now() + patience;
    bool first = true;
    for (;;) {
        const std::vector<pid_t> pids = processes_of(owner);
        if (pids.empty()) return true;
        if (Clock::now() >= deadline) return false;
        // SIGKILL is repeated, because they may have forked between our looks.
        for (const pid_t pid : pids) {
            if (!first && signal != SIGKILL) break;
            send_signal(pid, owner, signal);
            if (signal == SIGTERM) send_signal(pid, owner, SIGCONT);
        }
        first = false;
        std::this_thread::sleep_for(k_poll_pause);
    }
}

}  // namespace

std::optional<std::uint32_t> audit_session_of(pid_t process) {
    std::uint32_t number = k_no_audit_session;
    std::ifstream file("/proc/" + std::to_string(process) + "/sessionid");
    if (!(file >> number) || number == k_no_audit_session) return std::nullopt;
    return number;
}

std::vector<pid_t> processes_of(uid_t uid, std::optional<std::uint32_t> audit_session) {
    return processes_of(Owner{.uid = uid, .audit_session = audit_session});
}

std::vector<pid_t> end_processes_of(uid_t uid, std::optional<std::uint32_t> audit_session) {
    const Owner owner{.uid = uid, .audit_session = audit_session};
    if (all_gone(owner, SIGTERM, k_term_patience) || all_gone(owner, SIGKILL, k_kill_patience)) return {};
    return processes_of(owner);
}

}  // namespace doorward::agent
