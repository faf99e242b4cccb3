#pragma once

#include "desktop-client/agent/stores/result.h"
#include "protocol/envelope.h"
#include "protocol/roster.h"

#include <optional>
#include <vector>

namespace doorward::agent {

/// The tenant's documents as they came, and the signed head over them.
class RosterStore {
public:
    explicit RosterStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] Stored<std::vector<protocol::RosterDocument>> documents();
    [[nodiscard]] Stored<std::optional<protocol::SignedEnvelope>> head();
    /// Documents and head.
    [[nodiscard]] Stored<> clear();
    [[nodiscard]] Stored<> apply(const protocol::RosterChanges& changes);
    [[nodiscard]] Stored<> save_head(const protocol::SignedEnvelope& head);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
