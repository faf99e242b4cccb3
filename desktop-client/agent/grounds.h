#pragma once

#include <optional>
#include <string>

namespace doorward::agent {

/// What a technician said about a sign-in because a policy wants it said. Judged where it was typed: a
/// protocol::is_description() and a protocol::is_line(), neither of them empty.
struct Grounds {
    std::optional<std::string> reason;
    std::optional<std::string> ticket;

    friend bool operator==(const Grounds&, const Grounds&) = default;
};

}  // namespace doorward::agent
