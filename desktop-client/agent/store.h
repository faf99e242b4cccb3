#pragma once

#include "desktop-client/agent/config.h"
#include "desktop-client/agent/services/generation_anchor.h"
#include "desktop-client/agent/services/store_key_file.h"
#include "platform/database.h"

#include <expected>
#include <string>

namespace doorward::agent {

/// The opened store and the anchor beside its key.
struct Store {
    platform::Database database;
    GenerationAnchor anchor;
    bool anchor_was_missing = false;  ///< of a store that was there
};

/// Opens the store, or makes one where there never was one: the anchor is what tells a new workstation from one whose
/// store was taken away, which is refused. The text says what is wrong and what to do.
[[nodiscard]] std::expected<Store, std::string> open_store(const Config& config, const StoreKeyFile& keys);

/// Whether the store that is there opens with this key.
[[nodiscard]] std::expected<void, std::string> try_store_key(const Config& config, const crypto::StoreKey& key);

}  // namespace doorward::agent
