#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace doorward::bench {

/// The value of an expected or optional; whatever goes wrong ends the program with the text.
template <class Result>
auto must(Result&& result, const std::string& what) {
    if (!result) throw std::runtime_error(what);
    if constexpr (!requires { std::forward<Result>(result).value(); }) {
        return;
    } else {
        return std::forward<Result>(result).value();
    }
}

inline void require(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
}

}  // namespace doorward::bench
