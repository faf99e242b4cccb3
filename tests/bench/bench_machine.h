#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace doorward::bench {

/// Runs `body` as root in mount, pid and network namespaces of its own: a private copy of /etc and a private /var/lib
/// on the disk (so that a durable write costs what it costs), an empty /run and /home. Nothing of it is left. The
/// program starts itself again inside, with `libraries` as the first place for shared libraries: a name service module
/// is found there only.
[[nodiscard]] int in_private_machine(char** argv, const std::string& libraries, const std::function<int()>& body);

/// Where peers keep their files, on the same disk.
inline const std::filesystem::path k_peer_folder = "/var/lib/peer";

/// A built program or module, by its place in the build folder.
[[nodiscard]] std::filesystem::path built(const std::string& path);

void write_file(const std::filesystem::path& file, const std::string& content, mode_t mode);

/// A child process; killed at the end.
class Child {
public:
    Child() = default;
    Child(const std::vector<std::string>& command, const std::filesystem::path& log, uid_t user = 0);
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    ~Child() { end(); }

    [[nodiscard]] pid_t process() const { return m_process; }
    void end();
    /// Lets it end by itself, as SIGTERM asks.
    void stop();
    void signal(int number) const;

private:
    pid_t m_process = -1;
};

/// Proportional set size in MB, of /proc/PID/smaps_rollup.
[[nodiscard]] double memory_of(pid_t process);

/// What a process has cost so far, of all its threads.
struct Work {
    double processor_ms = 0;
    std::int64_t wake_ups = 0;  ///< how often it went to sleep by itself, and so was woken again
};
[[nodiscard]] Work work_of(pid_t process);

/// Looks again every millisecond, for at most `seconds`; throws after that.
void wait_until(const std::string& what, double seconds, const std::function<bool()>& condition);

}  // namespace doorward::bench
