#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace doorward::platform {

/// The service manager's protocol (sd_notify(3)), spoken directly. Every call does nothing where $NOTIFY_SOCKET is
/// unset.
void notify_ready(std::string_view status);
void notify_status(std::string_view status);
void notify_stopping();
void notify_watchdog();

/// How often notify_watchdog() must be called (half of $WATCHDOG_USEC), if the manager wants it of this process.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace doorward::platform
