#pragma once

#include "desktop-client/agent/services/attempt_limiter.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/break_glass_file.h"
#include "desktop-client/agent/services/conversation.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/session_service.h"
#include "desktop-client/agent/stores/break_glass_store.h"
#include "platform/worker.h"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::agent {

enum class BreakGlassVerdict { Granted, Denied, Unavailable };

/// The way in when portal, network and phones are gone: a code made here on the portal's order, whose two halves two
/// administrators hold. It opens the workstation's own account for it (k_break_glass_account) for one session and is
/// used up by that, also where the session then fails: the file that is the code is gone, for good, before anybody is
/// answered.
class BreakGlassService {
public:
    BreakGlassService(platform::Database& database, std::filesystem::path file, RosterService& roster,
                      AuditService& audit, SessionService& sessions, AttemptLimiter& limiter,
                      const Timekeeper& timekeeper)
        : m_store(database),
          m_file(std::move(file)),
          m_roster(roster),
          m_audit(audit),
          m_sessions(sessions),
          m_limiter(limiter),
          m_timekeeper(timekeeper),
          m_worker("break-glass") {}

    /// Makes a code by an order that the pinned portal signed, for this workstation, newer than the one before, with
    /// custodians whose passkeys vouch for their keys. The answer, signed; the same one again for the same order.
    /// Nothing for any other order.
    [[nodiscard]] boost::asio::awaitable<std::optional<protocol::SignedEnvelope>> make(protocol::SignedEnvelope order);

    /// Asks for both halves and judges them. A right code grants a session to the caller.
    [[nodiscard]] boost::asio::awaitable<BreakGlassVerdict> authenticate(PamCall call,
                                                                         std::shared_ptr<Conversation> talk);

    /// Runs after the account became one of ours.
    void on_change(std::function<void()> observer) { m_observer = std::move(observer); }

private:
    [[nodiscard]] std::optional<protocol::BreakGlassOrder> verified(const protocol::SignedEnvelope& order) const;
    struct Made;
    [[nodiscard]] std::optional<Made> make_code(const protocol::BreakGlassOrder& order) const;
    [[nodiscard]] bool keep(const protocol::BreakGlassOrder& order, const std::string& hash,
                            const protocol::SignedEnvelope& answer);
    [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> ask_for_halves(std::shared_ptr<Conversation> talk);
    [[nodiscard]] BreakGlassVerdict use(const PamCall& call, const BreakGlassFile::Content& judged, AuditEntry entry);
    [[nodiscard]] BreakGlassVerdict refuse(AuditEntry entry, std::string_view reason);
    /// One that counts against whoever goes on trying.
    [[nodiscard]] BreakGlassVerdict refuse_counted(AuditEntry entry, std::string_view reason);

    BreakGlassStore m_store;
    BreakGlassFile m_file;
    RosterService& m_roster;
    AuditService& m_audit;
    SessionService& m_sessions;
    AttemptLimiter& m_limiter;
    const Timekeeper& m_timekeeper;
    bool m_making = false;
    std::function<void()> m_observer;
    platform::Worker m_worker;  ///< Argon2id takes tens of milliseconds
};

}  // namespace doorward::agent
