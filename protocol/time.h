#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

// Milliseconds since 1970-01-01T00:00:00Z. Decoders let through only what four-digit years can say (to the end of
// 9999).
struct Timestamp {
    std::int64_t milliseconds = 0;

    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

inline constexpr Timestamp k_earliest_time{0};
inline constexpr Timestamp k_latest_time{253'402'300'799'999};

// Saturate at the ends of int64 instead of overflowing.
[[nodiscard]] Timestamp operator+(Timestamp time, std::chrono::milliseconds duration);
[[nodiscard]] Timestamp operator-(Timestamp time, std::chrono::milliseconds duration);
[[nodiscard]] std::chrono::milliseconds operator-(Timestamp later, Timestamp earlier);

// RFC 3339 in UTC with exactly three decimals: 2026-11-21T20:24:45.123Z. Times outside 1970 to 9999 come out as the
// nearest one inside.
[[nodiscard]] std::string format_time(Timestamp time);

// Only that form; leap seconds, offsets, lower case and impossible dates are refused.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text);

inline constexpr int k_minutes_of_week = 7 * 24 * 60;

// Minutes since Monday 00:00 of the local week, where the local clock is `offset` ahead of UTC; 0 to 10079.
[[nodiscard]] int local_minute_of_week(Timestamp time, std::chrono::minutes offset);

}  // namespace doorward::protocol
