#include "platform/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace doorward::platform {
namespace {

using std::chrono::steady_clock;

struct Pipe {
    int read_end = -1;
    int write_end = -1;

    Pipe() = default;
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_read();
        close_write();
    }
    [[nodiscard]] bool open() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) return false;
        read_end = ends[0];
        write_end = ends[1];
        return true;
    }
    void close_read() { close_end(read_end); }
    void close_write() { close_end(write_end); }

private:
    static void close_end(int& end) {
        if (end >= 0) close(end);
        end = -1;
    }
};

void set_non_blocking(int descriptor) {
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (const std::string& text : texts)
        list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

// A pipe whose reader is gone raises SIGPIPE at the writer; blocked and collected here, the process never sees it.
class WithoutBrokenPipeSignal {
public:
    WithoutBrokenPipeSignal() {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~WithoutBrokenPipeSignal() {
        const timespec no_wait{};
        while (sigtimedwait(&m_pipe, nullptr, &no_wait) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    WithoutBrokenPipeSignal(const WithoutBrokenPipeSignal&) = delete;
    WithoutBrokenPipeSignal& operator=(const WithoutBrokenPipeSignal&) = delete;

private:
    sigset_t m_pipe{};
    sigset_t m_before{};
};

std::expected<pid_t, ProcessError> spawn(const ProcessOptions& options, const Pipe& input, const Pipe& output,
                                         const Pipe& error) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input.read_end, 0);
    posix_spawn_file_actions_adddup2(&actions, output.write_end, 1);
    posix_spawn_file_actions_adddup2(&actions, error.write_end, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawn_file_actions_addchdir_np(&actions, "/");

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    static const std::vector<std::string> k_clean = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
    const auto arguments = pointers(options.arguments);
    const auto environment = pointers(options.environment.empty() ? k_clean : options.environment);
    pid_t child = -1;
    const int failed =
        posix_spawn(&child, options.arguments[0].c_str(), &actions, &attributes, arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return std::unexpected(ProcessError::NotStarted);
    return child;
}

// Reads what is there; false at the end of the stream.
bool drain(int descriptor, std::string& kept, std::size_t limit) {
    std::array<char, 4096> chunk;
    while (true) {
        const ssize_t received = read(descriptor, chunk.data(), chunk.size());
        if (received < 0) return errno == EAGAIN || errno == EINTR;
        if (received == 0) return false;
        const std::size_t room = limit - std::min(limit, kept.size());
        kept.append(chunk.data(), std::min(room, static_cast<std::size_t>(received)));
    }
}

// The same into memory that its owner wipes.
bool drain_secret(int descriptor, std::span<std::uint8_t> kept, std::size_t& size) {
    while (size < kept.size()) {
        const ssize_t received = read(descriptor, kept.data() + size, kept.size() - size);
        if (received < 0) return errno == EAGAIN || errno == EINTR;
        if (received == 0) return false;
        size += static_cast<std::size_t>(received);
    }
    return false;
}

int remaining(steady_clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
    return static_cast<int>(std::clamp<long>(left, 0, 3'600'000));
}

// Feeds standard input and collects both outputs until they are closed. False when time is up.
bool exchange(const ProcessOptions& options, steady_clock::time_point end, Pipe& input, Pipe& output, Pipe& error,
              ProcessResult& result) {
    auto unsent = options.standard_input;
    if (unsent.empty()) input.close_write();
    while (output.read_end >= 0 || error.read_end >= 0) {
        std::array<pollfd, 3> watched{pollfd{input.write_end, POLLOUT, 0}, pollfd{output.read_end, POLLIN, 0},
                                      pollfd{error.read_end, POLLIN, 0}};
        const int ready = poll(watched.data(), watched.size(), remaining(end));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        if (watched[0].revents != 0) {
            const ssize_t written = write(input.write_end, unsent.data(), unsent.size());
            if (written > 0) unsent = unsent.subspan(static_cast<std::size_t>(written));
            if (unsent.empty() || (written < 0 && errno != EAGAIN && errno != EINTR)) input.close_write();
        }
        const auto read_output = [&] {
            if (options.secret_output.empty())
                return drain(output.read_end, result.standard_output, options.output_limit);
            return drain_secret(output.read_end, options.secret_output, result.secret_size);
        };
        if (watched[1].revents != 0 && !read_output()) output.close_read();
        if (watched[2].revents != 0 && !drain(error.read_end, result.standard_error, options.output_limit)) {
            error.close_read();
        }
    }
    return true;
}

// Waits for the child alone, by its pid: a SIGCHLD handler of the program is no business of ours.
bool wait_for(pid_t child, steady_clock::time_point end, int& status) {
    while (true) {
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) return true;
        if (ended < 0 && errno != EINTR) return false;
        if (remaining(end) == 0) return false;
        poll(nullptr, 0, 2);
    }
}

}  // namespace

std::string_view to_string(ProcessError error) {
    switch (error) {
        case ProcessError::NotStarted:
            return "program not started";
        case ProcessError::TimedOut:
            return "program took too long and was ended";
        case ProcessError::InputOutput:
            return "pipe failed";
    }
    return "unknown";
}

std::expected<ProcessResult, ProcessError> run_process(const ProcessOptions& options) {
    if (options.arguments.empty() || !options.arguments[0].starts_with('/')) {
        return std::unexpected(ProcessError::NotStarted);
    }
    const auto end = steady_clock::now() + options.deadline;
    Pipe input;
    Pipe output;
    Pipe error;
    if (!input.open() || !output.open() || !error.open()) return std::unexpected(ProcessError::InputOutput);
    const WithoutBrokenPipeSignal quiet;
    auto child = spawn(options, input, output, error);
    if (!child) return std::unexpected(child.error());
    input.close_read();
    output.close_write();
    error.close_write();
    for (const int descriptor : {input.write_end, output.read_end, error.read_end})
        set_non_blocking(descriptor);

    ProcessResult result;
    int status = 0;
    const bool in_time = exchange(options, end, input, output, error, result) && wait_for(*child, end, status);
    if (!in_time) {
        kill(-*child, SIGKILL);
        while (waitpid(*child, &status, 0) < 0 && errno == EINTR) {
        }
        return std::unexpected(ProcessError::TimedOut);
    }
    result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace doorward::platform
