#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace doorward::platform {

inline constexpr std::size_t k_frame_head = 4;

[[nodiscard]] inline std::array<std::uint8_t, k_frame_head> encode_frame_size(std::size_t size) {
    const auto value = static_cast<std::uint32_t>(size);
    return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8U),
            static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 24U)};
}

[[nodiscard]] inline std::size_t decode_frame_size(const std::array<std::uint8_t, k_frame_head>& head) {
    return std::size_t{head[0]} | std::size_t{head[1]} << 8U | std::size_t{head[2]} << 16U |
           std::size_t{head[3]} << 24U;
}

}  // namespace doorward::platform
