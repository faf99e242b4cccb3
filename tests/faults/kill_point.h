#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace doorward::tests {

/// Where a program was ended: before this system call of this program was made.
struct KillPoint {
    std::string call;
    std::string program;
};

enum class Counted : std::uint8_t { ProgramAlone, WithItsTools };

/// Kills a running program at its steps from outside. A step is a system call after which something can be seen of it:
/// on the disk, on a socket, in another process. It is not made any more, so killing at each step in turn leaves every
/// state that the program can be found in. What it started is killed with it where its steps are counted, too.
class KillPoints {
public:
    KillPoints(pid_t program, Counted counted);

    /// From now on every thread is followed; false where there is no such program or it may not be.
    [[nodiscard]] bool attach();
    /// Waits for step `number`, counted from 1, and kills there. Nothing where the program ends before, or after a call
    /// of `stop` in a signal handler; then it goes on alone when this process ends. `attached` is called once every
    /// thread is held.
    [[nodiscard]] std::optional<KillPoint> kill_at(std::uint64_t number, const std::function<void()>& attached);
    static void stop();

    [[nodiscard]] std::uint64_t steps() const { return m_steps; }

private:
    [[nodiscard]] bool seize(pid_t thread) const;

    pid_t m_program;
    Counted m_counted;
    std::uint64_t m_steps = 0;
};

/// Does `work` in a child of this process and kills that at step `number`, with every tool that it has started. Nothing
/// where the work came to its end before.
[[nodiscard]] std::optional<KillPoint> killed_at(std::uint64_t number, const std::function<void()>& work);

}  // namespace doorward::tests
