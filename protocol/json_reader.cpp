#include "protocol/json_reader.h"

#include "crypto/encoding.h"

namespace doorward::protocol {
namespace {

// More base64url digits than this cannot be within `largest` bytes; checked before anything is allocated.
std::size_t longest_text_of(std::size_t largest) {
    return (largest * 4 + 2) / 3;
}

std::optional<std::int64_t> integer_of(const JsonValue& value, bool& too_large) {
    if (std::holds_alternative<JsonLargeNumber>(value.content)) too_large = true;
    const auto* const integer = std::get_if<std::int64_t>(&value.content);
    return integer == nullptr ? std::nullopt : std::optional(*integer);
}

}  // namespace

bool JsonReader::is_null() const {
    return m_value != nullptr && std::holds_alternative<std::nullptr_t>(m_value->content);
}

std::string JsonReader::pointer() const {
    if (m_parent == nullptr) return {};
    std::string path = m_parent->pointer();
    append_pointer_token(path, m_name);
    return path;
}

void JsonReader::fail(DecodeErrorKind kind) const {
    if (!m_failure->error) m_failure->error = DecodeError{.kind = kind, .path = pointer()};
}

std::string JsonReader::text(TextRule rule) const {
    const std::string* const text = content<std::string>();
    if (text == nullptr) return {};
    if (!rule(*text)) {
        fail(DecodeErrorKind::BadValue);
        return {};
    }
    return *text;
}

bool JsonReader::boolean() const {
    const bool* const value = content<bool>();
    return value != nullptr && *value;
}

std::int64_t JsonReader::integer(IntegerRange range) const {
    if (m_value == nullptr || m_failure->error) return range.lowest;
    bool too_large = false;
    const auto value = integer_of(*m_value, too_large);
    if (!value) {
        fail(too_large ? DecodeErrorKind::OutOfRange : DecodeErrorKind::WrongType);
        return range.lowest;
    }
    if (*value < range.lowest || *value > range.highest) {
        fail(DecodeErrorKind::OutOfRange);
        return range.lowest;
    }
    return *value;
}

int JsonReader::small_integer(int lowest, int highest) const {
    return static_cast<int>(integer({lowest, highest}));
}

Timestamp JsonReader::time() const {
    return {integer({k_earliest_time.milliseconds, k_latest_time.milliseconds})};
}

Timestamp JsonReader::time_text() const {
    const std::string* const text = content<std::string>();
    if (text == nullptr) return {};
    const auto time = parse_time(*text);
    if (!time) fail(DecodeErrorKind::BadValue);
    return time.value_or(Timestamp{});
}

crypto::Bytes JsonReader::bytes(SizeRange size) const {
    const std::string* const text = content<std::string>();
    if (text == nullptr) return {};
    if (text->size() > longest_text_of(size.largest)) {
        fail(DecodeErrorKind::OutOfRange);
        return {};
    }
    auto bytes = crypto::base64url_decode(*text);
    if (!bytes) {
        fail(DecodeErrorKind::BadValue);
        return {};
    }
    if (bytes->size() < size.smallest || bytes->size() > size.largest) {
        fail(DecodeErrorKind::OutOfRange);
        return {};
    }
    return std::move(*bytes);
}

std::string JsonReader::byte_text(SizeRange size) const {
    const crypto::Bytes content = bytes(size);
    return {content.begin(), content.end()};
}

void JsonReader::bytes_into(std::span<std::uint8_t> output) const {
    const crypto::Bytes content = bytes({output.size(), output.size()});
    if (content.size() == output.size()) std::ranges::copy(content, output.begin());
}

Uuid JsonReader::uuid() const {
    const std::string* const text = content<std::string>();
    if (text != nullptr) {
        if (const auto uuid = Uuid::parse(*text)) return *uuid;
        fail(DecodeErrorKind::BadValue);
    }
    return Uuid(std::array<std::uint8_t, 16>{});
}

JsonReader JsonObjectReader::operator[](std::string_view name) {
    const JsonValue* value = nullptr;
    if (m_members != nullptr && !failed()) {
        for (std::size_t at = 0; at < m_members->size(); ++at) {
            if ((*m_members)[at].name != name) continue;
            m_read[at] = true;
            value = &(*m_members)[at].value;
            break;
        }
        if (value == nullptr) fail(name, DecodeErrorKind::MissingMember);
    }
    return {*m_self.m_failure, &m_self, value, name};
}

bool JsonObjectReader::has(std::string_view name) const {
    return m_members != nullptr &&
           std::ranges::any_of(*m_members, [&](const JsonMember& member) { return member.name == name; });
}

void JsonObjectReader::version_one() {
    const JsonReader version = (*this)["version"];
    if (version.integer(k_any_count) != 1) version.fail(DecodeErrorKind::BadValue);
}

void JsonObjectReader::fail(std::string_view name, DecodeErrorKind kind) {
    JsonReader(*m_self.m_failure, &m_self, nullptr, name).fail(kind);
}

void JsonObjectReader::refuse_unread() {
    if (m_members == nullptr || failed()) return;
    for (std::size_t at = 0; at < m_members->size(); ++at) {
        if (m_read[at]) continue;
        fail((*m_members)[at].name, DecodeErrorKind::UnknownMember);
        return;
    }
}

Decoded<JsonDocument> JsonDocument::parse(std::string_view text, std::size_t limit) {
    auto value = parse_json(text, limit);
    if (!value) return std::unexpected(std::move(value.error()));
    return JsonDocument(std::move(*value));
}

}  // namespace doorward::protocol
