#pragma once

#include "crypto/bytes.h"

namespace doorward::crypto {

// Equality whose duration depends on the lengths only, never on the content. For token hashes and other bytes an
// attacker could learn one at a time.
[[nodiscard]] bool constant_time_equal(ByteView left, ByteView right);

}  // namespace doorward::crypto
