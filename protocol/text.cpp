#include "protocol/text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace doorward::protocol {
namespace {

struct CodePoint {
    char32_t value;
    std::size_t size;
};

// The code point at the start of a text that is not empty (Unicode 15, table 3-7); nothing where it is not well formed.
std::optional<CodePoint> first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return CodePoint{lead, 1};
    std::size_t size = 0;
    char32_t value = 0;
    std::uint8_t lowest = 0x80;
    std::uint8_t highest = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
        value = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        value = lead & 0x0FU;
        if (lead == 0xE0) lowest = 0xA0;
        if (lead == 0xED) highest = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        value = lead & 0x07U;
        if (lead == 0xF0) lowest = 0x90;
        if (lead == 0xF4) highest = 0x8F;
    } else {
        return std::nullopt;
    }
    if (text.size() < size) return std::nullopt;
    for (std::size_t at = 1; at < size; ++at) {
        if (byte(at) < lowest || byte(at) > highest) return std::nullopt;
        value = (value << 6U) | (byte(at) & 0x3FU);
        lowest = 0x80;
        highest = 0xBF;
    }
    return CodePoint{value, size};
}

bool is_control(char32_t value) {
    return value < 0x20 || (value >= 0x7F && value <= 0x9F);
}

bool is_bidirectional_override(char32_t value) {
    return (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

// Unicode's White_Space without the control characters, and the byte order mark, which is as invisible.
bool is_space(char32_t value) {
    return value == ' ' || value == 0xA0 || value == 0x1680 || (value >= 0x2000 && value <= 0x200A) ||
           value == 0x2028 || value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000 ||
           value == 0xFEFF;
}

bool is_tidy(std::string_view text, std::size_t longest) {
    std::size_t count = 0;
    bool space = true;  // nothing yet counts as a space, so that the first one is refused
    while (!text.empty()) {
        const auto point = first_code_point(text);
        if (!point || is_control(point->value) || is_bidirectional_override(point->value)) return false;
        const bool is_first = count == 0;
        space = is_space(point->value);
        if (is_first && space) return false;
        if (++count > longest) return false;
        text.remove_prefix(point->size);
    }
    return !space;
}

bool is_lower(char character) {
    return character >= 'a' && character <= 'z';
}
bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

template <class First, class Rest>
bool is_word(std::string_view text, std::size_t longest, First is_first, Rest is_rest) {
    return !text.empty() && text.size() <= longest && is_first(text.front()) &&
           std::ranges::all_of(text.substr(1), is_rest);
}

void append_utf8(std::string& text, char32_t value) {
    const auto push = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<std::uint8_t>(byte))); };
    if (value < 0x80) {
        push(value);
    } else if (value < 0x800) {
        push(0xC0U | (value >> 6U));
        push(0x80U | (value & 0x3FU));
    } else if (value < 0x10000) {
        push(0xE0U | (value >> 12U));
        push(0x80U | ((value >> 6U) & 0x3FU));
        push(0x80U | (value & 0x3FU));
    } else {
        push(0xF0U | (value >> 18U));
        push(0x80U | ((value >> 12U) & 0x3FU));
        push(0x80U | ((value >> 6U) & 0x3FU));
        push(0x80U | (value & 0x3FU));
    }
}

}  // namespace

std::optional<std::size_t> count_code_points(std::string_view text) {
    constexpr auto k_is_ascii = [](char character) { return static_cast<unsigned char>(character) < 0x80; };
    std::size_t count = 0;
    while (!text.empty()) {
        const auto ascii = static_cast<std::size_t>(std::ranges::find_if_not(text, k_is_ascii) - text.begin());
        text.remove_prefix(ascii);
        count += ascii;
        if (text.empty()) break;
        const auto point = first_code_point(text);
        if (!point) return std::nullopt;
        text.remove_prefix(point->size);
        ++count;
    }
    return count;
}

bool is_name(std::string_view text) {
    return is_tidy(text, k_longest_name);
}
bool is_description(std::string_view text) {
    return is_tidy(text, k_longest_description);
}
bool is_line(std::string_view text) {
    return text.empty() || is_tidy(text, k_longest_line);
}

bool is_username(std::string_view text) {
    return is_word(text, k_longest_username, is_lower,
                   [](char character) { return is_lower(character) || is_digit(character) || character == '-'; });
}

bool is_prefix(std::string_view text) {
    if (!text.ends_with('-')) return false;
    return is_word(text.substr(0, text.size() - 1), k_longest_prefix - 1, is_lower,
                   [](char character) { return is_lower(character) || is_digit(character); });
}

bool is_account_name(std::string_view text) {
    return is_word(
        text, k_longest_account, [](char character) { return is_lower(character) || character == '_'; },
        [](char character) {
            return is_lower(character) || is_digit(character) || character == '_' || character == '-';
        });
}

bool is_machine_word(std::string_view text) {
    return is_word(text, 64, is_lower,
                   [](char character) { return is_lower(character) || is_digit(character) || character == '_'; });
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    while (true) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        const bool fits = is_word(
            label, 63, [](char character) { return is_lower(character) || is_digit(character); },
            [](char character) { return is_lower(character) || is_digit(character) || character == '-'; });
        if (!fits || label.ends_with('-')) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_email_address(std::string_view text) {
    if (text.size() > 254) return false;
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64) return false;
    std::string domain(text.substr(at + 1));
    std::ranges::transform(domain, domain.begin(), [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
    });
    if (!is_host_name(domain) || domain.find('.') == std::string::npos) return false;
    constexpr std::string_view refused = "\"(),:;<>[\\]@";
    const std::string_view local = text.substr(0, at);
    if (local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(local, [&](char character) {
        return character > ' ' && character < '\x7F' && refused.find(character) == std::string_view::npos;
    });
}

bool is_https_origin(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    if (!text.starts_with(scheme)) return false;
    text.remove_prefix(scheme.size());
    const std::size_t colon = text.find(':');
    if (!is_host_name(text.substr(0, colon))) return false;
    if (colon == std::string_view::npos) return true;
    const std::string_view digits = text.substr(colon + 1);
    if (digits.empty() || digits.size() > 5 || digits.front() == '0') return false;
    std::uint32_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc() && end == digits.data() + digits.size() && port <= 65535 && port != 443;
}

std::string clean_line(std::string_view text, std::size_t longest) {
    std::string line;
    std::size_t count = 0;
    std::size_t end_of_last_visible = 0;
    while (!text.empty() && count < longest) {
        const CodePoint point = first_code_point(text).value_or(CodePoint{0xFFFD, 1});
        text.remove_prefix(point.size);
        if (is_control(point.value) || is_bidirectional_override(point.value)) continue;
        const bool space = is_space(point.value);
        if (space && line.empty()) continue;
        append_utf8(line, point.value);
        ++count;
        if (!space) end_of_last_visible = line.size();
    }
    line.resize(end_of_last_visible);
    return line;
}

std::optional<std::string> account_name(std::string_view prefix, std::string_view username) {
    if (!is_prefix(prefix) || !is_username(username)) return std::nullopt;
    std::string name;
    name.reserve(prefix.size() + username.size());
    name.append(prefix).append(username);
    if (!is_account_name(name)) return std::nullopt;
    return name;
}

}  // namespace doorward::protocol
