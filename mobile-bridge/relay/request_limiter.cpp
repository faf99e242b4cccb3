#include "mobile-bridge/relay/request_limiter.h"

#include <algorithm>

namespace doorward::relay {
namespace {

constexpr std::size_t k_sweep_above = 10'000;

double refilled(double tokens, std::int64_t elapsed_ms) {
    return std::min(RequestLimiter::k_burst,
                    tokens + static_cast<double>(elapsed_ms) / 1000.0 * RequestLimiter::k_per_second);
}

}  // namespace

bool RequestLimiter::allow(const std::string& source) {
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.boot_now();
    if (m_buckets.size() > k_sweep_above) {
        std::erase_if(m_buckets, [now](const auto& item) {
            return refilled(item.second.tokens, now - item.second.at) >= k_burst;
        });
    }
    auto& bucket = m_buckets.try_emplace(source, Bucket{k_burst, now}).first->second;
    bucket.tokens = refilled(bucket.tokens, now - bucket.at);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

}  // namespace doorward::relay
