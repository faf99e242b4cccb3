#pragma once

#include "crypto/one_time_code.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/stores/attempt_store.h"

#include <cstdint>
#include <string_view>

namespace doorward::agent {

/// Slows down guessing: some failures are free, then each doubles the wait, up to 15 minutes and never for ever.
/// Durable, on the boot clock. One count for each technician (Claimant::counted_as), and a larger budget for the whole
/// workstation that refills with time, so that nobody locks others out by failing under one name. Never asked about
/// approvals by phone.
class AttemptLimiter {
public:
    static constexpr std::int64_t k_free_failures = 5;
    static constexpr std::int64_t k_free_device_failures = 100;
    static constexpr std::int64_t k_device_refill_ms = std::int64_t{5} * 60 * 1000;
    /// A wrong code of six digits costs the workstation's budget as much as so many of eight: all technicians' names
    /// lead to one secret there.
    static constexpr std::int64_t k_six_digits_cost = 5;
    static constexpr std::int64_t k_longest_wait_ms = std::int64_t{15} * 60 * 1000;

    AttemptLimiter(platform::Database& database, const Timekeeper& timekeeper)
        : m_store(database), m_timekeeper(timekeeper) {}

    /// A stored wait of an earlier boot starts again.
    [[nodiscard]] Stored<> start();
    [[nodiscard]] Stored<bool> must_wait(std::string_view name);
    /// Apart from the workstation's budget, which anybody can use up: for break-glass.
    [[nodiscard]] Stored<bool> must_wait_apart(std::string_view name) { return waits(name); }
    [[nodiscard]] Stored<> count_failure_apart(std::string_view name) { return count_account_failure(name); }
    /// Inside the transaction that records the failure.
    [[nodiscard]] Stored<> count_failure(std::string_view name, crypto::CodeDigits digits = crypto::CodeDigits::Eight);
    /// Inside the transaction that records the success.
    [[nodiscard]] Stored<> forget_failures(std::string_view name);

private:
    [[nodiscard]] Stored<bool> waits(std::string_view scope);
    [[nodiscard]] Stored<> count_account_failure(std::string_view name);
    [[nodiscard]] Stored<> count_device_failure(std::int64_t cost);
    [[nodiscard]] Stored<> begin_wait(std::string_view scope, Attempts attempts, std::int64_t excess);

    AttemptStore m_store;
    const Timekeeper& m_timekeeper;
};

}  // namespace doorward::agent
