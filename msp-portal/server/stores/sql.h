#pragma once

#include "crypto/fixed_bytes.h"
#include "msp-portal/server/stores/error.h"
#include "platform/database.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace doorward::portal {

/// The store itself failed (disk, corruption, a mistake in a statement): the request cannot go on. Thrown only by the
/// functions below and caught once, in Store, which rolls back and answers Error::StoreFailed.
class StoreFailure final : public std::exception {
public:
    StoreFailure(platform::DatabaseError error, std::string message) : m_error(error), m_message(std::move(message)) {}
    [[nodiscard]] platform::DatabaseError error() const { return m_error; }
    [[nodiscard]] const char* what() const noexcept override { return m_message.c_str(); }

private:
    platform::DatabaseError m_error;
    std::string m_message;
};

namespace sql {

using Blob = std::span<const std::uint8_t>;

// How each type of ours stands in a column. Borrowed: for use inside one expression.
inline std::string_view column(const std::string& value) {
    return value;
}
inline std::string_view column(std::string_view value) {
    return value;
}
inline std::string_view column(const char* value) {
    return value;
}
inline std::int64_t column(std::int64_t value) {
    return value;
}
inline std::int64_t column(std::uint32_t value) {
    return value;
}
inline std::int64_t column(int value) {
    return value;
}
inline std::int64_t column(bool value) {
    return value ? 1 : 0;
}
inline std::int64_t column(protocol::Timestamp value) {
    return value.milliseconds;
}
inline Blob column(Blob value) {
    return value;
}
inline std::nullptr_t column(std::nullptr_t) {
    return nullptr;
}
inline Blob column(const std::vector<std::uint8_t>& value) {
    return value;
}
inline Blob column(const protocol::Uuid& value) {
    return value.bytes();
}
template <class Entity>
Blob column(const protocol::Id<Entity>& value) {
    return value.bytes();
}
template <class Kind, std::size_t Size>
Blob column(const crypto::FixedBytes<Kind, Size>& value) {
    return value.bytes();
}
template <class Value>
auto column(const std::optional<Value>& value) {
    using Column = decltype(column(*value));
    return value ? std::optional<Column>(column(*value)) : std::optional<Column>();
}

[[noreturn]] void fail(platform::Database& database, platform::DatabaseError error);

/// The number of changed rows. A row that a constraint refuses is a StoreFailure here.
template <class... Values>
std::int64_t execute(platform::Database& database, std::string_view text, const Values&... values) {
    auto changed = database.execute(text, column(values)...);
    if (!changed) fail(database, changed.error());
    return *changed;
}

/// False where a constraint (unique, check, trigger) refused the row.
template <class... Values>
[[nodiscard]] bool try_execute(platform::Database& database, std::string_view text, const Values&... values) {
    auto changed = database.execute(text, column(values)...);
    if (!changed && changed.error() == platform::DatabaseError::Constraint) return false;
    if (!changed) fail(database, changed.error());
    return true;
}

/// The rows of one query, walked once. Columns count from 0.
class Rows {
public:
    Rows(platform::Database& database, platform::Statement statement)
        : m_database(&database), m_statement(std::move(statement)) {}

    [[nodiscard]] bool next();
    [[nodiscard]] bool is_null(int index) const { return m_statement.is_null(index); }
    [[nodiscard]] std::int64_t integer(int index) const { return m_statement.integer(index); }
    [[nodiscard]] bool boolean(int index) const { return m_statement.integer(index) != 0; }
    [[nodiscard]] std::string text(int index) const { return std::string(m_statement.text(index)); }
    [[nodiscard]] std::vector<std::uint8_t> bytes(int index) const {
        const auto blob = m_statement.bytes(index);
        return {blob.begin(), blob.end()};
    }
    [[nodiscard]] std::string body(int index) const {
        const auto blob = m_statement.bytes(index);
        return {reinterpret_cast<const char*>(blob.data()), blob.size()};
    }
    [[nodiscard]] protocol::Timestamp time(int index) const { return {m_statement.integer(index)}; }
    [[nodiscard]] std::optional<protocol::Timestamp> optional_time(int index) const {
        return is_null(index) ? std::nullopt : std::optional(time(index));
    }
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int index) const {
        return m_statement.optional_integer(index);
    }
    [[nodiscard]] std::optional<std::string> optional_text(int index) const { return m_statement.optional_text(index); }
    template <class IdType>
    [[nodiscard]] IdType id(int index) const {
        auto value = IdType::from_bytes(m_statement.bytes(index));
        if (!value) corrupt();
        return *value;
    }
    template <class IdType>
    [[nodiscard]] std::optional<IdType> optional_id(int index) const {
        return is_null(index) ? std::nullopt : std::optional(id<IdType>(index));
    }
    template <class Fixed>
    [[nodiscard]] Fixed fixed(int index) const {
        auto value = Fixed::create(m_statement.bytes(index));
        if (!value) corrupt();
        return *value;
    }
    /// One of `values`, by its to_string().
    template <class Enum>
    [[nodiscard]] Enum one_of(int index, std::initializer_list<Enum> values) const {
        const auto written = m_statement.text(index);
        for (const Enum value : values) {
            if (to_string(value) == written) return value;
        }
        corrupt();
    }

private:
    [[noreturn]] void corrupt() const;
    platform::Database* m_database;
    platform::Statement m_statement;
};

template <class... Values>
[[nodiscard]] Rows query(platform::Database& database, std::string_view text, const Values&... values) {
    auto statement = database.query(text, column(values)...);
    if (!statement) fail(database, statement.error());
    return Rows(database, std::move(*statement));
}

/// The first column of the first row, a number; 0 without a row.
template <class... Values>
[[nodiscard]] std::int64_t number(platform::Database& database, std::string_view text, const Values&... values) {
    auto rows = query(database, text, values...);
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace sql
}  // namespace doorward::portal
