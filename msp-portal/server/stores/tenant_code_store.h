#pragma once

#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/team_store.h"
#include "protocol/audit_event.h"
#include "protocol/tenant_code.h"

#include <optional>
#include <set>
#include <vector>

namespace doorward::portal {

/// A secret of a tenant's codes, as the store keeps it: sealed with a key that is elsewhere.
struct TenantSecretRecord {
    protocol::TenantSecretName name;
    crypto::Bytes sealed;
    protocol::Timestamp made_at;
    std::optional<protocol::Timestamp> ends_at;  ///< where another one has taken its place
};

struct TenantSecretReading {
    Named<protocol::TechnicianId> technician;
    protocol::Timestamp at;
};

namespace tenant_code_store {

void insert(UnitOfWork& unit, const TenantSecretRecord& secret);
/// The one in use first; those whose time is over, too.
[[nodiscard]] std::vector<TenantSecretRecord> secrets_of(platform::Database& database,
                                                         const protocol::TenantId& tenant);
void end_secret(UnitOfWork& unit, const protocol::TenantSecretId& secret, protocol::Timestamp at);
void forget_secret(UnitOfWork& unit, const protocol::TenantSecretId& secret);

void confirm(UnitOfWork& unit, const protocol::DeviceId& device, const protocol::ChangeId& change);
void unconfirm(UnitOfWork& unit, const protocol::DeviceId& device);
[[nodiscard]] bool is_confirmed(platform::Database& database, const protocol::DeviceId& device);
[[nodiscard]] std::set<protocol::DeviceId> confirmed_of(platform::Database& database, const protocol::TenantId& tenant);

/// False where this technician was shown it before.
[[nodiscard]] bool note_reading(UnitOfWork& unit, const protocol::TenantSecretId& secret,
                                const protocol::TechnicianId& technician);
[[nodiscard]] std::vector<TenantSecretReading> readings_of(platform::Database& database,
                                                           const protocol::TenantSecretId& secret);

struct EndedRight {
    protocol::RightId id;
    protocol::TeamId team_id;
    protocol::Timestamp ended_at;
};
/// Rights whose own date passed while a secret that their team has in use was known.
[[nodiscard]] std::vector<EndedRight> rights_ended(platform::Database& database, protocol::Timestamp now);

/// Another workstation of the tenant that took the same code before: an alarm.
[[nodiscard]] std::optional<protocol::DeviceId> note_use(UnitOfWork& unit, const DeviceRecord& device,
                                                         const protocol::CodeUse& use);
[[nodiscard]] std::int64_t alarms_since(platform::Database& database, const protocol::TeamId& team,
                                        protocol::Timestamp since);

}  // namespace tenant_code_store
}  // namespace doorward::portal
