#include "crypto/signature.h"

#include "crypto/initialise.h"

#include <sodium/crypto_sign_ed25519.h>

#include <array>
#include <cstdlib>

namespace doorward::crypto::detail {

void expand_seed(std::span<const std::uint8_t, 32> seed, std::span<std::uint8_t, 64> expanded) {
    if (!initialise()) std::abort();
    std::array<std::uint8_t, 32> public_key;
    crypto_sign_ed25519_seed_keypair(public_key.data(), expanded.data(), seed.data());
}

Signature sign_message(std::span<const std::uint8_t, 64> expanded, ByteView message) {
    std::array<std::uint8_t, 64> signature;
    crypto_sign_ed25519_detached(signature.data(), nullptr, message.data(), message.size(), expanded.data());
    return Signature(signature);
}

std::expected<void, Error> verify_message(std::span<const std::uint8_t, 32> key, ByteView message,
                                          const Signature& signature) {
    if (crypto_sign_ed25519_verify_detached(signature.bytes().data(), message.data(), message.size(), key.data()) !=
        0) {
        return std::unexpected(Error::BadSignature);
    }
    return {};
}

Bytes with_purpose(Purpose purpose, ByteView body) {
    const ByteView name = as_bytes(text(purpose));
    Bytes message;
    message.reserve(name.size() + 1 + body.size());
    message.insert(message.end(), name.begin(), name.end());
    message.push_back(0);
    message.insert(message.end(), body.begin(), body.end());
    return message;
}

}  // namespace doorward::crypto::detail
