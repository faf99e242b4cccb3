// usage: kill_point PID N     kills that program at its step N (kill_point.h; its tools go on). Says "ready" as soon as
// it
//                             counts, and at the end "killed at CALL of PROGRAM", or "counted STEPS" where the program
//                             or SIGTERM came first: then the program goes on untouched.
#include "tests/faults/kill_point.h"

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace {

template <typename Number>
bool parse(const char* text, Number& number) {
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, number);
    return error == std::errc{} && stop == end && number > 0;
}

void say(const char* line) {
    std::puts(line);
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
    using doorward::tests::KillPoints;
    pid_t program = 0;
    std::uint64_t number = 0;
    if (count != 3 || !parse(words[1], program) || !parse(words[2], number)) {
        std::fputs("usage: kill_point PID N\n", stderr);
        return 2;
    }
    struct sigaction over{};
    // Without SA_RESTART it ends the wait; and once a second again, because it may have come just before the wait.
    over.sa_handler = [](int) {
        KillPoints::stop();
        alarm(1);
    };
    sigaction(SIGTERM, &over, nullptr);
    sigaction(SIGALRM, &over, nullptr);
    KillPoints points(program, doorward::tests::Counted::ProgramAlone);
    if (!points.attach()) {
        std::perror("kill_point");
        return 1;
    }
    const auto killed = points.kill_at(number, [] { say("ready"); });
    if (killed) {
        say(("killed at " + killed->call + " of " + killed->program).c_str());
    } else {
        say(("counted " + std::to_string(points.steps())).c_str());
    }
    return 0;
}
