#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorward::tests {

// What one file does against ARCHITECTURE.md: "path: what is wrong".
using Violations = std::vector<std::string>;

// Judges the #include lines of a C++ file. The path is relative to the root, with forward slashes.
[[nodiscard]] Violations check_includes(std::string_view path, std::string_view content);

// A file is one concept: above 600 lines it is split, unless it is generated or a language's texts.
[[nodiscard]] Violations check_length(std::string_view path, std::string_view content);

}  // namespace doorward::tests
