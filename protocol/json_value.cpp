#include "protocol/json_value.h"

#include "protocol/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace doorward::protocol {
namespace {

constexpr std::int64_t k_largest_integer = std::int64_t{1} << 53;

const std::string* repeated_name(const JsonObject& object) {
    std::vector<const std::string*> names;
    names.reserve(object.size());
    for (const JsonMember& member : object)
        names.push_back(&member.name);
    std::ranges::sort(names, [](const auto* left, const auto* right) { return *left < *right; });
    const auto twin =
        std::ranges::adjacent_find(names, [](const auto* left, const auto* right) { return *left == *right; });
    return twin == names.end() ? nullptr : *twin;
}

// Builds the value while nlohmann reads: its own document type would keep the last of two equal members.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override {
        if (value < -k_largest_integer) return add(JsonLargeNumber{});
        return add(value);
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(k_largest_integer)) return add(JsonLargeNumber{});
        return add(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t, const string_t& text) override {
        if (text.find_first_of(".eE") == std::string::npos) return add(JsonLargeNumber{});
        return add(JsonNumber{});
    }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(JsonObject{}); }
    bool key(string_t& name) override {
        std::get<JsonObject>(m_open.back().content).push_back({.name = std::move(name), .value = {}});
        return true;
    }
    bool end_object() override {
        const auto& object = std::get<JsonObject>(m_open.back().content);
        if (const std::string* name = repeated_name(object)) {
            std::string path = pointer();
            append_pointer_token(path, *name);
            m_error = DecodeError{.kind = DecodeErrorKind::DuplicateMember, .path = std::move(path)};
            return false;
        }
        return close();
    }
    bool start_array(std::size_t) override { return open(JsonArray{}); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    [[nodiscard]] JsonValue take() { return std::move(m_root); }
    [[nodiscard]] const std::optional<DecodeError>& error() const { return m_error; }

private:
    template <class Content>
    bool add(Content&& content) {
        place(JsonValue{.content = std::forward<Content>(content)});
        return true;
    }

    void place(JsonValue value) {
        if (m_open.empty()) {
            m_root = std::move(value);
        } else if (auto* array = std::get_if<JsonArray>(&m_open.back().content)) {
            array->push_back(std::move(value));
        } else {
            std::get<JsonObject>(m_open.back().content).back().value = std::move(value);
        }
    }

    template <class Container>
    bool open(Container container) {
        if (m_open.size() == k_deepest_nesting) {
            m_error = DecodeError{.kind = DecodeErrorKind::TooDeep, .path = ""};
            return false;
        }
        m_open.push_back({.content = std::move(container)});
        return true;
    }

    bool close() {
        JsonValue value = std::move(m_open.back());
        m_open.pop_back();
        place(std::move(value));
        return true;
    }

    [[nodiscard]] std::string pointer() const {
        std::string path;
        for (std::size_t depth = 0; depth + 1 < m_open.size(); ++depth) {
            const auto& content = m_open[depth].content;
            if (const auto* array = std::get_if<JsonArray>(&content)) {
                append_pointer_token(path, std::to_string(array->size()));
            } else {
                append_pointer_token(path, std::get<JsonObject>(content).back().name);
            }
        }
        return path;
    }

    std::vector<JsonValue> m_open;
    JsonValue m_root;
    std::optional<DecodeError> m_error;
};

}  // namespace

void append_pointer_token(std::string& pointer, std::string_view name) {
    pointer.push_back('/');
    for (const char character : name) {
        if (character == '~') {
            pointer.append("~0");
        } else if (character == '/') {
            pointer.append("~1");
        } else {
            pointer.push_back(character);
        }
    }
}

Decoded<JsonValue> parse_json(std::string_view text, std::size_t limit) {
    const auto refuse = [](DecodeErrorKind kind) { return std::unexpected(DecodeError{.kind = kind, .path = ""}); };
    if (text.size() > limit) return refuse(DecodeErrorKind::TooLarge);
    if (!count_code_points(text)) return refuse(DecodeErrorKind::NotUtf8);
    // nlohmann skips a byte order mark and takes a NUL byte for the end.
    if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string_view::npos) {
        return refuse(DecodeErrorKind::Syntax);
    }
    Builder builder;
    const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    if (builder.error()) return std::unexpected(*builder.error());
    if (!complete) return refuse(DecodeErrorKind::Syntax);
    return builder.take();
}

}  // namespace doorward::protocol
