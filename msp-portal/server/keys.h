#pragma once

#include "crypto/secret_key.h"
#include "crypto/signature.h"
#include "platform/web_push.h"

#include <expected>
#include <filesystem>
#include <string>

namespace doorward::portal {

/// The portal's own keys: 0600 files in a folder apart from the data, so that a backup of one is worth nothing without
/// the other.
struct PortalKeys {
    crypto::PortalSigningKey signing;
    crypto::PortalSigningKey next_signing;  ///< announced in every roster head, in use after a rotation
    crypto::StoreKey store;
    platform::VapidKey push;

    /// Refuses to overwrite. The error is a sentence for the console.
    [[nodiscard]] static std::expected<PortalKeys, std::string> create(const std::filesystem::path& folder);
    [[nodiscard]] static std::expected<PortalKeys, std::string> load(const std::filesystem::path& folder);
};

}  // namespace doorward::portal
