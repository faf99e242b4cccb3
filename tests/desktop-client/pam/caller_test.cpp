// The programs that load the module: short of everything, with threads, with signals as they like them.
#include "tests/desktop-client/pam/harness.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace doorward;
using namespace doorward::tests;

namespace {

FakeAgent::Conversation grants() {
    return [](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        connection.write(ipc::Granted{});
    };
}

constexpr uid_t k_managed_id = 52001;
constexpr int k_not_prepared = 100;

void limit(__rlimit_resource resource, rlim_t most) {
    const rlimit both{.rlim_cur = most, .rlim_max = most};
    setrlimit(resource, &both);
}

/// What a child answers that was brought into this state before it asks; -1 if it did not end by itself.
template <class Prepare>
int result_in_child(Application& application, Prepare prepare) {
    const pid_t child = fork();
    if (child == 0) {
        prepare();
        _exit(application.authenticate());
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("row 19: a caller that is short of everything is refused, and does not crash", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, grants());
    REQUIRE(application.authenticate() == PAM_SUCCESS);  // loads the modules
    const auto refused = [&](auto prepare) {
        const int result = result_in_child(application, prepare);
        CAPTURE(result);
        CHECK(result > PAM_SUCCESS);
    };
    SECTION("no descriptor left") {
        refused([] { limit(RLIMIT_NOFILE, 0); });
    }
    SECTION("one descriptor, then none") {
        refused([] {
            limit(RLIMIT_NOFILE, 64);
            while (open("/dev/null", O_RDONLY) >= 0) {
            }
        });
    }
    SECTION("no process and no file may be made: neither is needed") {
        CHECK(result_in_child(application, [] {
                  // The limit on processes binds everybody but root, so this is a screen locker.
                  if (setgid(k_managed_id) != 0 || setuid(k_managed_id) != 0) _exit(k_not_prepared);
                  limit(RLIMIT_NPROC, 0);
                  limit(RLIMIT_FSIZE, 0);
                  limit(RLIMIT_CORE, 0);
                  if (fork() != -1) _exit(k_not_prepared);
              }) == PAM_SUCCESS);
    }
    SECTION("no memory to lock, a small stack") {
        CHECK(result_in_child(application, [] {
                  limit(RLIMIT_MEMLOCK, 0);
                  limit(RLIMIT_STACK, rlim_t{256} * 1024);
              }) == PAM_SUCCESS);
    }
}

TEST_CASE("row 67: SIGCHLD ignored and every signal blocked change nothing, and stay as they were", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, grants());
    REQUIRE(application.authenticate() == PAM_SUCCESS);
    const int result = result_in_child(application, [] {
        signal(SIGCHLD, SIG_IGN);
        signal(SIGPIPE, SIG_DFL);
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, nullptr);
    });
    CHECK(result == PAM_SUCCESS);

    struct sigaction before{};
    sigset_t mask_before;
    sigaction(SIGCHLD, nullptr, &before);
    sigprocmask(SIG_SETMASK, nullptr, &mask_before);
    CHECK(application.authenticate() == PAM_SUCCESS);
    struct sigaction after{};
    sigset_t mask_after;
    sigaction(SIGCHLD, nullptr, &after);
    sigprocmask(SIG_SETMASK, nullptr, &mask_after);
    CHECK(before.sa_handler == after.sa_handler);
    for (int number = 1; number < SIGRTMAX; ++number)
        CHECK(sigismember(&mask_before, number) == sigismember(&mask_after, number));
}

TEST_CASE("row 67: many threads and forks in between all get their answers", "[pam]") {
    constexpr int k_threads = 4;
    constexpr int k_times = 40;
    std::vector<Person> people(k_threads + 1);
    std::vector<std::unique_ptr<Application>> applications;
    for (auto& person : people)
        applications.push_back(std::make_unique<Application>("stack", k_managed, person));
    const FakeAgent agent(k_pam_socket, grants());
    REQUIRE(applications.back()->authenticate() == PAM_SUCCESS);

    std::vector<int> granted(k_threads, 0);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < k_threads; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < k_times; ++n) {
                if (applications[i]->authenticate() == PAM_SUCCESS) ++granted[i];
            }
        });
    }
    int granted_in_children = 0;
    for (int n = 0; n < k_times; ++n) {
        if (result_in_child(*applications.back(), [] {}) == PAM_SUCCESS) ++granted_in_children;
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(granted == std::vector<int>(k_threads, k_times));
    CHECK(granted_in_children == k_times);
}
