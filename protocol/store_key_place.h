#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace doorward::protocol {

// What keeps the key of a device's store.
enum class StoreKeyPlace : std::uint8_t { File, Tpm2, SystemdCreds };
[[nodiscard]] std::string_view to_string(StoreKeyPlace place);
[[nodiscard]] std::optional<StoreKeyPlace> parse_store_key_place(std::string_view text);

}  // namespace doorward::protocol
