#include "protocol/json_parts.h"

#include <algorithm>

namespace doorward::protocol {

SignedEnvelope read_envelope(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return SignedEnvelope{.body = in["body"].byte_text({2, k_longest_envelope_body}),
                              .signature = in["signature"].fixed<crypto::Signature>()};
    });
}

void write_envelope(JsonWriter& out, std::string_view name, const SignedEnvelope& envelope) {
    out.object(name, [&] {
        out.bytes("body", crypto::as_bytes(envelope.body));
        out.bytes("signature", envelope.signature.bytes());
    });
}

Assertion read_assertion(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return Assertion{.credential_id = in["credential_id"].bytes(k_credential_id_size),
                         .authenticator_data = in["authenticator_data"].bytes(k_authenticator_data_size),
                         .client_data_json = in["client_data_json"].bytes(k_client_data_size),
                         .signature = in["signature"].bytes(k_passkey_signature_size)};
    });
}

void write_assertion(JsonWriter& out, std::string_view name, const Assertion& assertion) {
    out.object(name, [&] {
        out.bytes("credential_id", assertion.credential_id);
        out.bytes("authenticator_data", assertion.authenticator_data);
        out.bytes("client_data_json", assertion.client_data_json);
        out.bytes("signature", assertion.signature);
    });
}

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(text, [](char character) { return static_cast<unsigned char>(character) < 0x20; });
}

}  // namespace doorward::protocol
