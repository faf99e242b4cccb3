#pragma once

#include "crypto/hash.h"

namespace doorward::crypto {

struct ChainLink {
    Digest previous;
    Digest event;
};

// The next head of a chain: SHA-256(purpose text | 0x00 | previous head | event hash).
[[nodiscard]] Digest next_chain_head(Purpose purpose, const ChainLink& link);

// What stands before the first event: 32 zero bytes.
[[nodiscard]] Digest empty_chain_head();

}  // namespace doorward::crypto
