#include "platform/clock.h"

#include <ctime>
#include <fstream>

namespace doorward::platform {
namespace {

std::int64_t milliseconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t SystemClock::wall_now() const {
    return milliseconds_of(CLOCK_REALTIME);
}

std::int64_t SystemClock::boot_now() const {
    return milliseconds_of(CLOCK_BOOTTIME);
}

std::string SystemClock::boot_id() const {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

}  // namespace doorward::platform
