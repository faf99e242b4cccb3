#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/roster_document.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

struct TeamRecord {
    protocol::TeamId id;
    std::string name;
    std::string account_prefix;
    bool suspended = false;
    std::int64_t version = 1;
    protocol::Timestamp created_at;
    protocol::AccountMode account_mode = protocol::AccountMode::Named;  ///< of tenants that have no wish of their own
};

namespace entity {
struct Person;
}
/// Who is behind accounts; what needs two people compares these.
using PersonId = protocol::Id<entity::Person>;

namespace team_store {

void insert(UnitOfWork& unit, const TeamRecord& team);
[[nodiscard]] std::optional<TeamRecord> find(platform::Database& database, const protocol::TeamId& id);
[[nodiscard]] std::vector<TeamRecord> all(platform::Database& database);
void update(UnitOfWork& unit, const TeamRecord& team);

void insert_owner(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TechnicianId& technician);
[[nodiscard]] std::optional<protocol::TechnicianId> owner(platform::Database& database, const protocol::TeamId& team);

/// The person behind an address, made if unknown; without an address always a new one.
[[nodiscard]] PersonId person_for(UnitOfWork& unit, const std::optional<std::string>& email);

/// People who could decide on changes now: active, with a working passkey and a right of administration in force.
[[nodiscard]] std::int64_t administrators(platform::Database& database, const protocol::TeamId& team,
                                          protocol::Timestamp now);
/// Active technicians who may decide on changes now, with a passkey or not, ascending.
[[nodiscard]] std::vector<protocol::TechnicianId> administering(platform::Database& database,
                                                                const protocol::TeamId& team, protocol::Timestamp now);
/// Whether this person may apply alone what otherwise needs two: nobody else could accept it, and nobody who could has
/// been put out lately.
[[nodiscard]] bool may_act_alone(platform::Database& database, const protocol::TeamId& team, const PersonId& person,
                                 protocol::Timestamp now);
void hold_off_acting_alone(UnitOfWork& unit, const protocol::TeamId& team);

/// Permissions of administration the technician holds now, ascending, each once.
[[nodiscard]] std::vector<std::string> administration_permissions(platform::Database& database,
                                                                  const protocol::TeamId& team,
                                                                  const protocol::TechnicianId& technician,
                                                                  protocol::Timestamp now);

}  // namespace team_store
}  // namespace doorward::portal
