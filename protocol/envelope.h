#pragma once

#include "crypto/bytes.h"
#include "crypto/purpose.h"
#include "crypto/signature.h"
#include "protocol/decode_error.h"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::protocol {

inline constexpr std::size_t k_longest_envelope_body = 64 * 1024;

// Bytes and the signature over them. The body is carried, stored and hashed as it came, never re-serialised.
struct SignedEnvelope {
    std::string body;
    crypto::Signature signature;

    friend bool operator==(const SignedEnvelope&, const SignedEnvelope&) = default;
};

// Why a signed body was refused; which of the two is for the log only.
enum class EnvelopeError { BadSignature, Malformed };
[[nodiscard]] std::string_view to_string(EnvelopeError error);

[[nodiscard]] std::string encode_envelope(const SignedEnvelope& envelope);
[[nodiscard]] Decoded<SignedEnvelope> decode_envelope(std::string_view json);

template <class Role>
[[nodiscard]] SignedEnvelope sign_envelope(const crypto::SigningKey<Role>& key, crypto::Purpose purpose,
                                           std::string body) {
    const auto signature = key.sign(purpose, crypto::as_bytes(body));
    return {.body = std::move(body), .signature = signature};
}

template <class Role>
[[nodiscard]] std::expected<void, crypto::Error> verify_envelope(const crypto::VerifyingKey<Role>& key,
                                                                 crypto::Purpose purpose,
                                                                 const SignedEnvelope& envelope) {
    return crypto::verify(key, purpose, crypto::as_bytes(envelope.body), envelope.signature);
}

}  // namespace doorward::protocol
