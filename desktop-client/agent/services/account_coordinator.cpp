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
Opened ensure_and_open(AccountService& accounts, const AccountIdentity& identity) {
    Opened opened;
    opened.created = accounts.state(identity) == AccountState::Absent;
    opened.result = accounts.ensure_account(identity);
    if (opened.result) opened.result = accounts.open_account(identity);
    return opened;
}

}  // namespace

asio::awaitable<std::expected<void, AccountError>> AccountCoordinator::open(AccountIdentity identity,
                                                                            protocol::TechnicianId technician) {
    ++m_openings[identity.name];
    const auto noted = m_audit.transact([&](AuditService::Writer&) -> Stored<> {
        if (auto marked = m_store.mark_used(identity.name); !marked) return marked;
        return m_store.begin(identity.name, AccountOperation::Opening, technician);
    });
    if (!noted) co_return std::unexpected(AccountError::StorageFailed);
    auto job = [this, identity] { return ensure_and_open(m_accounts, identity); };
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

asio::awaitable<bool> AccountCoordinator::try_close(AccountIdentity identity) {
    auto job = [this, identity] { return m_accounts.close_account(identity); };
    const auto closed = co_await m_worker.run(std::move(job));
    if (!closed) {
        set_state(identity.name, AccountState::Broken);
        record_failure(identity, protocol::AuditKind::AccountLocked, closed.error());
        co_return false;
    }
    set_state(identity.name, AccountState::Locked);
    if (auto recorded = record_locked(identity, *closed); !recorded) {
        k_log.error("journal",
                    {{LogField::Account, identity.name}, {LogField::Reason, platform::to_string(recorded.error())}});
    }
    co_return true;
}

Stored<> AccountCoordinator::record_locked(const AccountIdentity& identity, const std::vector<Remainder>& remainders) {
    for (const auto& remainder : remainders) {
        k_log.warning("left_behind", {{LogField::Account, identity.name},
                                      {LogField::Reason, to_string(remainder.kind)},
                                      {LogField::Path, remainder.detail}});
    }
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
            const auto noted =
                m_audit.transact([&](AuditService::Writer&) -> Stored<> { return note_closing(identity.name); });
            if (!noted) k_log.error("journal", {{LogField::Account, identity.name}});
        }
        const auto is_safe = [pending](AccountState state) {
            return state == AccountState::Absent || state == AccountState::Conflict ||
                   (state == AccountState::Locked && !pending);
        };
        auto look = [this, identity, is_safe] {
            // In one job, so that nothing opens the account between the look and the closing.
            std::expected<std::vector<Remainder>, AccountError> closed;
            const AccountState state = m_accounts.state(identity);
            if (!is_safe(state)) closed = m_accounts.close_account(identity);
            return std::pair(state, std::move(closed));
        };
        const auto [state, closed] = co_await m_worker.run(std::move(look));
        if (!closed) {
            record_failure(identity, protocol::AuditKind::AccountLocked, closed.error());
            asio::co_spawn(m_executor, keep_closing(identity, opening), asio::detached);
            continue;
        }
        const bool was_safe = is_safe(state);
        set_state(identity.name, was_safe ? state : AccountState::Locked);
        if (was_safe) {
            if (pending && m_openings[identity.name] == opening) {
                if (!m_store.end(identity.name)) k_log.error("journal", {{LogField::Account, identity.name}});
            }
        } else if (!record_locked(identity, *closed)) {
            k_log.error("journal", {{LogField::Account, identity.name}});
        }
    }
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
