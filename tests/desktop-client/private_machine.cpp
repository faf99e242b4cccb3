#include "tests/desktop-client/private_machine.h"

#include <catch2/catch_session.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace doorward::tests {
namespace {

bool mount_empty(const std::string& folder) {
    struct stat status{};
    if (stat(folder.c_str(), &status) != 0) return false;
    char options[32];
    std::snprintf(options, sizeof options, "mode=%o", status.st_mode & 07777);
    return mount("tmpfs", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
}

bool furnish(const std::vector<std::string>& more_empty) {
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    if (mount("proc", "/proc", "proc", 0, nullptr) != 0) return false;
    for (const char* folder : {"/run", "/home", "/var/lib"}) {
        if (!mount_empty(folder)) return false;
    }
    for (const auto& folder : more_empty) {
        if (!mount_empty(folder)) return false;
    }
    return std::system("cp -a /etc /run/etc && rm -f /run/etc/*.lock") == 0 &&  // NOLINT(bugprone-command-processor)
           mount("/run/etc", "/etc", nullptr, MS_BIND, nullptr) == 0 && std::ofstream(k_private_etc).good();
}

// Reaps whatever ends before `child` does.
int exit_status_of(pid_t child) {
    int status = 0;
    while (wait(&status) != child) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int run_in_private_machine(int argc, char** argv, const std::vector<std::string>& more_empty) {
    // Listing (ctest, IDEs) needs no machine.
    if (argc > 1 && std::string_view(argv[1]).starts_with("--list")) return Catch::Session().run(argc, argv);
    if (geteuid() != 0) {
        std::puts("skipped: needs root");
        return 77;
    }
    if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS) != 0) {
        std::puts("skipped: needs the right to make namespaces");
        return 77;
    }
    const pid_t init = fork();
    // No leak check here: this process cannot make threads any more, its namespace having ended.
    if (init != 0) std::_Exit(exit_status_of(init));

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!furnish(more_empty)) {
        std::perror("cannot set up the private machine");
        std::_Exit(1);
    }
    // The tests are not process 1: that one reaps what they leave, and a leak checker cannot trace it.
    const pid_t session = fork();
    if (session != 0) std::_Exit(exit_status_of(session));
    return Catch::Session().run(argc, argv);
}

}  // namespace doorward::tests
