#include "platform/database_connection.h"

#include <utility>

namespace doorward::platform {
namespace {

sqlite3_destructor_type copy_the_value() {
    return reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1});  // NOLINT: SQLITE_TRANSIENT is this value
}

// SQLite takes a null pointer for NULL, and an empty view may hold one.
const char* never_null(std::string_view value) {
    return value.data() == nullptr ? "" : value.data();
}

void note(detail::CachedStatement& cached, int code) {
    if (code != SQLITE_OK && cached.bind_failure == SQLITE_OK) cached.bind_failure = code;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept : m_cached(std::exchange(other.m_cached, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        Statement released(std::move(*this));
        m_cached = std::exchange(other.m_cached, nullptr);
    }
    return *this;
}

Statement::~Statement() {
    if (m_cached == nullptr) return;
    if (!m_cached->kept) {
        delete m_cached;
        return;
    }
    sqlite3_reset(m_cached->handle.get());
    sqlite3_clear_bindings(m_cached->handle.get());
    m_cached->bind_failure = SQLITE_OK;
    m_cached->in_use = false;
}

void Statement::bind(int parameter, std::int64_t value) {
    note(*m_cached, sqlite3_bind_int64(m_cached->handle.get(), parameter, value));
}

void Statement::bind(int parameter, std::string_view value) {
    note(*m_cached, sqlite3_bind_text64(m_cached->handle.get(), parameter, never_null(value), value.size(),
                                        copy_the_value(), SQLITE_UTF8));
}

void Statement::bind(int parameter, std::span<const std::uint8_t> value) {
    const char* data = never_null({reinterpret_cast<const char*>(value.data()), value.size()});
    note(*m_cached, sqlite3_bind_blob64(m_cached->handle.get(), parameter, data, value.size(), copy_the_value()));
}

void Statement::bind(int parameter, std::nullptr_t) {
    note(*m_cached, sqlite3_bind_null(m_cached->handle.get(), parameter));
}

std::expected<bool, DatabaseError> Statement::step() {
    if (m_cached->bind_failure != SQLITE_OK) return std::unexpected(detail::error_of(m_cached->bind_failure));
    const int code = sqlite3_step(m_cached->handle.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return std::unexpected(detail::error_of(code));
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(m_cached->handle.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(m_cached->handle.get(), column);
}

std::string_view Statement::text(int column) const {
    const unsigned char* data = sqlite3_column_text(m_cached->handle.get(), column);
    const int size = sqlite3_column_bytes(m_cached->handle.get(), column);
    return {never_null(reinterpret_cast<const char*>(data)), static_cast<std::size_t>(size)};
}

std::span<const std::uint8_t> Statement::bytes(int column) const {
    const void* data = sqlite3_column_blob(m_cached->handle.get(), column);
    const int size = sqlite3_column_bytes(m_cached->handle.get(), column);
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Statement::optional_text(int column) const {
    if (is_null(column)) return std::nullopt;
    return std::string(text(column));
}

}  // namespace doorward::platform
