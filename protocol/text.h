#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::protocol {

inline constexpr std::size_t k_longest_name = 120;
inline constexpr std::size_t k_longest_description = 500;
// Terminals, remote hosts, versions: what another program told us.
inline constexpr std::size_t k_longest_line = 255;
inline constexpr std::size_t k_longest_username = 20;
inline constexpr std::size_t k_longest_prefix = 9;
inline constexpr std::size_t k_longest_account = 31;

// The number of code points, or nothing for bytes that are not UTF-8 (overlong forms and surrogates included).
[[nodiscard]] std::optional<std::size_t> count_code_points(std::string_view text);

// 1 to 120 code points, no control characters, no bidirectional overrides, no space at either end.
[[nodiscard]] bool is_name(std::string_view text);
// As a name, up to 500.
[[nodiscard]] bool is_description(std::string_view text);
// As a name, up to 255, and possibly empty.
[[nodiscard]] bool is_line(std::string_view text);
// ^[a-z][a-z0-9-]{0,19}$
[[nodiscard]] bool is_username(std::string_view text);
// ^[a-z][a-z0-9]{0,7}-$
[[nodiscard]] bool is_prefix(std::string_view text);
// ^[a-z_][a-z0-9_-]{0,30}$
[[nodiscard]] bool is_account_name(std::string_view text);
// ^[a-z][a-z0-9_]{0,63}$: audit reasons, permissions.
[[nodiscard]] bool is_machine_word(std::string_view text);
// Plausible, no more: one @, a dotted host name behind it, printable ASCII without spaces, at most 254.
[[nodiscard]] bool is_email_address(std::string_view text);
// Lower-case ASCII labels with dots between them, at most 253.
[[nodiscard]] bool is_host_name(std::string_view text);
// https://<host name>[:<port other than 443>], nothing behind it.
[[nodiscard]] bool is_https_origin(std::string_view text);

// Makes a line fit to be sent out of whatever another program said: bytes that are not UTF-8 become U+FFFD, characters
// that is_line() refuses are left out, the rest is trimmed and cut to `longest` code points.
[[nodiscard]] std::string clean_line(std::string_view text, std::size_t longest = k_longest_line);

// The account of a technician, prefix and username together; nothing if the result is no account name.
[[nodiscard]] std::optional<std::string> account_name(std::string_view prefix, std::string_view username);

}  // namespace doorward::protocol
