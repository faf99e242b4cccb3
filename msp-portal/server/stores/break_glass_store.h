#pragma once

#include "msp-portal/server/stores/technician_store.h"
#include "protocol/break_glass.h"

#include <array>
#include <optional>
#include <vector>

namespace doorward::portal {

/// An administrator's passkey with its agreement key, and whose it is.
struct CustodianKeyRecord {
    AdminPasskey passkey;
    Named<protocol::TechnicianId> technician;
    PersonId person_id;
    protocol::CustodianPublicKey agreement_key;
    protocol::Assertion proof;
    protocol::Timestamp created_at;
};

enum class BreakGlassState {
    Ordered,  ///< the workstation has not answered yet
    Ready,    ///< its halves are here, sealed
    Used,
    Replaced,  ///< by a newer order
};
[[nodiscard]] std::string_view to_string(BreakGlassState state);

struct BreakGlassRecord {
    protocol::BreakGlassId id;
    protocol::DeviceId device_id;
    protocol::TeamId team_id;
    BreakGlassState state = BreakGlassState::Ordered;
    std::array<AdminPasskeyId, 2> passkeys;
    Named<protocol::TechnicianId> ordered_by;
    protocol::Timestamp ordered_at;
    std::optional<protocol::SignedEnvelope> answer;
    std::optional<protocol::Timestamp> made_at;
    std::optional<protocol::Timestamp> used_at;
};

namespace break_glass_store {

/// In place of an older key of that passkey. Error::KeyTaken where another passkey has it.
[[nodiscard]] Result<void> put_key(UnitOfWork& unit, const AdminPasskeyId& passkey,
                                   const protocol::CustodianPublicKey& key, const protocol::Assertion& proof);
[[nodiscard]] std::optional<CustodianKeyRecord> key(platform::Database& database, const AdminPasskeyId& passkey);
/// Of working passkeys of active technicians, by name; the newest of each technician.
[[nodiscard]] std::vector<CustodianKeyRecord> keys_of_team(platform::Database& database, const protocol::TeamId& team);

/// Replaces what there is for the device. Error::NotAnotherPerson where both keys are one person's.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const BreakGlassRecord& record);
/// The latest of the device, whatever its state.
[[nodiscard]] std::optional<BreakGlassRecord> latest(platform::Database& database, const protocol::DeviceId& device);
/// False unless that order waits for it.
[[nodiscard]] bool answered(UnitOfWork& unit, const protocol::BreakGlassId& id, const protocol::SignedEnvelope& answer,
                            protocol::Timestamp made_at);
/// False where it was known already, or is none of the device's.
[[nodiscard]] bool used(UnitOfWork& unit, const protocol::DeviceId& device, const protocol::BreakGlassId& id,
                        protocol::Timestamp at);

}  // namespace break_glass_store
}  // namespace doorward::portal
