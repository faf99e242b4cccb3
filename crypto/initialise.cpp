#include "crypto/initialise.h"

#include <liboath/oath.h>
#include <sodium/core.h>

namespace doorward::crypto {

std::expected<void, Error> initialise() {
    static const bool k_ready = sodium_init() >= 0 && oath_init() == OATH_OK;
    if (!k_ready) return std::unexpected(Error::NotInitialised);
    return {};
}

}  // namespace doorward::crypto
