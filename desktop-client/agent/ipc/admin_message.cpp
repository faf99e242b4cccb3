#include "desktop-client/agent/ipc/admin_message.h"

#include <span>

namespace doorward::agent {
namespace {

class Writer {
public:
    void byte(std::uint8_t value) { m_frame.push_back(value); }
    void number(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i)
            byte(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    void text(std::string_view value) {
        number(value.size(), 4);
        m_frame.insert(m_frame.end(), value.begin(), value.end());
    }
    void secret(crypto::ByteView value) {
        number(value.size(), 4);
        m_frame.insert(m_frame.end(), value.begin(), value.end());
    }
    [[nodiscard]] std::vector<std::uint8_t> finish() { return std::move(m_frame); }

private:
    std::vector<std::uint8_t> m_frame;
};

class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes) : m_rest(bytes) {}

    std::uint64_t number(int bytes) {
        const auto part = take(static_cast<std::size_t>(bytes));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < part.size(); ++i)
            value |= std::uint64_t{part[i]} << (8 * i);
        return value;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
    bool flag() {
        const std::uint8_t value = byte();
        if (value > 1) fail(AdminMessageError::BadValue);
        return value == 1;
    }
    std::span<const std::uint8_t> bytes() { return take(number(4)); }
    std::string text() {
        const auto part = bytes();
        return {part.begin(), part.end()};
    }
    void fail(AdminMessageError error) {
        if (!m_error) m_error = error;
        m_rest = {};
    }
    [[nodiscard]] bool failed() const { return m_error.has_value(); }
    [[nodiscard]] std::size_t left() const { return m_rest.size(); }
    [[nodiscard]] std::optional<AdminMessageError> finish() {
        if (!m_error && !m_rest.empty()) m_error = AdminMessageError::TrailingBytes;
        return m_error;
    }

private:
    std::span<const std::uint8_t> take(std::uint64_t size) {
        if (size > m_rest.size()) {
            fail(AdminMessageError::Truncated);
            return {};
        }
        const auto part = m_rest.first(static_cast<std::size_t>(size));
        m_rest = m_rest.subspan(part.size());
        return part;
    }
    std::span<const std::uint8_t> m_rest;
    std::optional<AdminMessageError> m_error;
};

AdminValue read_value(Reader& reader) {
    switch (reader.byte()) {
        case 0:
            return std::monostate{};
        case 1:
            return reader.flag();
        case 2:
            return static_cast<std::int64_t>(reader.number(8));
        case 3:
            return reader.text();
        default:
            reader.fail(AdminMessageError::BadValue);
            return std::monostate{};
    }
}

void write_value(Writer& writer, const AdminValue& value) {
    writer.byte(static_cast<std::uint8_t>(value.index()));
    if (const auto* flag = std::get_if<bool>(&value)) writer.byte(*flag ? 1 : 0);
    if (const auto* number = std::get_if<std::int64_t>(&value)) writer.number(static_cast<std::uint64_t>(*number), 8);
    if (const auto* text = std::get_if<std::string>(&value)) writer.text(*text);
}

}  // namespace

std::string_view to_string(AdminMessageError error) {
    switch (error) {
        case AdminMessageError::Truncated:
            return "truncated";
        case AdminMessageError::TrailingBytes:
            return "trailing_bytes";
        case AdminMessageError::BadValue:
            return "bad_value";
    }
    return "unknown";
}

std::vector<std::uint8_t> encode(const AdminRequest& request) {
    Writer writer;
    writer.byte(std::to_underlying(request.verb));
    writer.secret(request.token.bytes());
    writer.text(request.name);
    writer.text(request.kind);
    return writer.finish();
}

std::vector<std::uint8_t> encode(const AdminReply& reply) {
    Writer writer;
    writer.byte(std::to_underlying(reply.status));
    writer.text(reply.message);
    writer.byte(reply.is_list ? 1 : 0);
    writer.number(reply.records.size(), 4);
    for (const auto& record : reply.records) {
        writer.number(record.size(), 4);
        for (const auto& field : record) {
            writer.text(field.name);
            write_value(writer, field.value);
        }
    }
    return writer.finish();
}

std::expected<AdminRequest, AdminMessageError> decode_admin_request(const std::vector<std::uint8_t>& frame) {
    Reader reader(frame);
    AdminRequest request;
    const std::uint8_t verb = reader.byte();
    if (verb < std::to_underlying(AdminVerb::Status) || verb > std::to_underlying(AdminVerb::Explain)) {
        reader.fail(AdminMessageError::BadValue);
    }
    request.verb = static_cast<AdminVerb>(verb);
    request.token = crypto::SecretBytes::copy_of(reader.bytes());
    request.name = reader.text();
    request.kind = reader.text();
    if (const auto error = reader.finish()) return std::unexpected(*error);
    return request;
}

std::expected<AdminReply, AdminMessageError> decode_admin_reply(const std::vector<std::uint8_t>& frame) {
    Reader reader(frame);
    AdminReply reply;
    const std::uint8_t status = reader.byte();
    if (status > std::to_underlying(AdminStatus::Conflict)) reader.fail(AdminMessageError::BadValue);
    reply.status = static_cast<AdminStatus>(status);
    reply.message = reader.text();
    reply.is_list = reader.flag();
    // Each record and field takes at least four bytes, which bounds both loops by the frame's length.
    const std::uint64_t records = reader.number(4);
    for (std::uint64_t i = 0; i < records && !reader.failed(); ++i) {
        AdminRecord record;
        const std::uint64_t fields = reader.number(4);
        for (std::uint64_t k = 0; k < fields && !reader.failed(); ++k) {
            std::string name = reader.text();
            AdminValue value = read_value(reader);
            record.push_back({.name = std::move(name), .value = std::move(value)});
        }
        reply.records.push_back(std::move(record));
    }
    if (const auto error = reader.finish()) return std::unexpected(*error);
    return reply;
}

}  // namespace doorward::agent
