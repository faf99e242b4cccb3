#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"

#include <optional>
#include <string>

namespace doorward::portal {

struct EnrolmentTokenRecord {
    protocol::EnrolmentTokenId id;
    protocol::TeamId team_id;
    protocol::TenantId tenant_id;
    std::optional<std::string> label;
    std::int64_t uses_allowed = 1;
    std::int64_t uses = 0;
    protocol::Timestamp expires_at;
    std::optional<protocol::Timestamp> revoked_at;
    std::optional<Named<protocol::TechnicianId>> created_by;
    protocol::Timestamp created_at;
};

namespace enrolment_token_store {

void insert(UnitOfWork& unit, const EnrolmentTokenRecord& token, const crypto::Digest& secret_hash);
[[nodiscard]] std::optional<EnrolmentTokenRecord> find(platform::Database& database, const protocol::TeamId& team,
                                                       const protocol::EnrolmentTokenId& id);
[[nodiscard]] Page<EnrolmentTokenRecord> list(platform::Database& database, const protocol::TenantId& tenant,
                                              const PageRequest& page);
/// Takes one use, if the token is known, unexpired, not revoked and not used up: one statement, so that of many who try
/// at the same time exactly as many succeed as there are uses.
[[nodiscard]] std::optional<EnrolmentTokenRecord> use(UnitOfWork& unit, const crypto::Digest& secret_hash);
void revoke(UnitOfWork& unit, const protocol::EnrolmentTokenId& id);

}  // namespace enrolment_token_store
}  // namespace doorward::portal
