#pragma once

#include "protocol/assertion.h"
#include "protocol/envelope.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace doorward::protocol {

// A member that came after version 1 of its message: null is nothing, and so is one that is not there, in what was
// written or sent before.
template <class Read>
[[nodiscard]] auto read_later_member(JsonObjectReader& in, std::string_view name, Read read)
    -> std::optional<decltype(read(in[name]))> {
    if (!in.has(name)) return std::nullopt;
    return in[name].optional(read);
}

// The values that several messages carry.

inline constexpr SizeRange k_client_data_size{2, 8 * 1024};
inline constexpr SizeRange k_authenticator_data_size{37, 2048};
inline constexpr SizeRange k_credential_id_size{1, crypto::k_longest_credential_id};
inline constexpr SizeRange k_passkey_signature_size{8, 512};

[[nodiscard]] SignedEnvelope read_envelope(const JsonReader& value);
void write_envelope(JsonWriter& out, std::string_view name, const SignedEnvelope& envelope);

// An event's body stands in an export as it is, in a line of its own. JSON has control characters as white space only.
[[nodiscard]] bool is_one_line(std::string_view text);

[[nodiscard]] Assertion read_assertion(const JsonReader& value);
void write_assertion(JsonWriter& out, std::string_view name, const Assertion& assertion);

}  // namespace doorward::protocol
