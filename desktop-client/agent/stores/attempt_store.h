#pragma once

#include "desktop-client/agent/stores/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace doorward::agent {

/// Failures of one scope and the wait they led to.
struct Attempts {
    std::int64_t failures = 0;
    std::int64_t wait_ms = 0;
    std::int64_t since = 0;  ///< boot clock of `boot_id`
    std::string boot_id;
};

class AttemptStore {
public:
    explicit AttemptStore(platform::Database& database) : m_database(database) {}

    /// No row reads as no failures.
    [[nodiscard]] Stored<Attempts> attempts(std::string_view scope);
    [[nodiscard]] Stored<> save(std::string_view scope, const Attempts& attempts);
    [[nodiscard]] Stored<> clear(std::string_view scope);
    /// Starts the waits of earlier boots again.
    [[nodiscard]] Stored<> begin_boot(std::string_view boot_id, std::int64_t now);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
