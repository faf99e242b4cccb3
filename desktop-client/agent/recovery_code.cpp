#include "desktop-client/agent/recovery_code.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::string_view k_beginning = "dwr1:";
constexpr std::size_t k_bytes_per_group = 2;
constexpr std::size_t k_longest_text = 256;
constexpr std::string_view k_digits = "0123456789abcdef";

}  // namespace

crypto::SecretBytes format_recovery_code(crypto::ByteView code) {
    const std::size_t groups = code.size() / k_bytes_per_group;
    auto text = crypto::SecretBytes::zeroed(k_beginning.size() + 2 * code.size() + groups);
    auto space = text.writable_bytes();
    std::ranges::copy(k_beginning, space.begin());
    std::size_t at = k_beginning.size();
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (i > 0 && i % k_bytes_per_group == 0) space[at++] = '-';
        space[at++] = static_cast<std::uint8_t>(k_digits[code[i] >> 4]);
        space[at++] = static_cast<std::uint8_t>(k_digits[code[i] & 15]);
    }
    space[at] = '\n';
    return text;
}

std::optional<crypto::SecretBytes> parse_recovery_code(crypto::ByteView text) {
    const std::string_view all(reinterpret_cast<const char*>(text.data()), text.size());
    if (!all.starts_with(k_beginning)) return std::nullopt;
    auto code = crypto::SecretBytes::zeroed(k_recovery_code_size);
    auto space = code.writable_bytes();
    std::size_t digits = 0;
    for (const char letter : all.substr(k_beginning.size())) {
        if (letter == '-' || letter == '\n' || letter == '\r' || letter == ' ') continue;
        const auto value = k_digits.find(letter);
        if (value == std::string_view::npos || digits == 2 * k_recovery_code_size) return std::nullopt;
        space[digits / 2] = static_cast<std::uint8_t>((std::size_t{space[digits / 2]} << 4U) | value);
        ++digits;
    }
    if (digits != 2 * k_recovery_code_size) return std::nullopt;
    return code;
}

std::optional<crypto::SecretBytes> read_recovery_code(int descriptor) {
    auto buffer = crypto::SecretBytes::zeroed(k_longest_text);
    const auto space = buffer.writable_bytes();
    std::size_t size = 0;
    while (size < space.size()) {
        const ssize_t got = ::read(descriptor, space.data() + size, space.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    return parse_recovery_code(space.first(size));
}

}  // namespace doorward::agent
