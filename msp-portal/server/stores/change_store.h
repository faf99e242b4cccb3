#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "msp-portal/server/stores/team_store.h"
#include "protocol/assertion.h"

#include <optional>
#include <string>
#include <string_view>

namespace doorward::portal {

enum class ChangeKind {
    RightGrant,
    TechnicianEnable,
    TenantOfflineDays,
    TenantLongestSession,
    TenantResume,
    DeviceResume,
    PhonePairing,
    AdministratorPasskey,
    TenantCodeScheme,         ///< to the weaker one
    WorkstationConfirmation,  ///< that they may have the tenant's secret
    DepartmentJoin,
    DeviceGroupJoin,
    RoleWiden,
    PolicyActivate,  ///< a new policy, or a new version of one
};
[[nodiscard]] std::string_view to_string(ChangeKind kind);

enum class ChangeState { Pending, Accepted, Rejected, Withdrawn, AppliedAlone };
[[nodiscard]] std::string_view to_string(ChangeState state);
[[nodiscard]] std::optional<ChangeState> parse_change_state(std::string_view text);

/// Whom or what a change concerns.
enum class ChangeSubject { Technician, Department, Everyone, Tenant, Device, DeviceGroup, Role, Policy };
[[nodiscard]] std::string_view to_string(ChangeSubject subject);

/// Who decides, and as which person.
struct Decider {
    protocol::TechnicianId technician_id;
    PersonId person_id;
};

struct Decision {
    ChangeState state = ChangeState::Rejected;
    Decider by;
    std::optional<std::string> reason;             ///< of a rejection
    std::optional<protocol::Assertion> assertion;  ///< of an acceptance, verified by the caller
};

struct ChangeRecord {
    protocol::ChangeId id;
    protocol::TeamId team_id;
    ChangeKind kind = ChangeKind::RightGrant;
    ChangeSubject subject_kind = ChangeSubject::Everyone;
    std::optional<protocol::Uuid> subject_id;
    std::string payload;  ///< the exact bytes the digest is over
    crypto::Digest digest;
    ChangeState state = ChangeState::Pending;
    Named<protocol::TechnicianId> author;
    PersonId author_person_id;
    std::optional<Named<protocol::TechnicianId>> decided_by;
    std::optional<std::string> reason;
    protocol::Timestamp created_at;
    std::optional<protocol::Timestamp> decided_at;
};

namespace change_store {

/// Pending, or applied alone. The schema refuses any other start.
void insert(UnitOfWork& unit, const ChangeRecord& change);
[[nodiscard]] std::optional<ChangeRecord> find(platform::Database& database, const protocol::TeamId& team,
                                               const protocol::ChangeId& id);
/// The schema itself refuses acceptance by the author's own person or without a signature (Error::NotAnotherPerson),
/// and a second decision.
[[nodiscard]] Result<void> decide(UnitOfWork& unit, const protocol::ChangeId& id, const Decision& decision);
[[nodiscard]] Page<ChangeRecord> list(platform::Database& database, const protocol::TeamId& team,
                                      std::optional<ChangeState> state, const PageRequest& page);
/// Pending ones about a technician end when the technician goes.
[[nodiscard]] std::vector<ChangeRecord> pending_about(platform::Database& database, const protocol::TeamId& team,
                                                      const protocol::Uuid& subject);

/// All that wait, oldest first.
[[nodiscard]] std::vector<ChangeRecord> pending(platform::Database& database, const protocol::TeamId& team);
[[nodiscard]] std::vector<ChangeRecord> pending_of(platform::Database& database, const protocol::TeamId& team,
                                                   const protocol::TechnicianId& author);

}  // namespace change_store
}  // namespace doorward::portal
