#pragma once

#include <cstdint>
#include <string>

namespace doorward::platform {

/// Time as a value that is passed in: tests give their own.
class Clock {
public:
    virtual ~Clock() = default;
    /// Milliseconds since 1970-01-01 UTC. A person can set it; never the only judge of an expiry.
    [[nodiscard]] virtual std::int64_t wall_now() const = 0;
    /// Milliseconds since the machine started, suspended time included (CLOCK_BOOTTIME). Cannot be set back.
    [[nodiscard]] virtual std::int64_t boot_now() const = 0;
    /// Names this run of the kernel; boot_now() values of different boots do not compare.
    [[nodiscard]] virtual std::string boot_id() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t wall_now() const override;
    [[nodiscard]] std::int64_t boot_now() const override;
    [[nodiscard]] std::string boot_id() const override;
};

}  // namespace doorward::platform
