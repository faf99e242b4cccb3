#pragma once

#include "crypto/bytes.h"
#include "crypto/encoding.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace doorward::tests {

inline crypto::Bytes hex(std::string_view text) {
    auto bytes = crypto::hex_decode(text);
    if (!bytes) throw std::invalid_argument("a vector is not hexadecimal");
    return *bytes;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> hex_array(std::string_view text) {
    const auto bytes = hex(text);
    if (bytes.size() != Size) throw std::invalid_argument("a vector has the wrong length");
    std::array<std::uint8_t, Size> array;
    std::ranges::copy(bytes, array.begin());
    return array;
}

template <class Range>
    requires(!std::is_convertible_v<const Range&, std::string_view>)
crypto::Bytes to_bytes(const Range& range) {
    return crypto::Bytes(range.begin(), range.end());
}

inline crypto::Bytes to_bytes(std::string_view text) {
    const auto view = crypto::as_bytes(text);
    return crypto::Bytes(view.begin(), view.end());
}

}  // namespace doorward::tests
