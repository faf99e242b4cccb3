#pragma once

#include "crypto/bytes.h"
#include "crypto/fixed_bytes.h"
#include "crypto/purpose.h"

#include <sodium/crypto_hash_sha256.h>

#include <initializer_list>

namespace doorward::crypto {

struct DigestKind;
using Digest = FixedBytes<DigestKind, 32>;

// Without a purpose: only where a foreign standard says so (WebAuthn's hashes, RFC 9162 trees, file checksums).
[[nodiscard]] Digest sha256(ByteView bytes);

class Sha256 {
public:
    Sha256();
    Sha256& update(ByteView bytes);
    // The state so far; more may follow.
    [[nodiscard]] Digest digest() const;

private:
    crypto_hash_sha256_state m_state;
};

// SHA-256(purpose text | 0x00 | parts one after the other). The parts' borders are not hashed: every part but the
// last must have a fixed length or carry its own.
[[nodiscard]] Digest purpose_hash(Purpose purpose, std::initializer_list<ByteView> parts);

}  // namespace doorward::crypto
