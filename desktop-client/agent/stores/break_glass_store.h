#pragma once

#include "desktop-client/agent/stores/result.h"
#include "platform/database.h"
#include "protocol/break_glass.h"

#include <optional>

namespace doorward::agent {

/// What was answered to the latest order, kept because an answer may get lost.
struct BreakGlassAnswer {
    protocol::BreakGlassId order;
    protocol::SignedEnvelope envelope;
};

class BreakGlassStore {
public:
    explicit BreakGlassStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] Stored<std::optional<BreakGlassAnswer>> answer();
    [[nodiscard]] Stored<> save(const BreakGlassAnswer& answer);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
