#pragma once

#include "protocol/ids.h"

#include <cstdint>

namespace doorward::portal {

/// Which workstations are connected at this moment. Thread-safe.
class Presence {
public:
    virtual ~Presence() = default;
    [[nodiscard]] virtual bool connected(const protocol::DeviceId& device) const = 0;
    [[nodiscard]] virtual std::int64_t connected_in(const protocol::TenantId& tenant) const = 0;
};

}  // namespace doorward::portal
