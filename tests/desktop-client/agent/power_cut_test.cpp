// The power is cut at every moment of sign-ins, whatever of the last writes the disk still has: the agent starts from
// it, and no code that opened something opens anything again.
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"
#include "tests/faults/disk_recording.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

struct UsedCode {
    std::string code;
    std::size_t from;  ///< the moment from which on it must never count again
};

}  // namespace

TEST_CASE("row 8: the power is cut at any moment of sign-ins: the agent starts, and no code counts again",
          "[agent][crash][slow][I2]") {
    Workstation workstation;
    Portal portal;
    REQUIRE_FALSE(workstation.start());
    portal.enrol(workstation);
    portal.cut();
    workstation.stop();

    const auto& config = workstation.config();
    const pid_t agent = workstation.start_in_child();
    DiskRecording disk({config.state_folder, config.key_file.parent_path()});
    disk.follow(agent);
    std::vector<UsedCode> used;
    for (int step = -1; step <= 1; ++step) {
        const std::string code = portal.code(workstation.clock.wall + std::int64_t{step} * 30'000);
        CHECK(is_granted(sign_in_with(workstation, code)));
        used.push_back({code, disk.moment()});
        CHECK(denied_reason(sign_in_with(workstation, "00000000")));
    }
    kill(agent, SIGKILL);
    disk.finish();

    const std::size_t stride = std::getenv("DOORWARD_EVERY_STEP") != nullptr ? 1 : 11;
    std::size_t cuts = 0;
    // From the first sign-in on.
    for (std::size_t moment = 0; moment <= disk.moment(); moment += stride) {
        for (const auto survived :
             {Survived::Nothing, Survived::Everything, Survived::EverySecond, Survived::LastTornInHalf}) {
            INFO("moment " << moment << " of " << disk.moment() << ", variant " << static_cast<int>(survived));
            disk.cut(moment, survived);
            const auto problem = workstation.start();
            if (problem) FAIL_CHECK(*problem);
            for (const auto& [code, from] : used) {
                if (moment >= from) CHECK_FALSE(is_granted(sign_in_with(workstation, code)));
            }
            workstation.stop();
            ++cuts;
        }
    }
    CHECK(disk.moment() > 20);
    CHECK(cuts > 20);
}

}  // namespace doorward::tests
