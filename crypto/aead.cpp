#include "crypto/aead.h"

#include <sodium/crypto_aead_xchacha20poly1305.h>

#include <cstdlib>

namespace doorward::crypto {

namespace {

constexpr std::size_t k_nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(k_nonce + k_tag == k_seal_overhead);

}  // namespace

Bytes seal_bytes(std::span<const std::uint8_t, 32> key, ByteView plaintext, AssociatedData associated) {
    Bytes sealed(plaintext.size() + k_seal_overhead);
    // 192 random bits do not repeat within any number of messages that could be sealed.
    fill_random(std::span(sealed).first(k_nonce));
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + k_nonce, &written, plaintext.data(), plaintext.size(),
                                               associated.bytes.data(), associated.bytes.size(), nullptr, sealed.data(),
                                               key.data());
    if (written != plaintext.size() + k_tag) std::abort();
    return sealed;
}

std::expected<SecretBytes, Error> open_bytes(std::span<const std::uint8_t, 32> key, ByteView sealed,
                                             AssociatedData associated) {
    if (sealed.size() < k_seal_overhead) return std::unexpected(Error::OpenFailed);
    SecretBytes plaintext = SecretBytes::zeroed(sealed.size() - k_seal_overhead);
    const ByteView box = sealed.subspan(k_nonce);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plaintext.writable_bytes().data(), nullptr, nullptr, box.data(),
                                                   box.size(), associated.bytes.data(), associated.bytes.size(),
                                                   sealed.data(), key.data()) != 0) {
        return std::unexpected(Error::OpenFailed);
    }
    return plaintext;
}

}  // namespace doorward::crypto
