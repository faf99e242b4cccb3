#pragma once

#include "desktop-client/agent/services/approval_service.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/break_glass_service.h"
#include "desktop-client/agent/services/conversation.h"
#include "desktop-client/agent/services/offline_code_service.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/session_service.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace doorward::agent {

enum class SignInVerdict {
    Granted,
    Denied,       ///< wrong, used, no right, unknown: one answer
    GivenUp,      ///< refused on the phone, or nobody answered in time: PAM is told not to ask again
    Unavailable,  ///< it could not be made durable
};

/// PAM's authentication of a managed name: one prompt for the number to approve and for an offline code. Before it, in
/// a shared account, one for who it is; and where a policy wants a reason or a ticket, one for each. Who types `?`
/// there, or finds the clock untrusted, is asked a question that the phone answers without a clock. Whoever may not
/// sign in is led through the same prompts and gets the same answer at the same pace; only the log says why.
class SignInService {
public:
    SignInService(RosterService& roster, AuditService& audit, ApprovalService& approvals, OfflineCodeService& codes,
                  SessionService& sessions, BreakGlassService& break_glass, PortalPort& portal,
                  const Timekeeper& timekeeper, platform::Database& database)
        : m_roster(roster),
          m_audit(audit),
          m_approvals(approvals),
          m_codes(codes),
          m_sessions(sessions),
          m_break_glass(break_glass),
          m_portal(portal),
          m_timekeeper(timekeeper),
          m_passkeys(database) {}

    [[nodiscard]] boost::asio::awaitable<SignInVerdict> authenticate(PamCall call, std::shared_ptr<Conversation> talk);
    /// For a screen locker, which runs as the person it locks out: proves the technician of the caller's own live
    /// session again, and changes nothing.
    [[nodiscard]] boost::asio::awaitable<SignInVerdict> reauthenticate(PamCall call,
                                                                       std::shared_ptr<Conversation> talk);

private:
    struct Proven {
        SignInVerdict verdict = SignInVerdict::Denied;
        SignInMethod method = SignInMethod::Offline;
        std::optional<protocol::TechnicianId> technician{};
        std::optional<protocol::PhoneId> phone{};
    };
    /// In a shared account the first question: who are you? Nothing where nobody said.
    [[nodiscard]] boost::asio::awaitable<std::optional<Claimant>> ask_who(PamCall call,
                                                                          std::shared_ptr<Conversation> talk);
    /// What a policy wants said before anybody is proven: the phone shows it, and what is wrong with it costs no code.
    /// Nothing where nothing acceptable was said; what was not asked for stays as `call` has it.
    [[nodiscard]] boost::asio::awaitable<std::optional<Grounds>> ask_grounds(PamCall call, Claimant claimant,
                                                                             std::shared_ptr<Conversation> talk);
    /// One line that is echoed. Asked again, with what was wrong in front, a few times.
    struct Line {
        std::string prompt;
        /// Empty where what was typed will do.
        std::function<std::string_view(std::string_view)> objection;
        std::string_view refusal;  ///< recorded in the end
    };
    [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> ask_line(PamCall call, Claimant claimant,
                                                                              std::shared_ptr<Conversation> talk,
                                                                              Line line);
    [[nodiscard]] boost::asio::awaitable<Proven> prove(PamCall call, Claimant claimant,
                                                       std::shared_ptr<Conversation> talk);
    [[nodiscard]] boost::asio::awaitable<Proven> prove_by_code(PamCall call, Claimant claimant,
                                                               std::shared_ptr<Conversation> talk);
    [[nodiscard]] boost::asio::awaitable<Proven> prove_by_question(PamCall call, Claimant claimant,
                                                                   std::shared_ptr<Conversation> talk,
                                                                   std::shared_ptr<CodeCandidate> candidate);
    [[nodiscard]] boost::asio::awaitable<Proven> prove_by_phone_or_code(PamCall call, Claimant claimant,
                                                                        std::shared_ptr<Conversation> talk);
    [[nodiscard]] bool can_ask_phone(const Conversation& talk) const;
    [[nodiscard]] boost::asio::awaitable<bool> wait_for_phone(std::shared_ptr<ApprovalTicket> ticket,
                                                              std::shared_ptr<Conversation> talk);
    /// May be in the account: by a new session, or because the live one that calls is theirs.
    [[nodiscard]] bool may_be_in(const PamCall& call, const protocol::TechnicianId& technician) const;
    [[nodiscard]] bool has_phone(const protocol::TechnicianId& technician, const protocol::PhoneId& phone) const;
    /// Who was proven still has the account, and the phone that proved it.
    [[nodiscard]] bool still_holds(const PamCall& call, const Proven& proven) const;
    [[nodiscard]] Proven conclude_approval(const PamCall& call, const Claimant& claimant, ApprovalTicket& ticket);
    [[nodiscard]] Proven judge_code(const PamCall& call, const CodeCandidate& candidate, std::string_view typed);
    [[nodiscard]] Proven judge_answer(const PamCall& call, const CodeCandidate& candidate, const Question& question,
                                      std::string_view typed);
    [[nodiscard]] static Proven proven_by(CodeVerdict verdict, const CodeCandidate& candidate);
    boost::asio::awaitable<void> tell_days_left(std::shared_ptr<Conversation> talk);
    /// Somebody asked and then said nothing: on record, and no attempt.
    struct Silence {
        protocol::AuditKind kind;
        std::string_view reason;
    };
    [[nodiscard]] Proven unanswered(const PamCall& call, const std::optional<Claimant>& claimant,
                                    const Silence& silence);
    /// Whoever already runs as the account could make us write for ever.
    [[nodiscard]] bool is_noise(const PamCall& call);
    /// The workstation's own account: from within its session, or by both halves of the code.
    [[nodiscard]] boost::asio::awaitable<SignInVerdict> authenticate_break_glass(PamCall call,
                                                                                 std::shared_ptr<Conversation> talk);
    [[nodiscard]] SignInVerdict admit_sudo(const PamCall& call);
    /// Codes by time cannot work, and questions can.
    [[nodiscard]] bool doubts_clock() const;
    /// The prompt where codes are off for everybody; empty where they are not.
    [[nodiscard]] std::string_view why_off() const;
    [[nodiscard]] std::string offline_prompt(const Claimant& claimant) const;
    [[nodiscard]] std::string question_prompt(const Claimant& claimant, const Question& question) const;
    [[nodiscard]] std::string approval_prompt(protocol::PromptNumber number) const;
    /// Somebody's key labels between two texts, shortened to the key ids where the line would be too long.
    [[nodiscard]] std::string with_labels(std::string_view before, const Claimant& claimant,
                                          std::string_view after) const;

    RosterService& m_roster;
    AuditService& m_audit;
    ApprovalService& m_approvals;
    OfflineCodeService& m_codes;
    SessionService& m_sessions;
    BreakGlassService& m_break_glass;
    PortalPort& m_portal;
    const Timekeeper& m_timekeeper;
    CodeStore m_passkeys;
    std::set<protocol::SessionId> m_reauthenticating;
    std::map<std::string, std::int64_t> m_noise_noted;  ///< by account, on the boot clock
};

}  // namespace doorward::agent
