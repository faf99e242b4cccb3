#pragma once

#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/ipc/link_server.h"
#include "desktop-client/agent/services/account_coordinator.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/channel_service.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/session_service.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "protocol/removal.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

enum class IfSignedIn { Refuse, EndSessions };

struct RemovalWish {
    IfSignedIn if_signed_in = IfSignedIn::Refuse;
    HomeWish homes = HomeWish::Keep;
    /// Takes the rest out of the system, called with "unwire"; empty: nothing is.
    std::filesystem::path wiring_tool = "/usr/lib/doorward/configure-agent";
    std::filesystem::path statement_folder = "/var/backups";
    std::filesystem::path root = "/";  ///< where the wiring is looked at
    std::chrono::milliseconds portal_patience{10'000};
};

enum class RemovalProblem {
    SignedIn,           ///< nothing was changed
    NotRecorded,        ///< which accounts are ours cannot be told; nothing was changed
    AccountsRemain,     ///< of ours; they are locked, and nothing else was taken out
    NotUnwired,         ///< accounts are gone, the rest is not
    StatementNotStored  ///< all is gone but the program and its keys, so that it can be tried again
};
[[nodiscard]] std::string_view to_string(RemovalProblem problem);

struct RemovalReport {
    std::vector<protocol::RemovalItem> items;
    std::optional<std::filesystem::path> statement;  ///< nothing where this was never enrolled, or the store is lost
    bool portal_has_it = false;
    std::string no_portal_because{};  ///< a machine word
};

/// Accounts that were made here and in which somebody's processes run now.
[[nodiscard]] std::vector<std::string> accounts_in_use(AccountService& accounts,
                                                       const std::vector<AccountIdentity>& recorded);

/// Takes out what Doorward put into this system: the accounts that it made, and nobody else's, then what ties it into
/// the system's files; then it looks what is left, and signs that. Keys, store and program are taken away by the caller
/// afterwards. Every step can be repeated, so a removal that was killed is completed by the next.
class Removal {
public:
    Removal(RosterService& roster, AuditService& audit, Timekeeper& timekeeper, AccountCoordinator& accounts,
            AccountService& account_service, SessionService& sessions, ChannelService& channel,
            boost::asio::any_io_executor executor)
        : m_roster(roster),
          m_audit(audit),
          m_timekeeper(timekeeper),
          m_accounts(accounts),
          m_account_service(account_service),
          m_sessions(sessions),
          m_channel(channel),
          m_executor(std::move(executor)) {}

    [[nodiscard]] boost::asio::awaitable<std::expected<RemovalReport, RemovalProblem>> run(RemovalWish wish);

private:
    [[nodiscard]] boost::asio::awaitable<bool> remove_accounts(std::vector<AccountIdentity> recorded, HomeWish homes,
                                                               std::vector<protocol::RemovalItem>* items);
    [[nodiscard]] protocol::RemovalStatement statement(const RemovalReport& report, bool forced,
                                                       const protocol::ChainPosition& chain) const;
    [[nodiscard]] boost::asio::awaitable<bool> tell_portal(protocol::SignedEnvelope statement,
                                                           std::chrono::milliseconds patience);

    RosterService& m_roster;
    AuditService& m_audit;
    Timekeeper& m_timekeeper;
    AccountCoordinator& m_accounts;
    AccountService& m_account_service;
    SessionService& m_sessions;
    ChannelService& m_channel;
    boost::asio::any_io_executor m_executor;
};

/// The same where the store is lost: nobody can be told, and nothing signed.
[[nodiscard]] std::expected<RemovalReport, RemovalProblem> remove_without_store(AccountService& accounts,
                                                                                const RemovalWish& wish);

}  // namespace doorward::agent
