#include "crypto/password_hash.h"

#include "crypto/initialise.h"

#include <sodium/crypto_pwhash_argon2id.h>

#include <algorithm>
#include <array>

namespace doorward::crypto {

namespace {

bool acceptable(ByteView password) {
    return !password.empty() && password.size() <= k_longest_hashed_password;
}

}  // namespace

std::expected<std::string, Error> hash_password(ByteView password) {
    if (!initialise()) return std::unexpected(Error::NotInitialised);
    if (!acceptable(password)) return std::unexpected(Error::BadPassword);
    std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
    if (crypto_pwhash_argon2id_str(hash.data(), reinterpret_cast<const char*>(password.data()), password.size(),
                                   k_password_operations, k_password_memory) != 0) {
        return std::unexpected(Error::LibraryFailure);
    }
    return std::string(hash.data());
}

std::expected<void, Error> verify_password(std::string_view hash, ByteView password) {
    if (!initialise()) return std::unexpected(Error::NotInitialised);
    if (!acceptable(password) || hash.size() >= crypto_pwhash_argon2id_STRBYTES) {
        return std::unexpected(Error::BadPassword);
    }
    std::array<char, crypto_pwhash_argon2id_STRBYTES> terminated{};
    std::ranges::copy(hash, terminated.begin());
    // Also refuses a hash of another cost, so that nobody who can write one can make us spend any memory they like.
    if (crypto_pwhash_argon2id_str_needs_rehash(terminated.data(), k_password_operations, k_password_memory) != 0 ||
        crypto_pwhash_argon2id_str_verify(terminated.data(), reinterpret_cast<const char*>(password.data()),
                                          password.size()) != 0) {
        return std::unexpected(Error::BadPassword);
    }
    return {};
}

}  // namespace doorward::crypto
