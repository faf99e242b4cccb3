// Preloaded into the agent of a lab workstation: its wall clock is off by the seconds that /run/agent-clock says, also
// while it runs. Boot and monotonic time go on, as they do where somebody sets a machine's clock. System calls only:
// the sanitizers look at the clock before a library may be used.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <ctime>

namespace {

constexpr char k_file[] = "/run/agent-clock";

time_t seconds_off() {
    char text[24];
    const long file = syscall(SYS_openat, AT_FDCWD, k_file, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const long size = syscall(SYS_read, file, text, sizeof text);
    syscall(SYS_close, file);
    time_t seconds = 0;
    for (long at = 0; at < size; ++at) {
        if (text[at] >= '0' && text[at] <= '9') seconds = seconds * 10 + (text[at] - '0');
    }
    return size > 0 && text[0] == '-' ? -seconds : seconds;
}

}  // namespace

extern "C" {

#pragma GCC visibility push(default)

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const auto status = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
    if (status == 0 && clock == CLOCK_REALTIME) time->tv_sec += seconds_off();
    return status;
}

time_t time(time_t* time) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (time != nullptr) *time = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(timeval* time, void*) noexcept {
    timespec now{};
    const int status = clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return status;
}

#pragma GCC visibility pop
}
