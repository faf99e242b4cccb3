#pragma once

#include "desktop-client/agent/services/channel_service.h"

namespace doorward::agent {

/// Host name and operating system as this machine calls itself.
[[nodiscard]] DeviceDescription describe_this_machine();

}  // namespace doorward::agent
