#pragma once

#include "crypto/bytes.h"
#include "protocol/choice.h"
#include "protocol/decode_error.h"
#include "protocol/ids.h"
#include "protocol/json_value.h"
#include "protocol/time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::protocol {

// Strict reading of one JSON value, for the decoders of this folder. The first failure of a document is kept and every
// later read gives a placeholder, so a decoder reads all members straight into its struct and asks for the error once.
struct IntegerRange {
    std::int64_t lowest;
    std::int64_t highest;
};
inline constexpr IntegerRange k_any_count{0, std::int64_t{1} << 53};

struct SizeRange {
    std::size_t smallest;
    std::size_t largest;
};

using TextRule = bool (*)(std::string_view);

class JsonObjectReader;

class JsonReader {
public:
    [[nodiscard]] bool is_null() const;
    void fail(DecodeErrorKind kind) const;

    [[nodiscard]] std::string text(TextRule rule) const;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] std::int64_t integer(IntegerRange range) const;
    [[nodiscard]] int small_integer(int lowest, int highest) const;
    // int64 milliseconds.
    [[nodiscard]] Timestamp time() const;
    // RFC 3339.
    [[nodiscard]] Timestamp time_text() const;
    [[nodiscard]] crypto::Bytes bytes(SizeRange size) const;
    // Bytes that are a text of their own, such as a signed body.
    [[nodiscard]] std::string byte_text(SizeRange size) const;
    // base64url of exactly as many bytes.
    void bytes_into(std::span<std::uint8_t> output) const;

    template <std::size_t Size>
    [[nodiscard]] std::array<std::uint8_t, Size> array() const {
        std::array<std::uint8_t, Size> result{};
        bytes_into(result);
        return result;
    }
    // A digest, a public key, a signature.
    template <class Fixed>
    [[nodiscard]] Fixed fixed() const {
        return Fixed(array<Fixed::k_size>());
    }
    template <class SomeId>
    [[nodiscard]] SomeId id() const {
        return SomeId(uuid());
    }
    template <class Enum, std::size_t Count>
    [[nodiscard]] Enum choice(const std::array<Choice<Enum>, Count>& choices) const {
        const std::string* const word = content<std::string>();
        if (word == nullptr) return choices[0].value;
        const auto value = find_choice(choices, *word);
        if (!value) fail(DecodeErrorKind::BadValue);
        return value.value_or(choices[0].value);
    }
    // null is nothing.
    template <class Read>
    [[nodiscard]] auto optional(Read read) const -> std::optional<decltype(read(*this))> {
        if (is_null()) return std::nullopt;
        return read(*this);
    }
    // `read` gets a JsonObjectReader; members it does not ask for are unknown.
    template <class Read>
    [[nodiscard]] auto object(Read read) const;
    // As object(), but unknown members are let through.
    template <class Read>
    [[nodiscard]] auto open_object(Read read) const;
    template <class Read>
    [[nodiscard]] auto list(SizeRange size, Read read) const -> std::vector<decltype(read(*this))>;
    template <class SomeId>
    [[nodiscard]] std::vector<SomeId> ids(SizeRange size) const {
        return list(size, [](const JsonReader& item) { return item.id<SomeId>(); });
    }

private:
    friend class JsonObjectReader;
    friend class JsonDocument;

    struct Failure {
        std::optional<DecodeError> error;
    };

    JsonReader(Failure& failure, const JsonReader* parent, const JsonValue* value, std::string_view name)
        : m_failure(&failure), m_parent(parent), m_value(value), m_name(name) {}

    [[nodiscard]] Uuid uuid() const;
    [[nodiscard]] std::string pointer() const;
    // nullptr after a failure, and after reporting WrongType for another type.
    template <class Content>
    [[nodiscard]] const Content* content() const;

    Failure* m_failure;
    const JsonReader* m_parent;
    // nullptr where the member is missing or a failure came before.
    const JsonValue* m_value;
    std::string_view m_name;
};

class JsonObjectReader {
public:
    // A required member; missing is reported here.
    [[nodiscard]] JsonReader operator[](std::string_view name);
    // nullptr content is told apart by has().
    [[nodiscard]] bool has(std::string_view name) const;
    // The member "version" is there and 1.
    void version_one();
    // Reports a broken rule between members at one of them.
    void fail(std::string_view name, DecodeErrorKind kind);
    [[nodiscard]] bool failed() const { return m_self.m_failure->error.has_value(); }

private:
    friend class JsonReader;

    JsonObjectReader(const JsonReader& self, const JsonObject* members)
        : m_self(self), m_members(members), m_read(members == nullptr ? 0 : members->size(), false) {}
    void refuse_unread();

    const JsonReader& m_self;
    const JsonObject* m_members;
    std::vector<bool> m_read;
};

// One parsed text and the first failure of reading it.
class JsonDocument {
public:
    [[nodiscard]] static Decoded<JsonDocument> parse(std::string_view text, std::size_t limit);

    // The whole text is one object of exactly the members `read` asks for.
    template <class Read>
    [[nodiscard]] auto read_object(Read read) -> Decoded<decltype(read(std::declval<JsonObjectReader&>()))> {
        auto value = root().object(std::move(read));
        if (m_failure.error) return std::unexpected(std::move(*m_failure.error));
        return value;
    }
    template <class Read>
    [[nodiscard]] auto read_open_object(Read read) -> Decoded<decltype(read(std::declval<JsonObjectReader&>()))> {
        auto value = root().open_object(std::move(read));
        if (m_failure.error) return std::unexpected(std::move(*m_failure.error));
        return value;
    }

private:
    explicit JsonDocument(JsonValue value) : m_value(std::move(value)) {}
    [[nodiscard]] JsonReader root() { return {m_failure, nullptr, &m_value, {}}; }

    JsonValue m_value;
    JsonReader::Failure m_failure;
};

// parse and read_object in one.
template <class Read>
[[nodiscard]] auto decode_object(std::string_view text, std::size_t limit, Read read)
    -> Decoded<decltype(read(std::declval<JsonObjectReader&>()))> {
    auto document = JsonDocument::parse(text, limit);
    if (!document) return std::unexpected(std::move(document.error()));
    return document->read_object(std::move(read));
}

template <class Content>
const Content* JsonReader::content() const {
    if (m_value == nullptr || m_failure->error) return nullptr;
    const auto* const wanted = std::get_if<Content>(&m_value->content);
    if (wanted == nullptr) fail(DecodeErrorKind::WrongType);
    return wanted;
}

template <class Read>
auto JsonReader::object(Read read) const {
    JsonObjectReader members(*this, content<JsonObject>());
    auto value = read(members);
    members.refuse_unread();
    return value;
}

template <class Read>
auto JsonReader::open_object(Read read) const {
    JsonObjectReader members(*this, content<JsonObject>());
    return read(members);
}

template <class Read>
auto JsonReader::list(SizeRange size, Read read) const -> std::vector<decltype(read(*this))> {
    std::vector<decltype(read(*this))> items;
    const auto* const values = content<JsonArray>();
    if (values == nullptr) return items;
    if (values->size() < size.smallest || values->size() > size.largest) {
        fail(DecodeErrorKind::OutOfRange);
        return items;
    }
    items.reserve(values->size());
    for (std::size_t at = 0; at < values->size() && !m_failure->error; ++at) {
        const std::string index = std::to_string(at);
        items.push_back(read(JsonReader(*m_failure, this, &(*values)[at], index)));
    }
    return items;
}

}  // namespace doorward::protocol
