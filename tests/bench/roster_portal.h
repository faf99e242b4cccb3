#pragma once

#include "crypto/agreement.h"
#include "crypto/signature.h"
#include "desktop-client/link/link_message.h"
#include "platform/unix_socket.h"
#include "protocol/channel_handshake.h"
#include "protocol/device_message.h"
#include "protocol/ids.h"
#include "protocol/portal_message.h"
#include "protocol/roster_document.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::bench {

/// Where agents of the bench look for their portal, and who may carry for them.
inline constexpr std::string_view k_portal_host = "localhost";
inline constexpr uid_t k_link_user = 30003;

/// The portal of one workstation, played over link.sock: enrols it and gives it technicians whose phones it holds, so
/// that it knows their codes. Everyone may enter.
class RosterPortal {
public:
    RosterPortal(std::size_t technicians, std::uint16_t port);

    /// Enrols the agent whose sockets are in `run_folder` and sends the whole roster; the connection stays open.
    void enrol(const std::filesystem::path& run_folder);
    /// Acknowledges what the agent uploads until it is quiet.
    void settle();
    void disconnect() { m_link.reset(); }

    [[nodiscard]] std::size_t size() const { return m_technicians.size(); }
    [[nodiscard]] static std::string account(std::size_t technician);
    /// The portal's answer to a device's hello on any channel.
    [[nodiscard]] protocol::WelcomeMessage welcome(const protocol::SignedEnvelope& hello,
                                                   const protocol::ChannelNonce& nonce,
                                                   const protocol::ChannelBinding& binding) const;
    /// What the technician's phone shows at a time.
    [[nodiscard]] std::string code(std::size_t technician, std::int64_t unix_seconds) const;

private:
    struct Technician {
        protocol::TechnicianId id;
        crypto::PhoneAgreementKey agreement;
        protocol::PhoneRecord phone;
    };

    [[nodiscard]] Technician make_technician() const;
    [[nodiscard]] std::vector<protocol::RosterDocument> documents() const;
    void shake_hands();
    void send_roster();
    void send(const protocol::PortalMessage& message);
    void send_raw(const link::LinkMessage& message);
    [[nodiscard]] link::AgentMessage receive_raw();
    [[nodiscard]] protocol::DeviceMessage receive();
    /// What the agent sent to the portal; audit messages are answered.
    [[nodiscard]] protocol::DeviceMessage taken(const link::AgentMessage& raw);
    template <class Message>
    [[nodiscard]] Message wait_for();
    void acknowledge(const protocol::AuditMessage& message);

    std::uint16_t m_port;
    protocol::TeamId m_team;
    protocol::TenantId m_tenant;
    protocol::Incarnation m_incarnation;
    crypto::PortalSigningKey m_key = crypto::PortalSigningKey::generate();
    protocol::EnrolmentSecret m_secret = protocol::EnrolmentSecret::generate();
    std::optional<protocol::DeviceDocument> m_device;
    std::vector<Technician> m_technicians;
    std::optional<platform::BlockingUnixClient> m_link;
};

}  // namespace doorward::bench
