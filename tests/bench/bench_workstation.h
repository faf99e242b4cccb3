#pragma once

#include "tests/bench/bench_machine.h"
#include "tests/bench/pam_peer.h"
#include "tests/bench/roster_portal.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace doorward::bench {

/// In the private machine's own network.
inline constexpr std::uint16_t k_portal_port = 8443;

/// A real doorward-agent of this private machine, enrolled, with technicians. Several may run; the module asks the one
/// that was brought to the front last.
class BenchWorkstation {
public:
    /// Of its technicians so many take turns, as many as the peers have users where it is not said.
    BenchWorkstation(std::string name, std::size_t technicians, std::size_t taking_turns = k_peer_users);

    /// Lets the module and the name service find this one.
    void bring_to_front();
    void start();
    /// As a crash does, or as the service manager does.
    void stop() { m_agent.end(); }
    void shut_down() { m_agent.stop(); }

    [[nodiscard]] const Child& agent() const { return m_agent; }
    [[nodiscard]] RosterPortal& portal() { return m_portal; }
    [[nodiscard]] const std::filesystem::path& run_folder() const { return m_run; }
    /// One sign-in with the right code of somebody whose turn it is; throws where it is refused.
    [[nodiscard]] double sign_in();
    /// The same with a code that is wrong.
    [[nodiscard]] double fail_to_sign_in();
    /// For the caller's own timing: an account and its code of now.
    struct Credential {
        std::string account;
        std::string code;
    };
    [[nodiscard]] Credential credential();

private:
    std::string m_name;
    std::filesystem::path m_folder;
    std::filesystem::path m_run;
    RosterPortal m_portal;
    std::size_t m_stride;
    Turns m_turns;
    Child m_agent;
};

}  // namespace doorward::bench
