#pragma once
#include <pwd.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace doorward::nss {

// Written by the agent only: one passwd line for each name that may sign in here and has no account yet, sorted by name
// as bytes.
inline constexpr char k_names_folder[] = "/var/lib/doorward";
inline constexpr char k_names_file[] = "names";

// The ids that are Doorward's alone, see constants of the account service.
inline constexpr std::uint32_t k_first_managed_uid = 52000;
inline constexpr std::uint32_t k_last_managed_uid = 59999;

struct Uid {
    std::uint32_t value = 0;
};
struct Gid {
    std::uint32_t value = 0;
};
using Key = std::variant<std::string_view, Uid, Gid>;

enum class Lookup : std::uint8_t {
    Found,
    NotFound,
    BufferTooSmall,
    Unusable,  // no such file, or somebody else could have written it
    System,    // out of descriptors and the like: ask again
};

// Looks `key` up. On Found the texts of `entry` lie in `buffer`. Allocates nothing, follows no link, and skips
// every line that is not exactly what the agent writes.
[[nodiscard]] Lookup find_name(const Key& key, passwd& entry, std::span<char> buffer) noexcept;

}  // namespace doorward::nss
