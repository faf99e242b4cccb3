#include "msp-portal/server/services/tenant_rosters.h"

#include "msp-portal/server/services/sign_in_rules.h"
#include "msp-portal/server/stores/roster_store.h"

#include <utility>

namespace doorward::portal {

using namespace protocol;

namespace {

RosterChanges changes_for(platform::Database& database, const Roster& roster, std::int64_t held, std::int64_t revision,
                          const SignInRequest& request) {
    RosterChanges changes;
    if (revision != held) {
        auto changed = roster_store::changes_since(database, request.tenant_id, held);
        std::erase_if(changed.documents, [&](const RosterDocument& document) {
            if (document.id.kind == DocumentKind::DeviceCodes) return true;
            return document.id.kind == DocumentKind::Device && roster.device(DeviceId(document.id.uuid)) == nullptr;
        });
        changes = {std::move(changed.documents), std::move(changed.removed)};
    }
    if (roster.device(request.device_id) == nullptr) {
        auto device = roster_store::find(database, request.tenant_id, document_id(request.device_id));
        if (device) changes.documents.push_back(std::move(*device));
    }
    return changes;
}

// All or nothing: what cannot be applied leaves the roster behind, and nobody is judged by it.
void apply(Roster& roster, const RosterChanges& changes) {
    if (changes.documents.empty() && changes.removed.empty()) return;
    if (auto applied = roster.apply(changes); !applied) {
        throw StoreFailure(platform::DatabaseError::Corrupt, to_string(applied.error()));
    }
}

}  // namespace

TenantRosters::TenantRosters(Store& store)
    : m_watch(store.watches().watch({"roster_document"}, [this] {
          const std::lock_guard lock(m_mutex);
          ++m_commits;
      })) {}

std::optional<SignInProgress> TenantRosters::judge(const SignInRequest& request, Timestamp now) const {
    const std::lock_guard lock(m_mutex);
    const auto kept = m_kept.find(request.tenant_id);
    if (kept == m_kept.end() || kept->second.looked_at != m_commits) return std::nullopt;
    if (kept->second.roster.device(request.device_id) == nullptr) return std::nullopt;
    return sign_in_rules::may_ask(kept->second.roster, request, now);
}

SignInProgress TenantRosters::look_and_judge(platform::Database& database, const SignInRequest& request,
                                             Timestamp now) {
    // Only reads of the store change what is kept, so this thread may look at it unlocked; and no commit comes between.
    const auto revision = roster_store::revision(database, request.tenant_id);
    auto found = m_kept.find(request.tenant_id);
    if (found == m_kept.end()) {
        // There is much to parse, and nobody else's request waits for it.
        Kept first;
        apply(first.roster, changes_for(database, first.roster, 0, revision, request));
        const std::lock_guard lock(m_mutex);
        found = m_kept.emplace(request.tenant_id, std::move(first)).first;
    } else {
        auto& kept = found->second;
        const auto changes = changes_for(database, kept.roster, kept.revision, revision, request);
        const std::lock_guard lock(m_mutex);
        apply(kept.roster, changes);
    }
    const std::lock_guard lock(m_mutex);
    found->second.revision = revision;
    found->second.looked_at = m_commits;
    return sign_in_rules::may_ask(found->second.roster, request, now);
}

}  // namespace doorward::portal
