#include "protocol/time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace doorward::protocol {
namespace {

constexpr std::int64_t k_day_ms = 24LL * 60 * 60 * 1000;

std::int64_t saturating_add(std::int64_t left, std::int64_t right) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(left, right, &sum)) return sum;
    return right > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

std::int64_t saturating_subtract(std::int64_t left, std::int64_t right) {
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(left, right, &difference)) return difference;
    return right < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor) {
    return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

void append_digits(std::string& text, std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    text.append(width - std::min(width, digits.size()), '0').append(digits);
}

// The number that `width` ASCII digits at `at` say, -1 for anything else.
int digits_at(std::string_view text, std::size_t at, std::size_t width) {
    int value = 0;
    for (const char digit : text.substr(at, width)) {
        if (digit < '0' || digit > '9') return -1;
        value = value * 10 + (digit - '0');
    }
    return value;
}

}  // namespace

Timestamp operator+(Timestamp time, std::chrono::milliseconds duration) {
    return {saturating_add(time.milliseconds, duration.count())};
}

Timestamp operator-(Timestamp time, std::chrono::milliseconds duration) {
    return {saturating_subtract(time.milliseconds, duration.count())};
}

std::chrono::milliseconds operator-(Timestamp later, Timestamp earlier) {
    return std::chrono::milliseconds(saturating_subtract(later.milliseconds, earlier.milliseconds));
}

std::string format_time(Timestamp time) {
    const std::int64_t milliseconds = std::clamp(time, k_earliest_time, k_latest_time).milliseconds;
    const std::chrono::sys_days day{std::chrono::days(milliseconds / k_day_ms)};
    const std::chrono::year_month_day date{day};
    const std::int64_t of_day = milliseconds % k_day_ms;
    std::string text;
    text.reserve(24);
    append_digits(text, static_cast<int>(date.year()), 4);
    text.push_back('-');
    append_digits(text, static_cast<unsigned>(date.month()), 2);
    text.push_back('-');
    append_digits(text, static_cast<unsigned>(date.day()), 2);
    text.push_back('T');
    append_digits(text, of_day / 3'600'000, 2);
    text.push_back(':');
    append_digits(text, of_day / 60'000 % 60, 2);
    text.push_back(':');
    append_digits(text, of_day / 1000 % 60, 2);
    text.push_back('.');
    append_digits(text, of_day % 1000, 3);
    text.push_back('Z');
    return text;
}

std::optional<Timestamp> parse_time(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
    if (text.size() != form.size()) return std::nullopt;
    for (std::size_t at = 0; at < form.size(); ++at) {
        if (form[at] != '0' && form[at] != text[at]) return std::nullopt;
    }
    const int year = digits_at(text, 0, 4);
    const int month = digits_at(text, 5, 2);
    const int day = digits_at(text, 8, 2);
    const int hour = digits_at(text, 11, 2);
    const int minute = digits_at(text, 14, 2);
    const int second = digits_at(text, 17, 2);
    const int millisecond = digits_at(text, 20, 3);
    if (year < 1970 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59 || millisecond < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return Timestamp{days * k_day_ms + ((hour * 60LL + minute) * 60 + second) * 1000 + millisecond};
}

int local_minute_of_week(Timestamp time, std::chrono::minutes offset) {
    constexpr std::int64_t minute_ms = 60'000;
    // 1970-01-01 was a Thursday, three days into the week. Reducing both parts first keeps the sum small.
    constexpr std::int64_t thursday = 3 * 24 * 60;
    const std::int64_t minutes = floor_divide(time.milliseconds, minute_ms) % k_minutes_of_week;
    const std::int64_t shift = offset.count() % k_minutes_of_week;
    const std::int64_t minute = (minutes + shift + thursday) % k_minutes_of_week;
    return static_cast<int>(minute < 0 ? minute + k_minutes_of_week : minute);
}

}  // namespace doorward::protocol
