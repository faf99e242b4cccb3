#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace doorward::crypto {

// Argon2id cost for secrets that people chose or wrote down (portal passwords, recovery codes): RFC 9106, section 4,
// second recommended option rounded up by libsodium ("interactive": 64 MiB, 2 passes).
inline constexpr unsigned long long k_password_operations = 2;
inline constexpr std::size_t k_password_memory = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t k_longest_hashed_password = 1024;

// Takes tens of milliseconds and 64 MiB: run it on a worker. Refuses empty and over-long passwords (BadPassword).
[[nodiscard]] std::expected<std::string, Error> hash_password(ByteView password);

// BadPassword for a wrong password and for a hash that is not one of ours.
[[nodiscard]] std::expected<void, Error> verify_password(std::string_view hash, ByteView password);

}  // namespace doorward::crypto
