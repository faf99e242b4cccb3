#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/tenant_limit.h"
#include "msp-portal/server/stores/change_store.h"
#include "msp-portal/server/stores/tenant_store.h"

#include <optional>
#include <string>

namespace doorward::portal {

namespace tenant_service {

[[nodiscard]] Result<TenantRecord> create(UnitOfWork& unit, const Actor& actor, const std::string& name);

/// `version` as last seen; Error::VersionOutdated otherwise.
struct Seen {
    protocol::TenantId id;
    std::int64_t version = 0;
};
[[nodiscard]] Result<TenantRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen,
                                          const std::string& name);

struct SettingsResult {
    TenantRecord tenant;
    std::optional<ChangeRecord> change;  ///< where more was wished for
};
[[nodiscard]] Result<SettingsResult> set_limit(UnitOfWork& unit, const Actor& actor, const Seen& seen,
                                               const TenantLimit& limit, int number);

/// Neither lets anybody in nor keeps anybody out: one person's to say.
[[nodiscard]] Result<SettingsResult> set_homes(UnitOfWork& unit, const Actor& actor, const Seen& seen,
                                               protocol::HomeKeeping homes);

[[nodiscard]] Result<TenantRecord> suspend(UnitOfWork& unit, const Actor& actor, const protocol::TenantId& id);
[[nodiscard]] Result<ChangeRecord> resume(UnitOfWork& unit, const Actor& actor, const protocol::TenantId& id);

}  // namespace tenant_service
}  // namespace doorward::portal
