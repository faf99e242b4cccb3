#pragma once

#include "protocol/decode_error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::protocol {

inline constexpr std::size_t k_deepest_nesting = 16;

struct JsonMember;
struct JsonValue;
struct JsonNumber {};  // a fraction or an exponent: never what we want
struct JsonLargeNumber {};
using JsonArray = std::vector<JsonValue>;
using JsonObject = std::vector<JsonMember>;

// Parsed JSON for the decoders of this folder, members in the order they came.
struct JsonValue {
    using Content = std::variant<std::nullptr_t, bool, std::int64_t, JsonNumber, JsonLargeNumber, std::string,
                                 JsonArray, JsonObject>;
    Content content;
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

// Refuses, in this order: more than `limit` bytes, bytes that are not UTF-8, nesting deeper than 16, anything that is
// not exactly one JSON text (RFC 8259), a member twice.
[[nodiscard]] Decoded<JsonValue> parse_json(std::string_view text, std::size_t limit);

// A member name as a token of a JSON pointer.
void append_pointer_token(std::string& pointer, std::string_view name);

}  // namespace doorward::protocol
