#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <expected>
#include <string>
#include <string_view>

namespace doorward::crypto {

// The form /etc/shadow takes (yescrypt, "$y$"), for `chpasswd -e`. For the random passwords of managed accounts only.
// Refuses empty passwords, NUL bytes and more than 511 bytes (BadPassword).
[[nodiscard]] std::expected<std::string, Error> hash_account_password(ByteView password);

// BadPassword for a wrong password and for a hash that is not yescrypt.
[[nodiscard]] std::expected<void, Error> verify_account_password(std::string_view hash, ByteView password);

}  // namespace doorward::crypto
