#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace doorward::portal {

/// So many calls at once and so many a minute, for each key (an address, an account). Forgets keys that are quiet, and
/// judges by time since boot. Thread-safe.
class RateLimiter {
public:
    struct Limits {
        double burst = 20;
        double per_minute = 30;
    };
    explicit RateLimiter(Limits limits) : m_limits(limits) {}

    /// 0 to go on; otherwise the seconds to wait.
    [[nodiscard]] int take(const std::string& key, std::int64_t boot_now);
    /// As take() would answer, without counting.
    [[nodiscard]] int wait_for(const std::string& key, std::int64_t boot_now);

private:
    struct Bucket {
        double tokens = 0;
        std::int64_t filled_at = 0;
    };
    static constexpr std::size_t k_most_keys = 100'000;
    [[nodiscard]] Bucket& refilled(const std::string& key, std::int64_t boot_now);
    void forget_full(std::int64_t boot_now);

    Limits m_limits;
    std::mutex m_mutex;
    std::unordered_map<std::string, Bucket> m_buckets;
};

}  // namespace doorward::portal
