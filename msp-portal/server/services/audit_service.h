#pragma once

#include "msp-portal/server/stores/audit_store.h"
#include "msp-portal/server/stores/device_store.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// Something the portal did or refused, for its own chain of the team.
struct PortalEvent {
    protocol::TeamId team_id;
    std::string_view kind;  ///< a machine word
    protocol::AuditOutcome outcome = protocol::AuditOutcome::Success;
    std::optional<std::string> reason = std::nullopt;
    std::optional<protocol::TechnicianId> actor = std::nullopt;
    std::optional<protocol::TechnicianId> technician = std::nullopt;
    std::optional<protocol::TenantId> tenant = std::nullopt;
    std::optional<protocol::DeviceId> device = std::nullopt;
    std::string_view subject_kind = "";  ///< empty: none
    std::optional<protocol::Uuid> subject_id = std::nullopt;
    std::optional<std::string> subject_name = std::nullopt;
    std::optional<protocol::RequestId> request_id = std::nullopt;
    std::optional<std::string> remote_host = std::nullopt;
};

namespace audit_service {

/// Appends to the team's chain, in the unit of work that did what it tells of.
void record(UnitOfWork& unit, const PortalEvent& event);

/// Takes in a device's events, in order and each once: what is held already is skipped, what does not continue the
/// chain is refused as a whole (Error::ChainBroken). The value is the highest sequence held without a gap.
[[nodiscard]] Result<std::int64_t> ingest(UnitOfWork& unit, const DeviceRecord& device,
                                          std::span<const std::string> bodies, const protocol::SignedEnvelope& head);

/// Whether every chain of the store is whole: each event's hash, its place, and the hash before it. The sources of
/// those that are not.
[[nodiscard]] std::vector<protocol::Uuid> broken_chains(platform::Database& database);

}  // namespace audit_service
}  // namespace doorward::portal
