#pragma once

#include "crypto/secret_bytes.h"

#include <cstddef>
#include <optional>

namespace doorward::agent {

inline constexpr std::size_t k_recovery_code_size = 32;

/// A recovery code as it stands in a file: "dwr1:" and 32 bytes in hexadecimal, in groups that can be read out. It is a
/// secret: made by the command line tool, written once, kept by people.
[[nodiscard]] crypto::SecretBytes format_recovery_code(crypto::ByteView code);
/// Groups and line ends do not count; nothing for anything else.
[[nodiscard]] std::optional<crypto::SecretBytes> parse_recovery_code(crypto::ByteView text);
/// From a file or pipe, to its end.
[[nodiscard]] std::optional<crypto::SecretBytes> read_recovery_code(int descriptor);

}  // namespace doorward::agent
