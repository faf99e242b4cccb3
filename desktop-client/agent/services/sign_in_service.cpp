#include "desktop-client/agent/services/sign_in_service.h"

#include "desktop-client/agent/services/service_table.h"
#include "platform/log.h"
#include "protocol/text.h"
#include "protocol/ticket_pattern.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"sign_in"};
constexpr auto k_beat = 500ms;
constexpr std::size_t k_columns = 79;
constexpr std::int64_t k_noise_pause_ms = 60'000;
constexpr std::string_view k_ask_me = "?";
constexpr int k_most_asked = 3;
constexpr std::string_view k_missing = "Needed here. ";
constexpr std::string_view k_wrong_form = "Wrong form. ";
constexpr std::string_view k_unfit = "Plain text only, not too long. ";
// An unprivileged caller's own words are not evidence.
constexpr std::string_view k_reauthentication = "screen-lock";

// A retry comes from the same parent. Children of init have nothing in common.
std::optional<ProcessIdentity> connection_of(const PamCall& call) {
    if (call.chain.size() < 2 || call.chain[1].process <= 1) return std::nullopt;
    return call.chain[1];
}

AuditEntry entry_of(const PamCall& call, protocol::AuditKind kind) {
    AuditEntry entry = audit_entry(kind, protocol::AuditOutcome::Noted);
    entry.account = call.account;
    entry.service = call.service;
    entry.terminal = call.terminal;
    entry.remote_host = call.remote_host;
    entry.grounds = call.grounds;
    return entry;
}

// Of who is not in yet. What is asked for inside a session opens none.
AuditEntry sign_in_entry(const PamCall& call, protocol::AuditKind kind) {
    AuditEntry entry = entry_of(call, kind);
    const ServiceAccess access = access_of(call.service);
    entry.opens_session = call.service != k_reauthentication &&
                          (access == ServiceAccess::SignIn || access == ServiceAccess::SignInOrInside);
    return entry;
}

bool is_code(std::string_view typed, crypto::CodeDigits digits) {
    return crypto::Code::parse(typed, digits).has_value();
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string_view objection_to_reason(std::string_view reason) {
    if (reason.empty()) return k_missing;
    return protocol::is_description(reason) ? std::string_view() : k_unfit;
}

std::string_view objection_to_ticket(std::string_view ticket, const std::vector<std::string>& patterns) {
    if (ticket.empty()) return k_missing;
    if (!protocol::is_line(ticket)) return k_unfit;
    const auto matches = [&](const std::string& pattern) { return protocol::matches_ticket_pattern(ticket, pattern); };
    return patterns.empty() || std::ranges::any_of(patterns, matches) ? std::string_view() : k_wrong_form;
}

// With examples, where they leave room for what may have to stand in front.
std::string ticket_prompt(const std::vector<std::string>& patterns) {
    constexpr std::string_view k_end = ": ";
    std::string prompt = "Ticket";
    for (std::size_t i = 0; i < patterns.size(); ++i)
        prompt.append(i == 0 ? " (like " : " or ").append(protocol::ticket_example(patterns[i]));
    if (!patterns.empty()) prompt.append(")");
    const std::size_t longest = k_columns - std::max(k_missing.size(), k_unfit.size()) - k_end.size();
    return (prompt.size() <= longest ? prompt : std::string("Ticket")).append(k_end);
}

bool wants_question(const Conversation& talk, std::string_view typed) {
    return talk.kind() == ipc::Conversation::Interactive && typed == k_ask_me;
}

}  // namespace

bool SignInService::doubts_clock() const {
    return !m_timekeeper.trusted(m_timekeeper.horizon()) && !m_timekeeper.past_horizon();
}

std::string SignInService::approval_prompt(protocol::PromptNumber number) const {
    return "Approve on your phone: " + number.text() +
           (doubts_clock() ? ". Press Enter when done, or type ? for a question: "
                           : ". Press Enter when done, or type an offline code: ");
}

// True of the whole workstation, so it tells nothing about a name. What is typed is refused all the same as ever.
std::string_view SignInService::why_off() const {
    if (m_timekeeper.known().quarantine) return "In quarantine: no sign-in here until an administrator ends it. Code: ";
    if (m_timekeeper.known().rolled_back)
        return "Store rolled back: codes work again after the portal was heard. Code: ";
    return {};
}

std::string SignInService::offline_prompt(const Claimant& claimant) const {
    if (const auto off = why_off(); !off.empty()) return std::string(off);
    return with_labels("Offline. Code for ", claimant, ": ");
}

std::string SignInService::question_prompt(const Claimant& claimant, const Question& question) const {
    if (const auto off = why_off(); !off.empty()) return std::string(off);
    const std::string after = ": " + question.text() + ". Answer: ";
    return with_labels(doubts_clock() ? "Clock not trusted. Question for " : "Question for ", claimant, after);
}

std::string SignInService::with_labels(std::string_view before, const Claimant& claimant,
                                       std::string_view after) const {
    const auto labels = m_codes.labels(claimant);
    const auto line = [&](const auto& form) {
        std::string text(before);
        for (std::size_t i = 0; i < labels.size(); ++i)
            text.append(i > 0 ? " or " : "").append(form(labels[i]));
        return text.append(after);
    };
    std::string whole = line([](const std::string& label) { return label; });
    if (protocol::count_code_points(whole).value_or(0) <= k_columns) return whole;
    // A long device name: what tells the secrets apart are the key ids behind it.
    return line([](const std::string& label) {
        const auto dot = label.rfind("·");
        return dot == std::string::npos ? label : label.substr(dot);
    });
}

asio::awaitable<SignInVerdict> SignInService::authenticate(PamCall call, std::shared_ptr<Conversation> talk) {
    const ServiceAccess access = access_of(call.service);
    if (access == ServiceAccess::Never || access == ServiceAccess::LiveSession) co_return SignInVerdict::Denied;
    if (call.account == k_break_glass_account) {
        auto verdict = authenticate_break_glass(std::move(call), std::move(talk));
        co_return co_await std::move(verdict);
    }
    const bool may_be_inside = access == ServiceAccess::InsideSession || access == ServiceAccess::SignInOrInside;
    const Session* const inside = may_be_inside ? m_sessions.session_of(call) : nullptr;
    if (inside != nullptr) {
        const auto* tenant = m_roster.roster().tenant();
        if (tenant != nullptr && tenant->sudo_asks == protocol::SudoAsks::Nothing) co_return admit_sudo(call);
    }
    // What one technician left running gets nothing from another's session in the same account.
    const bool is_left_over = m_roster.is_shared(call.account) && inside == nullptr;
    if (access == ServiceAccess::InsideSession && (is_left_over || !m_sessions.is_open(call.account))) {
        co_return SignInVerdict::Denied;
    }

    std::optional<Claimant> claimant;
    if (inside != nullptr) {
        claimant = m_roster.claimant(call.account, *inside->technician_id);
        call.grounds = inside->grounds;
    } else if (m_roster.is_shared(call.account)) {
        claimant = co_await ask_who(call, talk);
        if (!claimant) co_return SignInVerdict::Denied;
    } else {
        claimant = m_roster.claimant(call.account);
    }
    auto grounds = co_await ask_grounds(call, *claimant, talk);
    if (!grounds) co_return SignInVerdict::Denied;
    call.grounds = std::move(*grounds);
    const Proven proven = co_await prove(call, *claimant, talk);
    if (proven.verdict != SignInVerdict::Granted) co_return proven.verdict;
    if (!still_holds(call, proven)) co_return SignInVerdict::Denied;
    const auto decision = m_roster.decide(*proven.technician, call.grounds);
    if (!decision) co_return SignInVerdict::Denied;
    const Admission admission{.technician_id = proven.technician,
                              .method = proven.method,
                              .limit = {.longest_minutes = decision->longest_session_minutes,
                                        .valid_until = decision->valid_until,
                                        .end_behaviour = decision->end_behaviour}};
    m_sessions.grant(call, admission);
    co_return SignInVerdict::Granted;
}

asio::awaitable<SignInVerdict> SignInService::reauthenticate(PamCall call, std::shared_ptr<Conversation> talk) {
    const Session* const own = m_sessions.session_of(call);
    // What is used up cannot be shown again: a locked screen of break-glass ends with its session.
    if (own == nullptr || !own->technician_id) co_return SignInVerdict::Denied;
    if (!m_reauthenticating.insert(own->id).second) co_return SignInVerdict::Denied;
    struct Turn {
        std::set<protocol::SessionId>& sessions;
        protocol::SessionId session;
        ~Turn() { sessions.erase(session); }
    };
    const Turn turn{m_reauthenticating, own->id};
    Claimant claimant = m_roster.claimant(call.account, *own->technician_id);
    call.service = k_reauthentication;
    call.terminal.clear();
    call.remote_host.clear();
    // Lockers can often show one prompt only, so this asks for nothing that the session does not have.
    call.grounds = own->grounds;
    const Proven proven = co_await prove(call, std::move(claimant), std::move(talk));
    if (proven.verdict != SignInVerdict::Granted) co_return proven.verdict;
    const Session* session = m_sessions.session_of(call);
    const bool is_own = session != nullptr && session->technician_id == *proven.technician;
    if (!is_own || !still_holds(call, proven)) co_return SignInVerdict::Denied;
    co_return SignInVerdict::Granted;
}

asio::awaitable<SignInVerdict> SignInService::authenticate_break_glass(PamCall call,
                                                                       std::shared_ptr<Conversation> talk) {
    const ServiceAccess access = access_of(call.service);
    const bool is_sudo = access == ServiceAccess::InsideSession;
    if (access != ServiceAccess::SignIn && m_sessions.session_of(call) != nullptr) co_return admit_sudo(call);
    if (is_sudo) co_return SignInVerdict::Denied;
    const auto verdict = co_await m_break_glass.authenticate(std::move(call), std::move(talk));
    switch (verdict) {
        case BreakGlassVerdict::Granted:
            co_return SignInVerdict::Granted;
        case BreakGlassVerdict::Denied:
            co_return SignInVerdict::Denied;
        case BreakGlassVerdict::Unavailable:
            break;
    }
    co_return SignInVerdict::Unavailable;
}

bool SignInService::may_be_in(const PamCall& call, const protocol::TechnicianId& technician) const {
    const Session* const session = m_sessions.session_of(call);
    if (session != nullptr && session->technician_id == technician) return true;
    return m_roster.may_use(call.account, technician);
}

bool SignInService::has_phone(const protocol::TechnicianId& technician, const protocol::PhoneId& phone) const {
    const auto* known = m_roster.roster().technician(technician);
    if (known == nullptr) return false;
    const auto phones = m_roster.sound_phones(*known);
    return std::ranges::find(phones, phone, &protocol::PhoneRecord::id) != phones.end();
}

bool SignInService::still_holds(const PamCall& call, const Proven& proven) const {
    if (!proven.technician || !may_be_in(call, *proven.technician)) return false;
    return !proven.phone || has_phone(*proven.technician, *proven.phone);
}

SignInVerdict SignInService::admit_sudo(const PamCall& call) {
    const Session* session = m_sessions.session_of(call);
    AuditEntry entry = entry_of(call, protocol::AuditKind::Sudo);
    entry.outcome = protocol::AuditOutcome::Success;
    entry.technician_id = session->technician_id;
    entry.session_id = session->id;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) { return audit.append_coalesced(entry); });
    return stored ? SignInVerdict::Granted : SignInVerdict::Unavailable;
}

bool SignInService::can_ask_phone(const Conversation& talk) const {
    return talk.kind() == ipc::Conversation::Interactive && m_portal.is_up();
}

asio::awaitable<std::optional<Claimant>> SignInService::ask_who(PamCall call, std::shared_ptr<Conversation> talk) {
    const auto kind = can_ask_phone(*talk) ? protocol::AuditKind::SignInOnline : protocol::AuditKind::SignInOffline;
    std::string_view silence;
    // One answer that was typed before cannot be a name and a code.
    if (talk->kind() != ipc::Conversation::Interactive) {
        silence = "nobody_to_ask";
    } else if (const bool asked = co_await talk->ask("Technician: ", ipc::Echo::On); !asked) {
        silence = "hung_up";
    } else if (const auto answer = co_await talk->answer()) {
        co_return m_roster.claimant(call.account, answer->view());
    } else {
        silence = "no_answer";
    }
    std::ignore = unanswered(call, std::nullopt, {.kind = kind, .reason = silence});
    co_return std::nullopt;
}

asio::awaitable<std::optional<Grounds>> SignInService::ask_grounds(PamCall call, Claimant claimant,
                                                                   std::shared_ptr<Conversation> talk) {
    Grounds grounds = call.grounds;
    // One answer that was typed before says none of it, and is refused like any other that does not let in.
    if (talk->kind() != ipc::Conversation::Interactive) co_return grounds;
    const protocol::SignInAsks asks = m_roster.asks(claimant, grounds);
    if (asks.reason) {
        Line line{.prompt = "Reason: ", .objection = objection_to_reason, .refusal = "reason_required"};
        grounds.reason = co_await ask_line(call, claimant, talk, std::move(line));
        if (!grounds.reason) co_return std::nullopt;
    }
    if (asks.ticket) {
        Line line{.prompt = ticket_prompt(asks.ticket_patterns),
                  .objection = [patterns = asks.ticket_patterns](
                                   std::string_view typed) { return objection_to_ticket(typed, patterns); },
                  .refusal = "ticket_required"};
        grounds.ticket = co_await ask_line(call, claimant, talk, std::move(line));
        if (!grounds.ticket) co_return std::nullopt;
    }
    co_return grounds;
}

asio::awaitable<std::optional<std::string>> SignInService::ask_line(PamCall call, Claimant claimant,
                                                                    std::shared_ptr<Conversation> talk, Line line) {
    const auto kind = can_ask_phone(*talk) ? protocol::AuditKind::SignInOnline : protocol::AuditKind::SignInOffline;
    std::string_view objection;
    for (int asked = 0; asked < k_most_asked; ++asked) {
        std::string prompt = std::string(objection) + line.prompt;
        const bool heard = co_await talk->ask(std::move(prompt), ipc::Echo::On);
        if (!heard) {
            std::ignore = unanswered(call, claimant, {.kind = kind, .reason = "hung_up"});
            co_return std::nullopt;
        }
        const auto answer = co_await talk->answer();
        if (!answer) {
            std::ignore = unanswered(call, claimant, {.kind = kind, .reason = "no_answer"});
            co_return std::nullopt;
        }
        const std::string_view typed = trimmed(answer->view());
        objection = line.objection(typed);
        if (objection.empty()) co_return std::string(typed);
    }
    std::ignore = unanswered(call, claimant, {.kind = kind, .reason = line.refusal});
    co_return std::nullopt;
}

asio::awaitable<SignInService::Proven> SignInService::prove(PamCall call, Claimant claimant,
                                                            std::shared_ptr<Conversation> talk) {
    if (talk->kind() == ipc::Conversation::None) {
        co_return unanswered(call, claimant, {protocol::AuditKind::SignInOffline, "nobody_to_ask"});
    }
    if (can_ask_phone(*talk)) {
        co_return co_await prove_by_phone_or_code(std::move(call), std::move(claimant), std::move(talk));
    }
    const bool can_ask_question = talk->kind() == ipc::Conversation::Interactive && doubts_clock();
    if (can_ask_question) {
        co_return co_await prove_by_question(std::move(call), std::move(claimant), std::move(talk), nullptr);
    }
    co_return co_await prove_by_code(std::move(call), std::move(claimant), std::move(talk));
}

asio::awaitable<SignInService::Proven> SignInService::prove_by_code(PamCall call, Claimant claimant,
                                                                    std::shared_ptr<Conversation> talk) {
    std::string prompt = offline_prompt(claimant);
    const bool asked = co_await talk->ask(std::move(prompt), ipc::Echo::Off);
    if (!asked) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOffline, "hung_up"});
    auto candidate = std::make_shared<CodeCandidate>(m_codes.prepare(claimant));
    const auto answer = co_await talk->answer();
    if (!answer) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOffline, "no_answer"});
    if (wants_question(*talk, answer->view())) {
        co_return co_await prove_by_question(std::move(call), std::move(claimant), std::move(talk),
                                             std::move(candidate));
    }
    const Proven proven = judge_code(call, *candidate, answer->view());
    if (proven.verdict == SignInVerdict::Granted) co_await tell_days_left(talk);
    co_return proven;
}

asio::awaitable<SignInService::Proven> SignInService::prove_by_question(PamCall call, Claimant claimant,
                                                                        std::shared_ptr<Conversation> talk,
                                                                        std::shared_ptr<CodeCandidate> candidate) {
    const auto question = m_codes.ask();
    if (!question) {
        k_log.error("question", {{LogField::Reason, platform::to_string(question.error())}});
        co_return Proven{.verdict = SignInVerdict::Unavailable};
    }
    std::string prompt = question_prompt(claimant, *question);
    const bool asked = co_await talk->ask(std::move(prompt), ipc::Echo::Off);
    if (!asked) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOffline, "hung_up"});
    if (!candidate) candidate = std::make_shared<CodeCandidate>(m_codes.prepare(claimant));
    const auto answer = co_await talk->answer();
    if (!answer) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOffline, "no_answer"});
    const Proven proven = judge_answer(call, *candidate, *question, answer->view());
    if (proven.verdict == SignInVerdict::Granted) co_await tell_days_left(talk);
    co_return proven;
}

asio::awaitable<void> SignInService::tell_days_left(std::shared_ptr<Conversation> talk) {
    const auto days = m_codes.days_left();
    if (!days || talk->kind() != ipc::Conversation::Interactive) co_return;
    std::string text = *days == 0   ? std::string("Codes work here for less than a day without the portal.")
                       : *days == 1 ? std::string("Codes work here for one more day without the portal.")
                                    : "Codes work here for " + std::to_string(*days) + " more days without the portal.";
    co_await talk->tell(std::move(text));
}

bool SignInService::is_noise(const PamCall& call) {
    if (call.service != k_reauthentication) return false;
    const std::int64_t now = m_timekeeper.boot_now();
    const auto [noted, is_first] = m_noise_noted.try_emplace(call.account, now);
    if (!is_first && now - noted->second < k_noise_pause_ms) return true;
    noted->second = now;
    return false;
}

SignInService::Proven SignInService::unanswered(const PamCall& call, const std::optional<Claimant>& claimant,
                                                const Silence& silence) {
    if (is_noise(call)) return Proven{};
    AuditEntry entry = entry_of(call, silence.kind);
    entry.reason = silence.reason;
    if (claimant) entry.technician_id = claimant->technician;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) { return audit.append_coalesced(entry); });
    k_log.info("unanswered", {{LogField::Account, call.account},
                              {LogField::Service, call.service},
                              {LogField::Source, call.remote_host},
                              {LogField::Reason, silence.reason}});
    if (!stored) k_log.error("audit", {{LogField::Reason, platform::to_string(stored.error())}});
    return Proven{};
}

SignInService::Proven SignInService::judge_code(const PamCall& call, const CodeCandidate& candidate,
                                                std::string_view typed) {
    if (!is_code(typed, candidate.digits()) && is_noise(call)) return Proven{};
    return proven_by(m_codes.check(candidate, typed, sign_in_entry(call, protocol::AuditKind::SignInOffline)),
                     candidate);
}

SignInService::Proven SignInService::judge_answer(const PamCall& call, const CodeCandidate& candidate,
                                                  const Question& question, std::string_view typed) {
    if (!is_code(typed, crypto::CodeDigits::Eight) && is_noise(call)) return Proven{};
    return proven_by(
        m_codes.check_answer(candidate, question, typed, sign_in_entry(call, protocol::AuditKind::SignInOffline)),
        candidate);
}

SignInService::Proven SignInService::proven_by(CodeVerdict verdict, const CodeCandidate& candidate) {
    switch (verdict) {
        case CodeVerdict::Accepted:
            return {
                .verdict = SignInVerdict::Granted, .method = SignInMethod::Offline, .technician = candidate.technician};
        case CodeVerdict::Refused:
            return {.verdict = SignInVerdict::Denied};
        case CodeVerdict::NotStored:
            break;
    }
    return {.verdict = SignInVerdict::Unavailable};
}

asio::awaitable<SignInService::Proven> SignInService::prove_by_phone_or_code(PamCall call, Claimant claimant,
                                                                             std::shared_ptr<Conversation> talk) {
    std::optional<protocol::TechnicianId> allowed;
    if (claimant.technician && m_roster.decide(*claimant.technician, call.grounds)) allowed = claimant.technician;
    const SignInFacts facts{.account = call.account,
                            .service = call.service,
                            .terminal = call.terminal,
                            .remote_host = call.remote_host,
                            .grounds = call.grounds};
    std::shared_ptr<ApprovalTicket> ticket = m_approvals.begin(allowed, facts, connection_of(call));
    std::string prompt = approval_prompt(ticket->number());
    const bool asked = co_await talk->ask(std::move(prompt), ipc::Echo::Off);
    if (!asked) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOnline, "hung_up"});
    auto candidate = std::make_shared<CodeCandidate>(m_codes.prepare(claimant));
    const auto answer = co_await talk->answer();
    if (!answer) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOnline, "no_answer"});
    if (wants_question(*talk, answer->view())) {
        ticket.reset();  // the phone is not asked any longer
        co_return co_await prove_by_question(std::move(call), std::move(claimant), std::move(talk),
                                             std::move(candidate));
    }
    if (!answer->empty()) co_return judge_code(call, *candidate, answer->view());

    const bool listening = co_await wait_for_phone(ticket, talk);
    if (!listening) co_return unanswered(call, claimant, {protocol::AuditKind::SignInOnline, "hung_up"});
    co_return conclude_approval(call, claimant, *ticket);
}

asio::awaitable<bool> SignInService::wait_for_phone(std::shared_ptr<ApprovalTicket> ticket,
                                                    std::shared_ptr<Conversation> talk) {
    const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
    ticket->on_change([timer] { timer->cancel(); });
    while (ticket->state() == ApprovalState::Open) {
        const bool listening = co_await talk->still_waiting();
        if (!listening) co_return false;
        if (ticket->state() != ApprovalState::Open) break;
        timer->expires_after(k_beat);
        co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return true;
}

SignInService::Proven SignInService::conclude_approval(const PamCall& call, const Claimant& claimant,
                                                       ApprovalTicket& ticket) {
    Proven proven{.verdict = SignInVerdict::GivenUp,
                  .method = SignInMethod::Online,
                  .technician = ticket.technician(),
                  .phone = ticket.phone()};
    AuditEntry entry = sign_in_entry(call, protocol::AuditKind::SignInOnline);
    entry.request_id = ticket.request_id();
    std::string_view refusal = to_string(ticket.state());
    if (!claimant.technician) {
        refusal = "technician_unknown";
    } else {
        entry.technician_id = claimant.technician;
        const auto decision = m_roster.decide(*claimant.technician, call.grounds);
        const bool is_approved = ticket.state() == ApprovalState::Approved;
        if (is_approved && !may_be_in(call, *claimant.technician)) {
            refusal = "technician_changed";
        } else if (!decision) {
            refusal = protocol::to_string(decision.error());
        } else if (!ticket.withheld().empty()) {
            refusal = ticket.withheld();
        } else if (is_approved && !still_holds(call, proven)) {
            refusal = "phone_removed";
        } else if (is_approved) {
            refusal = ticket.take() ? "" : "approval_used";
        }
    }
    entry.outcome = refusal.empty() ? protocol::AuditOutcome::Success : protocol::AuditOutcome::Refused;
    entry.reason = refusal;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (!refusal.empty()) return audit.append_coalesced(entry);
        if (auto saved = m_passkeys.save_sign_count(*ticket.phone(), *ticket.sign_count()); !saved) return saved;
        return audit.append(entry);
    });
    k_log.info(refusal.empty() ? "accepted" : "refused", {{LogField::Account, call.account},
                                                          {LogField::Service, call.service},
                                                          {LogField::Source, call.remote_host},
                                                          {LogField::Reason, refusal}});
    if (!stored) {
        proven.verdict = SignInVerdict::Unavailable;
    } else if (refusal.empty()) {
        proven.verdict = SignInVerdict::Granted;
    }
    return proven;
}

}  // namespace doorward::agent
