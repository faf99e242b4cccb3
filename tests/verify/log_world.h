#pragma once

#include "crypto/merkle_tree.h"
#include "protocol/audit_event.h"
#include "protocol/audit_log.h"
#include "protocol/log_export.h"
#include "protocol/portal_event.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace doorward::tests {

template <class SomeId>
[[nodiscard]] SomeId numbered_id(std::uint8_t number) {
    return SomeId::make({1'790'000'000'000}, std::array<std::uint8_t, 10>{9, 8, 7, 6, 5, 4, 3, 2, 1, number});
}

[[nodiscard]] inline std::shared_ptr<const crypto::DeviceSigningKey> new_device_key() {
    return std::make_shared<crypto::DeviceSigningKey>(crypto::DeviceSigningKey::generate());
}

// A team with workstations whose logs are written as the portal and the agents do, and exported as WIRE.md says: from
// the outside, without any of their code.
// A copy has the same keys: another story of the same team.
class LogWorld {
public:
    struct Device {
        std::shared_ptr<const crypto::DeviceSigningKey> key = new_device_key();
        protocol::DeviceId id;
        protocol::TenantId tenant;
        protocol::ChainPosition position = protocol::empty_chain();
    };
    struct Recorded {
        protocol::LogName log;
        protocol::ExportEvent event;
    };

    // A new workstation of the tenant.
    std::size_t add_device(std::uint8_t tenant);
    void device_event(std::size_t device);
    // About a tenant, or about none.
    void portal_event(std::optional<std::uint8_t> tenant);
    // A few of each, in turn.
    void busy_day(int rounds);

    [[nodiscard]] protocol::TenantId tenant(std::uint8_t number) const {
        return numbered_id<protocol::TenantId>(number);
    }
    [[nodiscard]] protocol::LogName log(std::optional<std::uint8_t> number) const;
    [[nodiscard]] protocol::SignedEnvelope head_of(const protocol::LogName& log) const;
    [[nodiscard]] protocol::SignedEnvelope head_of(const Device& device) const;
    // The lines; of one tenant, or of all.
    [[nodiscard]] std::vector<std::string> exported(std::optional<std::uint8_t> only = std::nullopt) const;

    std::shared_ptr<const crypto::PortalSigningKey> portal_key =
        std::make_shared<crypto::PortalSigningKey>(crypto::PortalSigningKey::generate());
    protocol::TeamId team = numbered_id<protocol::TeamId>(200);
    std::vector<Device> devices;
    std::vector<Recorded> events;

private:
    void receive(protocol::EventSource source, const protocol::LogName& log, std::string body);

    protocol::ChainPosition m_portal = protocol::empty_chain();
    std::int64_t m_now = 1'790'000'000'000;
};

}  // namespace doorward::tests
