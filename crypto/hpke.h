#pragma once

#include "crypto/agreement.h"
#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/purpose.h"
#include "crypto/secret_bytes.h"

#include <expected>
#include <span>

namespace doorward::crypto {

// HPKE (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; what a browser's WebCrypto can
// open, too. A sealed message is the encapsulated key (32 bytes) | ciphertext | tag (16), each with a key of its own,
// so what was sealed for one recipient and one context opens for no other. Who sealed it is not proven.
inline constexpr std::size_t k_hpke_overhead = 32 + 16;

// `info` of the RFC: purpose text | 0x00 | context.
struct HpkeContext {
    Purpose purpose;
    ByteView context;
};

namespace detail {
// With the RFC's own inputs, for its vectors.
struct HpkeInputs {
    ByteView info;
    ByteView associated;
};
[[nodiscard]] std::expected<Bytes, Error> hpke_seal(std::span<const std::uint8_t, 32> ephemeral_private,
                                                    std::span<const std::uint8_t, 32> recipient,
                                                    const HpkeInputs& inputs, ByteView plaintext);
[[nodiscard]] std::expected<SecretBytes, Error> hpke_open(std::span<const std::uint8_t, 32> private_key,
                                                          const HpkeInputs& inputs, ByteView sealed);
[[nodiscard]] std::expected<Bytes, Error> hpke_seal(std::span<const std::uint8_t, 32> recipient,
                                                    const HpkeContext& context, ByteView plaintext);
[[nodiscard]] std::expected<SecretBytes, Error> hpke_open(std::span<const std::uint8_t, 32> private_key,
                                                          const HpkeContext& context, ByteView sealed);
}  // namespace detail

// Refuses (WeakPublicKey) a recipient with whom anybody would share the secret.
template <class Role>
[[nodiscard]] std::expected<Bytes, Error> seal_to(const AgreementPublicKey<Role>& recipient, const HpkeContext& context,
                                                  ByteView plaintext) {
    return detail::hpke_seal(recipient.bytes(), context, plaintext);
}

// OpenFailed for another recipient, another context, or a changed byte; which of them is not told.
template <class Role>
[[nodiscard]] std::expected<SecretBytes, Error> open_sealed(const AgreementKey<Role>& own, const HpkeContext& context,
                                                            ByteView sealed) {
    return detail::hpke_open(own.private_bytes(), context, sealed);
}

}  // namespace doorward::crypto
