#pragma once

#include "msp-portal/server/stores/device_store.h"
#include "protocol/may_sign_in.h"
#include "protocol/portal_message.h"
#include "protocol/sign_in_request.h"

#include <string>
#include <vector>

namespace doorward::portal {

/// The portal's use of protocol::may_sign_in (I9). What a workstation alone can judge - its local time of week, reason,
/// ticket, approvals - is left to it: the portal never says no because of those.
namespace sign_in_rules {

/// Whether the request's technician may be asked (Waiting), by the roster of its tenant. A workstation speaks for
/// itself only under the names it has now: the phone shows them.
[[nodiscard]] protocol::SignInProgress may_ask(const protocol::Roster& roster, const protocol::SignInRequest& request,
                                               protocol::Timestamp now);

/// Of what may be missing.
[[nodiscard]] bool is_judged_by_workstation(protocol::SignInRefusal refusal);

/// What keeps this technician from this device, of what the portal can judge; nothing where they may pass.
[[nodiscard]] std::optional<protocol::SignInRefusal> missing(const protocol::Roster& roster,
                                                             const protocol::TechnicianId& technician,
                                                             const protocol::DeviceId& device, protocol::Timestamp now);

/// A tenant's roster as far as one technician needs it, without devices.
[[nodiscard]] std::vector<protocol::RosterDocument> documents_for(platform::Database& database,
                                                                  const protocol::TeamId& team,
                                                                  const protocol::TenantId& tenant,
                                                                  const protocol::TechnicianId& technician);
[[nodiscard]] protocol::Roster roster_of(std::vector<protocol::RosterDocument> documents);

struct Enterable {
    DeviceRecord device;
    protocol::CodeScheme code_scheme = protocol::CodeScheme::PerMachine;
    std::string account;
};

/// The workstations this technician may enter now, by customer and name.
[[nodiscard]] std::vector<Enterable> enterable_by(platform::Database& database, const protocol::TeamId& team,
                                                  const protocol::TechnicianId& technician, protocol::Timestamp now);

}  // namespace sign_in_rules
}  // namespace doorward::portal
