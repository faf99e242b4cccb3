#pragma once

#include "msp-portal/server/stores/store.h"
#include "protocol/portal_message.h"
#include "protocol/roster.h"
#include "protocol/sign_in_request.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace doorward::portal {

/// The rosters of the tenants where somebody asks to sign in, as their workstations hold them (I9), read once and then
/// kept in step by what changed. A roster is used only while no commit has touched any roster since it was looked at;
/// commits say so before they are answered, so a right that was taken away opens nothing once that is known. Of devices
/// only those that ask are held. Thread-safe.
class TenantRosters {
public:
    explicit TenantRosters(Store& store);

    /// What becomes of the request, for a device of that tenant; Waiting: its technician may be asked. Nothing where
    /// the store has to be looked at first.
    [[nodiscard]] std::optional<protocol::SignInProgress> judge(const protocol::SignInRequest& request,
                                                                protocol::Timestamp now) const;
    /// Brings the roster up to date, in a read of the store, and judges.
    [[nodiscard]] protocol::SignInProgress look_and_judge(platform::Database& database,
                                                          const protocol::SignInRequest& request,
                                                          protocol::Timestamp now);

private:
    struct Kept {
        protocol::Roster roster;
        std::int64_t revision = 0;
        std::uint64_t looked_at = 0;  ///< m_commits at that time
    };

    mutable std::mutex m_mutex;
    std::unordered_map<protocol::TenantId, Kept> m_kept;
    std::uint64_t m_commits = 0;  ///< that touched a roster
    TableWatches::Watch m_watch;
};

}  // namespace doorward::portal
