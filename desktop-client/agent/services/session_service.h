#pragma once

#include "desktop-client/agent/process_identity.h"
#include "desktop-client/agent/services/account_coordinator.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/stores/session_store.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

/// A phase of PAM as the agent sees it: who calls, and for whom. `chain` is the calling process and its ancestors.
struct PamCall {
    std::vector<ProcessIdentity> chain;
    std::string account;
    std::string service;
    std::string terminal;
    std::string remote_host;
    Grounds grounds{};  ///< once the person was asked, or what the session has that they are in
};

enum class SessionError {
    NoGrant,         ///< nobody proved themselves to this process or its parent in the last 30 s
    ServiceRefused,  ///< a service that opens no managed account (cron, at)
    NoSession,       ///< asks for a live session, and there is none
    AccountRefused,  ///< the account could not be made or opened
    NotStored,
};
[[nodiscard]] std::string_view to_string(SessionError error);

/// How long a session may last.
struct SessionLimit {
    int longest_minutes = 0;
    std::optional<protocol::Timestamp> valid_until{};
    protocol::EndBehaviour end_behaviour = protocol::EndBehaviour::EndSession;
};

/// What a successful sign-in entitles to.
struct Admission {
    std::optional<protocol::TechnicianId> technician_id;  ///< nothing by break-glass, which no roster can take away
    SignInMethod method = SignInMethod::Offline;
    SessionLimit limit;
};

/// From "the person is right" to "the account is locked again". A grant connects PAM's authentication with its session,
/// which sshd runs in another process: it is bound to the process that authenticated and that one's parent, lives for
/// 30 s and is used once. A session lives as long as the process that opened it and no longer than it may. The last one
/// in an account locks it; in an account that several technicians share, each ends its own processes and no more.
class SessionService {
public:
    static constexpr std::int64_t k_grant_life_ms = 30'000;
    /// So long before its end a session is told, and so long it goes on at least when its longest time is shortened.
    static constexpr std::int64_t k_notice_ms = 5 * 60'000;

    SessionService(platform::Database& database, AuditService& audit, Timekeeper& timekeeper, RosterService& roster,
                   AccountCoordinator& accounts, const ProcessTable& processes, boost::asio::any_io_executor executor);
    ~SessionService();
    SessionService(const SessionService&) = delete;
    SessionService& operator=(const SessionService&) = delete;

    /// Takes up the sessions that survived a restart of the agent and ends the others; then reconciles the accounts.
    [[nodiscard]] Stored<> start();

    void grant(const PamCall& call, const Admission& admission);
    /// PAM's account phase. Opens the account where a grant says so: later phases of PAM already need its groups.
    [[nodiscard]] boost::asio::awaitable<std::expected<void, SessionError>> admit(PamCall call);
    [[nodiscard]] std::expected<void, SessionError> open_session(const PamCall& call);
    [[nodiscard]] boost::asio::awaitable<void> close_session(PamCall call);

    /// The live session of this account that the caller descends from: what sudo trusts, never the uid alone.
    [[nodiscard]] const Session* session_of(const PamCall& call) const;
    [[nodiscard]] bool is_open(std::string_view account) const;
    [[nodiscard]] std::vector<Session> sessions() const;

    /// Ends the sessions of technicians who may not be here any more, or from whom a phone was taken away, and shortens
    /// those that may not last as long any more; none becomes longer. Called whenever the roster changed.
    void enforce_roster();
    /// Every one, and its account with the last in it.
    void end_all(std::string_view reason);
    void on_change(std::function<void()> observer) { m_observer = std::move(observer); }

private:
    struct Grant {
        PamCall call;
        Admission admission;
        std::int64_t expires_boot = 0;
        std::optional<AccountIdentity> identity{};  ///< known once the account is being opened
        bool opening = false;                       ///< the account is being opened for it
        bool prepared = false;                      ///< the account is open for it
    };
    struct LiveSession {
        Session session;
        AccountIdentity identity;  ///< kept, so that the end needs no reading
        std::unique_ptr<boost::asio::posix::stream_descriptor> leader;
        std::vector<protocol::PhoneId> phones{};  ///< of the technician, when it began or the agent did
        bool told = false;                        ///< that it ends soon
    };
    using Grants = std::list<Grant>;

    /// Whether the roster still lets the one who was admitted be in an account.
    [[nodiscard]] bool still_may(const Grant& grant, const AccountIdentity* identity) const;
    [[nodiscard]] Grants::iterator find_grant(const PamCall& call);
    /// It never became a session, which is recorded.
    Grants::iterator drop(Grants::iterator grant);
    [[nodiscard]] static AdmittedAs admitted_as(const Grant& grant);
    [[nodiscard]] std::expected<void, SessionError> admit_without_account(const PamCall& call);
    void track(Session session, AccountIdentity identity);
    void leader_ended(const protocol::SessionId& id);
    struct Ended {
        AccountIdentity identity;
        bool was_last = false;
        std::optional<std::uint32_t> audit_session;  ///< where only its own processes are to end, and are known
    };
    [[nodiscard]] std::optional<Ended> end(const protocol::SessionId& id, std::string_view reason);
    /// What is left to do after end().
    [[nodiscard]] boost::asio::awaitable<void> clear_up(Ended ended);
    [[nodiscard]] std::optional<std::uint32_t> own_audit_session(const Session& session,
                                                                 const AccountIdentity& identity) const;
    [[nodiscard]] Stored<> record_end(const Session& session, std::string_view reason, bool last);
    void end_and_close(const protocol::SessionId& id, std::string_view reason);
    [[nodiscard]] std::optional<std::string_view> reason_to_end(const LiveSession& live) const;
    void shorten(LiveSession& live);
    void tell_of_end(LiveSession& live, std::int64_t now);
    void close_if_unused(AccountIdentity identity);
    [[nodiscard]] bool in_use(std::string_view account) const;
    void schedule();
    void sweep();
    void changed();

    SessionStore m_store;
    AuditService& m_audit;
    Timekeeper& m_timekeeper;
    RosterService& m_roster;
    AccountCoordinator& m_accounts;
    const ProcessTable& m_processes;
    boost::asio::any_io_executor m_executor;
    boost::asio::steady_timer m_timer;
    Grants m_grants;
    std::map<protocol::SessionId, LiveSession> m_sessions;
    std::function<void()> m_observer;
};

}  // namespace doorward::agent
