#include "desktop-client/agent/accounts/session_remains.h"

#include "desktop-client/agent/accounts/file_descriptor.h"
#include "desktop-client/agent/accounts/sweeper.h"
#include "platform/log.h"
#include "platform/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using platform::LogField;

const platform::Logger k_log("accounts");

constexpr auto k_term_patience = 2s;
constexpr auto k_kill_patience = 2s;
constexpr auto k_poll_pause = 20ms;

// True if one of the four uids of the process (real, effective, saved, file system) is `uid`, and it is no zombie.
bool belongs_to(const std::string& pid, uid_t uid) {
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

std::vector<pid_t> processes_of(uid_t uid) {
    std::vector<pid_t> pids;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir("/proc"), closedir);
    if (!stream) return pids;
    while (const dirent* found = readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
        const std::string_view name = found->d_name;
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        if (belongs_to(found->d_name, uid)) pids.push_back(pid);
    }
    return pids;
}

// Through a pidfd, and looked at again in between: the pid may have become somebody else's.
void send_signal(pid_t pid, uid_t uid, int signal) {
    const FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!process || !belongs_to(std::to_string(pid), uid)) return;
    syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

bool all_gone(uid_t uid, int signal, Clock::duration patience) {
    const auto deadline = Clock::now() + patience;
    bool first = true;
    for (;;) {
        const std::vector<pid_t> pids = processes_of(uid);
        if (pids.empty()) return true;
        if (Clock::now() >= deadline) return false;
        // SIGKILL is repeated, because they may have forked between our looks.
        for (const pid_t pid : pids) {
            if (!first && signal != SIGKILL) break;
            send_signal(pid, uid, signal);
            if (signal == SIGTERM) send_signal(pid, uid, SIGCONT);
        }
        first = false;
        std::this_thread::sleep_for(k_poll_pause);
    }
}

void end_processes(const AccountIdentity& identity, std::vector<Remainder>& remains) {
    if (access("/run/systemd/seats", F_OK) == 0) {
        // Takes the whole scope of each session, root's shells in it as well.
        platform::ProcessOptions options;
        options.arguments = {"/usr/bin/loginctl", "terminate-user", identity.name};
        options.deadline = k_term_patience;
        if (const auto result = platform::run_process(options); !result) {
            k_log.warning("loginctl_failed", {{LogField::Reason, to_string(result.error())}});
        }
    }
    if (all_gone(identity.uid, SIGTERM, k_term_patience)) return;
    if (all_gone(identity.uid, SIGKILL, k_kill_patience)) return;
    for (const pid_t pid : processes_of(identity.uid)) {
        remains.push_back({.kind = Remainder::Kind::Process, .detail = std::to_string(pid)});
    }
}

void remove_file(Remainder::Kind kind, const std::string& path, std::vector<Remainder>& remains) {
    if (unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return;
    remains.push_back({.kind = kind, .detail = path});
}

}  // namespace

std::vector<Remainder> remove_session_remains(const AccountIdentity& identity) {
    std::vector<Remainder> remains;
    // What would start processes again goes first.
    remove_file(Remainder::Kind::Linger, "/var/lib/systemd/linger/" + identity.name, remains);
    for (const char* crontabs : {"/var/spool/cron/crontabs/", "/var/spool/cron/"}) {
        remove_file(Remainder::Kind::ScheduledJob, crontabs + identity.name, remains);
    }
    Sweeper(identity.uid, Remainder::Kind::ScheduledJob, remains).sweep({"/var/spool/cron/atjobs", "/var/spool/at"});
    end_processes(identity, remains);
    // sudo names its ticket file by the user, newer versions by the uid.
    for (const std::string& ticket : {identity.name, std::to_string(identity.uid)}) {
        remove_file(Remainder::Kind::SudoTicket, "/run/sudo/ts/" + ticket, remains);
    }
    Sweeper(identity.uid, Remainder::Kind::File, remains).sweep({"/tmp", "/var/tmp", "/dev/shm"});
    return remains;
}

}  // namespace doorward::agent
