#pragma once

#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "protocol/assertion.h"
#include "protocol/decode_error.h"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace doorward::protocol {

inline constexpr std::size_t k_longest_client_data = 8 * 1024;

enum class CeremonyType { Create, Get };

// The client data a browser made (WebAuthn Level 3, section 5.8.1). Members not named here are ignored, as the standard
// asks; duplicates of any member are refused.
struct ClientData {
    std::string type;
    crypto::Bytes challenge;
    std::string origin;
    bool cross_origin = false;
    bool has_top_origin = false;
};

[[nodiscard]] Decoded<ClientData> decode_client_data(std::string_view json);

// Type, then frame, then origin; the challenge is the caller's to compare.
[[nodiscard]] std::expected<ClientData, AssertionError> check_client_data(crypto::ByteView json, CeremonyType type,
                                                                          std::string_view origin);

// The above and the challenge.
[[nodiscard]] std::expected<void, AssertionError> check_client_data(crypto::ByteView json, CeremonyType type,
                                                                    std::string_view origin,
                                                                    const crypto::Digest& challenge);

}  // namespace doorward::protocol
