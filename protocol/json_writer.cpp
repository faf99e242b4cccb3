#include "protocol/json_writer.h"

#include "crypto/encoding.h"

namespace doorward::protocol {

void JsonWriter::bytes(std::string_view name, crypto::ByteView value) {
    text(name, crypto::base64url_encode(value));
}

void JsonWriter::bytes(crypto::ByteView value) {
    text(crypto::base64url_encode(value));
}

void JsonWriter::separate() {
    if (!m_first) m_text.push_back(',');
    m_first = false;
}

void JsonWriter::key(std::string_view name) {
    separate();
    quote(name);
    m_text.push_back(':');
}

void JsonWriter::quote(std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    m_text.push_back('"');
    std::size_t written = 0;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const auto byte = static_cast<std::uint8_t>(value[at]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        m_text.append(value.substr(written, at - written));
        written = at + 1;
        if (byte >= 0x20) {
            m_text.push_back('\\');
            m_text.push_back(value[at]);
        } else {
            m_text.append("\\u00");
            m_text.push_back(digits[byte >> 4]);
            m_text.push_back(digits[byte & 0x0F]);
        }
    }
    m_text.append(value.substr(written));
    m_text.push_back('"');
}

}  // namespace doorward::protocol
