#include "desktop-client/agent/accounts/account_tools.h"

#include "crypto/bytes.h"
#include "desktop-client/agent/accounts/file_descriptor.h"
#include "platform/log.h"
#include "platform/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>
#include <thread>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using platform::LogField;

const platform::Logger k_log("accounts");

constexpr auto k_lock_patience = 15s;
constexpr auto k_lock_pause = 50ms;
// The tools wait up to 15 s for /etc/.pwd.lock themselves.
constexpr auto k_tool_patience = 20s;

// The second family of locks beside lckpwdf's /etc/.pwd.lock: a file that holds the pid of its owner.
constexpr std::array k_lock_files = {"/etc/passwd.lock",  "/etc/shadow.lock", "/etc/group.lock",
                                     "/etc/gshadow.lock", "/etc/subuid.lock", "/etc/subgid.lock"};

// The tools end the number with a zero byte.
std::string number_in(const std::string& path) {
    std::string number;
    std::ifstream file(path);
    std::getline(file, number, '\0');
    while (!number.empty() && number.back() == '\n')
        number.pop_back();
    return number;
}

// When the process was started, in seconds since 1970; nothing if there is no such process.
std::optional<std::int64_t> start_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text, '\0');  // a process's name may hold a line end
    std::size_t position = text.rfind(')');
    if (position == std::string::npos) return std::nullopt;
    // Field 22, counted from the state that follows the name (field 3).
    for (int field = 3; field < 22 + 1 && position != std::string::npos; ++field) {
        position = text.find(' ', position + 1);
    }
    if (position == std::string::npos) return std::nullopt;
    const std::int64_t ticks = std::strtoll(text.c_str() + position, nullptr, 10);
    timespec uptime{};
    clock_gettime(CLOCK_BOOTTIME, &uptime);
    return std::time(nullptr) - uptime.tv_sec + ticks / sysconf(_SC_CLK_TCK);
}

// Nobody holds this lock any more: its pid is gone, or belongs to a process younger than the lock, or was never
// written. The two seconds are the rounding of both times.
bool is_stale(const char* lock_file) {
    struct stat status{};
    if (lstat(lock_file, &status) != 0) return false;
    const std::string number = number_in(lock_file);
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), pid);
    if (error != std::errc{} || end != number.data() + number.size() || pid <= 0) {
        return std::time(nullptr) - status.st_mtime > 2;
    }
    const auto start = start_of(pid);
    return !start || *start > status.st_mtime + 2;
}

bool any_lock_file() {
    for (const char* lock_file : k_lock_files) {
        struct stat status{};
        if (lstat(lock_file, &status) == 0) return true;
    }
    return false;
}

// Under lckpwdf's own lock, so that no tool is between making its lock file and writing its pid.
void remove_stale_locks() {
    for (const char* lock_file : k_lock_files) {
        if (!is_stale(lock_file)) continue;
        k_log.warning("stale_lock_removed", {{LogField::Path, lock_file}});
        unlink(lock_file);
    }
}

bool locks_are_free() {
    const FileDescriptor lock(open("/etc/.pwd.lock", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return false;
    struct flock whole_file{};
    whole_file.l_type = F_WRLCK;
    whole_file.l_whence = SEEK_SET;
    if (fcntl(lock.get(), F_SETLK, &whole_file) != 0) return false;
    remove_stale_locks();
    return !any_lock_file();
}

bool wait_for_locks(Clock::time_point deadline) {
    while (!locks_are_free()) {
        if (Clock::now() >= deadline) return false;
        std::this_thread::sleep_for(k_lock_pause);
    }
    return true;
}

}  // namespace

std::expected<void, AccountError> run_tool(std::initializer_list<std::string_view> arguments, std::string_view input) {
    platform::ProcessOptions options;
    for (const std::string_view argument : arguments)
        options.arguments.emplace_back(argument);
    options.standard_input = crypto::as_bytes(input);
    options.deadline = k_tool_patience;

    const auto deadline = Clock::now() + k_lock_patience;
    // Somebody may take the lock between our look and the tool's own: then it is worth another try.
    for (;;) {
        if (!wait_for_locks(deadline)) {
            k_log.error("account_files_locked", {{LogField::Path, options.arguments[0]}});
            return std::unexpected(AccountError::Busy);
        }
        const auto result = platform::run_process(options);
        if (result && result->succeeded()) return {};
        if (result && any_lock_file() && Clock::now() < deadline) continue;
        k_log.error("account_tool_failed", {{LogField::Path, options.arguments[0]},
                                            {LogField::Outcome, std::to_string(result ? result->exit_status : -1)},
                                            {LogField::Reason, result ? std::string_view(result->standard_error)
                                                                      : to_string(result.error())}});
        return std::unexpected(AccountError::ToolFailed);
    }
}

}  // namespace doorward::agent
