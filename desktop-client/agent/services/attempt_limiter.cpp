#include "desktop-client/agent/services/attempt_limiter.h"

#include <algorithm>
#include <string>

namespace doorward::agent {
namespace {

// No account name has a capital letter, so this scope is no account's.
constexpr std::string_view k_device_scope = "DEVICE";

std::int64_t wait_after(std::int64_t excess) {
    if (excess <= 0) return 0;
    constexpr std::int64_t k_enough = 10;  // 2^10 s is more than the longest wait
    return std::min((std::int64_t{1} << std::min(excess, k_enough)) * 1000, AttemptLimiter::k_longest_wait_ms);
}

}  // namespace

Stored<> AttemptLimiter::start() {
    return m_store.begin_boot(m_timekeeper.boot_id(), m_timekeeper.boot_now());
}

Stored<bool> AttemptLimiter::waits(std::string_view scope) {
    const auto attempts = m_store.attempts(scope);
    if (!attempts) return std::unexpected(attempts.error());
    return attempts->wait_ms > 0 && m_timekeeper.boot_now() < attempts->since + attempts->wait_ms;
}

Stored<bool> AttemptLimiter::must_wait(std::string_view name) {
    const auto own = waits(name);
    if (!own) return own;
    const auto device = waits(k_device_scope);
    if (!device) return device;
    return *own || *device;
}

Stored<> AttemptLimiter::count_account_failure(std::string_view name) {
    auto attempts = m_store.attempts(name);
    if (!attempts) return std::unexpected(attempts.error());
    ++attempts->failures;
    return begin_wait(name, *attempts, attempts->failures - k_free_failures);
}

// Here `failures` is what has not been refilled yet, in milliseconds.
Stored<> AttemptLimiter::count_device_failure(std::int64_t cost) {
    auto attempts = m_store.attempts(k_device_scope);
    if (!attempts) return std::unexpected(attempts.error());
    if (attempts->boot_id == m_timekeeper.boot_id()) {
        const std::int64_t refilled = m_timekeeper.boot_now() - attempts->since;
        attempts->failures = std::max<std::int64_t>(0, attempts->failures - refilled);
    }
    attempts->failures += cost * k_device_refill_ms;
    return begin_wait(k_device_scope, *attempts, attempts->failures / k_device_refill_ms - k_free_device_failures);
}

Stored<> AttemptLimiter::begin_wait(std::string_view scope, Attempts attempts, std::int64_t excess) {
    attempts.wait_ms = wait_after(excess);
    attempts.since = m_timekeeper.boot_now();
    attempts.boot_id = m_timekeeper.boot_id();
    return m_store.save(scope, attempts);
}

Stored<> AttemptLimiter::count_failure(std::string_view name, crypto::CodeDigits digits) {
    if (auto own = count_account_failure(name); !own) return own;
    return count_device_failure(digits == crypto::CodeDigits::Six ? k_six_digits_cost : 1);
}

Stored<> AttemptLimiter::forget_failures(std::string_view name) {
    return m_store.clear(name);
}

}  // namespace doorward::agent
