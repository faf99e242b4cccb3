#include "crypto/initialise.h"
#include "desktop-client/agent/accounts/linux_account_service.h"
#include "desktop-client/agent/agent.h"
#include "desktop-client/agent/event_loop.h"
#include "desktop-client/agent/machine_identity.h"
#include "desktop-client/agent/recovery_code.h"
#include "desktop-client/agent/removal_text.h"
#include "desktop-client/agent/store.h"
#include "desktop-client/agent/version.h"
#include "desktop-client/agent/wiring.h"
#include "platform/heap.h"
#include "platform/service_notify.h"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace {

namespace agent = doorward::agent;
namespace platform = doorward::platform;
using platform::LogField;

const platform::Logger k_log{"agent"};

int fail(const std::string& problem) {
    k_log.error("cannot_start", {{LogField::Reason, problem}});
    return EXIT_FAILURE;
}

int fail(agent::AccountError error) {
    return fail("The account service cannot be used (" + std::string(to_string(error)) + ").");
}

// Keys and codes are in this memory: no core file, no debugger of another user.
void forbid_core_dumps() {
    prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &none);
}

// Where what keeps the store's key has lost it. The agent must not run; the code comes by a file or standard input.
int recover_key(const agent::Config& config, const std::string& code_file) {
    const int descriptor = code_file == "-" ? STDIN_FILENO : ::open(code_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail("The recovery code cannot be read: " + code_file);
    const auto code = agent::read_recovery_code(descriptor);
    if (descriptor != STDIN_FILENO) ::close(descriptor);
    if (!code) return fail("There is no recovery code in " + (code_file == "-" ? "standard input" : code_file) + ".");
    const agent::StoreKeyFile keys(config);
    const auto key = keys.recover(code->bytes());
    if (!key) return fail("The recovery code opens nothing (" + std::string(to_string(key.error())) + ").");
    if (const auto fits = agent::try_store_key(config, *key); !fits) return fail(fits.error());
    if (const auto kept = keys.keep_in_file(*key); !kept) {
        return fail("The key could not be written (" + std::string(to_string(kept.error())) + ").");
    }
    k_log.info("store_key_recovered");
    return EXIT_SUCCESS;
}

int serve(const agent::Config& config) {
    auto accounts = agent::LinuxAccountService::create();
    if (!accounts) return fail(accounts.error());
    agent::EventLoop context;
    const platform::SystemClock clock;
    const agent::KernelProcessTable processes;
    const auto the_agent = agent::Agent::create(
        config, {.clock = clock, .processes = processes, .accounts = **accounts, .identity = agent::machine_identity()},
        context.get_executor());
    if (!the_agent) return fail(the_agent.error());
    if (const auto started = (*the_agent)->start(); !started) return fail(started.error());
    boost::asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code&, int) {
        platform::notify_stopping();
        (*the_agent)->stop();
        context.stop();
    });
    k_log.info("started");
    platform::notify_ready("deciding");
    context.run();
    context.let_go();
    return EXIT_SUCCESS;
}

// The same exit status as doorward(1) has for it.
constexpr int k_conflict = 6;

int plan_removal(agent::AccountService& accounts) {
    const auto recorded = accounts.recorded();
    if (!recorded) return fail(recorded.error());
    std::cout << agent::plan_text(*recorded, agent::look_at_wiring());
    const auto in_use = agent::accounts_in_use(accounts, *recorded);
    if (in_use.empty()) return EXIT_SUCCESS;
    std::cerr << agent::problem_text(agent::RemovalProblem::SignedIn, in_use) << '\n';
    return k_conflict;
}

agent::Agent::Removed remove(const agent::Config& config, agent::AccountService& accounts,
                             const agent::RemovalWish& wish) {
    agent::EventLoop context;
    const platform::SystemClock clock;
    const agent::KernelProcessTable processes;
    auto the_agent = agent::Agent::create(
        config, {.clock = clock, .processes = processes, .accounts = accounts, .identity = agent::machine_identity()},
        context.get_executor());
    const auto ready = the_agent ? (*the_agent)->prepare_removal() : std::unexpected(the_agent.error());
    if (!ready) {
        std::cerr << ready.error() << "\nSo there will be no signed statement.\n";
        return agent::remove_without_store(accounts, wish);
    }
    std::optional<agent::Agent::Removed> removed;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, (*the_agent)->remove(wish),
                          [&](std::exception_ptr thrown, const agent::Agent::Removed& result) {
                              failure = std::move(thrown);
                              removed = result;
                              (*the_agent)->stop();
                              context.stop();
                          });
    context.run();
    context.let_go();
    if (failure) std::rethrow_exception(failure);
    return *removed;
}

int remove(const agent::Config& config, const agent::RemovalWish& wish, bool only_plan) {
    auto accounts = agent::LinuxAccountService::create();
    if (!accounts) return fail(accounts.error());
    if (only_plan) return plan_removal(**accounts);
    const auto recorded = (*accounts)->recorded();
    const auto in_use = recorded ? agent::accounts_in_use(**accounts, *recorded) : std::vector<std::string>();
    // Before the store is opened: where it cannot be, every session ends.
    const bool is_refused = !in_use.empty() && wish.if_signed_in == agent::IfSignedIn::Refuse;
    const auto removed =
        is_refused ? std::unexpected(agent::RemovalProblem::SignedIn) : remove(config, **accounts, wish);
    if (removed) {
        std::cout << agent::report_text(*removed);
        return EXIT_SUCCESS;
    }
    std::cerr << agent::problem_text(removed.error(), in_use) << '\n';
    return removed.error() == agent::RemovalProblem::SignedIn ? k_conflict : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Decides who may sign in to this workstation. Started by its unit; see `doorward --help` for people."};
    std::string config_file = "/etc/doorward/agent.toml";
    app.add_option("--config", config_file, "Settings")->capture_default_str();
    bool plans_removal = false;
    bool removes = false;
    bool ends_sessions = false;
    bool archives_homes = false;
    app.add_flag("--plan-removal", plans_removal, "Say what --remove would take out of this system, and exit");
    app.add_flag("--remove", removes,
                 "Take the accounts that were made here and all wiring out of this system, sign a statement of it, and "
                 "exit; `doorward purge` does so");
    app.add_flag("--force", ends_sessions, "With --remove: end sessions that are open");
    app.add_flag("--archive-homes", archives_homes, "With --remove: pack homes into /var/backups");
    std::string recovery_file;
    app.add_option(
        "--recover-key", recovery_file,
        "Put the store's key back in a file, by the recovery code in this file (- reads standard input), and "
        "exit; for when the TPM was cleared");
    app.set_version_flag("--version", std::string(agent::k_agent_version));
    CLI11_PARSE(app, argc, argv);

    platform::use_one_heap();
    forbid_core_dumps();
    umask(022);
    platform::configure_log({});
    if (geteuid() != 0) return fail("The agent must run as root.");
    if (!doorward::crypto::initialise()) return fail("libsodium or liboath cannot be used.");
    auto reader = platform::ConfigReader::load(config_file);
    if (!reader) return fail(reader.error().message);
    const auto config = agent::read_config(std::move(*reader));
    if (!config) return fail(config.error().message);
    platform::configure_log({.level = config->log_level});
    if (!recovery_file.empty()) return recover_key(*config, recovery_file);
    agent::RemovalWish wish;
    if (ends_sessions) wish.if_signed_in = agent::IfSignedIn::EndSessions;
    if (archives_homes) wish.homes = agent::HomeWish::Archive;
    try {
        if (removes || plans_removal) return remove(*config, wish, plans_removal);
        return serve(*config);
    } catch (const std::exception& exception) {
        return fail(std::string("unexpected: ") + exception.what());
    }
}
