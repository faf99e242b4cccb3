#include "crypto/random.h"

#include "crypto/initialise.h"

#include <sodium/randombytes.h>

#include <cstdlib>
#include <string_view>

namespace doorward::crypto {

namespace {

constexpr std::string_view k_password_alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static_assert(k_password_alphabet.size() == 57, "log2(57) * 22 = 128.3 bits");

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
    // Going on without a source of randomness would be worse than not going on.
    if (!initialise()) std::abort();
    if (!bytes.empty()) randombytes_buf(bytes.data(), bytes.size());
}

SecretBytes random_secret(std::size_t size) {
    SecretBytes secret = SecretBytes::zeroed(size);
    fill_random(secret.writable_bytes());
    return secret;
}

std::uint32_t random_below(std::uint32_t bound) {
    if (!initialise()) std::abort();
    return randombytes_uniform(bound);
}

std::expected<SecretBytes, Error> random_password(std::size_t length) {
    if (length < k_shortest_password_length || length > k_longest_password_length) {
        return std::unexpected(Error::WrongLength);
    }
    SecretBytes password = SecretBytes::zeroed(length);
    for (std::uint8_t& character : password.writable_bytes()) {
        character = static_cast<std::uint8_t>(
            k_password_alphabet[random_below(static_cast<std::uint32_t>(k_password_alphabet.size()))]);
    }
    return password;
}

}  // namespace doorward::crypto
