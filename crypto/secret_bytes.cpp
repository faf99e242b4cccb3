#include "crypto/secret_bytes.h"

#include "crypto/constant_time.h"
#include "crypto/secret_memory.h"

#include <sodium/utils.h>

#include <algorithm>

namespace doorward::crypto {

void wipe(std::span<std::uint8_t> bytes) {
    sodium_memzero(bytes.data(), bytes.size());
}

SecretBytes::~SecretBytes() {
    detail::release_secret(m_data, m_size);
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        detail::release_secret(m_data, m_size);
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

SecretBytes SecretBytes::zeroed(std::size_t size) {
    SecretBytes secret;
    if (size == 0) return secret;
    secret.m_data = detail::allocate_secret(size);
    secret.m_size = size;
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
