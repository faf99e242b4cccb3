#pragma once

#include "crypto/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace doorward::crypto {

// RFC 4648 section 5, without padding. For public bytes; the time depends on them.
[[nodiscard]] std::string base64url_encode(ByteView bytes);

// Only the one canonical form: no padding, no white space, unused bits zero. Anything else is nothing.
[[nodiscard]] std::optional<Bytes> base64url_decode(std::string_view text);

// RFC 4648 section 6, without padding, as authenticator apps read secrets.
[[nodiscard]] std::string base32_encode(ByteView bytes);

// Lower case.
[[nodiscard]] std::string hex_encode(ByteView bytes);

// Lower case and an even number of digits only.
[[nodiscard]] std::optional<Bytes> hex_decode(std::string_view text);

}  // namespace doorward::crypto
