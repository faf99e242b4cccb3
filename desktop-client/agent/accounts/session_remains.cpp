#include "desktop-client/agent/accounts/session_remains.h"

#include "desktop-client/agent/accounts/session_processes.h"
#include "desktop-client/agent/accounts/sweeper.h"
#include "platform/log.h"
#include "platform/process.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using platform::LogField;

const platform::Logger k_log("accounts");

constexpr auto k_logind_patience = 2s;

void end_processes(const AccountIdentity& identity, std::vector<Remainder>& remains) {
    if (access("/run/systemd/seats", F_OK) == 0) {
        // Takes the whole scope of each session, root's shells in it as well.
        platform::ProcessOptions options;
        options.arguments = {"/usr/bin/loginctl", "terminate-user", identity.name};
        options.deadline = k_logind_patience;
        if (const auto result = platform::run_process(options); !result) {
            k_log.warning("loginctl_failed", {{LogField::Reason, to_string(result.error())}});
        }
    }
    for (const pid_t pid : end_processes_of(identity.uid)) {
        remains.push_back({.kind = Remainder::Kind::Process, .detail = std::to_string(pid)});
    }
}

void remove_file(Remainder::Kind kind, const std::string& path, std::vector<Remainder>& remains) {
    if (unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return;
    remains.push_back({.kind = kind, .detail = path});
}

}  // namespace

std::vector<Remainder> remove_session_remains(const AccountIdentity& identity) {
    std::vector<Remainder> remains;
    // What would start processes again goes first.
    remove_file(Remainder::Kind::Linger, "/var/lib/systemd/linger/" + identity.name, remains);
    for (const char* crontabs : {"/var/spool/cron/crontabs/", "/var/spool/cron/"}) {
        remove_file(Remainder::Kind::ScheduledJob, crontabs + identity.name, remains);
    }
    Sweeper(identity.uid, Remainder::Kind::ScheduledJob, remains).sweep({"/var/spool/cron/atjobs", "/var/spool/at"});
    end_processes(identity, remains);
    // sudo names its ticket file by the user, newer versions by the uid.
    for (const std::string& ticket : {identity.name, std::to_string(identity.uid)}) {
        remove_file(Remainder::Kind::SudoTicket, "/run/sudo/ts/" + ticket, remains);
    }
    Sweeper(identity.uid, Remainder::Kind::File, remains).sweep({"/tmp", "/var/tmp", "/dev/shm"});
    return remains;
}

}  // namespace doorward::agent
