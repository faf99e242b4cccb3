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

struct Ingested {
    std::int64_t sequence = 0;  ///< the highest that is held without a gap
    std::optional<std::int64_t>
        forked_at;  ///< the first event the device tells otherwise, signed by it; nothing is taken
    friend bool operator==(const Ingested&, const Ingested&) = default;
};
/// Takes in a device's events, in order and each once: what is held already is skipped; what is no chain, not signed,
/// or of another tenant, is refused as a whole (Error::ChainBroken).
[[nodiscard]] Result<Ingested> ingest(UnitOfWork& unit, const DeviceRecord& device, std::span<const std::string> bodies,
                                      const protocol::SignedEnvelope& head);

/// Whether every chain of the store is whole: each event's hash, its place, and the hash before it. The sources of
/// those that are not.
[[nodiscard]] std::vector<protocol::Uuid> broken_chains(platform::Database& database);

}  // namespace audit_service
}  // namespace doorward::portal
