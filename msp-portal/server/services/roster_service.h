#pragma once

#include "crypto/signature.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/right_store.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/envelope.h"

#include <optional>

namespace doorward::portal {

/// Keeps the materialised rosters in step, in the unit of work that changed something, with work in proportion to what
/// changed. A roster holds what concerns signing in at its tenant: technicians only if a right reaches it. Who or what
/// leaves it replaces the tenant's secret, where there is one.
namespace roster_service {

void team_changed(UnitOfWork& unit, const protocol::TeamId& team);
void tenant_added(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TenantId& tenant);
void tenant_changed(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TenantId& tenant);
/// Mode or prefix: the tenant's own document, and the account names in its technicians'.
void accounts_changed(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TenantId& tenant);
/// Enrolled, renamed, suspended, resumed.
void device_changed(UnitOfWork& unit, const DeviceRecord& device);
void device_removed(UnitOfWork& unit, const DeviceRecord& device);
/// Invited, activated, renamed, disabled, enabled, another phone, other rights.
void technician_changed(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TechnicianId& technician);
void technician_removed(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TechnicianId& technician);
void right_granted(UnitOfWork& unit, const RightRecord& right);
/// Who it is for may reach more or fewer workstations by the right than before; their apps look again.
void right_reach_changed(UnitOfWork& unit, const RightRecord& right);
void role_changed(UnitOfWork& unit, const protocol::TeamId& team, const protocol::RoleDocument& role);
void role_removed(UnitOfWork& unit, const protocol::RoleId& role);
/// Proposed, accepted, retired. Only active ones stand in rosters, and only where they may concern a device.
void policy_changed(UnitOfWork& unit, const protocol::TeamId& team, const protocol::PolicyDocument& policy);
/// After the right is gone from the store.
void right_revoked(UnitOfWork& unit, const RightRecord& right);

/// What a device is told (WIRE.md section 4, sync).
struct Sync {
    std::int64_t from_revision = 0;
    bool full = false;
    roster_store::Changes changes;
    protocol::SignedEnvelope head;
    std::int64_t revision = 0;
};

struct HeadSigner {
    const crypto::PortalSigningKey& key;
    std::optional<crypto::PortalPublicKey> next_key;
};

/// The device's roster since `from_revision` (0: all of it), with a head signed now. Error::NotFound for a removed
/// device, Error::AwaitsAcceptance while the portal is restored and not accepted.
[[nodiscard]] Result<Sync> sync(platform::Database& database, const protocol::DeviceId& device,
                                std::int64_t from_revision, protocol::Timestamp now, const HeadSigner& signer);

}  // namespace roster_service
}  // namespace doorward::portal
