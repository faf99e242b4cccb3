#pragma once

#include "crypto/bytes.h"
#include "crypto/fixed_bytes.h"
#include "crypto/purpose.h"

#include <array>
#include <cstdint>
#include <initializer_list>

namespace doorward::crypto {

struct DigestKind;
using Digest = FixedBytes<DigestKind, 32>;

// Without a purpose: only where a foreign standard says so (WebAuthn's hashes, RFC 9162 trees, file checksums).
[[nodiscard]] Digest sha256(ByteView bytes);

// OpenSSL's, because it uses the processor's instructions for it.
class Sha256 {
public:
    Sha256();
    Sha256& update(ByteView bytes);
    // The state so far; more may follow.
    [[nodiscard]] Digest digest() const;

private:
    // A SHA256_CTX, which nobody else needs to know.
    alignas(8) std::array<std::uint32_t, 28> m_state;
};

// SHA-256(purpose text | 0x00 | parts one after the other). The parts' borders are not hashed: every part but the
// last must have a fixed length or carry its own.
[[nodiscard]] Digest purpose_hash(Purpose purpose, std::initializer_list<ByteView> parts);

}  // namespace doorward::crypto
