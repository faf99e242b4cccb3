#pragma once

#include "desktop-client/agent/grounds.h"
#include "desktop-client/agent/process_identity.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/stores/code_store.h"
#include "protocol/challenge.h"
#include "protocol/device_message.h"
#include "protocol/portal_message.h"
#include "protocol/sign_in_request.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::agent {

/// Where requests go while the portal can be reached; a seam between the services and the channel.
class PortalPort {
public:
    virtual ~PortalPort() = default;
    [[nodiscard]] virtual bool is_up() const = 0;
    virtual void send(const protocol::DeviceMessage& message) = 0;
};

/// What the phone will show about a sign-in.
struct SignInFacts {
    std::string account;
    std::string service;
    std::string terminal;
    std::string remote_host;
    Grounds grounds{};

    friend bool operator==(const SignInFacts&, const SignInFacts&) = default;
};

enum class ApprovalState {
    Open,
    Approved,
    Refused,      ///< on the phone
    NotMe,        ///< on the phone, with alarm
    WrongAnswer,  ///< the phone's answer does not verify: another number was typed, or worse
    Expired,
};
[[nodiscard]] std::string_view to_string(ApprovalState state);

/// One prompt's part in a request. A prompt that nobody's phone was asked for holds one as well: it shows a number like
/// any other, stays open until it expires, and nothing can approve it.
class ApprovalTicket {
public:
    virtual ~ApprovalTicket() = default;
    [[nodiscard]] virtual protocol::PromptNumber number() const = 0;
    [[nodiscard]] virtual ApprovalState state() const = 0;
    /// Of the request that was sent, if one was.
    [[nodiscard]] virtual std::optional<protocol::RequestId> request_id() const = 0;
    /// Why no phone was asked, or what the portal answered; empty otherwise. For log and audit only.
    [[nodiscard]] virtual std::string_view withheld() const = 0;
    /// True once for an approved request, whoever asks first.
    [[nodiscard]] virtual bool take() = 0;
    /// Runs when the state changes; replaces the one before.
    virtual void on_change(std::function<void()> observer) = 0;
    [[nodiscard]] virtual std::optional<std::uint32_t> sign_count() const = 0;
    [[nodiscard]] virtual std::optional<protocol::PhoneId> phone() const = 0;
    /// Whose phones were asked.
    [[nodiscard]] virtual std::optional<protocol::TechnicianId> technician() const = 0;
};

/// Asks phones to approve, through the portal, and believes nothing but the phone's signature over the request's bytes
/// and the number on this screen. Requests live in memory: a restart drops them. One live request for a technician;
/// a repeat on the same connection joins it, any other is shown a number of its own that no phone knows about.
class ApprovalService {
public:
    static constexpr std::int64_t k_life_ms = 60'000;
    static constexpr int k_most_waiting = 3;
    static constexpr int k_most_failures = 5;
    static constexpr std::int64_t k_failure_memory_ms = std::int64_t{10} * 60 * 1000;
    /// Of one technician, wherever they come from: then the pauses double.
    static constexpr int k_free_failures = 10;
    static constexpr std::int64_t k_first_pause_ms = std::int64_t{2} * 60 * 1000;
    static constexpr std::int64_t k_longest_pause_ms = std::int64_t{60} * 60 * 1000;
    static constexpr std::int64_t k_technician_memory_ms = std::int64_t{24} * 60 * 60 * 1000;

    ApprovalService(platform::Database& database, RosterService& roster, Timekeeper& timekeeper, PortalPort& portal);
    ~ApprovalService();
    ApprovalService(const ApprovalService&) = delete;
    ApprovalService& operator=(const ApprovalService&) = delete;

    /// `technician` is empty for one who may not sign in. `connection` is the parent of the calling process: sshd asks
    /// from a fresh child each time.
    [[nodiscard]] std::unique_ptr<ApprovalTicket> begin(const std::optional<protocol::TechnicianId>& technician,
                                                        const SignInFacts& facts,
                                                        const std::optional<ProcessIdentity>& connection);
    void on_state(const protocol::SignInStateMessage& message);
    void on_answer(const protocol::SignInAnswerMessage& message);

private:
    class Ticket;
    struct Request;
    /// Of one technician from one place, so that a stranger elsewhere does not keep their phone from ringing.
    struct Failures {
        int count = 0;
        std::int64_t last_boot = 0;
        std::int64_t muted_until = 0;  ///< somebody said "not me"
    };
    using Source = std::pair<protocol::TechnicianId, std::string>;
    struct Fatigue {
        int count = 0;
        std::int64_t last_boot = 0;
    };

    [[nodiscard]] std::unique_ptr<ApprovalTicket> decoy(std::string_view why) const;
    [[nodiscard]] std::string_view reason_to_withhold(const protocol::TechnicianId& technician,
                                                      const SignInFacts& facts);
    [[nodiscard]] std::shared_ptr<Request> send_request(const protocol::TechnicianId& technician,
                                                        const SignInFacts& facts,
                                                        const std::optional<ProcessIdentity>& connection);
    [[nodiscard]] std::shared_ptr<Request> find(const protocol::RequestId& id) const;
    [[nodiscard]] ApprovalState judge(Request& request, const protocol::SignInAnswerMessage& answer);
    void conclude(Request& request, ApprovalState state);
    Failures& count_failure(const Request& request);
    void leave(const std::shared_ptr<Request>& request);

    CodeStore m_codes;
    RosterService& m_roster;
    Timekeeper& m_timekeeper;
    PortalPort& m_portal;
    std::map<protocol::TechnicianId, std::shared_ptr<Request>> m_requests;
    std::map<Source, Failures> m_failures;
    std::map<protocol::TechnicianId, Fatigue> m_fatigue;
};

}  // namespace doorward::agent
