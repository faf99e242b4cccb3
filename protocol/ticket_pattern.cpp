#include "protocol/ticket_pattern.h"

#include <algorithm>
#include <cstddef>

namespace doorward::protocol {
namespace {

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}
bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool fits(char character, char place) {
    if (place == '#') return is_digit(character);
    if (place == '@') return is_letter(character);
    return character == place;
}

}  // namespace

bool is_ticket_pattern(std::string_view pattern) {
    return !pattern.empty() && pattern.size() <= 120 &&
           std::ranges::all_of(pattern, [](char character) { return character >= ' ' && character <= '~'; });
}

bool matches_ticket_pattern(std::string_view ticket, std::string_view pattern) {
    if (ticket.empty()) return false;
    // Back to the last star on a mismatch: an earlier one need not be tried, as what the last one has to swallow may be
    // any letters and digits, like what the earlier ones would.
    std::size_t star = std::string_view::npos;
    std::size_t swallowed_to = 0;
    std::size_t at = 0;
    std::size_t place = 0;
    while (at < ticket.size()) {
        if (place < pattern.size() && pattern[place] == '*') {
            star = place++;
            swallowed_to = at;
        } else if (place < pattern.size() && fits(ticket[at], pattern[place])) {
            ++at;
            ++place;
        } else if (star != std::string_view::npos &&
                   (is_digit(ticket[swallowed_to]) || is_letter(ticket[swallowed_to]))) {
            at = ++swallowed_to;
            place = star + 1;
        } else {
            return false;
        }
    }
    return std::ranges::all_of(pattern.substr(place), [](char character) { return character == '*'; });
}

std::string ticket_example(std::string_view pattern) {
    constexpr std::string_view digits = "1234567890";
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string example;
    std::size_t digit = 0;
    std::size_t letter = 0;
    for (const char place : pattern) {
        if (place == '#') {
            example += digits[digit++ % digits.size()];
        } else if (place == '@') {
            example += letters[letter++ % letters.size()];
        } else if (place != '*') {
            example += place;
        }
    }
    // Nothing but stars, and the empty ticket is none.
    return example.empty() ? std::string("A1") : example;
}

}  // namespace doorward::protocol
