#pragma once

#include "crypto/secret_key.h"

#include <expected>
#include <filesystem>
#include <string_view>

namespace doorward::agent {

enum class KeyError { Missing, Unsafe, Malformed, NotStored };
[[nodiscard]] std::string_view to_string(KeyError error);

enum class KeyNeed {
    OfNewStore,       ///< made now if there is none
    OfExistingStore,  ///< a missing key is an error: a new one would open nothing
};

/// Where the store's key lives: a seam, for what a machine offers (a file now; a TPM, credentials of the service
/// manager).
class KeyProvider {
public:
    virtual ~KeyProvider() = default;
    [[nodiscard]] virtual std::expected<crypto::StoreKey, KeyError> key(KeyNeed need) = 0;
};

/// 32 bytes in a file of mode 0600 that only root can read, apart from the store.
class FileKeyProvider final : public KeyProvider {
public:
    explicit FileKeyProvider(std::filesystem::path file) : m_file(std::move(file)) {}
    [[nodiscard]] std::expected<crypto::StoreKey, KeyError> key(KeyNeed need) override;

private:
    std::filesystem::path m_file;
};

}  // namespace doorward::agent
