#include "protocol/envelope.h"

#include "protocol/json_parts.h"

namespace doorward::protocol {
namespace {

// The body in base64url, the signature and the punctuation.
constexpr std::size_t k_longest_envelope = k_longest_envelope_body * 4 / 3 + 256;

constexpr std::array<Choice<EnvelopeError>, 2> k_errors{{
    {EnvelopeError::BadSignature, "bad_signature"},
    {EnvelopeError::Malformed, "malformed"},
}};

}  // namespace

std::string_view to_string(EnvelopeError error) {
    return choice_text(k_errors, error);
}

std::string encode_envelope(const SignedEnvelope& envelope) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.bytes("body", crypto::as_bytes(envelope.body));
        out.bytes("signature", envelope.signature.bytes());
    });
}

Decoded<SignedEnvelope> decode_envelope(std::string_view json) {
    return decode_object(json, k_longest_envelope, [](JsonObjectReader& in) {
        return SignedEnvelope{.body = in["body"].byte_text({2, k_longest_envelope_body}),
                              .signature = in["signature"].fixed<crypto::Signature>()};
    });
}

}  // namespace doorward::protocol
