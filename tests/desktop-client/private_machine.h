#pragma once
#include <string>
#include <vector>

namespace doorward::tests {

// A test that unmounts too much stands before the machine's own /etc again. This file is in the copy alone: whoever
// deletes in /etc looks for it before.
inline constexpr const char* k_private_etc = "/etc/doorward-private-machine";

// Runs a Catch2 session in mount and pid namespaces of its own, with a private copy of /etc and empty /run, /home,
// /var/lib and `more_empty` folders, so that real tools can do real things without the machine noticing. To be called
// from main() before anything else. Without root it says so and returns 77.
[[nodiscard]] int run_in_private_machine(int argc, char** argv, const std::vector<std::string>& more_empty = {});

}  // namespace doorward::tests
