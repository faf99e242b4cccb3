#pragma once

#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/config.h"
#include "desktop-client/agent/ipc/admin_server.h"
#include "desktop-client/agent/ipc/link_server.h"
#include "desktop-client/agent/ipc/pam_server.h"
#include "desktop-client/agent/process_identity.h"
#include "desktop-client/agent/removal.h"
#include "desktop-client/agent/services/account_coordinator.h"
#include "desktop-client/agent/services/approval_service.h"
#include "desktop-client/agent/services/attempt_limiter.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/break_glass_service.h"
#include "desktop-client/agent/services/channel_service.h"
#include "desktop-client/agent/services/counter_anchor.h"
#include "desktop-client/agent/services/log_witness.h"
#include "desktop-client/agent/services/offline_code_service.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/session_service.h"
#include "desktop-client/agent/services/sign_in_service.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/store.h"
#include "platform/clock.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <expected>
#include <memory>
#include <string>

namespace doorward::agent {

/// What the agent gets from the machine; tests give their own.
struct Machine {
    const platform::Clock& clock;
    const ProcessTable& processes;
    AccountService& accounts;
    std::string identity{};  ///< machine_identity(); empty: it cannot be told from others
};

/// All services of the agent, put together. Everything runs on one thread, the executor's, except the account work.
class Agent {
public:
    /// Opens the store. Where it cannot be used, here or in start(), nobody knows whose session lives, and nobody would
    /// see one end: every account that was ever made here is closed.
    [[nodiscard]] static std::expected<std::unique_ptr<Agent>, std::string> create(
        const Config& config, const Machine& machine, boost::asio::any_io_executor executor);
    Agent(const Config& config, Store store, const Machine& machine, boost::asio::any_io_executor executor);
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /// Reads the store, takes up or ends sessions, opens the sockets. The text says what went wrong.
    [[nodiscard]] std::expected<void, std::string> start();
    /// Instead of start(): takes Doorward out of this system. Nobody is asked to sign in meanwhile: of the sockets only
    /// the link's is open. The inner error says why nothing was done or not all; a text, that the store cannot be used.
    using Removed = std::expected<RemovalReport, RemovalProblem>;
    [[nodiscard]] std::expected<void, std::string> prepare_removal();
    [[nodiscard]] boost::asio::awaitable<Removed> remove(RemovalWish wish);
    void stop();

private:
    [[nodiscard]] Stored<> prepare_ledger();
    [[nodiscard]] Stored<> load();
    [[nodiscard]] std::expected<void, std::string> load_or_close();
    [[nodiscard]] std::expected<void, std::string> make_run_folder() const;
    [[nodiscard]] std::expected<void, std::string> listen();
    [[nodiscard]] Stored<CounterState> start_counter();
    void trust_counter();
    void publish_names();
    void keep_homes();
    void shed_memory();
    void watch_floods();

    Config m_config;
    StoreKeyFile m_keys;
    AccountService& m_account_service;
    Store m_store;
    boost::asio::any_io_executor m_executor;
    Timekeeper m_timekeeper;
    LedgerStore m_ledger;
    CounterAnchor m_counter;
    AuditService m_audit;
    RosterService m_roster;
    LogWitness m_witness;
    AccountCoordinator m_accounts;
    SessionService m_sessions;
    LinkServer m_link_server;
    ChannelService m_channel;
    AttemptLimiter m_limiter;
    OfflineCodeService m_codes;
    BreakGlassService m_break_glass;
    ApprovalService m_approvals;
    SignInService m_sign_in;
    Removal m_removal;
    PamServer m_pam_server;
    AdminServer m_admin_server;
    boost::asio::steady_timer m_flood_timer;
    bool m_flood_watched = false;
    bool m_removing = false;
};

}  // namespace doorward::agent
