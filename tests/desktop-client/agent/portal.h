#pragma once

#include "crypto/agreement.h"
#include "crypto/one_time_code.h"
#include "crypto/signature.h"
#include "desktop-client/link/link_message.h"
#include "platform/unix_socket.h"
#include "protocol/audit_event.h"
#include "protocol/device_message.h"
#include "protocol/portal_message.h"
#include "protocol/roster.h"
#include "protocol/roster_document.h"
#include "protocol/roster_head.h"
#include "protocol/sign_in_request.h"
#include "tests/desktop-client/agent/workstation.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace doorward::tests {

template <class SomeId>
[[nodiscard]] SomeId new_id() {
    static std::uint8_t number = 0;
    return SomeId::make({FakeClock::k_start}, std::array<std::uint8_t, 10>{1, 2, 3, 4, 5, 6, 7, 8, 9, ++number});
}

/// A phone with an EdDSA passkey and an agreement key, made by hand.
class Phone {
public:
    explicit Phone(std::uint32_t serial = 1);

    [[nodiscard]] protocol::PhoneRecord record(const protocol::TeamId& team,
                                               const protocol::TechnicianId& technician) const;
    [[nodiscard]] protocol::Assertion approve(std::string_view request_body, int number) const;
    /// The code of a time, by the phone's own computation.
    [[nodiscard]] std::string code(const protocol::TenantId& tenant, const crypto::DeviceAgreementPublicKey& device,
                                   std::int64_t milliseconds) const;
    /// To a question of eight digits.
    [[nodiscard]] std::string answer(const protocol::TenantId& tenant, const crypto::DeviceAgreementPublicKey& device,
                                     std::string_view question) const;

    protocol::PhoneId id = new_id<protocol::PhoneId>();
    bool verifies_user = true;

private:
    [[nodiscard]] protocol::Assertion assert_for(const crypto::Digest& challenge) const;

    std::uint32_t m_serial;
    crypto::PhoneAgreementKey m_agreement = crypto::PhoneAgreementKey::generate();
    std::array<std::uint8_t, 32> m_public{};
    std::array<std::uint8_t, 64> m_secret{};
    crypto::Bytes m_credential;
};

/// The other end of the device channel, reached as doorward-link does: through link.sock, with a signing key of the
/// test.
class Portal {
public:
    Portal();

    /// Takes the agent's wish to connect and proves itself; the hello it got.
    protocol::HelloBody accept(const Workstation& workstation);
    /// Connects to link.sock without doing anything.
    void attach(const Workstation& workstation);
    void detach() { m_link.reset(); }
    /// Cuts the network: the link tells the agent.
    void cut();

    /// Everything up to the first sync, through `doorward enrol`.
    void enrol(const Workstation& workstation);
    [[nodiscard]] std::string token() const;

    void send(const protocol::PortalMessage& message);
    /// Of the type asked for; status and audit messages in between are taken care of.
    template <class Message>
    [[nodiscard]] Message wait_for() {
        for (;;) {
            auto message = receive();
            if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
        }
    }
    /// As a portal that was restored from a backup: it holds the audit chain up to `sequence` only.
    void lose_audit_after(std::int64_t sequence);
    /// Answers audit messages and returns when the agent's head is `sequence` or later.
    void take_audit(std::int64_t sequence);
    [[nodiscard]] protocol::DeviceMessage receive();
    [[nodiscard]] link::AgentMessage receive_raw();
    void send_raw(const link::LinkMessage& message);

    /// Sends what changed since the last time; the answer.
    protocol::DeviceMessage sync();
    protocol::DeviceMessage sync_full();
    [[nodiscard]] protocol::SyncMessage make_sync(bool full);
    [[nodiscard]] protocol::SignedEnvelope sign_head(const protocol::RosterHead& head) const;
    [[nodiscard]] protocol::RosterHead make_head();
    [[nodiscard]] protocol::WelcomeBody make_welcome(const protocol::HelloBody& hello) const;

    // The roster; change it, then sync().
    protocol::TeamDocument team;
    protocol::TenantDocument tenant;
    std::optional<protocol::DeviceDocument> device;
    std::optional<protocol::DeviceCodesDocument> codes;  ///< where the workstation was confirmed
    std::vector<protocol::TechnicianDocument> technicians;
    std::vector<protocol::RoleDocument> roles;
    std::vector<protocol::RightDocument> rights;
    std::vector<protocol::PolicyDocument> policies;

    protocol::Incarnation incarnation = new_id<protocol::Incarnation>();
    std::int64_t revision = 0;
    std::int64_t time = FakeClock::k_start;
    std::int64_t offline_until = FakeClock::k_start + 14LL * 24 * 60 * 60 * 1000;
    crypto::PortalSigningKey key = crypto::PortalSigningKey::generate();
    std::optional<crypto::PortalPublicKey> next_key;
    Phone phone;
    bool acknowledges = true;
    std::optional<protocol::QuarantineReason> quarantine;   ///< told in the welcome
    std::optional<protocol::ChainPosition> released_chain;  ///< likewise

    std::optional<protocol::HelloBody> hello;
    std::vector<std::string> audit;  ///< bodies, in the order they came, each once
    std::optional<protocol::StatusMessage> status;

    [[nodiscard]] std::vector<protocol::AuditEvent> events() const;
    /// How much of the audit chain has come.
    [[nodiscard]] const protocol::ChainPosition& chain() const { return m_chain; }
    [[nodiscard]] std::string code(std::int64_t milliseconds) const;
    [[nodiscard]] std::string answer(std::string_view question) const;
    /// One secret for the whole tenant, sealed to the workstation; what was there before stays until `old_until`, or
    /// goes.
    void give_tenant_secret(std::optional<std::int64_t> old_until = std::nullopt);
    /// By any authenticator app: of the newest secret, or of one before it.
    [[nodiscard]] std::string tenant_code(std::int64_t milliseconds, std::size_t secrets_ago = 0) const;
    [[nodiscard]] protocol::TechnicianDocument make_technician(const std::string& username,
                                                               const std::vector<const Phone*>& phones) const;

private:
    [[nodiscard]] std::map<std::string, protocol::RosterDocument> documents() const;
    void take(const protocol::AuditMessage& message);

    std::optional<platform::BlockingUnixClient> m_link;
    protocol::ChannelBinding m_binding{};
    protocol::ChannelNonce m_nonce{};
    protocol::EnrolmentSecret m_secret = protocol::EnrolmentSecret::generate();
    std::map<std::string, protocol::RosterDocument> m_sent;
    protocol::ChainPosition m_chain = protocol::empty_chain();
    std::vector<crypto::TenantTotpSecret> m_tenant_secrets;
};

}  // namespace doorward::tests
