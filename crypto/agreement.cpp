#include "crypto/agreement.h"

#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/initialise.h"

#include <sodium/crypto_scalarmult_curve25519.h>

#include <cstdlib>
#include <string_view>

namespace doorward::crypto {

namespace detail {

std::array<std::uint8_t, 32> agreement_public_key(std::span<const std::uint8_t, 32> private_key) {
    if (!initialise()) std::abort();
    std::array<std::uint8_t, 32> public_key;
    crypto_scalarmult_curve25519_base(public_key.data(), private_key.data());
    return public_key;
}

std::expected<SharedSecret, Error> shared_secret(std::span<const std::uint8_t, 32> private_key,
                                                 std::span<const std::uint8_t, 32> public_key) {
    bool weak = false;
    // libsodium answers -1 when the result is all zeros (RFC 7748, section 6.1).
    auto secret = SharedSecret::filled_by([&](std::span<std::uint8_t, 32> output) {
        weak = crypto_scalarmult_curve25519(output.data(), private_key.data(), public_key.data()) != 0;
    });
    if (weak) return std::unexpected(Error::WeakPublicKey);
    return secret;
}

void derive_offline_bytes(Purpose purpose, const SharedSecret& shared, const OfflinePairing& pairing,
                          std::span<std::uint8_t, 32> output) {
    std::array<std::uint8_t, 16 + 32 + 32> context;
    auto end = std::ranges::copy(pairing.tenant_id, context.begin()).out;
    end = std::ranges::copy(pairing.device.bytes(), end).out;
    std::ranges::copy(pairing.phone.bytes(), end);
    derive_bytes(purpose, shared.bytes(), context, output);
}

}  // namespace detail

std::string key_id(const DeviceAgreementPublicKey& device, const PhoneAgreementPublicKey& phone) {
    return key_id(purpose_hash(Purpose::KeyId, {device.bytes(), phone.bytes()}));
}

std::string key_id(const Digest& name) {
    static constexpr std::string_view k_crockford = "0123456789abcdefghjkmnpqrstvwxyz";
    const unsigned first_bits = (unsigned{name.array()[0]} << 8U) | name.array()[1];
    return {k_crockford[first_bits >> 11U], k_crockford[(first_bits >> 6U) & 31U]};
}

}  // namespace doorward::crypto
