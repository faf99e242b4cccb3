#pragma once

#include "crypto/signature.h"
#include "desktop-client/agent/services/account_coordinator.h"
#include "desktop-client/agent/services/approval_service.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/backoff.h"
#include "desktop-client/agent/services/break_glass_service.h"
#include "desktop-client/agent/services/log_witness.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/session_service.h"
#include "desktop-client/agent/services/store_key_file.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/link/link_message.h"
#include "protocol/channel_handshake.h"
#include "protocol/enrolment.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::agent {

/// The process that carries texts to the portal; a seam. It knows nothing and is believed nothing.
class LinkPort {
public:
    virtual ~LinkPort() = default;
    [[nodiscard]] virtual bool is_present() const = 0;
    virtual void post(const link::AgentMessage& message) = 0;
};

enum class EnrolOutcome {
    Enrolled,
    AlreadyEnrolled,
    InProgress,
    TokenRefused,
    NameTaken,
    NoLink,  ///< doorward-link has not come, though it was waited for
    Unreachable,
    PortalNotGenuine,  ///< another portal than the token's answered
    Refused,
    NotStored,
};
[[nodiscard]] std::string_view to_string(EnrolOutcome outcome);

/// How this workstation presents itself when it enrols.
struct DeviceDescription {
    std::string name;
    std::string operating_system;
    protocol::DeviceKind kind = protocol::DeviceKind::NonDomain;
};

enum class ChannelState { NoLink, NotEnrolled, Waiting, Connecting, Handshake, Up };
[[nodiscard]] std::string_view to_string(ChannelState state);

/// The conversation with the portal (WIRE.md, section 4): proves both ends over the TLS exporter, takes the roster,
/// carries sign-in requests, hands over the audit chain in order,
/// looks at the head of the portal's log. Decides when to connect; after a failure it waits a
/// random time up to a bound that doubles.
class ChannelService final : public PortalPort {
public:
    ChannelService(RosterService& roster, AuditService& audit, LogWitness& witness, Timekeeper& timekeeper,
                   AccountCoordinator& accounts, SessionService& sessions, const StoreKeyFile& keys, LinkPort& link,
                   boost::asio::any_io_executor executor);

    /// Set once, before anything arrives.
    void serve(ApprovalService& approvals, BreakGlassService& break_glass) {
        m_approvals = &approvals;
        m_break_glass = &break_glass;
    }

    void link_came();
    void link_went();
    void link_said(const link::LinkMessage& message);

    /// Waits up to k_link_patience for a link that is still starting. `done` is called exactly once.
    static constexpr std::chrono::seconds k_link_patience{5};
    void enrol(protocol::EnrolmentToken token, DeviceDescription description, std::function<void(EnrolOutcome)> done);
    /// Connects at once instead of after the wait.
    void connect_now();
    /// Something the portal is told about has changed.
    void status_changed();
    /// There is something new in the audit chain.
    void upload_soon();

    [[nodiscard]] bool is_up() const override { return m_state == ChannelState::Up; }
    void send(const protocol::DeviceMessage& message) override;
    [[nodiscard]] ChannelState state() const { return m_state; }
    /// The portal has the statement about our removal, and it holds.
    [[nodiscard]] bool removal_taken() const { return m_removal_taken; }
    [[nodiscard]] const std::string& last_problem() const { return m_last_problem; }

private:
    struct Enrolling {
        protocol::EnrolmentToken token;
        DeviceDescription description;
        std::function<void(EnrolOutcome)> done;
    };

    void schedule();
    void connect();
    void drop(std::string_view problem);
    void went_down(std::string_view problem);
    void finish_enrolling(EnrolOutcome outcome);

    void handle(const protocol::PortalMessage& message);
    void on(const protocol::ChallengeMessage& message);
    void on(const protocol::WelcomeMessage& message);
    void on(const protocol::GoodbyeMessage& message);
    void on(const protocol::EnrolledMessage& message);
    void on(const protocol::EnrolRefusedMessage& message);
    void on(protocol::SyncMessage message);
    void on(const protocol::SignInStateMessage& message) { m_approvals->on_state(message); }
    void on(const protocol::SignInAnswerMessage& message) { m_approvals->on_answer(message); }
    void on(const protocol::AuditAcknowledgedMessage& message);
    void on(const protocol::LogHeadMessage& message);
    void on(const protocol::BreakGlassOrderMessage& message);
    void on(const protocol::RemovalTakenMessage&) { m_removal_taken = true; }

    void send_enrolment();
    void ready();
    void apply(const RosterUpdate& update);

    void upload();
    void ask_for_log_head();
    void send_status();

    RosterService& m_roster;
    AuditService& m_audit;
    LogWitness& m_witness;
    Timekeeper& m_timekeeper;
    AccountCoordinator& m_accounts;
    SessionService& m_sessions;
    const StoreKeyFile& m_keys;
    LinkPort& m_link;
    ApprovalService* m_approvals = nullptr;
    BreakGlassService* m_break_glass = nullptr;
    boost::asio::any_io_executor m_executor;
    boost::asio::steady_timer m_reconnect;
    boost::asio::steady_timer m_handshake;
    boost::asio::steady_timer m_link_wait;
    boost::asio::steady_timer m_status_pause;
    boost::asio::steady_timer m_upload_pause;

    ChannelState m_state = ChannelState::NoLink;
    bool m_closing = false;  ///< asked the link to close; what still arrives is of the old connection
    Backoff m_backoff;
    std::int64_t m_up_since = 0;
    std::string m_last_problem;
    std::optional<Enrolling> m_enrolling;
    protocol::ChannelBinding m_binding{};
    std::optional<protocol::HelloBody> m_hello;
    std::optional<protocol::Incarnation> m_welcomed;
    std::optional<RosterUpdate> m_partial;
    std::size_t m_partial_bytes = 0;
    bool m_upload_in_flight = false;
    bool m_upload_waiting = false;
    bool m_log_head_awaited = false;
    std::optional<std::int64_t> m_log_head_asked_at;  ///< boot time, on this connection
    bool m_status_waiting = false;
    bool m_status_due = false;
    bool m_removal_taken = false;
};

}  // namespace doorward::agent
