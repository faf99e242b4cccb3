#pragma once

#include "crypto/agreement.h"
#include "crypto/signature.h"
#include "platform/database.h"
#include "protocol/ids.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace doorward::agent {

/// The keys that are this workstation.
struct DeviceKeys {
    crypto::DeviceSigningKey signing;
    crypto::DeviceAgreementKey agreement;
};

/// What became of an enrolment: who we are, where the portal is and whom to believe there.
struct Enrolment {
    protocol::DeviceId device_id;
    protocol::TeamId team_id;
    protocol::TenantId tenant_id;
    std::string host;
    std::uint16_t port = 0;
    crypto::PortalPublicKey portal_key;
    std::optional<crypto::PortalPublicKey> next_portal_key;
    /// Where phones' passkeys belong; pinned by the first roster, never changed after.
    std::optional<std::string> rp_id;
    std::optional<std::string> origin;
};

/// Inside the caller's transaction where there is one.
class IdentityStore {
public:
    explicit IdentityStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] std::expected<std::optional<DeviceKeys>, platform::DatabaseError> keys();
    [[nodiscard]] std::expected<void, platform::DatabaseError> save_keys(const DeviceKeys& keys);
    [[nodiscard]] std::expected<std::optional<Enrolment>, platform::DatabaseError> enrolment();
    [[nodiscard]] std::expected<void, platform::DatabaseError> save_enrolment(const Enrolment& enrolment);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
