#pragma once

#include <cstddef>
#include <cstdint>

namespace doorward::crypto::detail {

// Memory for SecretBytes, zeroed: locked, out of core dumps, between guard pages. Small secrets share one such region,
// because a region of its own for each costs a dozen system calls and two pages; AddressSanitizer still sees a step
// over the end of any of them. Any thread. Throws std::bad_alloc.
[[nodiscard]] std::uint8_t* allocate_secret(std::size_t size);

// Wipes. `size` as it was asked for.
void release_secret(std::uint8_t* secret, std::size_t size) noexcept;

}  // namespace doorward::crypto::detail
