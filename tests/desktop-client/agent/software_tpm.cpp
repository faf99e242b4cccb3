#include "tests/desktop-client/agent/software_tpm.h"

#include "crypto/random.h"
#include "tests/desktop-client/agent/fakes.h"

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace doorward::tests {
namespace {

constexpr const char* k_program = "/usr/bin/swtpm";

bool answers(std::uint16_t port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool connected = connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(descriptor);
    return connected;
}

}  // namespace

SoftwareTpm::SoftwareTpm() {
    if (!std::filesystem::exists(k_program)) FAIL("swtpm is missing: ./dev setup installs it");
    std::string name = (std::filesystem::temp_directory_path() / "doorward-tpm-XXXXXX").native();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    m_folder = name;
    std::filesystem::create_directory(m_folder / "state");
    start();
}

SoftwareTpm::~SoftwareTpm() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
}

void SoftwareTpm::start() {
    // The control port is the next one; whoever has either already makes us try elsewhere.
    for (int attempt = 0; attempt < 20; ++attempt) {
        m_port = static_cast<std::uint16_t>(20'000 + 2 * crypto::random_below(10'000));
        const std::string state = "dir=" + (m_folder / "state").native();
        const std::string server = "type=tcp,port=" + std::to_string(m_port) + ",bindaddr=127.0.0.1";
        const std::string control = "type=tcp,port=" + std::to_string(m_port + 1) + ",bindaddr=127.0.0.1";
        m_process = fork();
        REQUIRE(m_process >= 0);
        if (m_process == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            execl(k_program, "swtpm", "socket", "--tpm2", "--tpmstate", state.c_str(), "--server", server.c_str(),
                  "--ctrl", control.c_str(), "--flags", "not-need-init,startup-clear", nullptr);
            _exit(127);
        }
        bool is_up = false;
        const bool settled = eventually([&] {
            if (waitpid(m_process, nullptr, WNOHANG) == m_process) {
                m_process = -1;
                return true;
            }
            is_up = answers(static_cast<std::uint16_t>(m_port + 1));
            return is_up;
        });
        REQUIRE(settled);
        if (is_up) return;
    }
    FAIL("swtpm does not start");
}

void SoftwareTpm::stop() {
    if (m_process < 0) return;
    kill(m_process, SIGTERM);
    waitpid(m_process, nullptr, 0);
    m_process = -1;
}

void SoftwareTpm::clear() {
    std::filesystem::remove_all(m_folder / "state");
    std::filesystem::create_directory(m_folder / "state");
}

std::filesystem::path SoftwareTpm::copy_state() const {
    const auto copy = m_folder / "copy";
    std::filesystem::copy(m_folder / "state", copy, std::filesystem::copy_options::recursive);
    return copy;
}

void SoftwareTpm::put_back(const std::filesystem::path& copy) {
    std::filesystem::remove_all(m_folder / "state");
    std::filesystem::rename(copy, m_folder / "state");
}

void SoftwareTpm::run(const std::string& command) const {
    const std::string line = command + " --tcti=" + tcti() + " >/dev/null";
    REQUIRE(std::system(line.c_str()) == 0);
}

}  // namespace doorward::tests
