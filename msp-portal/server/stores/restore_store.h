#pragma once

#include "msp-portal/server/stores/team_store.h"
#include "protocol/channel_handshake.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// A team whose portal came back from a backup and whose administrators have not accepted that yet.
struct RestoredTeam {
    protocol::Timestamp restored_at;
    protocol::Incarnation life_before;  ///< the one the backup was made in
    std::optional<Named<protocol::TechnicianId>> first_by;
    std::optional<PersonId> first_person_id;
};

/// How a workstation's roster compares with the one in the backup.
enum class HeldRoster {
    None,       ///< it has none yet
    Same,       ///< the revision of the backup
    Older,      ///< it missed some before the backup was made
    Newer,      ///< it has changes that the backup lacks
    OtherLife,  ///< from a life that the backup knows nothing of: changes that it lacks, how many is not known
};
[[nodiscard]] std::string_view to_string(HeldRoster held);

struct RestoreReport {
    protocol::DeviceId device_id;
    std::string name;
    Named<protocol::TenantId> tenant;
    std::optional<protocol::Timestamp> reported_at;  ///< none: it has not come back
    HeldRoster roster = HeldRoster::None;
    std::int64_t revisions_lacking = 0;  ///< Newer: how many revisions the backup lacks
    std::int64_t events_lacking = 0;     ///< of its audit chain, now; it goes on sending them
};

namespace restore_store {

/// Every team waits, from the life that the store had until now.
void begin(UnitOfWork& unit);
/// Nothing where there is nothing to accept.
[[nodiscard]] std::optional<RestoredTeam> find(platform::Database& database, const protocol::TeamId& team);
[[nodiscard]] bool awaits_acceptance(platform::Database& database, const protocol::TeamId& team);

/// The first report of a device counts: what it held before it heard of this life.
void report(UnitOfWork& unit, const protocol::DeviceId& device, const protocol::HelloBody& hello);
/// By name; those that have not come back too.
[[nodiscard]] std::vector<RestoreReport> reports(platform::Database& database, const protocol::TeamId& team,
                                                 const protocol::Incarnation& life_before);
/// Keeps at most k_most_strangers.
void note_stranger(UnitOfWork& unit, const protocol::DeviceId& device);
[[nodiscard]] std::int64_t strangers(platform::Database& database);
inline constexpr std::int64_t k_most_strangers = 1000;

/// Of two who are needed, the first.
void accept_first(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TechnicianId& by,
                  const PersonId& person);
/// The team waits no longer. False where the store refuses one person as both.
[[nodiscard]] bool accept_last(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TechnicianId& by,
                               const PersonId& person);

}  // namespace restore_store
}  // namespace doorward::portal
