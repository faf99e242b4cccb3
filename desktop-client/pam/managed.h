#pragma once
#include <cstdint>

namespace doorward::pam {

enum class Ownership : std::uint8_t { Managed, NotManaged, Unknown };

// Managed means: the name's uid is in our range. Asks no agent, so a dead agent changes nothing for everybody else.
// Unknown means the question could not be answered (no descriptors, no memory): treat it as managed.
[[nodiscard]] Ownership ownership_of(const char* user) noexcept;

}  // namespace doorward::pam
