#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/stores/department_store.h"

#include <optional>
#include <string>

namespace doorward::portal::department_service {

struct Seen {
    protocol::DepartmentId id;
    std::int64_t version = 0;
};

[[nodiscard]] Result<DepartmentRecord> create(UnitOfWork& unit, const Actor& actor, const std::string& name);
[[nodiscard]] Result<DepartmentRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen,
                                              const std::string& name);
/// At once, with its rights, its place in policies, and what waits about it. Error::NameNotConfirmed unless `name` is
/// its name.
[[nodiscard]] Result<void> remove(UnitOfWork& unit, const Actor& actor, const protocol::DepartmentId& id,
                                  const std::string& name);

/// A change where membership carries something, or is about to; else at once. Nothing for who is a member already.
[[nodiscard]] Result<std::optional<ChangeRecord>> add_member(UnitOfWork& unit, const Actor& actor,
                                                             const protocol::DepartmentId& id,
                                                             const protocol::TechnicianId& technician);
/// At once. Error::NotFound for who is no member.
[[nodiscard]] Result<void> remove_member(UnitOfWork& unit, const Actor& actor, const protocol::DepartmentId& id,
                                         const protocol::TechnicianId& technician);

/// What an accepted DepartmentJoin does.
[[nodiscard]] Result<void> join(UnitOfWork& unit, const ChangeRecord& change, const ChangePayload& payload);

}  // namespace doorward::portal::department_service
