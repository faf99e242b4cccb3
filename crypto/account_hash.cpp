#include "crypto/account_hash.h"

#include "crypto/constant_time.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

#include <crypt.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace doorward::crypto {

namespace {

// A slow hash makes guessing a *human* password expensive. These are 128 random bits and more, which nobody guesses at
// any speed, and they are set twice a session: a higher cost would only slow every sign-in down.
constexpr unsigned long k_lowest_cost = 1;
constexpr const char* k_yescrypt = "$y$";

std::expected<std::string, Error> crypt_with(const std::string& setting, ByteView password) {
    if (password.empty() || password.size() >= CRYPT_MAX_PASSPHRASE_SIZE ||
        std::ranges::find(password, 0) != password.end()) {
        return std::unexpected(Error::BadPassword);
    }
    SecretBytes phrase = SecretBytes::zeroed(password.size() + 1);
    std::ranges::copy(password, phrase.writable_bytes().begin());
    // 32 KiB of work space; libcrypt wipes what it leaves in it.
    const auto work = std::make_unique<crypt_data>();
    const char* hash = crypt_rn(reinterpret_cast<const char*>(phrase.bytes().data()), setting.c_str(), work.get(),
                                static_cast<int>(sizeof(crypt_data)));
    if (hash == nullptr) return std::unexpected(Error::LibraryFailure);
    return std::string(hash);
}

}  // namespace

std::expected<std::string, Error> hash_account_password(ByteView password) {
    const auto salt = random_array<16>();
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    if (crypt_gensalt_rn(k_yescrypt, k_lowest_cost, reinterpret_cast<const char*>(salt.data()),
                         static_cast<int>(salt.size()), setting.data(), static_cast<int>(setting.size())) == nullptr) {
        return std::unexpected(Error::LibraryFailure);
    }
    return crypt_with(setting.data(), password);
}

std::expected<void, Error> verify_account_password(std::string_view hash, ByteView password) {
    if (!hash.starts_with(k_yescrypt)) return std::unexpected(Error::BadPassword);
    const auto computed = crypt_with(std::string(hash), password);
    if (!computed || !constant_time_equal(as_bytes(*computed), as_bytes(hash))) {
        return std::unexpected(Error::BadPassword);
    }
    return {};
}

}  // namespace doorward::crypto
