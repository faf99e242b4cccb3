#pragma once

#include "desktop-client/agent/stores/result.h"
#include "protocol/envelope.h"

#include <optional>

namespace doorward::agent {

/// The one signed head of the tenant's audit log that later ones have to continue.
class LogHeadStore {
public:
    explicit LogHeadStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] Stored<std::optional<protocol::SignedEnvelope>> head();
    [[nodiscard]] Stored<> save(const protocol::SignedEnvelope& head);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
