#pragma once

#include "crypto/error.h"

#include <expected>

namespace doorward::crypto {

// Prepares libsodium and liboath; call it first in main(). Safe from any thread and any number of times.
[[nodiscard]] std::expected<void, Error> initialise();

}  // namespace doorward::crypto
