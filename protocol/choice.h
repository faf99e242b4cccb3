#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace doorward::protocol {

// One line of a table of enum texts; the tables stand beside the enums' to_string().
template <class Enum>
struct Choice {
    Enum value;
    std::string_view text;
};

template <class Enum, std::size_t Count>
[[nodiscard]] constexpr std::string_view choice_text(const std::array<Choice<Enum>, Count>& choices, Enum value) {
    for (const auto& choice : choices) {
        if (choice.value == value) return choice.text;
    }
    __builtin_unreachable();
}

template <class Enum, std::size_t Count>
[[nodiscard]] constexpr std::optional<Enum> find_choice(const std::array<Choice<Enum>, Count>& choices,
                                                        std::string_view text) {
    for (const auto& choice : choices) {
        if (choice.text == text) return choice.value;
    }
    return std::nullopt;
}

}  // namespace doorward::protocol
