// verify: how many events of an export one core checks in a second, the file read included.
#include "crypto/initialise.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"
#include "tests/verify/log_world.h"
#include "verify/export_file.h"

#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace doorward;
using bench::must;
using bench::require;

constexpr int k_devices = 50;
constexpr int k_rounds = 400;

// What this program alone was given of a core, whatever else the machine does.
double processor_seconds() {
    timespec time{};
    require(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0, "no processor clock");
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// A tenant of fifty workstations, as the portal exports it.
std::filesystem::path write_export() {
    tests::LogWorld world;
    for (int device = 0; device < k_devices; ++device)
        world.add_device(1);
    world.busy_day(k_rounds);
    const auto file =
        std::filesystem::temp_directory_path() / ("doorward-verify-bench-" + std::to_string(::getpid()) + ".jsonl");
    std::ofstream out(file, std::ios::binary);
    for (const auto& line : world.exported())
        out << line << '\n';
    require(out.good(), "the export cannot be written");
    return file;
}

bool measure() {
    const auto file = write_export();
    std::vector<double> rates;
    for (std::size_t round = 0; round < bench::k_rounds; ++round) {
        const double before = processor_seconds();
        const auto verified = verify::verify_file(file, {}, verify::ExportVerifier::Leaves::Forget);
        const auto events = static_cast<double>(must(verified, "the export was refused").events);
        rates.push_back(events / (processor_seconds() - before));
    }
    std::filesystem::remove(file);
    return bench::report("verify", {{.what = "events of an export checked in a second, on one core",
                                     .unit = "events/s",
                                     .value = bench::median(rates),
                                     .bound = {.at_least = 100'000, .at_most = {}}}});
}

}  // namespace

int main() {
    try {
        must(crypto::initialise(), "the crypto library cannot be used");
        return measure() ? 0 : 1;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "verify: %s\n", problem.what());
        return 2;
    }
}
