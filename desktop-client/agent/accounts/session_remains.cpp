#include "desktop-client/agent/accounts/session_remains.h"

#include "desktop-client/agent/accounts/beneath.h"
#include "desktop-client/agent/accounts/home_folder.h"
#include "desktop-client/agent/accounts/ipc_objects.h"
#include "desktop-client/agent/accounts/service_manager.h"
#include "desktop-client/agent/accounts/session_processes.h"
#include "desktop-client/agent/accounts/sweeper.h"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace doorward::agent {
namespace {

void end_processes(const AccountIdentity& identity, std::vector<Remainder>& remains) {
    stop_system_units(identity, remains);
    end_logind_user(identity);
    for (const pid_t pid : end_processes_of(identity.uid)) {
        remains.push_back({.kind = Remainder::Kind::Process, .detail = std::to_string(pid)});
    }
}

void remove_file(Remainder::Kind kind, const std::string& path, std::vector<Remainder>& remains) {
    if (unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return;
    remains.push_back({.kind = kind, .detail = path});
}

// Units, and the marks of timers that ran, from which the account's service manager would go on with its next session.
// Whoever owns them: its folder is what counts.
void remove_user_units(const AccountIdentity& identity, std::vector<Remainder>& remains) {
    const FileDescriptor home = open_home(identity);
    if (!home) return;
    for (const char* folder : {".config", ".local/share"}) {
        const std::string path = "/home/" + identity.name + '/' + folder;
        const FileDescriptor outer = open_folder_beneath(home.get(), folder);
        if (!outer) {
            // Behind a link of the account's own nothing is touched.
            if (errno == ELOOP || errno == ENOTDIR || errno == EXDEV) {
                remains.push_back({.kind = Remainder::Kind::ScheduledJob, .detail = path + ": not looked into"});
            }
            continue;
        }
        if (const FileDescriptor units = open_folder_beneath(outer.get(), "systemd")) {
            Sweeper(std::nullopt, Remainder::Kind::ScheduledJob, remains).sweep(units.get(), path + "/systemd");
        } else if ((errno == ELOOP || errno == ENOTDIR) && unlinkat(outer.get(), "systemd", 0) != 0) {
            remains.push_back({.kind = Remainder::Kind::ScheduledJob, .detail = path + "/systemd"});
        }
    }
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
    remove_user_units(identity, remains);
    remove_ipc_objects(identity.uid, remains);
    // sudo names its ticket file by the user, newer versions by the uid.
    for (const std::string& ticket : {identity.name, std::to_string(identity.uid)}) {
        remove_file(Remainder::Kind::SudoTicket, "/run/sudo/ts/" + ticket, remains);
    }
    Sweeper(identity.uid, Remainder::Kind::File, remains).sweep({"/tmp", "/var/tmp", "/dev/shm", "/run/lock"});
    return remains;
}

}  // namespace doorward::agent
