#include "tests/faults/kill_point.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>

namespace doorward::tests {
namespace {

struct Step {
    long number;
    const char* name;
};

constexpr std::array k_steps = {
    Step{SYS_write, "write"},         Step{SYS_writev, "writev"},     Step{SYS_pwrite64, "pwrite64"},
    Step{SYS_ftruncate, "ftruncate"}, Step{SYS_fsync, "fsync"},       Step{SYS_fdatasync, "fdatasync"},
    Step{SYS_openat, "openat"},       Step{SYS_linkat, "linkat"},     Step{SYS_unlinkat, "unlinkat"},
    Step{SYS_symlinkat, "symlinkat"}, Step{SYS_mkdirat, "mkdirat"},   Step{SYS_renameat, "renameat"},
    Step{SYS_renameat2, "renameat2"}, Step{SYS_fchmod, "fchmod"},     Step{SYS_fchmodat, "fchmodat"},
    Step{SYS_fchown, "fchown"},       Step{SYS_fchownat, "fchownat"}, Step{SYS_sendto, "sendto"},
    Step{SYS_sendmsg, "sendmsg"},     Step{SYS_execve, "execve"},     Step{SYS_kill, "kill"},
#ifdef SYS_rename  // where the calls without "at" are left
    Step{SYS_open, "open"},           Step{SYS_rename, "rename"},     Step{SYS_link, "link"},
    Step{SYS_unlink, "unlink"},       Step{SYS_symlink, "symlink"},   Step{SYS_mkdir, "mkdir"},
    Step{SYS_rmdir, "rmdir"},         Step{SYS_chmod, "chmod"},       Step{SYS_chown, "chown"},
    Step{SYS_lchown, "lchown"},
#endif
};

volatile std::sig_atomic_t g_is_over = 0;

std::string process_file(pid_t thread, std::string_view name) {
    return "/proc/" + std::to_string(thread) + '/' + std::string(name);
}

// Neither a log nor what wakes a thread of its own.
bool leads_outside(pid_t thread, std::uint64_t descriptor) {
    if (descriptor <= 2) return false;
    std::error_code error;
    const auto target = std::filesystem::read_symlink(process_file(thread, "fd/" + std::to_string(descriptor)), error);
    return !error && !target.native().starts_with("anon_inode:");
}

const char* step_of(pid_t thread, const __ptrace_syscall_info& info) {
    const auto* const step = std::ranges::find(k_steps, static_cast<long>(info.entry.nr), &Step::number);
    if (step == k_steps.end()) return nullptr;
    const auto& arguments = info.entry.args;
    const std::string_view name = step->name;
    if ((name == "write" || name == "writev") && !leads_outside(thread, arguments[0])) return nullptr;
    constexpr std::uint64_t k_changing = O_CREAT | O_TRUNC;
    if (name == "openat" && (arguments[2] & k_changing) == 0) return nullptr;
    if (name == "open" && (arguments[1] & k_changing) == 0) return nullptr;
    if (name == "kill" && arguments[1] == 0) return nullptr;
    return step->name;
}

const char* entered_step(pid_t thread) {
    __ptrace_syscall_info info{};
    const long size = ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    return size > 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY ? step_of(thread, info) : nullptr;
}

std::set<pid_t> threads_of(pid_t program) {
    std::set<pid_t> threads;
    std::error_code error;
    for (const auto& task : std::filesystem::directory_iterator(process_file(program, "task"), error))
        threads.insert(static_cast<pid_t>(std::stol(task.path().filename().native())));
    return threads;
}

KillPoint end_at(const char* call, pid_t thread, pid_t program, const std::set<pid_t>& threads) {
    KillPoint point{.call = call, .program = {}};
    std::ifstream file(process_file(thread, "comm"));
    std::getline(file, point.program);
    kill(program, SIGKILL);
    for (const pid_t other : threads)
        kill(other, SIGKILL);
    // In any order: a process is not there to be waited for before its other threads were.
    std::set<pid_t> left = threads;
    while (!left.empty()) {
        const pid_t ended = waitpid(-1, nullptr, __WALL);
        if (ended < 0 && errno != EINTR) break;
        left.erase(ended);
    }
    return point;
}

}  // namespace

KillPoints::KillPoints(pid_t program, Counted counted) : m_program(program), m_counted(counted) {}

void KillPoints::stop() {
    g_is_over = 1;
}

bool KillPoints::seize(pid_t thread) const {
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
    if (m_counted == Counted::WithItsTools) options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    return ptrace(PTRACE_SEIZE, thread, nullptr, options) == 0 &&
           ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) == 0;
}

bool KillPoints::attach() {
    std::set<pid_t> seen;
    bool any = false;
    // Again and again, because a thread may come while the others are attached to.
    for (bool is_new = true; is_new;) {
        is_new = false;
        for (const pid_t thread : threads_of(m_program)) {
            if (!seen.insert(thread).second) continue;
            any = seize(thread) || any;
            is_new = true;
        }
    }
    return any;
}

std::optional<KillPoint> KillPoints::kill_at(std::uint64_t number, const std::function<void()>& attached) {
    std::set<pid_t> threads;
    bool is_attached = false;
    for (;;) {
        if (g_is_over != 0) return std::nullopt;
        int status = 0;
        const pid_t thread = waitpid(-1, &status, __WALL);
        if (thread < 0) {
            if (errno == EINTR) continue;
            return std::nullopt;
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            threads.erase(thread);
            if (threads.empty()) return std::nullopt;
            continue;
        }
        threads.insert(thread);
        int signal = 0;
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            const char* const call = entered_step(thread);
            if (call != nullptr && ++m_steps == number) return end_at(call, thread, m_program, threads);
        } else if (status >> 16 == 0) {
            signal = WSTOPSIG(status);
        }
        ptrace(PTRACE_SYSCALL, thread, nullptr, signal);
        const bool all =
            !is_attached &&
            std::ranges::all_of(
                std::filesystem::directory_iterator(process_file(m_program, "task")), [&](const auto& task) {
                    return threads.contains(static_cast<pid_t>(std::stol(task.path().filename().native())));
                });
        if (all) {
            is_attached = true;
            attached();
        }
    }
}

std::optional<KillPoint> killed_at(std::uint64_t number, const std::function<void()>& work) {
    std::array<int, 2> start{};
    if (pipe(start.data()) != 0) return std::nullopt;
    const pid_t child = fork();
    if (child == 0) {
        close(start[1]);
        char go = 0;
        if (read(start[0], &go, 1) == 1) work();
        _exit(0);
    }
    close(start[0]);
    KillPoints points(child, Counted::WithItsTools);
    std::optional<KillPoint> killed;
    if (points.attach()) {
        killed = points.kill_at(number, [&] { static_cast<void>(write(start[1], "x", 1) == 1); });
    } else {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
    close(start[1]);
    return killed;
}

}  // namespace doorward::tests
