#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/roster_document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// The materialised rosters: what each tenant's devices are sent. A change bumps the tenant's revision once per unit of
/// work; writing a document that says the same as before changes nothing.
namespace roster_store {

void put(UnitOfWork& unit, const protocol::TenantId& tenant, const protocol::DocumentContent& content);
void remove(UnitOfWork& unit, const protocol::TenantId& tenant, const protocol::DocumentId& document);
[[nodiscard]] bool holds(platform::Database& database, const protocol::TenantId& tenant,
                         const protocol::DocumentId& document);
/// The tenants whose rosters hold the document now.
[[nodiscard]] std::vector<protocol::TenantId> tenants_holding(platform::Database& database,
                                                              const protocol::DocumentId& document);
[[nodiscard]] std::int64_t revision(platform::Database& database, const protocol::TenantId& tenant);

[[nodiscard]] std::optional<protocol::RosterDocument> find(platform::Database& database,
                                                           const protocol::TenantId& tenant,
                                                           const protocol::DocumentId& document);
[[nodiscard]] std::vector<protocol::RosterDocument> of_kind(platform::Database& database,
                                                            const protocol::TenantId& tenant,
                                                            protocol::DocumentKind kind);

/// Two halves of a roster as it was: the documents that were replaced or removed since `revision`, as they stood then
/// (kept while a workstation may hold them), and those that are as they were.
[[nodiscard]] std::vector<protocol::RosterDocument> replaced_since(platform::Database& database,
                                                                   const protocol::TenantId& tenant,
                                                                   std::int64_t revision);
[[nodiscard]] std::vector<protocol::RosterDocument> unchanged_since(platform::Database& database,
                                                                    const protocol::TenantId& tenant,
                                                                    std::int64_t revision);

struct Changes {
    std::vector<protocol::RosterDocument> documents;
    std::vector<protocol::DocumentId> removed;
};
/// What `device` lacks since `revision`; since 0 everything, and nothing removed.
[[nodiscard]] Changes changes_since(platform::Database& database, const protocol::TenantId& tenant,
                                    const protocol::DeviceId& device, std::int64_t revision);

/// What anybody lacks since `revision`, all devices' documents included.
[[nodiscard]] Changes changes_since(platform::Database& database, const protocol::TenantId& tenant,
                                    std::int64_t revision);

[[nodiscard]] crypto::Digest state_hash(platform::Database& database, const protocol::TenantId& tenant,
                                        const protocol::DeviceId& device);

}  // namespace roster_store
}  // namespace doorward::portal
