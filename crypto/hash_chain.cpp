#include "crypto/hash_chain.h"

namespace doorward::crypto {

Digest next_chain_head(Purpose purpose, const ChainLink& link) {
    return purpose_hash(purpose, {link.previous.bytes(), link.event.bytes()});
}

Digest empty_chain_head() {
    return Digest(std::array<std::uint8_t, 32>{});
}

}  // namespace doorward::crypto
