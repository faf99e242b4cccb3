#include "tests/bench/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <stdexcept>

namespace doorward::bench {
namespace {

std::string load_average() {
    std::ifstream file("/proc/loadavg");
    std::string text;
    std::getline(file, text, ' ');
    return text;
}

std::string folder() {
    const char* given = std::getenv("DOORWARD_BENCH_FOLDER");
    return given != nullptr ? given : "build/bench";
}

std::string list(std::span<const double> values) {
    std::string text;
    for (const double value : values)
        text += fmt::format("{}{:.3f}", text.empty() ? "" : ", ", value);
    return "[" + text + "]";
}

std::string bound_json(const Bound& bound) {
    const auto side = [](const std::optional<double>& value) {
        return value ? fmt::format("{}", *value) : std::string("null");
    };
    return fmt::format(R"({{"at_least": {}, "at_most": {}}})", side(bound.at_least), side(bound.at_most));
}

std::string absolute_json(const Absolute& one) {
    return fmt::format(R"({{"what": "{}", "unit": "{}", "value": {:.3f}, "bound": {}, "pass": {}}})", one.what,
                       one.unit, one.value, bound_json(one.bound), one.bound.holds(one.value));
}

std::string absolutes_json(const std::vector<Absolute>& all) {
    std::string text;
    for (const auto& one : all)
        text += (text.empty() ? "" : ", ") + absolute_json(one);
    return "[" + text + "]";
}

void write(const std::string& name, const std::string& json) {
    std::filesystem::create_directories(folder());
    const auto path = std::filesystem::path(folder()) / (name + ".json");
    std::ofstream file(path);
    file << json << '\n';
    file.flush();
    if (!file) throw std::runtime_error("cannot write " + path.native());
}

void print(const Absolute& one) {
    fmt::print("  {}: {:.2f} {} {}{}\n", one.what, one.value, one.unit, one.bound.text(),
               one.bound.holds(one.value) ? "" : " MISSED");
}

struct Run {
    std::vector<double> ours;
    std::vector<double> peer;
    double difference = 0;
    [[nodiscard]] bool settled() const { return difference <= k_settled; }
};

Run run_once(const Side& ours, const Side& peer) {
    Run run;
    for (std::size_t round = 0; round < k_rounds; ++round) {
        if (round % 2 == 0) {
            run.ours.push_back(ours());
            run.peer.push_back(peer());
        } else {
            run.peer.push_back(peer());
            run.ours.push_back(ours());
        }
    }
    run.difference = halves_differ(run.peer);
    return run;
}

double ratio_of(const Run& run, Ratio ratio, Summary summary) {
    if (summary == Summary::OfTotals) {
        const double ours = std::accumulate(run.ours.begin(), run.ours.end(), 0.0);
        const double peer = std::accumulate(run.peer.begin(), run.peer.end(), 0.0);
        return ratio == Ratio::OursToPeer ? ours / peer : peer / ours;
    }
    std::vector<double> ratios;
    for (std::size_t i = 0; i < run.ours.size(); ++i)
        ratios.push_back(ratio == Ratio::OursToPeer ? run.ours[i] / run.peer[i] : run.peer[i] / run.ours[i]);
    return median(std::move(ratios));
}

}  // namespace

double median(std::vector<double> values) {
    if (values.empty()) throw std::logic_error("no values");
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double halves_differ(std::span<const double> values) {
    const std::size_t half = values.size() / 2;
    const double first = median({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half)});
    const double second = median({values.end() - static_cast<std::ptrdiff_t>(half), values.end()});
    return std::abs(first - second) / std::min(first, second);
}

bool Bound::holds(double value) const {
    return std::isfinite(value) && (!at_least || value >= *at_least) && (!at_most || value <= *at_most);
}

std::string Bound::text() const {
    if (at_least && at_most) return fmt::format("(pass {} to {})", *at_least, *at_most);
    if (at_least) return fmt::format("(pass >= {})", *at_least);
    return fmt::format("(pass <= {})", at_most.value_or(0));
}

bool compare(const Comparison& comparison, const Side& ours, const Side& peer, const std::vector<Absolute>& beside) {
    const std::string load = load_average();
    Run run;
    int attempts = 0;
    do {
        run = run_once(ours, peer);
        ++attempts;
    } while (!run.settled() && attempts < comparison.attempts);

    const double value = ratio_of(run, comparison.ratio, comparison.summary);
    bool passed = run.settled() && comparison.bound.holds(value);
    for (const auto& one : beside) {
        print(one);
        passed = passed && one.bound.holds(one.value);
    }
    fmt::print(
        "  ours {:.1f} {}, peer {:.1f} {}, medians of {} interleaved rounds; the peer's halves differ by {:.1f} %\n",
        median(run.ours), comparison.unit, median(run.peer), comparison.unit, run.ours.size(), run.difference * 100);
    write(
        comparison.name,
        fmt::format(
            R"({{"name": "{}", "value": {:.4f}, "bound": {}, "pass": {}, "settled": {}, "peer_halves_differ": {:.4f}, "attempts": {}, "unit": "{}", "ours": {}, "peer": {}, "beside": {}, "load": {}}})",
            comparison.name, value, bound_json(comparison.bound), passed, run.settled(), run.difference, attempts,
            comparison.unit, list(run.ours), list(run.peer), absolutes_json(beside), load));
    if (run.settled()) {
        fmt::print("{} {:.3f} {}\n", comparison.name, value, comparison.bound.text());
    } else {
        fmt::print("{} unsettled {}: the peer's halves differ by {:.0f} % in the last of {} runs\n", comparison.name,
                   comparison.bound.text(), run.difference * 100, attempts);
    }
    std::fflush(stdout);
    return passed;
}

bool report(const std::string& name, const std::vector<Absolute>& figures) {
    bool passed = true;
    for (const auto& one : figures) {
        print(one);
        passed = passed && one.bound.holds(one.value);
    }
    const auto& last = figures.back();
    write(name,
          fmt::format(
              R"({{"name": "{}", "value": {:.3f}, "unit": "{}", "bound": {}, "pass": {}, "figures": {}, "load": {}}})",
              name, last.value, last.unit, bound_json(last.bound), passed, absolutes_json(figures), load_average()));
    fmt::print("{} {:.2f} {} {}\n", name, last.value, last.unit, last.bound.text());
    std::fflush(stdout);
    return passed;
}

double microseconds(const std::function<void()>& action) {
    const auto before = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - before).count();
}

}  // namespace doorward::bench
