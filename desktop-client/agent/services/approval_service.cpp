#include "desktop-client/agent/services/approval_service.h"

#include "crypto/random.h"
#include "platform/log.h"
#include "platform/source_network.h"
#include "protocol/sign_in_approval.h"
#include "protocol/text.h"

#include <algorithm>
#include <set>
#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log{"approval"};
constexpr std::int64_t k_mute_ms = std::int64_t{15} * 60 * 1000;

protocol::PromptNumber random_number() {
    return *protocol::PromptNumber::from_random(
        crypto::random_below(static_cast<std::uint32_t>(protocol::PromptNumber::k_count)));
}

std::int64_t pause_after(int failures) {
    const int excess = failures - ApprovalService::k_free_failures;
    if (excess < 0) return 0;
    constexpr int k_enough = 5;  // 2^5 first pauses are more than the longest one
    return std::min(ApprovalService::k_first_pause_ms << std::min(excess, k_enough),
                    ApprovalService::k_longest_pause_ms);
}

}  // namespace

std::string_view to_string(ApprovalState state) {
    switch (state) {
        case ApprovalState::Open:
            return "open";
        case ApprovalState::Approved:
            return "approved";
        case ApprovalState::Refused:
            return "approval_refused";
        case ApprovalState::NotMe:
            return "not_me";
        case ApprovalState::WrongAnswer:
            return "approval_wrong";
        case ApprovalState::Expired:
            return "approval_expired";
    }
    return "unknown";
}

struct ApprovalService::Request {
    Request(protocol::SignInRequest asked, std::string bytes, SignInFacts about, std::optional<ProcessIdentity> from,
            protocol::PromptNumber shown, std::int64_t expires)
        : request(std::move(asked)),
          body(std::move(bytes)),
          facts(std::move(about)),
          connection(from),
          number(shown),
          expires_boot(expires) {}

    protocol::SignInRequest request;
    std::string body;
    SignInFacts facts;
    std::optional<ProcessIdentity> connection;
    protocol::PromptNumber number;
    std::int64_t expires_boot;
    ApprovalState state = ApprovalState::Open;
    std::string_view withheld;
    bool taken = false;
    std::optional<std::uint32_t> sign_count;
    std::optional<protocol::PhoneId> phone;
    std::set<Ticket*> tickets;
};

class ApprovalService::Ticket final : public ApprovalTicket {
public:
    Ticket(ApprovalService& service, const Timekeeper& timekeeper, std::shared_ptr<Request> request)
        : m_service(&service),
          m_timekeeper(timekeeper),
          m_request(std::move(request)),
          m_number(m_request->number),
          m_expires_boot(m_request->expires_boot) {
        m_request->tickets.insert(this);
    }
    Ticket(const Timekeeper& timekeeper, std::string_view withheld)
        : m_timekeeper(timekeeper),
          m_number(random_number()),
          m_expires_boot(timekeeper.boot_now() + k_life_ms),
          m_withheld(withheld) {}
    ~Ticket() override {
        if (!m_request) return;
        m_request->tickets.erase(this);
        m_service->leave(m_request);
    }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    [[nodiscard]] protocol::PromptNumber number() const override { return m_number; }
    [[nodiscard]] ApprovalState state() const override {
        const ApprovalState state = m_request ? m_request->state : ApprovalState::Open;
        const bool is_late = m_timekeeper.boot_now() >= m_expires_boot;
        return is_late && (state == ApprovalState::Open || state == ApprovalState::Approved) ? ApprovalState::Expired
                                                                                             : state;
    }
    [[nodiscard]] std::optional<protocol::RequestId> request_id() const override {
        if (!m_request) return std::nullopt;
        return m_request->request.id;
    }
    [[nodiscard]] std::string_view withheld() const override { return m_request ? m_request->withheld : m_withheld; }
    [[nodiscard]] bool take() override {
        if (!m_request || state() != ApprovalState::Approved || m_request->taken) return false;
        m_request->taken = true;
        return true;
    }
    void on_change(std::function<void()> observer) override { m_observer = std::move(observer); }
    [[nodiscard]] std::optional<std::uint32_t> sign_count() const override {
        return m_request ? m_request->sign_count : std::nullopt;
    }
    [[nodiscard]] std::optional<protocol::PhoneId> phone() const override {
        return m_request ? m_request->phone : std::nullopt;
    }
    [[nodiscard]] std::optional<protocol::TechnicianId> technician() const override {
        if (!m_request) return std::nullopt;
        return m_request->request.technician_id;
    }
    void changed() const {
        if (m_observer) m_observer();
    }

private:
    ApprovalService* m_service = nullptr;
    const Timekeeper& m_timekeeper;
    std::shared_ptr<Request> m_request;
    protocol::PromptNumber m_number;
    std::int64_t m_expires_boot;
    std::string_view m_withheld;
    std::function<void()> m_observer;
};

ApprovalService::ApprovalService(platform::Database& database, RosterService& roster, Timekeeper& timekeeper,
                                 PortalPort& portal)
    : m_codes(database), m_roster(roster), m_timekeeper(timekeeper), m_portal(portal) {}

ApprovalService::~ApprovalService() = default;

std::unique_ptr<ApprovalTicket> ApprovalService::decoy(std::string_view why) const {
    return std::make_unique<Ticket>(m_timekeeper, why);
}

std::unique_ptr<ApprovalTicket> ApprovalService::begin(const std::optional<protocol::TechnicianId>& technician,
                                                       const SignInFacts& facts,
                                                       const std::optional<ProcessIdentity>& connection) {
    if (!technician) return decoy("");
    const auto found = m_requests.find(*technician);
    if (found != m_requests.end()) {
        const auto& live = found->second;
        const bool is_open = live->state == ApprovalState::Open && m_timekeeper.boot_now() < live->expires_boot;
        // Equal facts are not the same person: all of a site may come from one address.
        const bool is_retry = connection && live->connection == connection && live->facts == facts;
        if (is_open && is_retry && live->tickets.size() < static_cast<std::size_t>(k_most_waiting)) {
            return std::make_unique<Ticket>(*this, m_timekeeper, live);
        }
        if (is_open) return decoy("another_request_is_open");
    }
    if (const auto why = reason_to_withhold(*technician, facts); !why.empty()) return decoy(why);
    auto request = send_request(*technician, facts, connection);
    if (!request) return decoy("roster_incomplete");
    m_requests.insert_or_assign(*technician, request);
    return std::make_unique<Ticket>(*this, m_timekeeper, std::move(request));
}

std::string_view ApprovalService::reason_to_withhold(const protocol::TechnicianId& technician,
                                                     const SignInFacts& facts) {
    const std::int64_t now = m_timekeeper.boot_now();
    std::erase_if(m_failures, [now](const auto& item) {
        return item.second.muted_until <= now && now - item.second.last_boot > k_failure_memory_ms;
    });
    std::erase_if(m_fatigue, [now](const auto& item) { return now - item.second.last_boot > k_technician_memory_ms; });
    const auto tired = m_fatigue.find(technician);
    if (tired != m_fatigue.end() && now - tired->second.last_boot < pause_after(tired->second.count)) {
        return "too_many_failed_approvals";
    }
    const auto found = m_failures.find(Source(technician, platform::source_network(facts.remote_host)));
    if (found == m_failures.end()) return {};
    if (found->second.muted_until > now) return "source_muted";
    if (found->second.count >= k_most_failures) return "too_many_failed_approvals";
    return {};
}

std::shared_ptr<ApprovalService::Request> ApprovalService::send_request(
    const protocol::TechnicianId& technician, const SignInFacts& facts,
    const std::optional<ProcessIdentity>& connection) {
    const auto* tenant = m_roster.roster().tenant();
    const auto* device = m_roster.device();
    if (tenant == nullptr || device == nullptr) return nullptr;
    const auto now = m_timekeeper.best_now();
    protocol::SignInRequest request{.id = protocol::RequestId::make(now, crypto::random_array<10>()),
                                    .team_id = m_roster.enrolment()->team_id,
                                    .tenant_id = tenant->id,
                                    .device_id = device->id,
                                    .technician_id = technician,
                                    .tenant_name = tenant->name,
                                    .device_name = device->name,
                                    .account = facts.account,
                                    .service = protocol::clean_line(facts.service),
                                    .terminal = protocol::clean_line(facts.terminal),
                                    .remote_host = protocol::clean_line(facts.remote_host),
                                    .reason = facts.grounds.reason,
                                    .ticket = facts.grounds.ticket,
                                    .nonce = crypto::random_array<16>(),
                                    .issued_at = now,
                                    .expires_at = now + protocol::k_sign_in_request_life};
    auto envelope = protocol::sign_envelope(m_roster.keys().signing, crypto::Purpose::SignInRequest,
                                            protocol::encode_sign_in_request(request));
    auto live = std::make_shared<Request>(std::move(request), envelope.body, facts, connection, random_number(),
                                          m_timekeeper.boot_now() + k_life_ms);
    m_portal.send(protocol::SignInRequestMessage{.envelope = std::move(envelope)});
    return live;
}

std::shared_ptr<ApprovalService::Request> ApprovalService::find(const protocol::RequestId& id) const {
    for (const auto& [technician, request] : m_requests) {
        if (request->request.id == id) return request;
    }
    return nullptr;
}

void ApprovalService::on_state(const protocol::SignInStateMessage& message) {
    const auto request = find(message.request_id);
    if (!request || request->state != ApprovalState::Open) return;
    using enum protocol::SignInProgress;
    switch (message.state) {
        case Delivered:
        case Waiting:
            return;
        case Refused:
            return conclude(*request, ApprovalState::Refused);
        case NotMe:
            return conclude(*request, ApprovalState::NotMe);
        case Expired:
            return conclude(*request, ApprovalState::Expired);
        case RateLimited:
        case NoPhone:
        case NotAllowed:
            // At the prompt this must look like a phone that nobody picks up.
            request->withheld = protocol::to_string(message.state);
            return;
    }
}

void ApprovalService::on_answer(const protocol::SignInAnswerMessage& message) {
    const auto request = find(message.request_id);
    if (!request || request->state != ApprovalState::Open) return;
    conclude(*request, judge(*request, message));
}

ApprovalState ApprovalService::judge(Request& request, const protocol::SignInAnswerMessage& answer) {
    if (m_timekeeper.boot_now() >= request.expires_boot) return ApprovalState::Expired;
    const auto* technician = m_roster.roster().technician(request.request.technician_id);
    const auto party = m_roster.relying_party();
    if (technician == nullptr || !party) return ApprovalState::WrongAnswer;
    const auto phones = m_roster.sound_phones(*technician);
    const auto phone = std::ranges::find(phones, answer.phone_id, &protocol::PhoneRecord::id);
    if (phone == phones.end()) {
        k_log.error("answer",
                    {{LogField::RequestId, request.request.id.to_string()}, {LogField::Reason, "unknown_phone"}});
        return ApprovalState::WrongAnswer;
    }
    const auto count = m_codes.sign_count(phone->id);
    if (!count) return ApprovalState::WrongAnswer;
    const auto verified =
        protocol::verify_approval(request.body, request.number, *phone, answer.assertion, *party, *count);
    if (!verified) {
        k_log.warning("answer", {{LogField::RequestId, request.request.id.to_string()},
                                 {LogField::Reason, protocol::to_string(verified.error())}});
        return ApprovalState::WrongAnswer;
    }
    request.sign_count = verified->sign_count;
    request.phone = phone->id;
    return ApprovalState::Approved;
}

ApprovalService::Failures& ApprovalService::count_failure(const Request& request) {
    auto& fatigue = m_fatigue[request.request.technician_id];
    ++fatigue.count;
    fatigue.last_boot = m_timekeeper.boot_now();
    auto& failures =
        m_failures[Source(request.request.technician_id, platform::source_network(request.facts.remote_host))];
    ++failures.count;
    failures.last_boot = m_timekeeper.boot_now();
    return failures;
}

void ApprovalService::conclude(Request& request, ApprovalState state) {
    request.state = state;
    if (state == ApprovalState::Approved) {
        m_failures.erase(Source(request.request.technician_id, platform::source_network(request.facts.remote_host)));
        m_fatigue.erase(request.request.technician_id);
    } else {
        auto& failures = count_failure(request);
        if (state == ApprovalState::NotMe) {
            failures.muted_until = m_timekeeper.boot_now() + k_mute_ms;
            k_log.warning("not_me",
                          {{LogField::Account, request.facts.account}, {LogField::Source, request.facts.remote_host}});
        }
    }
    const auto tickets = request.tickets;
    for (const auto* ticket : tickets)
        ticket->changed();
}

void ApprovalService::leave(const std::shared_ptr<Request>& request) {
    if (!request->tickets.empty()) return;
    const auto found = m_requests.find(request->request.technician_id);
    if (found != m_requests.end() && found->second == request) m_requests.erase(found);
    if (request->state != ApprovalState::Open) return;
    if (m_timekeeper.boot_now() >= request->expires_boot) {
        conclude(*request, ApprovalState::Expired);
    } else {
        // Given up at the prompt: it rang a phone all the same.
        count_failure(*request);
        m_portal.send(protocol::SignInCancelMessage{.request_id = request->request.id});
    }
}

}  // namespace doorward::agent
