#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace doorward::protocol {

enum class DecodeErrorKind {
    TooLarge,
    NotUtf8,
    Syntax,
    TooDeep,
    DuplicateMember,
    MissingMember,
    UnknownMember,
    WrongType,
    OutOfRange,
    BadValue,
};

[[nodiscard]] std::string_view to_string(DecodeErrorKind kind);

// Why bytes from outside were refused, and where: a JSON pointer (RFC 6901), empty for the whole text.
// The path can hold member names chosen by the sender: for the log, never for a peer.
struct DecodeError {
    DecodeErrorKind kind;
    std::string path;

    friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

[[nodiscard]] std::string to_string(const DecodeError& error);

template <class Value>
using Decoded = std::expected<Value, DecodeError>;

}  // namespace doorward::protocol
