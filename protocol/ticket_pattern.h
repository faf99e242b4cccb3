#pragma once

#include <string>
#include <string_view>

namespace doorward::protocol {

// A pattern for ticket numbers that people can read and nobody can make slow: '#' is one digit, '@' one ASCII letter,
// '*' any number (none too) of ASCII letters and digits, every other character itself; the whole text has to match.
// "INC#######" matches "INC0012345", "@*-#*" matches "HELP-17".

// 1 to 120 printable ASCII characters.
[[nodiscard]] bool is_ticket_pattern(std::string_view pattern);

// Never for an empty ticket. Time is at most proportional to the product of the lengths.
[[nodiscard]] bool matches_ticket_pattern(std::string_view ticket, std::string_view pattern);

// A ticket that matches, to show to people: "INC1234567".
[[nodiscard]] std::string ticket_example(std::string_view pattern);

}  // namespace doorward::protocol
