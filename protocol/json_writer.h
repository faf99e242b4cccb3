#pragma once

#include "crypto/bytes.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::protocol {

// Writes compact JSON in the order of the calls. Texts must be UTF-8. The functions with a name write a member, those
// without one an element of a list.
class JsonWriter {
public:
    // An object as the whole text.
    template <class Write>
    [[nodiscard]] static std::string object_text(Write write) {
        JsonWriter writer;
        writer.enclose('{', '}', [&] { write(writer); });
        return std::move(writer.m_text);
    }

    void text(std::string_view name, std::string_view value) {
        key(name);
        quote(value);
    }
    void text(std::string_view value) {
        separate();
        quote(value);
    }
    void integer(std::string_view name, std::int64_t value) {
        key(name);
        m_text.append(std::to_string(value));
    }
    void boolean(std::string_view name, bool value) {
        key(name);
        m_text.append(value ? "true" : "false");
    }
    void null(std::string_view name) {
        key(name);
        m_text.append("null");
    }
    void bytes(std::string_view name, crypto::ByteView value);
    void bytes(crypto::ByteView value);
    void time(std::string_view name, Timestamp value) { integer(name, value.milliseconds); }
    void time_text(std::string_view name, Timestamp value) { text(name, format_time(value)); }
    template <class Entity>
    void id(std::string_view name, const Id<Entity>& value) {
        text(name, value.to_string());
    }
    template <class Entity>
    void id(const Id<Entity>& value) {
        text(value.to_string());
    }

    void optional_text(std::string_view name, const std::optional<std::string>& value) {
        value ? text(name, *value) : null(name);
    }
    void optional_integer(std::string_view name, const std::optional<std::int64_t>& value) {
        value ? integer(name, *value) : null(name);
    }
    void optional_time(std::string_view name, const std::optional<Timestamp>& value) {
        value ? time(name, *value) : null(name);
    }
    void optional_time_text(std::string_view name, const std::optional<Timestamp>& value) {
        value ? time_text(name, *value) : null(name);
    }
    template <class Entity>
    void optional_id(std::string_view name, const std::optional<Id<Entity>>& value) {
        value ? id(name, *value) : null(name);
    }

    template <class Write>
    void object(std::string_view name, Write write) {
        key(name);
        enclose('{', '}', write);
    }
    template <class Write>
    void object(Write write) {
        separate();
        enclose('{', '}', write);
    }
    // `write` writes one element.
    template <class Items, class Write>
    void list(std::string_view name, const Items& items, Write write) {
        key(name);
        enclose('[', ']', [&] {
            for (const auto& item : items)
                write(item);
        });
    }
    template <class Ids>
    void ids(std::string_view name, const Ids& items) {
        list(name, items, [this](const auto& item) { this->id(item); });
    }

private:
    template <class Write>
    void enclose(char open, char close, Write write) {
        m_text.push_back(open);
        m_first = true;
        write();
        m_text.push_back(close);
        m_first = false;
    }
    void separate();
    void key(std::string_view name);
    void quote(std::string_view value);

    std::string m_text;
    bool m_first = true;
};

}  // namespace doorward::protocol
