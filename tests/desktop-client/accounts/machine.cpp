#include "tests/desktop-client/accounts/machine.h"

#include "crypto/initialise.h"
#include "tests/desktop-client/private_machine.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace doorward::tests {

std::unique_ptr<agent::LinuxAccountService> fresh_service() {
    REQUIRE(crypto::initialise());
    REQUIRE(std::filesystem::exists(k_private_etc));
    static const bool saved = [] {
        shell("cp -a /etc/. /run/etc-at-first");
        return true;
    }();
    REQUIRE(saved);
    shell("find /etc -mindepth 1 -delete; cp -a /run/etc-at-first/. /etc");
    shell("rm -rf /home/* /home/.[a-z]* /var/lib/doorward /run/sudo /tmp/* /var/spool/cron /var/lib/systemd");
    auto service = agent::LinuxAccountService::create();
    REQUIRE(service);
    return std::move(*service);
}

agent::AccountIdentity nik() {
    return {.name = "msp-nik",
            .uid = 52001,
            .gid = 52001,
            .full_name = "Nik Berg",
            .owner = "0190a1b2-0000-7000-8000-000000000001"};
}

std::string shell(const std::string& command) {
    FILE* const pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");  // NOLINT(bugprone-command-processor)
    REQUIRE(pipe);
    std::string output;
    std::array<char, 512> part{};
    while (fgets(part.data(), part.size(), pipe) != nullptr)
        output += part.data();
    pclose(pipe);
    return output;
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, std::string_view text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

std::string line(const std::string& path, const std::string& name) {
    std::ifstream file(path);
    std::string one;
    while (std::getline(file, one)) {
        if (one.starts_with(name + ':')) return one;
    }
    return {};
}

}  // namespace doorward::tests
