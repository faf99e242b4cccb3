#include "protocol/decode_error.h"

#include "protocol/choice.h"

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<DecodeErrorKind>, 10> k_kinds{{
    {DecodeErrorKind::TooLarge, "too_large"},
    {DecodeErrorKind::NotUtf8, "not_utf8"},
    {DecodeErrorKind::Syntax, "syntax"},
    {DecodeErrorKind::TooDeep, "too_deep"},
    {DecodeErrorKind::DuplicateMember, "duplicate_member"},
    {DecodeErrorKind::MissingMember, "missing_member"},
    {DecodeErrorKind::UnknownMember, "unknown_member"},
    {DecodeErrorKind::WrongType, "wrong_type"},
    {DecodeErrorKind::OutOfRange, "out_of_range"},
    {DecodeErrorKind::BadValue, "bad_value"},
}};

}  // namespace

std::string_view to_string(DecodeErrorKind kind) {
    return choice_text(k_kinds, kind);
}

std::string to_string(const DecodeError& error) {
    std::string text(to_string(error.kind));
    if (!error.path.empty()) text.append(" at ").append(error.path);
    return text;
}

}  // namespace doorward::protocol
