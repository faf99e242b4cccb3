#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::bench {

inline constexpr std::size_t k_rounds = 15;
inline constexpr int k_attempts = 3;
/// How far the medians of the peer's first and second half may lie apart.
inline constexpr double k_settled = 0.10;

[[nodiscard]] double median(std::vector<double> values);
/// |a - b| / smaller, of the medians of both halves.
[[nodiscard]] double halves_differ(std::span<const double> values);

/// What a value has to be in.
struct Bound {
    std::optional<double> at_least;
    std::optional<double> at_most;

    [[nodiscard]] bool holds(double value) const;
    /// "(pass <= 1.1)", "(pass >= 4)", "(pass 0.8 to 1.2)".
    [[nodiscard]] std::string text() const;
};

/// An absolute figure that belongs to a ratio's name, or stands alone.
struct Absolute {
    std::string what;
    std::string unit;
    double value = 0;
    Bound bound;
};

/// How a ratio is made of a round.
enum class Ratio { OursToPeer, PeerToOurs };

/// What is said in the end: the median of the rounds' ratios, or the ratio of the sums where a cost comes in steps.
enum class Summary { MedianOfRounds, OfTotals };

struct Comparison {
    std::string name;
    std::string unit;
    Bound bound;
    Ratio ratio = Ratio::OursToPeer;
    Summary summary = Summary::MedianOfRounds;
    int attempts = k_attempts;
};

/// The costs of one side, several times in one round; both sides take turns in going first.
using Side = std::function<double()>;

/// Measures in interleaved rounds until the peer agrees with itself, three times at most; then prints, writes
/// build/bench/NAME.json and tells whether every bound held.
[[nodiscard]] bool compare(const Comparison& comparison, const Side& ours, const Side& peer,
                           const std::vector<Absolute>& beside = {});
/// The same for figures without a peer; the last one gives the line.
[[nodiscard]] bool report(const std::string& name, const std::vector<Absolute>& figures);

/// Wall time in microseconds.
[[nodiscard]] double microseconds(const std::function<void()>& action);

}  // namespace doorward::bench
