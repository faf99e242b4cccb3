#include "crypto/secret_bytes.h"

#include "crypto/constant_time.h"
#include "crypto/initialise.h"

#include <sodium/utils.h>

#include <algorithm>
#include <new>

namespace doorward::crypto {

void wipe(std::span<std::uint8_t> bytes) {
    sodium_memzero(bytes.data(), bytes.size());
}

SecretBytes::~SecretBytes() {
    // sodium_free() wipes.
    sodium_free(m_data);
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        sodium_free(m_data);
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

SecretBytes SecretBytes::zeroed(std::size_t size) {
    SecretBytes secret;
    if (size == 0) return secret;
    // Before sodium_init() the guard canary is a constant.
    if (!initialise()) throw std::bad_alloc();
    secret.m_data = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (secret.m_data == nullptr) throw std::bad_alloc();
    secret.m_size = size;
    std::ranges::fill(secret.writable_bytes(), std::uint8_t{0});
    return secret;
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
    SecretBytes secret = zeroed(bytes.size());
    std::ranges::copy(bytes, secret.writable_bytes().begin());
    return secret;
}

bool SecretBytes::equals(const SecretBytes& other) const {
    return constant_time_equal(bytes(), other.bytes());
}

}  // namespace doorward::crypto
