#pragma once

#include "platform/database.h"

#include <cstdint>
#include <expected>

namespace doorward::agent {

template <class Value = void>
using Stored = std::expected<Value, platform::DatabaseError>;

/// For writes whose number of changed rows says nothing.
[[nodiscard]] inline Stored<> discard(const Stored<std::int64_t>& changed) {
    if (!changed) return std::unexpected(changed.error());
    return {};
}

}  // namespace doorward::agent
