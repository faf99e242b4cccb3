#pragma once

#include "msp-portal/server/stores/change_store.h"
#include "protocol/roster_document.h"

#include <array>
#include <string_view>

namespace doorward::portal {

/// A number among a tenant's settings that one person lowers, at once, and two raise.
struct TenantLimit {
    ChangeKind raised;       ///< the change that raises it
    std::string_view field;  ///< what it is called where a change is shown
    int protocol::TenantDocument::* number;
};

inline constexpr TenantLimit k_offline_days{ChangeKind::TenantOfflineDays, "offline_days",
                                            &protocol::TenantDocument::offline_days};
inline constexpr TenantLimit k_longest_session{ChangeKind::TenantLongestSession, "longest_session_minutes",
                                               &protocol::TenantDocument::longest_session_minutes};

}  // namespace doorward::portal
