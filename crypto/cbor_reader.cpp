#include "crypto/cbor_reader.h"

#include <limits>

namespace doorward::crypto {

namespace {

constexpr unsigned k_deepest = 8;

enum Major : std::uint8_t { Unsigned, Negative, ByteString, TextString, Array, Map, Tag, Simple };

}  // namespace

std::optional<CborReader::Head> CborReader::head() {
    const auto first = take(1);
    if (!first) return std::nullopt;
    Head head{static_cast<std::uint8_t>(first->front() >> 5U), static_cast<std::uint8_t>(first->front() & 31U), 0};
    if (head.additional < 24) {
        head.value = head.additional;
        return head;
    }
    // 28 to 30 are reserved, 31 is an indefinite length.
    if (head.additional > 27) return std::nullopt;
    const auto argument = take(std::uint64_t{1} << (head.additional - 24U));
    if (!argument) return std::nullopt;
    for (const std::uint8_t byte : *argument)
        head.value = head.value << 8U | byte;
    return head;
}

std::optional<ByteView> CborReader::take(std::uint64_t size) {
    if (size > m_rest.size()) return std::nullopt;
    const ByteView taken = m_rest.first(static_cast<std::size_t>(size));
    m_rest = m_rest.subspan(static_cast<std::size_t>(size));
    return taken;
}

std::optional<std::uint64_t> CborReader::map_size() {
    const auto found = head();
    if (!found || found->major != Major::Map) return std::nullopt;
    return found->value;
}

std::optional<std::int64_t> CborReader::integer() {
    const auto found = head();
    if (!found || found->value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    const auto value = static_cast<std::int64_t>(found->value);
    if (found->major == Major::Unsigned) return value;
    if (found->major == Major::Negative) return -1 - value;
    return std::nullopt;
}

bool CborReader::next_is_integer() const {
    return !m_rest.empty() && (m_rest.front() >> 5U) <= Major::Negative;
}

std::optional<std::string_view> CborReader::text() {
    const auto found = head();
    if (!found || found->major != Major::TextString) return std::nullopt;
    const auto bytes = take(found->value);
    if (!bytes) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

std::optional<ByteView> CborReader::byte_string() {
    const auto found = head();
    if (!found || found->major != Major::ByteString) return std::nullopt;
    return take(found->value);
}

std::optional<bool> CborReader::boolean() {
    const auto found = head();
    if (!found || found->major != Major::Simple || (found->additional != 20 && found->additional != 21)) {
        return std::nullopt;
    }
    return found->additional == 21;
}

std::optional<ByteView> CborReader::item() {
    const ByteView before = m_rest;
    if (!skip(k_deepest)) return std::nullopt;
    return before.first(before.size() - m_rest.size());
}

bool CborReader::skip(unsigned levels_left) {
    const auto found = head();
    if (!found) return false;
    std::uint64_t children = 0;
    switch (found->major) {
        case Major::Unsigned:
        case Major::Negative:
        case Major::Simple:
            return true;
        case Major::ByteString:
        case Major::TextString:
            return take(found->value).has_value();
        case Major::Array:
            children = found->value;
            break;
        case Major::Map:
            if (found->value > m_rest.size()) return false;
            children = 2 * found->value;
            break;
        default:
            children = 1;
    }
    if (children == 0) return true;
    // Each child is a byte at least.
    if (levels_left == 0 || children > m_rest.size()) return false;
    for (; children > 0; --children) {
        if (!skip(levels_left - 1)) return false;
    }
    return true;
}

}  // namespace doorward::crypto
