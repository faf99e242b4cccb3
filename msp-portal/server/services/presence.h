#pragma once

#include "protocol/ids.h"

#include <cstdint>
#include <optional>

namespace doorward::portal {

/// Which workstations are connected at this moment, and what only the connection tells. Thread-safe.
class Presence {
public:
    virtual ~Presence() = default;
    [[nodiscard]] virtual bool connected(const protocol::DeviceId& device) const = 0;
    /// How far the clock of a connected one was ahead of ours when it last said so, in milliseconds; negative: behind.
    [[nodiscard]] virtual std::optional<std::int64_t> clock_drift(const protocol::DeviceId& device) const = 0;
    [[nodiscard]] virtual std::int64_t connected_in(const protocol::TenantId& tenant) const = 0;
};

}  // namespace doorward::portal
