#include "msp-portal/server/api/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace doorward::portal {

namespace {

constexpr double k_ms_per_minute = 60'000;

}  // namespace

RateLimiter::Bucket& RateLimiter::refilled(const std::string& key, std::int64_t boot_now) {
    if (m_buckets.size() >= k_most_keys) forget_full(boot_now);
    auto& bucket = m_buckets.try_emplace(key, Bucket{m_limits.burst, boot_now}).first->second;
    const auto passed = static_cast<double>(boot_now - bucket.filled_at);
    bucket.tokens = std::min(m_limits.burst, bucket.tokens + passed * m_limits.per_minute / k_ms_per_minute);
    bucket.filled_at = boot_now;
    return bucket;
}

void RateLimiter::forget_full(std::int64_t boot_now) {
    const double needed_ms = m_limits.burst / m_limits.per_minute * k_ms_per_minute;
    std::erase_if(m_buckets, [&](const auto& entry) {
        return static_cast<double>(boot_now - entry.second.filled_at) >= needed_ms;
    });
    // A flood from ever new keys: better to forget than to grow.
    if (m_buckets.size() >= k_most_keys) m_buckets.clear();
}

int RateLimiter::take(const std::string& key, std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    auto& bucket = refilled(key, boot_now);
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    return static_cast<int>(std::ceil((1 - bucket.tokens) * 60 / m_limits.per_minute));
}

int RateLimiter::wait_for(const std::string& key, std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    const auto& bucket = refilled(key, boot_now);
    if (bucket.tokens >= 1) return 0;
    return static_cast<int>(std::ceil((1 - bucket.tokens) * 60 / m_limits.per_minute));
}

}  // namespace doorward::portal
