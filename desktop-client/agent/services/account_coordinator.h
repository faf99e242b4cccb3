#pragma once

#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/stores/account_store.h"
#include "platform/worker.h"
#include "protocol/roster_document.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace doorward::agent {

/// The one who changes accounts. Every change is in the journal before it begins; the slow part runs on a worker of its
/// own, in the order asked for, so nothing else waits. What a session left behind is cleared up on another one, so that
/// only the same account's next session waits for it. An account that could not be locked is tried again until it is.
class AccountCoordinator {
public:
    AccountCoordinator(platform::Database& database, AuditService& audit, AccountService& accounts,
                       boost::asio::any_io_executor executor)
        : m_store(database),
          m_audit(audit),
          m_accounts(accounts),
          m_executor(std::move(executor)),
          m_cleared(m_executor, boost::asio::steady_timer::time_point::max()),
          m_worker("accounts"),
          m_clearing_worker("clearing"),
          m_home_worker("homes") {}

    /// Accounts that were made here under a store that is lost: they are known, not opened for anybody but their owner,
    /// their uids are taken, and reconcile() closes them. An error if record and store contradict each other.
    [[nodiscard]] Stored<> take_in_recorded();

    /// Makes the account if need be and opens it with a new password, for a technician who may be in it, or nobody in
    /// particular. On failure it
    /// is closed again.
    [[nodiscard]] boost::asio::awaitable<std::expected<void, AccountError>> open(
        AccountIdentity identity, std::optional<protocol::TechnicianId> technician);
    /// The journal's part of closing, inside the caller's transaction; close() must follow.
    [[nodiscard]] Stored<> note_closing(std::string_view account);
    /// Ends when the account was locked and cleared up, or at the first failure; then it goes on trying by itself.
    [[nodiscard]] boost::asio::awaitable<void> close(AccountIdentity identity);

    /// Closes an account and takes it away (AccountService::remove_account), recorded. For the removal of Doorward.
    [[nodiscard]] boost::asio::awaitable<std::expected<HomeFate, AccountError>> remove(AccountIdentity identity,
                                                                                       HomeWish homes);

    /// Of several sessions in one account: ends the processes of this one login.
    [[nodiscard]] boost::asio::awaitable<void> end_session(AccountIdentity identity, std::uint32_t audit_session);
    /// Whether an account's home stays, or is made anew for whoever comes into the empty account and removed after the
    /// last one.
    void keep_homes(protocol::HomeKeeping keeping) { m_homes = keeping; }

    /// Says a line to whoever sits in the account, or in one of its logins.
    void tell(AccountIdentity identity, std::optional<std::uint32_t> audit_session, std::string text);
    /// Looks what there is under the name, so that a conflict is known before anybody signs in.
    [[nodiscard]] boost::asio::awaitable<void> look_at(AccountIdentity identity);

    /// Closes what a crash or a power cut left open: every account ever used that has no live session. Ends when all
    /// are locked; open() waits for it by the worker's order.
    [[nodiscard]] boost::asio::awaitable<void> reconcile(std::vector<std::string> with_live_session);

    /// Names that NSS answers for. Later lists replace earlier ones.
    void publish(std::vector<AccountIdentity> names);

    [[nodiscard]] Stored<std::optional<AccountIdentity>> identity(std::string_view account) {
        return m_store.identity(account);
    }
    /// What is known without looking: the accounts of this run.
    [[nodiscard]] const std::map<std::string, AccountState>& states() const { return m_states; }
    void on_change(std::function<void()> observer) { m_observer = std::move(observer); }

private:
    [[nodiscard]] boost::asio::awaitable<bool> try_close(AccountIdentity identity);
    [[nodiscard]] boost::asio::awaitable<bool> finish_closing(AccountIdentity identity,
                                                              std::expected<void, AccountError> closed);
    [[nodiscard]] boost::asio::awaitable<void> finish_reconciling(AccountIdentity identity,
                                                                  std::expected<void, AccountError> closed,
                                                                  std::uint64_t opening);
    [[nodiscard]] boost::asio::awaitable<void> remove_homes_aside(AccountIdentity identity);
    [[nodiscard]] boost::asio::awaitable<void> until_cleared(std::string account);
    void begin_clearing(const std::string& account) { m_clearing.insert(account); }
    void end_clearing(const std::string& account);
    [[nodiscard]] boost::asio::awaitable<void> keep_closing(AccountIdentity identity, std::uint64_t opening);
    [[nodiscard]] Stored<> record_locked(const AccountIdentity& identity, const std::vector<Remainder>& remainders);
    void record_failure(const AccountIdentity& identity, protocol::AuditKind kind, AccountError error);
    void set_state(const std::string& account, AccountState state);

    AccountStore m_store;
    AuditService& m_audit;
    AccountService& m_accounts;
    boost::asio::any_io_executor m_executor;
    std::map<std::string, AccountState> m_states;
    std::map<std::string, std::uint64_t> m_openings;  ///< counts, so that a late retry does not close a new session
    std::optional<std::vector<AccountIdentity>> m_published;
    std::multiset<std::string> m_clearing;  ///< accounts being closed and cleared up: nobody opens them meanwhile
    boost::asio::steady_timer m_cleared;    ///< never expires; cancelled when one of them is done
    protocol::HomeKeeping m_homes = protocol::HomeKeeping::Kept;
    std::function<void()> m_observer;
    platform::Worker m_worker;
    platform::Worker m_clearing_worker;
    platform::Worker m_home_worker;  ///< a home can be as big as a disk, and nobody's processes live on meanwhile
};

}  // namespace doorward::agent
