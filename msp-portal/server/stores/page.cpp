#include "msp-portal/server/stores/page.h"

#include "crypto/encoding.h"

namespace doorward::portal {

std::optional<NameCursor> NameCursor::parse(std::string_view text) {
    const auto bytes = crypto::base64url_decode(text);
    if (!bytes || bytes->size() < 17) return std::nullopt;
    NameCursor cursor;
    cursor.id.assign(bytes->begin(), bytes->begin() + 16);
    cursor.name.assign(bytes->begin() + 16, bytes->end());
    return cursor;
}

std::string NameCursor::format() const {
    auto bytes = id;
    bytes.insert(bytes.end(), name.begin(), name.end());
    return crypto::base64url_encode(bytes);
}

std::string like_pattern(std::string_view part) {
    std::string pattern = "%";
    for (const char character : part) {
        if (character == '%' || character == '_' || character == '\\') pattern += '\\';
        pattern += character;
    }
    return pattern + "%";
}

}  // namespace doorward::portal
