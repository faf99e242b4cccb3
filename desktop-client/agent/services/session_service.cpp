#include "desktop-client/agent/services/session_service.h"

#include "crypto/random.h"
#include "desktop-client/agent/services/service_table.h"
#include "platform/log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;

const platform::Logger k_log{"sessions"};

// A timer runs on a clock that stands still while the machine sleeps; sessions end by the boot clock, which does not.
constexpr std::int64_t k_longest_sleep_ms = 30'000;

constexpr std::int64_t k_never = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t k_minute_ms = 60'000;

std::int64_t end_of(const SessionLimit& limit, std::int64_t boot_now, protocol::Timestamp now) {
    const bool is_kept = limit.end_behaviour == protocol::EndBehaviour::KeepUntilLogout;
    std::int64_t end = is_kept ? k_never : boot_now + limit.longest_minutes * k_minute_ms;
    if (limit.valid_until) end = std::min(end, boot_now + (*limit.valid_until - now).count());
    return end;
}

// For a session that began before: the settings alone, without what is left until a right ends, which end_of() knows.
std::int64_t longest_of(const protocol::Roster& roster, const protocol::SignInPermit& permit) {
    int minutes = roster.tenant()->longest_session_minutes;
    const auto* policy = roster.policy(permit.policy_id);
    if (policy != nullptr && policy->conditions.longest_session_minutes) {
        minutes = std::min(minutes, *policy->conditions.longest_session_minutes);
    }
    return minutes * k_minute_ms;
}

std::vector<protocol::PhoneId> phones_of(const protocol::Roster& roster, const protocol::TechnicianId& id) {
    std::vector<protocol::PhoneId> phones;
    if (const auto* technician = roster.technician(id)) {
        for (const auto& phone : technician->phones)
            phones.push_back(phone.id);
    }
    return phones;
}

// What ends a session that is already open: lost rights do, a time window or a missing reason was for the sign-in.
bool ends_sessions(protocol::SignInRefusal refusal) {
    return refusal <= protocol::SignInRefusal::PolicyNotInForce;
}

}  // namespace

std::string_view to_string(SessionError error) {
    switch (error) {
        case SessionError::NoGrant:
            return "no_grant";
        case SessionError::ServiceRefused:
            return "service_refused";
        case SessionError::NoSession:
            return "no_session";
        case SessionError::AccountRefused:
            return "account_refused";
        case SessionError::NotStored:
            return "not_stored";
    }
    return "unknown";
}

SessionService::SessionService(platform::Database& database, AuditService& audit, Timekeeper& timekeeper,
                               RosterService& roster, AccountCoordinator& accounts, const ProcessTable& processes,
                               asio::any_io_executor executor)
    : m_store(database),
      m_audit(audit),
      m_timekeeper(timekeeper),
      m_roster(roster),
      m_accounts(accounts),
      m_processes(processes),
      m_executor(executor),
      m_timer(executor) {}

SessionService::~SessionService() = default;

Stored<> SessionService::start() {
    if (auto recorded = m_audit.none_completed(); !recorded) return recorded;
    auto stored = m_store.all();
    if (!stored) return std::unexpected(stored.error());
    for (const auto& session : *stored) {
        const auto chain = m_processes.ancestry(session.leader.process);
        if (session.boot_id != m_timekeeper.boot_id() || chain.empty() || chain.front() != session.leader) continue;
        auto identity = m_accounts.identity(session.account);
        if (!identity) return std::unexpected(identity.error());
        if (*identity) track(session, std::move(**identity));
    }
    for (const auto& session : *stored) {
        if (m_sessions.contains(session.id)) continue;
        const bool last = !is_open(session.account);
        if (auto ended = record_end(session, "agent_was_away", last); !ended) return ended;
        if (last || session.boot_id != m_timekeeper.boot_id()) continue;
        auto identity = m_accounts.identity(session.account);
        if (!identity) return std::unexpected(identity.error());
        if (!*identity) continue;
        Ended ended{.identity = **identity, .audit_session = own_audit_session(session, **identity)};
        asio::co_spawn(m_executor, clear_up(std::move(ended)), asio::detached);
    }
    std::vector<std::string> live;
    for (const auto& [id, entry] : m_sessions)
        live.push_back(entry.session.account);
    asio::co_spawn(m_executor, m_accounts.reconcile(std::move(live)), asio::detached);
    enforce_roster();
    schedule();
    return {};
}

void SessionService::grant(const PamCall& call, const Admission& admission) {
    m_grants.push_back(
        {.call = call, .admission = admission, .expires_boot = m_timekeeper.boot_now() + k_grant_life_ms});
    schedule();
}

bool SessionService::still_may(const Grant& grant, const AccountIdentity* identity) const {
    const auto& technician = grant.admission.technician_id;
    if (technician && !m_roster.decide(*technician, grant.call.grounds)) return false;
    return identity == nullptr || m_roster.may_open(*identity, technician);
}

SessionService::Grants::iterator SessionService::find_grant(const PamCall& call) {
    if (call.chain.empty()) return m_grants.end();
    const ProcessIdentity& caller = call.chain.front();
    const std::int64_t now = m_timekeeper.boot_now();
    return std::ranges::find_if(m_grants, [&](const Grant& grant) {
        const auto& chain = grant.call.chain;
        const bool is_same = !chain.empty() && chain.front() == caller;
        const bool is_parent = chain.size() > 1 && chain[1] == caller;
        return grant.call.account == call.account && grant.call.service == call.service && (is_same || is_parent) &&
               (now < grant.expires_boot || grant.opening);
    });
}

SessionService::Grants::iterator SessionService::drop(Grants::iterator grant) {
    const AdmittedAs who = admitted_as(*grant);
    const auto recorded = m_audit.transact([&](AuditService::Writer& audit) { return audit.not_completed(who); });
    // It is found again at the next start.
    if (!recorded) k_log.error("not_completed", {{LogField::Account, who.account}});
    return m_grants.erase(grant);
}

AdmittedAs SessionService::admitted_as(const Grant& grant) {
    return {
        .technician_id = grant.admission.technician_id, .account = grant.call.account, .service = grant.call.service};
}

const Session* SessionService::session_of(const PamCall& call) const {
    for (const auto& [id, entry] : m_sessions) {
        if (entry.session.account == call.account &&
            std::ranges::find(call.chain, entry.session.leader) != call.chain.end()) {
            return &entry.session;
        }
    }
    return nullptr;
}

bool SessionService::is_open(std::string_view account) const {
    return std::ranges::any_of(m_sessions, [&](const auto& item) { return item.second.session.account == account; });
}

// Also while a session is being opened: pam_systemd starts the user's service manager from within, perhaps before us.
bool SessionService::in_use(std::string_view account) const {
    return is_open(account) || std::ranges::any_of(m_grants, [&](const Grant& grant) {
               return grant.call.account == account && (grant.opening || grant.prepared);
           });
}

std::expected<void, SessionError> SessionService::admit_without_account(const PamCall& call) {
    switch (access_of(call.service)) {
        case ServiceAccess::Never:
            return std::unexpected(SessionError::ServiceRefused);
        case ServiceAccess::LiveSession:
            if (!in_use(call.account)) return std::unexpected(SessionError::NoSession);
            return {};
        case ServiceAccess::InsideSession: {
            if (session_of(call) != nullptr) return {};
            if (!is_open(call.account)) return std::unexpected(SessionError::NoSession);
            const auto grant = find_grant(call);
            if (grant == m_grants.end()) return std::unexpected(SessionError::NoGrant);
            m_grants.erase(grant);
            return {};
        }
        case ServiceAccess::SignInOrInside:
        case ServiceAccess::SignIn:
            break;
    }
    return std::unexpected(SessionError::NoGrant);
}

asio::awaitable<std::expected<void, SessionError>> SessionService::admit(PamCall call) {
    using Result = std::expected<void, SessionError>;
    const ServiceAccess access = access_of(call.service);
    if (access != ServiceAccess::SignIn && access != ServiceAccess::SignInOrInside)
        co_return admit_without_account(call);
    const auto grant = find_grant(call);
    if (grant == m_grants.end()) {
        if (access == ServiceAccess::SignInOrInside && session_of(call) != nullptr) co_return Result();
        co_return std::unexpected(SessionError::NoGrant);
    }
    if (grant->prepared) co_return Result();
    if (grant->opening) co_return std::unexpected(SessionError::NoGrant);
    auto identity = m_accounts.identity(call.account);
    if (!identity || !*identity) co_return std::unexpected(SessionError::NotStored);
    if (!m_roster.may_open(**identity, grant->admission.technician_id)) {
        drop(grant);
        co_return std::unexpected(SessionError::AccountRefused);
    }
    grant->identity = **identity;
    grant->opening = true;  // sweep() leaves it alone until it is open
    const auto opened = co_await m_accounts.open(**identity, grant->admission.technician_id);
    grant->opening = false;
    if (!opened) {
        drop(grant);
        // What is not ours is not touched, not even to lock it.
        if (opened.error() != AccountError::Conflict) close_if_unused(std::move(**identity));
        co_return std::unexpected(SessionError::AccountRefused);
    }
    grant->prepared = true;
    grant->expires_boot = m_timekeeper.boot_now() + k_grant_life_ms;
    schedule();
    // The rights may have gone while the account was being opened.
    if (!still_may(*grant, &**identity)) {
        drop(grant);
        close_if_unused(std::move(**identity));
        co_return std::unexpected(SessionError::NoGrant);
    }
    co_return Result();
}

std::expected<void, SessionError> SessionService::open_session(const PamCall& call) {
    const ServiceAccess access = access_of(call.service);
    if (access == ServiceAccess::Never) return std::unexpected(SessionError::ServiceRefused);
    if (access == ServiceAccess::LiveSession) {
        if (!in_use(call.account)) return std::unexpected(SessionError::NoSession);
        return {};
    }
    const auto grant = find_grant(call);
    if (grant == m_grants.end() || !grant->prepared) {
        const bool inside = access == ServiceAccess::InsideSession || access == ServiceAccess::SignInOrInside;
        if (inside && session_of(call) != nullptr) return {};
        return std::unexpected(SessionError::NoGrant);
    }
    const auto now = m_timekeeper.wall_now();
    const std::int64_t boot_now = m_timekeeper.boot_now();
    Session session{.id = protocol::SessionId::make(now, crypto::random_array<10>()),
                    .account = call.account,
                    .technician_id = grant->admission.technician_id,
                    .method = grant->admission.method,
                    .service = call.service,
                    .terminal = call.terminal,
                    .remote_host = call.remote_host,
                    .leader = call.chain.front(),
                    .boot_id = m_timekeeper.boot_id(),
                    .opened_at = now,
                    .opened_boot = boot_now,
                    .ends_boot = end_of(grant->admission.limit, boot_now, m_timekeeper.best_now()),
                    .audit_session = m_processes.audit_session(call.chain.front().process),
                    .grounds = grant->call.grounds};
    AuditEntry entry = audit_entry(protocol::AuditKind::SessionOpened, protocol::AuditOutcome::Success);
    entry.reason = to_string(session.method);
    entry.technician_id = session.technician_id;
    entry.account = session.account;
    entry.session_id = session.id;
    entry.service = session.service;
    entry.terminal = session.terminal;
    entry.remote_host = session.remote_host;
    entry.grounds = session.grounds;
    const AdmittedAs who = admitted_as(*grant);
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto inserted = m_store.insert(session); !inserted) return inserted;
        if (auto completed = audit.completed(who); !completed) return completed;
        return audit.append(entry);
    });
    AccountIdentity identity = std::move(*grant->identity);
    m_grants.erase(grant);
    if (!stored) {
        k_log.error("open",
                    {{LogField::Account, call.account}, {LogField::Reason, platform::to_string(stored.error())}});
        close_if_unused(std::move(identity));
        return std::unexpected(SessionError::NotStored);
    }
    k_log.info("opened", {{LogField::Account, session.account}, {LogField::Service, session.service}});
    track(std::move(session), std::move(identity));
    schedule();
    changed();
    return {};
}

asio::awaitable<void> SessionService::close_session(PamCall call) {
    if (call.chain.empty()) co_return;
    for (const auto& [id, entry] : m_sessions) {
        if (entry.session.account != call.account || entry.session.leader != call.chain.front()) continue;
        auto ended = end(protocol::SessionId(id), "closed");
        if (ended) co_await clear_up(std::move(*ended));
        co_return;
    }
}

void SessionService::track(Session session, AccountIdentity identity) {
    const protocol::SessionId id = session.id;
    LiveSession live{.session = std::move(session), .identity = std::move(identity), .leader = nullptr};
    if (const auto& technician = live.session.technician_id) live.phones = phones_of(m_roster.roster(), *technician);
    if (const auto descriptor = m_processes.watch(live.session.leader)) {
        live.leader = std::make_unique<asio::posix::stream_descriptor>(m_executor, *descriptor);
        live.leader->async_wait(asio::posix::descriptor_base::wait_read,
                                [this, id](const boost::system::error_code& error) {
                                    if (!error) leader_ended(id);
                                });
    } else {
        asio::post(m_executor, [this, id] { leader_ended(id); });
    }
    m_sessions.insert_or_assign(id, std::move(live));
}

void SessionService::leader_ended(const protocol::SessionId& id) {
    end_and_close(id, "process_ended");
}

void SessionService::end_all(std::string_view reason) {
    for (const auto& session : sessions())
        end_and_close(session.id, reason);
}

void SessionService::end_and_close(const protocol::SessionId& id, std::string_view reason) {
    auto ended = end(id, reason);
    if (ended) asio::co_spawn(m_executor, clear_up(std::move(*ended)), asio::detached);
}

// Of a shared account only: what a technician's own other session left running harms nobody.
std::optional<std::uint32_t> SessionService::own_audit_session(const Session& session,
                                                               const AccountIdentity& identity) const {
    if (!session.technician_id || identity.owner == session.technician_id->to_string()) return std::nullopt;
    // Sessions that were opened from within one login cannot be told apart.
    const bool is_ambiguous = std::ranges::any_of(m_sessions, [&](const auto& item) {
        const Session& other = item.second.session;
        return other.id != session.id && other.account == session.account &&
               other.audit_session == session.audit_session;
    });
    return is_ambiguous ? std::nullopt : session.audit_session;
}

asio::awaitable<void> SessionService::clear_up(Ended ended) {
    if (ended.was_last) {
        co_await m_accounts.close(std::move(ended.identity));
    } else if (ended.audit_session) {
        co_await m_accounts.end_session(std::move(ended.identity), *ended.audit_session);
    }
}

std::optional<SessionService::Ended> SessionService::end(const protocol::SessionId& id, std::string_view reason) {
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end()) return std::nullopt;
    const Session session = found->second.session;
    Ended ended{.identity = found->second.identity,
                .audit_session = own_audit_session(session, found->second.identity)};
    m_sessions.erase(found);
    const bool last = !in_use(session.account);
    ended.was_last = last;
    if (auto recorded = record_end(session, reason, last); !recorded) {
        // The account is closed all the same; the stored session is found again at the next start and ended then.
        k_log.error("end",
                    {{LogField::Account, session.account}, {LogField::Reason, platform::to_string(recorded.error())}});
    }
    k_log.info("ended", {{LogField::Account, session.account}, {LogField::Reason, reason}});
    changed();
    if (!last && reason != "closed" && reason != "process_ended") m_processes.terminate(session.leader);
    return ended;
}

Stored<> SessionService::record_end(const Session& session, std::string_view reason, bool last) {
    AuditEntry entry = audit_entry(protocol::AuditKind::SessionClosed, protocol::AuditOutcome::Success);
    entry.reason = reason;
    entry.technician_id = session.technician_id;
    entry.account = session.account;
    entry.session_id = session.id;
    entry.service = session.service;
    entry.terminal = session.terminal;
    entry.remote_host = session.remote_host;
    entry.grounds = session.grounds;
    if (session.boot_id == m_timekeeper.boot_id()) entry.duration_ms = m_timekeeper.boot_now() - session.opened_boot;
    return m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto removed = m_store.remove(session.id); !removed) return removed;
        if (last) {
            if (auto noted = m_accounts.note_closing(session.account); !noted) return noted;
        }
        return audit.append(entry);
    });
}

void SessionService::close_if_unused(AccountIdentity identity) {
    if (in_use(identity.name)) return;
    const auto noted =
        m_audit.transact([&](AuditService::Writer&) -> Stored<> { return m_accounts.note_closing(identity.name); });
    if (!noted) k_log.error("journal", {{LogField::Account, identity.name}});
    asio::co_spawn(m_executor, m_accounts.close(std::move(identity)), asio::detached);
}

std::vector<Session> SessionService::sessions() const {
    std::vector<Session> sessions;
    for (const auto& [id, entry] : m_sessions)
        sessions.push_back(entry.session);
    return sessions;
}

void SessionService::enforce_roster() {
    std::vector<std::pair<protocol::SessionId, std::string_view>> lost;
    for (auto& [id, live] : m_sessions) {
        if (const auto reason = reason_to_end(live)) {
            lost.emplace_back(id, *reason);
        } else {
            shorten(live);
        }
    }
    for (const auto& [id, reason] : lost)
        end_and_close(id, reason);
    schedule();
    std::vector<AccountIdentity> accounts;
    for (auto grant = m_grants.begin(); grant != m_grants.end();) {
        const bool still_holds = still_may(*grant, grant->identity ? &*grant->identity : nullptr);
        if (grant->opening || still_holds) {
            ++grant;
            continue;
        }
        if (grant->prepared) accounts.push_back(std::move(*grant->identity));
        grant = drop(grant);
    }
    for (auto& account : accounts)
        close_if_unused(std::move(account));
}

std::optional<std::string_view> SessionService::reason_to_end(const LiveSession& live) const {
    const auto& technician = live.session.technician_id;
    if (!technician) return std::nullopt;
    const auto decision = m_roster.decide(*technician, live.session.grounds);
    if (!decision && ends_sessions(decision.error())) return protocol::to_string(decision.error());
    const auto phones = phones_of(m_roster.roster(), *technician);
    const bool has_all = std::ranges::all_of(
        live.phones, [&](const protocol::PhoneId& phone) { return std::ranges::find(phones, phone) != phones.end(); });
    return has_all ? std::nullopt : std::optional<std::string_view>("phone_removed");
}

// A right that ends earlier ends the session then; a shorter longest session leaves the time to save one's work.
void SessionService::shorten(LiveSession& live) {
    Session& session = live.session;
    if (!session.technician_id) return;
    const auto decision = m_roster.decide(*session.technician_id, session.grounds);
    if (!decision) return;
    const std::int64_t now = m_timekeeper.boot_now();
    std::int64_t end = session.ends_boot;
    if (decision->valid_until) {
        end = std::min(end, now + (*decision->valid_until - m_timekeeper.best_now()).count());
    }
    if (decision->end_behaviour != protocol::EndBehaviour::KeepUntilLogout) {
        const std::int64_t longest = session.opened_boot + longest_of(m_roster.roster(), *decision);
        end = std::min(end, std::max(longest, now + k_notice_ms));
    }
    if (end >= session.ends_boot) return;
    session.ends_boot = end;
    live.told = false;
    if (const auto stored = m_store.shorten(session.id, end); !stored) {
        // It ends all the same; after a restart it is shortened anew.
        k_log.error("shorten",
                    {{LogField::Account, session.account}, {LogField::Reason, platform::to_string(stored.error())}});
    }
}

void SessionService::tell_of_end(LiveSession& live, std::int64_t now) {
    live.told = true;
    const std::int64_t minutes = (live.session.ends_boot - now + k_minute_ms - 1) / k_minute_ms;
    std::string text = "Doorward: this session ends in " + std::to_string(minutes) +
                       (minutes == 1 ? " minute" : " minutes") + ", and everything it runs. Save your work.";
    m_accounts.tell(live.identity, live.session.audit_session, std::move(text));
}

void SessionService::schedule() {
    std::int64_t next = k_never;
    for (const auto& grant : m_grants) {
        if (!grant.opening) next = std::min(next, grant.expires_boot);
    }
    for (const auto& [id, live] : m_sessions)
        next = std::min(next, live.told ? live.session.ends_boot : live.session.ends_boot - k_notice_ms);
    if (next >= k_never - k_notice_ms) {
        m_timer.cancel();
        return;
    }
    const std::int64_t wait = std::clamp<std::int64_t>(next - m_timekeeper.boot_now(), 0, k_longest_sleep_ms);
    m_timer.expires_after(std::chrono::milliseconds(wait));
    m_timer.async_wait([this](const boost::system::error_code& error) {
        if (!error) sweep();
    });
}

void SessionService::sweep() {
    const std::int64_t now = m_timekeeper.boot_now();
    std::vector<AccountIdentity> accounts;
    for (auto grant = m_grants.begin(); grant != m_grants.end();) {
        if (grant->opening || now < grant->expires_boot) {
            ++grant;
            continue;
        }
        if (grant->prepared) accounts.push_back(std::move(*grant->identity));
        grant = drop(grant);
    }
    for (auto& account : accounts)
        close_if_unused(std::move(account));
    std::vector<protocol::SessionId> over;
    for (auto& [id, live] : m_sessions) {
        if (live.session.ends_boot <= now) {
            over.push_back(id);
        } else if (!live.told && live.session.ends_boot - k_notice_ms <= now) {
            tell_of_end(live, now);
        }
    }
    for (const auto& id : over)
        end_and_close(id, "time_is_up");
    schedule();
}

void SessionService::changed() {
    if (m_observer) m_observer();
}

}  // namespace doorward::agent
