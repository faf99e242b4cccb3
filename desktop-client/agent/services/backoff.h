#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace doorward::agent {

/// How long to wait before the next try: anywhere below a bound that doubles with each failure (full jitter), so that
/// the workstations of a portal that was away do not all come back at once.
class Backoff {
public:
    static constexpr std::uint32_t k_first_bound_ms = 1'000;
    static constexpr std::uint32_t k_longest_bound_ms = 5 * 60 * 1'000;

    void failed() { ++m_failures; }
    void succeeded() { m_failures = 0; }

    /// `random_below(n)` gives a number from 0 to n - 1.
    template <class RandomBelow>
    [[nodiscard]] std::chrono::milliseconds pause(RandomBelow random_below) const {
        constexpr std::uint32_t k_enough = 10;  // doublings that lead beyond the longest bound
        const std::uint32_t bound = k_first_bound_ms << std::min(m_failures, k_enough);
        return std::chrono::milliseconds(random_below(std::min(bound, k_longest_bound_ms)));
    }

private:
    std::uint32_t m_failures = 0;
};

}  // namespace doorward::agent
