#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorward::agent {

/// A process, so that a later one with the same number is another: its number and when it started (clock ticks after
/// boot, field 22 of /proc/<pid>/stat).
struct ProcessIdentity {
    pid_t process = 0;
    std::int64_t started = 0;

    friend auto operator<=>(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// What the agent asks the kernel about processes; a seam for tests.
class ProcessTable {
public:
    virtual ~ProcessTable() = default;
    /// The process itself first, then its parent and so on; empty if it is gone. At most 64.
    [[nodiscard]] virtual std::vector<ProcessIdentity> ancestry(pid_t process) const = 0;
    /// The kernel's number of the login that a process belongs to: children inherit it, and only root can change it
    /// (/proc/<pid>/sessionid, set by pam_loginuid). Nothing where there is none.
    [[nodiscard]] virtual std::optional<std::uint32_t> audit_session(pid_t process) const = 0;
    /// Ends a session whose time is up without touching a later process of that number.
    virtual void terminate(const ProcessIdentity& process) const = 0;
    /// A descriptor that becomes readable when the process ends (pidfd_open(2)); the caller closes it. Nothing if it is
    /// gone already.
    [[nodiscard]] virtual std::optional<int> watch(const ProcessIdentity& process) const = 0;
};

class KernelProcessTable final : public ProcessTable {
public:
    [[nodiscard]] std::vector<ProcessIdentity> ancestry(pid_t process) const override;
    [[nodiscard]] std::optional<std::uint32_t> audit_session(pid_t process) const override;
    void terminate(const ProcessIdentity& process) const override;
    [[nodiscard]] std::optional<int> watch(const ProcessIdentity& process) const override;
};

}  // namespace doorward::agent
