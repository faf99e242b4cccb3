// The figures of the workstation, with the real agent and the real module in a machine of their own:
// offline-vs-oath, offline-vs-google, offline-scale, wrong-code, absent-agent, agent-memory, agent-idle,
// cold-start-agent.
#include "crypto/initialise.h"
#include "platform/unix_socket.h"
#include "tests/bench/bench_workstation.h"
#include "tests/bench/link_carriage.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"

#include <security/pam_appl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace doorward;
using namespace doorward::bench;

constexpr std::size_t k_technicians = 200;
constexpr int k_per_round = 6;
const std::vector<std::string> k_sudo{"/usr/bin/sudo", "-n", "/bin/true"};

/// The median of several, as one round's cost.
double several(int count, const std::function<double()>& one) {
    std::vector<double> costs;
    for (int i = 0; i < count; ++i)
        costs.push_back(one());
    return median(std::move(costs));
}

bool offline_beside(const std::string& name, PeerUsers::Kind kind, double limit) {
    BenchWorkstation workstation("main", k_technicians);
    const PeerUsers users(kind);
    Turns turns(users.size());
    const auto peer = [&] {
        const auto turn = turns.next();
        const auto done =
            authenticate(users.service(), PeerUsers::account(turn.user), users.code(turn.user, turn.unix_seconds));
        require(done.result == PAM_SUCCESS, std::string("the peer refused: ") + pam_strerror(nullptr, done.result));
        return done.microseconds;
    };
    return compare(
        {.name = name, .unit = "us", .bound = {.at_least = {}, .at_most = limit}},
        [&] { return several(k_per_round, [&] { return workstation.sign_in(); }); },
        [&] { return several(k_per_round, peer); });
}

bool offline_scale() {
    BenchWorkstation small("small", 200);
    BenchWorkstation large("large", 10'000);
    const auto on = [](BenchWorkstation& workstation) {
        workstation.bring_to_front();
        return several(k_per_round, [&] { return workstation.sign_in(); });
    };
    return compare(
        {.name = "offline-scale", .unit = "us", .bound = {.at_least = {}, .at_most = 1.15}}, [&] { return on(large); },
        [&] { return on(small); });
}

bool wrong_code() {
    // A machine lets 100 wrong codes pass before it makes everyone wait: a fresh one for each run of 15 rounds.
    constexpr int k_wrong_per_round = 6;
    std::size_t round = 0;
    std::unique_ptr<BenchWorkstation> workstation;
    const auto fresh_when_due = [&] {
        if (round++ % (2 * k_rounds) == 0) {
            workstation.reset();
            workstation = std::make_unique<BenchWorkstation>("run" + std::to_string(round), k_technicians);
        }
    };
    return compare(
        {.name = "wrong-code", .unit = "us", .bound = {.at_least = 0.8, .at_most = 1.2}},
        [&] {
            fresh_when_due();
            return several(k_wrong_per_round, [&] { return workstation->fail_to_sign_in(); });
        },
        [&] {
            fresh_when_due();
            return several(k_wrong_per_round, [&] { return workstation->sign_in(); });
        });
}

double run_sudo(uid_t user) {
    return microseconds([&] {
        const pid_t child = fork();
        if (child == 0) {
            if (setgid(user) != 0 || setuid(user) != 0) _exit(126);
            execl(k_sudo[0].c_str(), "sudo", "-k", k_sudo[2].c_str(), static_cast<char*>(nullptr));
            _exit(127);
        }
        int status = 0;
        waitpid(child, &status, 0);
        require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "sudo of " + std::to_string(user) + " failed");
    });
}

void add_users(const std::string& names, uid_t first) {
    std::string passwd;
    std::string shadow;
    uid_t user = first;
    for (std::size_t at = 0; at < names.size();) {
        const std::size_t end = std::min(names.find(' ', at), names.size());
        const std::string name = names.substr(at, end - at);
        const std::string id = std::to_string(user++);
        passwd += name + ":x:" + id + ":" + id + "::/nonexistent:/bin/sh\n";
        shadow += name + ":*:1::::::\n";
        at = end + 1;
    }
    for (const auto& [file, lines] : {std::pair{"/etc/passwd", passwd}, std::pair{"/etc/shadow", shadow}}) {
        std::ofstream stream(file, std::ios::app);
        stream << lines;
    }
}

/// Two local users, whose sudo asks different PAM services: one with our module's line in every phase, one without.
void prepare_sudo() {
    constexpr std::string_view k_permit =
        "auth required pam_permit.so\naccount required pam_permit.so\n"
        "session required pam_permit.so\n";
    const std::string control = "[success=done ignore=ignore module_unknown=ignore default=die] ";
    const std::string module = built("desktop-client/pam/pam_doorward.so").native() + "\n";
    write_file("/etc/pam.d/sudo-without", std::string(k_permit), 0644);
    write_file("/etc/pam.d/sudo-with",
               "auth " + control + module + "account " + control + module +
                   "session [success=ok ignore=ignore module_unknown=ignore default=die] " + module +
                   std::string(k_permit),
               0644);
    write_file(
        "/etc/sudoers",
        "Defaults !lecture, !syslog\nDefaults:bench-with pam_service=sudo-with\n"
        "Defaults:bench-without pam_service=sudo-without\nbench-with ALL=(ALL) ALL\nbench-without ALL=(ALL) ALL\n",
        0440);
    std::filesystem::remove_all("/etc/sudoers.d");
}

bool absent_agent() {
    BenchWorkstation workstation("main", k_technicians);
    const auto refused = [&](const std::string& what) {
        const auto [account, code] = workstation.credential();
        const auto done = authenticate("sshd", account, code);
        require(done.result == PAM_AUTHINFO_UNAVAIL,
                "with an agent that is " + what + ", the answer was " + pam_strerror(nullptr, done.result));
        return done.microseconds / 1000;
    };
    workstation.agent().signal(SIGSTOP);
    const double hanging = several(3, [&] { return refused("hanging"); });
    workstation.agent().signal(SIGCONT);
    workstation.stop();
    const double absent = several(static_cast<int>(k_rounds), [&] { return refused("absent"); });
    prepare_sudo();
    return compare(
        {.name = "absent-agent", .unit = "us", .bound = {.at_least = {}, .at_most = 1.2}},
        [] { return several(k_per_round, [] { return run_sudo(30'001); }); },
        [] { return several(k_per_round, [] { return run_sudo(30'002); }); },
        {{.what = "a managed sign-in fails closed, agent absent",
          .unit = "ms",
          .value = absent,
          .bound = {.at_least = {}, .at_most = 10}},
         {.what = "a managed sign-in fails closed, agent hanging",
          .unit = "ms",
          .value = hanging,
          .bound = {.at_least = {}, .at_most = 2000}}});
}

bool agent_memory() {
    BenchWorkstation workstation("main", 1'000);
    static_cast<void>(several(20, [&] { return workstation.sign_in(); }));
    const LinkCarriage carriage(workstation);
    const double agent = memory_of(workstation.agent().process());
    const double link = memory_of(carriage.link_process());
    std::printf("  agent %.2f MB, link with its TLS connection %.2f MB\n", agent, link);
    return report("agent-memory", {{.what = "agent and link, 1,000 technicians, connected",
                                    .unit = "MB",
                                    .value = agent + link,
                                    .bound = {.at_least = {}, .at_most = 18}}});
}

// PSS in MB after 1,000 sign-ins, and after 10,000 more; each time when no grant is alive any more.
std::pair<double, double> memory_before_and_after() {
    constexpr std::size_t k_people = 5'000;
    constexpr auto k_grants_end = std::chrono::seconds(35);
    BenchWorkstation workstation("busy", k_people, k_people);
    const auto after = [&](int sign_ins) {
        for (int i = 0; i < sign_ins; ++i)
            static_cast<void>(workstation.sign_in());
        std::this_thread::sleep_for(k_grants_end);
        return memory_of(workstation.agent().process());
    };
    const double before = after(1'000);
    return {before, after(10'000)};
}

bool agent_idle() {
    const auto [before, after] = memory_before_and_after();
    std::printf("  agent after 1,000 sign-ins %.2f MB, after 10,000 more %.2f MB\n", before, after);
    BenchWorkstation workstation("main", 1'000);
    const LinkCarriage carriage(workstation);
    std::this_thread::sleep_for(std::chrono::seconds(5));
    const auto work = [&] {
        const Work agent = work_of(workstation.agent().process());
        const Work link = work_of(carriage.link_process());
        return Work{.processor_ms = agent.processor_ms + link.processor_ms, .wake_ups = agent.wake_ups + link.wake_ups};
    };
    const Work first = work();
    std::this_thread::sleep_for(std::chrono::seconds(60));
    const Work last = work();
    return report("agent-idle", {{.what = "memory after 10,000 sign-ins, against before",
                                  .unit = "%",
                                  .value = (after / before - 1) * 100,
                                  .bound = {.at_least = -5, .at_most = 5}},
                                 {.what = "agent and link woken in an idle minute",
                                  .unit = "times",
                                  .value = static_cast<double>(last.wake_ups - first.wake_ups),
                                  .bound = {.at_least = {}, .at_most = 4}},
                                 {.what = "processor time of agent and link in an idle minute",
                                  .unit = "ms",
                                  .value = last.processor_ms - first.processor_ms,
                                  .bound = {.at_least = {}, .at_most = 10}}});
}

bool cold_start_agent() {
    BenchWorkstation workstation("main", k_technicians);
    const auto once = [&] {
        workstation.shut_down();
        const auto [account, code] = workstation.credential();
        return microseconds([&] {
                   workstation.start();
                   // Asked for by a connection alone, so that the waiting takes no time from the one waited for.
                   while (!platform::BlockingUnixClient::connect("/run/doorward/pam.sock", 0))
                       std::this_thread::sleep_for(std::chrono::milliseconds(1));
                   require(authenticate("sshd", account, code).result == PAM_SUCCESS, "the first code was refused");
               }) /
               1000;
    };
    return report("cold-start-agent", {{.what = "agent start to first verified code",
                                        .unit = "ms",
                                        .value = several(static_cast<int>(k_rounds), once),
                                        .bound = {.at_least = {}, .at_most = 50}}});
}

const std::map<std::string, std::function<bool()>> k_figures{
    {"offline-vs-oath", [] { return offline_beside("offline-vs-oath", PeerUsers::Kind::Oath, 1.1); }},
    {"offline-vs-google", [] { return offline_beside("offline-vs-google", PeerUsers::Kind::Google, 0.5); }},
    {"offline-scale", offline_scale},
    {"wrong-code", wrong_code},
    {"absent-agent", absent_agent},
    {"agent-memory", agent_memory},
    {"agent-idle", agent_idle},
    {"cold-start-agent", cold_start_agent},
};

}  // namespace

int main(int argc, char** argv) {
    const auto figure = argc == 2 ? k_figures.find(argv[1]) : k_figures.end();
    if (figure == k_figures.end()) {
        std::fprintf(stderr, "usage: agent_bench NAME, one of:\n");
        for (const auto& [name, run] : k_figures)
            std::fprintf(stderr, "  %s\n", name.c_str());
        return 2;
    }
    return in_private_machine(argv, built("desktop-client/nss").native(), [&] {
        must(crypto::initialise(), "the crypto library cannot be used");
        const std::string nsswitch = "passwd: files doorward\ngroup: files\nshadow: files\nhosts: files\n";
        write_file("/etc/nsswitch.conf", nsswitch, 0644);
        add_users("bench-with bench-without bench-link", 30'001);
        write_services(built("desktop-client/pam/pam_doorward.so"));
        return figure->second() ? 0 : 1;
    });
}
