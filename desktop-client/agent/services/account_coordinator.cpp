#include "desktop-client/agent/services/account_coordinator.h"

#include "platform/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;

const platform::Logger k_log{"accounts"};
constexpr auto k_retry_pause = std::chrono::seconds(20);

struct Opened {
    std::expected<void, AccountError> result;
    bool created = false;
};

// Runs on the worker.
Opened ensure_and_open(AccountService& accounts, const AccountIdentity& identity, protocol::HomeKeeping homes) {
    Opened opened;
    const AccountState before = accounts.state(identity);
    opened.created = before == AccountState::Absent;
    // Of a session before the setting, of one that a power cut ended, or of an account that root removed. Not where
    // somebody is in already. Who was promised a fresh home gets no other.
    const bool is_empty = before == AccountState::Locked || before == AccountState::Absent;
    if (homes == protocol::HomeKeeping::Fresh && is_empty) opened.result = accounts.put_home_aside(identity);
    if (opened.result) opened.result = accounts.ensure_account(identity);
    if (opened.result) opened.result = accounts.open_account(identity);
    return opened;
}

}  // namespace

Stored<> AccountCoordinator::take_in_recorded() {
    const auto recorded = m_accounts.recorded();
    if (!recorded) return std::unexpected(platform::DatabaseError::InputOutput);
    return m_audit.transact([&](AuditService::Writer&) -> Stored<> {
        for (const auto& identity : *recorded) {
            const auto is_new = m_store.take_in(identity);
            if (!is_new) {
                k_log.error("record_contradicts_store", {{LogField::Account, identity.name}});
                return std::unexpected(is_new.error());
            }
            if (!*is_new) continue;
            k_log.warning("account_taken_in", {{LogField::Account, identity.name}});
            if (auto noted = note_closing(identity.name); !noted) return noted;
        }
        return {};
    });
}

asio::awaitable<std::expected<void, AccountError>> AccountCoordinator::open(
    AccountIdentity identity, std::optional<protocol::TechnicianId> technician) {
    ++m_openings[identity.name];
    const auto noted = m_audit.transact([&](AuditService::Writer&) -> Stored<> {
        if (auto marked = m_store.mark_used(identity.name); !marked) return marked;
        return m_store.begin(identity.name, AccountOperation::Opening, technician);
    });
    if (!noted) co_return std::unexpected(AccountError::StorageFailed);
    co_await until_cleared(identity.name);
    auto job = [this, identity, homes = m_homes] { return ensure_and_open(m_accounts, identity, homes); };
    const Opened opened = co_await m_worker.run(std::move(job));
    if (!opened.result) {
        record_failure(identity, protocol::AuditKind::AccountConflict, opened.result.error());
        co_return std::unexpected(opened.result.error());
    }
    set_state(identity.name, AccountState::Open);
    if (opened.created) {
        AuditEntry entry = audit_entry(protocol::AuditKind::AccountCreated, protocol::AuditOutcome::Success);
        entry.technician_id = technician;
        entry.account = identity.name;
        if (!m_audit.record(entry)) k_log.error("audit", {{LogField::Account, identity.name}});
    }
    co_return std::expected<void, AccountError>();
}

Stored<> AccountCoordinator::note_closing(std::string_view account) {
    return m_store.begin(account, AccountOperation::Closing, std::nullopt);
}

asio::awaitable<void> AccountCoordinator::close(AccountIdentity identity) {
    const std::uint64_t opening = m_openings[identity.name];
    const bool closed = co_await try_close(identity);
    if (!closed) asio::co_spawn(m_executor, keep_closing(std::move(identity), opening), asio::detached);
}

asio::awaitable<void> AccountCoordinator::keep_closing(AccountIdentity identity, std::uint64_t opening) {
    asio::steady_timer pause(m_executor);
    bool closed = false;
    while (!closed && m_openings[identity.name] == opening) {
        pause.expires_after(k_retry_pause);
        const auto [error] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error || m_openings[identity.name] != opening) co_return;
        closed = co_await try_close(identity);
    }
}

asio::awaitable<std::expected<HomeFate, AccountError>> AccountCoordinator::remove(AccountIdentity identity,
                                                                                  HomeWish homes) {
    co_await until_cleared(identity.name);
    struct Removed {
        bool was_there = false;
        std::expected<HomeFate, AccountError> home;
    };
    auto job = [this, identity, homes] {
        Removed removed{.was_there = false, .home = std::unexpected(AccountError::Conflict)};
        const AccountState state = m_accounts.state(identity);
        if (state == AccountState::Conflict) return removed;
        removed.was_there = state != AccountState::Absent;
        if (removed.was_there && state != AccountState::Locked) {
            if (const auto closed = m_accounts.close_account(identity); !closed) {
                removed.home = std::unexpected(closed.error());
                return removed;
            }
        }
        // userdel refuses while one of its processes runs, locked or not.
        std::ignore = m_accounts.clear_up(identity);
        removed.home = m_accounts.remove_account(identity, homes);
        return removed;
    };
    const Removed removed = co_await m_worker.run(std::move(job));
    if (!removed.home && removed.home.error() != AccountError::Conflict) {
        record_failure(identity, protocol::AuditKind::Removal, removed.home.error());
    } else if (removed.home && removed.was_there) {
        set_state(identity.name, AccountState::Absent);
        AuditEntry entry =
            audit_entry(protocol::AuditKind::Removal, protocol::AuditOutcome::Success, "account_removed");
        entry.account = identity.name;
        if (!m_audit.record(entry)) k_log.error("audit", {{LogField::Account, identity.name}});
    }
    co_return removed.home;
}

asio::awaitable<void> AccountCoordinator::end_session(AccountIdentity identity, std::uint32_t audit_session) {
    auto job = [this, identity = std::move(identity), audit_session] {
        return m_accounts.end_session(identity, audit_session);
    };
    std::ignore = co_await m_clearing_worker.run(std::move(job));
}

void AccountCoordinator::tell(AccountIdentity identity, std::optional<std::uint32_t> audit_session, std::string text) {
    m_clearing_worker.post([this, identity = std::move(identity), audit_session, text = std::move(text)] {
        m_accounts.tell(identity, audit_session, text);
    });
}

asio::awaitable<void> AccountCoordinator::look_at(AccountIdentity identity) {
    auto job = [this, identity] { return m_accounts.state(identity); };
    const AccountState state = co_await m_worker.run(std::move(job));
    const auto known = m_states.find(identity.name);
    if (known != m_states.end() && known->second == state) co_return;
    if (state == AccountState::Conflict) {
        record_failure(identity, protocol::AuditKind::AccountConflict, AccountError::Conflict);
    } else {
        set_state(identity.name, state);
    }
}

asio::awaitable<bool> AccountCoordinator::try_close(AccountIdentity identity) {
    begin_clearing(identity.name);
    auto job = [this, identity] { return m_accounts.close_account(identity); };
    const auto closed = co_await m_worker.run(std::move(job));
    const bool done = co_await finish_closing(std::move(identity), closed);
    co_return done;
}

asio::awaitable<bool> AccountCoordinator::finish_closing(AccountIdentity identity,
                                                         std::expected<void, AccountError> closed) {
    set_state(identity.name, closed ? AccountState::Locked : AccountState::Broken);
    auto job = [this, identity, homes = m_homes] {
        std::vector<Remainder> remainders = m_accounts.clear_up(identity);
        if (homes == protocol::HomeKeeping::Fresh && !m_accounts.put_home_aside(identity)) {
            remainders.push_back({.kind = Remainder::Kind::File, .detail = "the home"});
        }
        return remainders;
    };
    const std::vector<Remainder> remainders = co_await m_clearing_worker.run(std::move(job));
    end_clearing(identity.name);
    asio::co_spawn(m_executor, remove_homes_aside(identity), asio::detached);
    if (!closed) {
        record_failure(identity, protocol::AuditKind::AccountLocked, closed.error());
        co_return false;
    }
    if (auto recorded = record_locked(identity, remainders); !recorded) {
        k_log.error("journal",
                    {{LogField::Account, identity.name}, {LogField::Reason, platform::to_string(recorded.error())}});
    }
    co_return true;
}

// Neither the next one who comes nor the end of another session waits for it.
asio::awaitable<void> AccountCoordinator::remove_homes_aside(AccountIdentity identity) {
    auto job = [this, identity] { return m_accounts.remove_homes_aside(identity); };
    const std::vector<Remainder> remainders = co_await m_home_worker.run(std::move(job));
    if (remainders.empty()) co_return;
    AuditEntry entry =
        audit_entry(protocol::AuditKind::AccountLocked, protocol::AuditOutcome::Noted, "home_left_behind");
    entry.account = identity.name;
    const auto recorded =
        m_audit.transact([&](AuditService::Writer& audit) -> Stored<> { return audit.append_coalesced(entry); });
    if (!recorded) k_log.error("audit", {{LogField::Account, identity.name}});
}

asio::awaitable<void> AccountCoordinator::until_cleared(std::string account) {
    while (m_clearing.contains(account))
        co_await m_cleared.async_wait(asio::as_tuple(asio::use_awaitable));
}

void AccountCoordinator::end_clearing(const std::string& account) {
    m_clearing.erase(m_clearing.find(account));
    m_cleared.cancel();
}

Stored<> AccountCoordinator::record_locked(const AccountIdentity& identity, const std::vector<Remainder>& remainders) {
    return m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        // An opening that began meanwhile has its own entry in the journal.
        const auto operation = m_store.operation(identity.name);
        if (!operation) return std::unexpected(operation.error());
        if (*operation == AccountOperation::Closing) {
            if (auto ended = m_store.end(identity.name); !ended) return ended;
        }
        AuditEntry entry = audit_entry(protocol::AuditKind::AccountLocked, protocol::AuditOutcome::Success);
        if (!remainders.empty()) entry.reason = "something_left_behind";
        entry.account = identity.name;
        return audit.append(entry);
    });
}

void AccountCoordinator::record_failure(const AccountIdentity& identity, protocol::AuditKind kind, AccountError error) {
    k_log.error("account", {{LogField::Account, identity.name}, {LogField::Reason, to_string(error)}});
    if (error == AccountError::Conflict) set_state(identity.name, AccountState::Conflict);
    AuditEntry entry = audit_entry(kind, protocol::AuditOutcome::Failed, to_string(error));
    entry.account = identity.name;
    const auto recorded = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        // An account that is not ours was not touched: nothing of it is under way.
        if (error == AccountError::Conflict) {
            if (auto ended = m_store.end(identity.name); !ended) return ended;
        }
        return audit.append_coalesced(entry);
    });
    if (!recorded) k_log.error("audit", {{LogField::Account, identity.name}});
}

asio::awaitable<void> AccountCoordinator::reconcile(std::vector<std::string> with_live_session) {
    auto used = m_store.used();
    while (!used) {
        k_log.error("reconcile", {{LogField::Reason, platform::to_string(used.error())}});
        asio::steady_timer pause(m_executor, k_retry_pause);
        const auto [error] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        used = m_store.used();
    }
    for (auto& identity : *used) {
        if (std::ranges::find(with_live_session, identity.name) != with_live_session.end()) {
            set_state(identity.name, AccountState::Open);
            continue;
        }
        const std::uint64_t opening = m_openings[identity.name];
        if (opening != 0) continue;
        // What was begun may have been cut short after the lock, with processes and files still there.
        const auto operation = m_store.operation(identity.name);
        const bool pending = !operation || *operation;
        if (pending) {
            const bool was_opening = operation && *operation == AccountOperation::Opening;
            const auto noted = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
                if (auto closing = note_closing(identity.name); !closing || !was_opening) return closing;
                // Opened for a session that was never stored.
                AuditEntry entry = audit_entry(protocol::AuditKind::AccountLocked, protocol::AuditOutcome::Noted,
                                               "sign_in_not_completed");
                entry.account = identity.name;
                return audit.append(entry);
            });
            if (!noted) k_log.error("journal", {{LogField::Account, identity.name}});
        }
        const auto is_safe = [pending](AccountState state) {
            return state == AccountState::Absent || state == AccountState::Conflict ||
                   (state == AccountState::Locked && !pending);
        };
        begin_clearing(identity.name);
        auto look = [this, identity, is_safe] {
            // In one job, so that nothing opens the account between the look and the closing.
            std::expected<void, AccountError> closed;
            const AccountState state = m_accounts.state(identity);
            if (!is_safe(state)) closed = m_accounts.close_account(identity);
            return std::pair(state, closed);
        };
        const auto [state, closed] = co_await m_worker.run(std::move(look));
        if (!is_safe(state)) {
            // The next account is not kept waiting by what this one left behind.
            asio::co_spawn(m_executor, finish_reconciling(std::move(identity), closed, opening), asio::detached);
            continue;
        }
        end_clearing(identity.name);
        // What a power cut left of a home.
        asio::co_spawn(m_executor, remove_homes_aside(identity), asio::detached);
        set_state(identity.name, state);
        if (pending && m_openings[identity.name] == opening) {
            if (!m_store.end(identity.name)) k_log.error("journal", {{LogField::Account, identity.name}});
        }
    }
}

asio::awaitable<void> AccountCoordinator::finish_reconciling(AccountIdentity identity,
                                                             std::expected<void, AccountError> closed,
                                                             std::uint64_t opening) {
    const bool done = co_await finish_closing(identity, closed);
    if (!done) co_await keep_closing(std::move(identity), opening);
}

void AccountCoordinator::publish(std::vector<AccountIdentity> names) {
    const auto same = [](const AccountIdentity& left, const AccountIdentity& right) {
        return left.name == right.name && left.uid == right.uid && left.full_name == right.full_name;
    };
    if (m_published && std::ranges::equal(names, *m_published, same)) return;
    m_published = names;
    m_worker.post([this, names = std::move(names)] {
        if (const auto published = m_accounts.publish_names(names); !published) {
            k_log.error("names", {{LogField::Reason, to_string(published.error())}});
        }
    });
}

void AccountCoordinator::set_state(const std::string& account, AccountState state) {
    m_states[account] = state;
    if (m_observer) m_observer();
}

}  // namespace doorward::agent
