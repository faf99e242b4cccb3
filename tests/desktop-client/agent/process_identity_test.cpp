#include "desktop-client/agent/process_identity.h"

#include <catch2/catch_test_macros.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace doorward::tests {

using agent::KernelProcessTable;

TEST_CASE("ancestry begins with the process and leads to its parents", "[agent][process]") {
    const KernelProcessTable table;
    const auto chain = table.ancestry(getpid());
    REQUIRE(chain.size() >= 2);
    CHECK(chain[0].process == getpid());
    CHECK(chain[1].process == getppid());
    CHECK(chain[0].started >= chain[1].started);
    CHECK(table.ancestry(0).empty());
    CHECK(table.ancestry(-1).empty());
}

TEST_CASE("a process whose name imitates the fields is read right", "[agent][process]") {
    const KernelProcessTable table;
    prctl(PR_SET_NAME, "x) S 1 1 1");
    const auto chain = table.ancestry(getpid());
    prctl(PR_SET_NAME, "agent_tests");
    REQUIRE(chain.size() >= 2);
    CHECK(chain[1].process == getppid());
}

TEST_CASE("a watched process is seen to end, and a later one of its number is left alone", "[agent][process]") {
    const KernelProcessTable table;
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGTERM, SIG_DFL);
        pause();
        _exit(0);
    }
    const auto identity = table.ancestry(child).front();
    const auto descriptor = table.watch(identity);
    REQUIRE(descriptor);
    pollfd entry{.fd = *descriptor, .events = POLLIN, .revents = 0};
    CHECK(poll(&entry, 1, 0) == 0);
    // Another start time is another process: nothing happens to this one.
    table.terminate({.process = child, .started = identity.started + 1});
    CHECK(poll(&entry, 1, 50) == 0);
    CHECK_FALSE(table.watch({.process = child, .started = identity.started + 1}));
    table.terminate(identity);
    CHECK(poll(&entry, 1, 5000) == 1);
    waitpid(child, nullptr, 0);
    close(*descriptor);
    CHECK_FALSE(table.watch(identity));
}

}  // namespace doorward::tests
