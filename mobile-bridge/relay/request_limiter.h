#pragma once

#include "platform/clock.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace doorward::relay {

// A token bucket per source: an address where a call needs no session, else a phone. Thread-safe; forgets sources that
// are quiet.
class RequestLimiter {
public:
    static constexpr double k_burst = 30;
    static constexpr double k_per_second = 0.5;

    explicit RequestLimiter(const platform::Clock& clock) : m_clock(clock) {}

    // False: too many, answer 429.
    [[nodiscard]] bool allow(const std::string& source);

private:
    struct Bucket {
        double tokens;
        std::int64_t at;
    };

    const platform::Clock& m_clock;
    std::mutex m_mutex;
    std::map<std::string, Bucket> m_buckets;
};

}  // namespace doorward::relay
