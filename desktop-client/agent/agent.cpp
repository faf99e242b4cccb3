#include "desktop-client/agent/agent.h"

#include "platform/heap.h"
#include "platform/log.h"
#include "platform/secure_file.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"agent"};
constexpr auto k_flood_window = 60s;

void close_all(AccountService& accounts) {
    if (const auto closed = close_recorded_accounts(accounts); !closed) {
        k_log.error("accounts_not_closed", {{LogField::Reason, to_string(closed.error())}});
    }
}

std::unexpected<std::string> refused(std::string_view what, platform::UnixSocketError error) {
    return std::unexpected(std::string(what) + " cannot be opened (" + std::string(platform::to_string(error)) +
                           "). Is another doorward-agent running?");
}

}  // namespace

std::expected<std::unique_ptr<Agent>, std::string> Agent::create(const Config& config, const Machine& machine,
                                                                 boost::asio::any_io_executor executor) {
    auto store = open_store(config, StoreKeyFile(config));
    if (!store) {
        close_all(machine.accounts);
        return std::unexpected(store.error());
    }
    return std::make_unique<Agent>(config, std::move(*store), machine, std::move(executor));
}

Agent::Agent(const Config& config, Store store, const Machine& machine, boost::asio::any_io_executor executor)
    : m_config(config),
      m_keys(config),
      m_account_service(machine.accounts),
      m_store(std::move(store)),
      m_executor(executor),
      m_timekeeper(machine.clock),
      m_ledger(m_store.database),
      m_counter(m_store.database, config, executor),
      m_audit(m_store.database, m_timekeeper, m_store.anchor),
      m_roster(m_store.database, m_audit, m_timekeeper, machine.identity),
      m_witness(m_store.database, m_roster, m_audit),
      m_accounts(m_store.database, m_audit, machine.accounts, executor),
      m_sessions(m_store.database, m_audit, m_timekeeper, m_roster, m_accounts, machine.processes, executor),
      m_link_server(config.link_user),
      m_channel(m_roster, m_audit, m_witness, m_timekeeper, m_accounts, m_sessions, m_keys, m_link_server, executor),
      m_limiter(m_store.database, m_timekeeper),
      m_codes(m_store.database, m_audit, m_timekeeper, m_roster, m_limiter),
      m_break_glass(m_store.database, config.state_folder / "break-glass", m_roster, m_audit, m_sessions, m_limiter,
                    m_timekeeper),
      m_approvals(m_store.database, m_roster, m_timekeeper, m_channel),
      m_sign_in(m_roster, m_audit, m_approvals, m_codes, m_sessions, m_break_glass, m_channel, m_timekeeper,
                m_store.database),
      m_removal(m_roster, m_audit, m_timekeeper, m_accounts, m_account_service, m_sessions, m_channel, executor),
      m_pam_server(m_sign_in, m_sessions, m_accounts, machine.processes),
      m_admin_server(m_roster, m_audit, m_witness, m_timekeeper, m_accounts, m_sessions, m_channel, m_keys, m_counter),
      m_flood_timer(executor) {
    m_channel.serve(m_approvals, m_break_glass);
    m_link_server.serve(m_channel);
    m_roster.on_change([this] {
        keep_homes();
        m_sessions.enforce_roster();
        trust_counter();
        publish_names();
        shed_memory();
    });
    m_break_glass.on_change([this] { publish_names(); });
    m_codes.on_used([this] { m_counter.count_soon(); });
    m_sessions.on_change([this] { m_channel.status_changed(); });
    m_accounts.on_change([this] { m_channel.status_changed(); });
    m_audit.on_appended([this] {
        m_channel.upload_soon();
        watch_floods();
    });
}

Stored<> Agent::prepare_ledger() {
    if (auto ensured = m_ledger.ensure(protocol::empty_chain().hash); !ensured) return ensured;
    if (auto started = m_timekeeper.start(m_ledger); !started) return started;
    const auto head = m_ledger.audit_head();
    if (!head) return std::unexpected(head.error());
    const auto counter = start_counter();
    if (!counter) return std::unexpected(counter.error());
    const bool is_older = *counter == CounterState::Behind || m_store.anchor.generation() > head->sequence ||
                          (m_store.anchor_was_missing && head->sequence > 0);
    if (!is_older) return {};
    const std::int64_t missing = m_store.anchor.generation() - head->sequence;
    k_log.error("store_rolled_back", {{LogField::Count, missing}});
    TimeRow time = m_timekeeper.known();
    time.rolled_back = true;
    if (auto saved = m_ledger.save_time(time); !saved) return saved;
    m_timekeeper.replace(time);
    return {};
}

Stored<CounterState> Agent::start_counter() {
    const auto place = m_keys.place();
    // The store has been opened with it a moment ago.
    if (!place) return std::unexpected(platform::DatabaseError::WrongKey);
    return m_counter.start(*place);
}

// A fresh head trusts the store as it is, and what the TPM has counted meanwhile is the beginning.
void Agent::trust_counter() {
    if (m_counter.state() != CounterState::Behind || m_timekeeper.is_distrusted()) return;
    if (const auto begun = m_counter.begin_anew(KeyPlace::Tpm2); !begun) {
        k_log.error("counter", {{LogField::Reason, platform::to_string(begun.error())}});
    }
}

Stored<> Agent::load() {
    if (auto prepared = prepare_ledger(); !prepared) return prepared;
    if (auto taken_in = m_accounts.take_in_recorded(); !taken_in) return taken_in;
    if (auto started = m_roster.start(); !started) return started;
    if (auto started = m_witness.start(); !started) return started;
    if (auto started = m_limiter.start(); !started) return started;
    if (m_timekeeper.known().rolled_back) {
        const auto recorded = m_audit.record(
            audit_entry(protocol::AuditKind::Store, protocol::AuditOutcome::Failed, "store_rolled_back"));
        if (!recorded) return recorded;
    }
    const auto recorded = m_audit.record(audit_entry(protocol::AuditKind::AgentStarted, protocol::AuditOutcome::Noted));
    if (!recorded) return recorded;
    if (auto flushed = m_audit.flush_floods(); !flushed) return flushed;
    keep_homes();
    return m_sessions.start();
}

std::expected<void, std::string> Agent::load_or_close() {
    const auto loaded = load();
    if (loaded) return {};
    close_all(m_account_service);
    return std::unexpected("The store cannot be used (" + std::string(platform::to_string(loaded.error())) +
                           "). Managed accounts stay locked until this is mended: " + m_config.store_file().native());
}

std::expected<void, std::string> Agent::start() {
    if (auto loaded = load_or_close(); !loaded) return loaded;
    publish_names();
    shed_memory();
    return listen();
}

std::expected<void, std::string> Agent::prepare_removal() {
    m_removing = true;
    return load_or_close();
}

boost::asio::awaitable<Agent::Removed> Agent::remove(RemovalWish wish) {
    if (const auto ready = make_run_folder(); !ready) k_log.warning("no_link", {{LogField::Reason, ready.error()}});
    if (const auto open = m_link_server.listen(m_executor, m_config.link_socket()); !open) {
        k_log.warning("no_link", {{LogField::Reason, platform::to_string(open.error())}});
    }
    return m_removal.run(std::move(wish));
}

std::expected<void, std::string> Agent::make_run_folder() const {
    const auto folder = platform::ensure_folder(m_config.run_folder, 0755);
    if (folder) return {};
    return std::unexpected("The folder for sockets cannot be used (" +
                           std::string(platform::to_string(folder.error())) + "): " + m_config.run_folder.native());
}

std::expected<void, std::string> Agent::listen() {
    if (auto ready = make_run_folder(); !ready) return ready;
    if (auto open = m_pam_server.listen(m_executor, m_config.pam_socket()); !open)
        return refused("pam.sock", open.error());
    if (auto open = m_admin_server.listen(m_executor, m_config.admin_socket()); !open) {
        return refused("admin.sock", open.error());
    }
    if (auto open = m_link_server.listen(m_executor, m_config.link_socket()); !open) {
        return refused("link.sock", open.error());
    }
    return {};
}

void Agent::keep_homes() {
    const auto* tenant = m_roster.roster().tenant();
    m_accounts.keep_homes(tenant != nullptr ? tenant->homes : protocol::HomeKeeping::Kept);
}

void Agent::publish_names() {
    // Names of accounts that are being taken away are nobody's any more.
    if (m_removing) return;
    auto names = m_roster.names();
    if (!names) {
        k_log.error("names", {{LogField::Reason, platform::to_string(names.error())}});
        return;
    }
    const bool is_one_for_all = m_roster.roster().shared_account() != nullptr && !names->empty();
    std::optional<AccountIdentity> shared;
    if (is_one_for_all) shared = names->front();
    m_accounts.publish(std::move(*names));
    if (shared) boost::asio::co_spawn(m_executor, m_accounts.look_at(std::move(*shared)), boost::asio::detached);
}

// A roster is read, compared and taken apart as a whole, and then rests for hours.
void Agent::shed_memory() {
    m_store.database.release_memory();
    platform::return_freed_memory();
}

// Ticks only while something is being counted, so an idle agent sleeps.
void Agent::watch_floods() {
    if (m_flood_watched || !m_audit.floods_pending()) return;
    m_flood_watched = true;
    m_flood_timer.expires_after(k_flood_window);
    m_flood_timer.async_wait([this](const boost::system::error_code& error) {
        m_flood_watched = false;
        if (error) return;
        if (const auto flushed = m_audit.flush_floods(); !flushed) {
            k_log.error("audit", {{LogField::Reason, platform::to_string(flushed.error())}});
        }
        watch_floods();
    });
}

void Agent::stop() {
    m_pam_server.stop();
    m_admin_server.stop();
    m_link_server.stop();
    m_flood_timer.cancel();
}

}  // namespace doorward::agent
