#include "tests/bench/bench_machine.h"

#include "tests/bench/must.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>

namespace doorward::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_inside = "DOORWARD_BENCH_INSIDE";

void check(int result, const char* what) {
    if (result != 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void bind_folder(const fs::path& source, const char* target) {
    check(mount(source.c_str(), target, nullptr, MS_BIND, nullptr), target);
}

void raise_loopback() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::string_view("lo").copy(request.ifr_name, sizeof(request.ifr_name) - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const int raised = ioctl(socket, SIOCSIFFLAGS, &request);
    close(socket);
    check(raised, "loopback");
}

/// The devices programs ask for; without a journal's socket libc would write to the console instead.
void furnish_devices() {
    check(mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755"), "/dev");
    struct Device {
        const char* path;
        unsigned minor;
    };
    umask(0);
    for (const auto& [path, minor] : {Device{"/dev/null", 3}, Device{"/dev/zero", 5}, Device{"/dev/full", 7},
                                      Device{"/dev/random", 8}, Device{"/dev/urandom", 9}})
        check(mknod(path, S_IFCHR | 0666, makedev(1, minor)), path);
    umask(022);
    fs::create_directory("/dev/shm");
}

/// Takes what is logged and keeps none of it.
void serve_log() {
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    check(bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), "/dev/log");
    check(chmod("/dev/log", 0666), "/dev/log");
    if (fork() != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::array<char, 4096> line;
    while (recv(socket, line.data(), line.size(), 0) >= 0) {
    }
    _exit(0);
}

void furnish(const fs::path& disk) {
    check(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    check(mount("proc", "/proc", "proc", 0, nullptr), "/proc");
    fs::copy("/etc", disk / "etc", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    fs::create_directories(disk / "lib" / "doorward");
    fs::create_directories(disk / "lib" / "peer");
    for (const char* file : {"shadow", "gshadow"})
        fs::permissions(disk / "etc" / file, fs::perms::owner_read | fs::perms::owner_write);
    fs::permissions(disk / "etc" / "sudoers", fs::perms::owner_read);
    bind_folder(disk / "etc", "/etc");
    bind_folder(disk / "lib", "/var/lib");
    for (const char* folder : {"/run", "/home"})
        check(mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"), folder);
    furnish_devices();
    serve_log();
    raise_loopback();
}

int status_of(pid_t child) {
    int status = 0;
    while (wait(&status) != child) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int run_inside(const std::function<int()>& body) {
    try {
        return body();
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 2;
    }
}

// Process 1 of the namespace: makes the place, starts the program again and reaps.
int be_first(char** argv, const std::string& libraries, const fs::path& disk) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        furnish(disk);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "cannot set up the private machine: %s\n", problem.what());
        return 2;
    }
    const pid_t program = fork();
    if (program == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv(k_inside, "1", 1);
        setenv("LD_LIBRARY_PATH", libraries.c_str(), 1);
        execv("/proc/self/exe", argv);
        _exit(127);
    }
    return status_of(program);
}

}  // namespace

int in_private_machine(char** argv, const std::string& libraries, const std::function<int()>& body) {
    if (getenv(k_inside) != nullptr) return run_inside(body);
    if (geteuid() != 0) {
        std::fprintf(stderr, "needs root, for namespaces of its own\n");
        return 2;
    }
    std::string name = (fs::current_path() / "build" / "bench" / "machine-XXXXXX").native();
    fs::create_directories(fs::path(name).parent_path());
    if (mkdtemp(name.data()) == nullptr) return 2;
    fs::permissions(name, fs::perms(0755));
    const pid_t keeper = fork();
    if (keeper == 0) {
        if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET) != 0) {
            std::perror("unshare");
            _exit(2);
        }
        const pid_t first = fork();
        if (first == 0) _exit(be_first(argv, libraries, name));
        _exit(status_of(first));
    }
    const int status = status_of(keeper);
    std::error_code ignored;
    fs::remove_all(name, ignored);
    return status;
}

fs::path built(const std::string& path) {
    const char* folder = std::getenv("DOORWARD_BUILD");
    return fs::absolute(fs::path(folder != nullptr ? folder : "build/release") / path);
}

void write_file(const fs::path& file, const std::string& content, mode_t mode) {
    std::ofstream stream(file, std::ios::trunc);
    stream << content;
    stream.close();
    require(static_cast<bool>(stream), "cannot write " + file.native());
    check(chmod(file.c_str(), mode), file.c_str());
}

Child::Child(const std::vector<std::string>& command, const fs::path& log, uid_t user) : m_process(fork()) {
    if (m_process != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    unsetenv("LD_LIBRARY_PATH");
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (user != 0 && (setgid(user) != 0 || setuid(user) != 0)) _exit(126);
    std::vector<char*> arguments;
    for (const auto& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

Child::Child(Child&& other) noexcept : m_process(std::exchange(other.m_process, -1)) {}

Child& Child::operator=(Child&& other) noexcept {
    if (this != &other) {
        end();
        m_process = std::exchange(other.m_process, -1);
    }
    return *this;
}

void Child::end() {
    if (m_process <= 0) return;
    kill(m_process, SIGKILL);
    waitpid(m_process, nullptr, 0);
    m_process = -1;
}

void Child::stop() {
    if (m_process <= 0) return;
    kill(m_process, SIGTERM);
    waitpid(m_process, nullptr, 0);
    m_process = -1;
}

void Child::signal(int number) const {
    check(kill(m_process, number), "signal");
}

double memory_of(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with("Pss:")) return std::stod(line.substr(4)) / 1024;
    }
    throw std::runtime_error("cannot read the memory of a process");
}

Work work_of(pid_t process) {
    Work work;
    for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
        double nanoseconds = 0;
        std::ifstream(thread.path() / "schedstat") >> nanoseconds;
        work.processor_ms += nanoseconds / 1e6;
        std::ifstream status(thread.path() / "status");
        constexpr std::string_view k_name = "voluntary_ctxt_switches:";
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with(k_name)) work.wake_ups += std::stoll(line.substr(k_name.size()));
        }
    }
    return work;
}

void wait_until(const std::string& what, double seconds, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!condition()) {
        require(std::chrono::steady_clock::now() < end, "not in time: " + what);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

}  // namespace doorward::bench
