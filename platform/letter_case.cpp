#include "platform/letter_case.h"

#include <algorithm>

namespace doorward::platform {
namespace {

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), lower);
    return text;
}

bool same_but_for_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace doorward::platform
