#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace doorward::tests {

/// swtpm with its state in a folder of its own: a TPM that can be switched off, cleared, and put back in time.
class SoftwareTpm {
public:
    /// Skips the test where swtpm is not installed.
    SoftwareTpm();
    ~SoftwareTpm();
    SoftwareTpm(const SoftwareTpm&) = delete;
    SoftwareTpm& operator=(const SoftwareTpm&) = delete;

    void start();
    void stop();
    /// As clearing it in the firmware does: everything that was under its seeds is gone. It must not run.
    void clear();
    /// Its state as it is now, to be put back later. It must not run.
    [[nodiscard]] std::filesystem::path copy_state() const;
    void put_back(const std::filesystem::path& copy);
    /// A tool of tpm2-tools against it.
    void run(const std::string& command) const;

    [[nodiscard]] std::string tcti() const { return "swtpm:host=127.0.0.1,port=" + std::to_string(m_port); }

private:
    std::filesystem::path m_folder;
    std::uint16_t m_port = 0;
    pid_t m_process = -1;
};

}  // namespace doorward::tests
