#include "tests/bench/bench_workstation.h"

#include "tests/bench/must.h"

#include <security/pam_appl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace doorward::bench {
namespace {

namespace fs = std::filesystem;

const fs::path k_names = "/var/lib/doorward/names";
const fs::path k_run_link = "/run/doorward";
constexpr const char* k_service = "sshd";
// Of the technicians at most this many have one of the 8,000 ids that are Doorward's.
constexpr std::size_t k_named = 7'900;

}  // namespace

BenchWorkstation::BenchWorkstation(std::string name, std::size_t technicians, std::size_t taking_turns)
    : m_name(std::move(name)),
      m_folder(fs::path("/var/lib/doorward") / m_name),
      m_run(fs::path("/run/doorward-" + m_name)),
      m_portal(technicians, k_portal_port),
      m_stride(std::max<std::size_t>(1, std::min(technicians, k_named) / taking_turns)),
      m_turns(std::min(technicians, taking_turns)) {
    const fs::path keys = fs::path("/etc/doorward") / m_name;
    fs::create_directories(keys);
    fs::permissions(keys, fs::perms::owner_all);
    fs::create_directory(m_run);
    write_file(keys / "agent.toml",
               "state_folder = \"" + m_folder.native() + "\"\nrun_folder = \"" + m_run.native() + "\"\nkey_file = \"" +
                   (keys / "store.key").native() + "\"\nlink_user = \"bench-link\"\n",
               0644);
    fs::remove(k_names);
    start();
    m_portal.enrol(m_run);
    m_portal.settle();
    const std::size_t expected = std::min(technicians, k_named);
    wait_until("the names of all technicians", 60, [&] {
        std::error_code error;
        return fs::file_size(k_names, error) > expected * 40 && !error;
    });
    fs::rename(k_names, k_names.native() + "-" + m_name);
    m_portal.disconnect();
    bring_to_front();
}

void BenchWorkstation::start() {
    m_agent =
        Child({built("desktop-client/agent/doorward-agent"), "--config", "/etc/doorward/" + m_name + "/agent.toml"},
              "/var/lib/peer/agent-" + m_name + ".log");
    wait_until("the agent listens", 20, [this] { return fs::exists(m_run / "link.sock"); });
}

void BenchWorkstation::bring_to_front() {
    fs::remove(k_names);
    fs::create_hard_link(k_names.native() + "-" + m_name, k_names);
    fs::remove(k_run_link);
    fs::create_symlink(m_run, k_run_link);
}

BenchWorkstation::Credential BenchWorkstation::credential() {
    const auto turn = m_turns.next();
    const std::size_t technician = turn.user * m_stride;
    return {.account = RosterPortal::account(technician), .code = m_portal.code(technician, turn.unix_seconds)};
}

double BenchWorkstation::sign_in() {
    const auto [account, code] = credential();
    const auto done = authenticate(k_service, account, code);
    require(done.result == PAM_SUCCESS, account + " was refused: " + pam_strerror(nullptr, done.result));
    return done.microseconds;
}

double BenchWorkstation::fail_to_sign_in() {
    auto [account, code] = credential();
    for (char& digit : code)
        digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
    const auto done = authenticate(k_service, account, code);
    require(done.result == PAM_AUTH_ERR, account + " was not refused");
    return done.microseconds;
}

}  // namespace doorward::bench
