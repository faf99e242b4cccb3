#pragma once

#include "msp-portal/server/stores/device_store.h"
#include "protocol/may_sign_in.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// Why somebody is let in by a workstation that has not heard the newest roster, and would not be by one that has: what
/// may_sign_in misses today, or that a phone is gone whose codes still work there.
struct ExposureReason {
    std::optional<protocol::SignInRefusal> missing;  ///< nothing: a phone
};
[[nodiscard]] std::string_view to_string(const ExposureReason& reason);

/// One technician at one workstation.
struct Exposure {
    Named<protocol::TechnicianId> technician;
    bool technician_is_gone = false;  ///< from the tenant's roster: perhaps removed
    Named<protocol::DeviceId> device;
    Named<protocol::TenantId> tenant;
    ExposureReason reason;
    std::string account;
    std::int64_t held_revision = 0;
    std::int64_t newest_revision = 0;
    std::optional<protocol::Timestamp> last_seen_at;
    protocol::Timestamp until;  ///< at most
};

/// A workstation that holds a roster which the portal does not know any more: of its life before a restore, or of a
/// program that kept none. Whom it lets in, nobody can tell.
struct Unjudged {
    Named<protocol::DeviceId> device;
    Named<protocol::TenantId> tenant;
    std::optional<protocol::Timestamp> last_seen_at;
    protocol::Timestamp until;  ///< at most
};

struct ExposureView {
    std::vector<Exposure> exposures;  ///< by technician, customer, workstation
    std::vector<Unjudged> unjudged;   ///< by customer, workstation
};

namespace exposure_service {

/// Whoever a workstation would still let in by code, because it holds an older roster whose horizon has not passed.
/// Both answers are may_sign_in's, on the roster it holds and on the newest. Gone as soon as the workstation has
/// acknowledged a newer one, or its horizon passes. What a workstation alone can judge (its time of week, reasons) is
/// taken as met. Costs as much as there are workstations behind, in tenants where something was taken away.
[[nodiscard]] ExposureView all(platform::Database& database, const protocol::TeamId& team, protocol::Timestamp now);

struct Counts {
    std::int64_t workstations = 0;
    std::int64_t technicians = 0;
    std::int64_t unjudged = 0;  ///< workstations
};
[[nodiscard]] Counts counts(const ExposureView& view);

}  // namespace exposure_service
}  // namespace doorward::portal
