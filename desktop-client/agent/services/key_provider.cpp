#include "desktop-client/agent/services/key_provider.h"

#include "platform/secure_file.h"

#include <utility>

namespace doorward::agent {

std::string_view to_string(KeyError error) {
    switch (error) {
        case KeyError::Missing:
            return "missing";
        case KeyError::Unsafe:
            return "unsafe";
        case KeyError::Malformed:
            return "malformed";
        case KeyError::NotStored:
            return "not_stored";
    }
    return "unknown";
}

std::expected<crypto::StoreKey, KeyError> FileKeyProvider::key(KeyNeed need) {
    const auto content = platform::read_secret_file(m_file, crypto::StoreKey::k_size + 1);
    if (content) {
        auto key = crypto::StoreKey::create(content->bytes());
        if (!key) return std::unexpected(KeyError::Malformed);
        return std::move(*key);
    }
    if (content.error() == platform::FileError::TooLarge || content.error() == platform::FileError::Empty) {
        return std::unexpected(KeyError::Malformed);
    }
    if (content.error() != platform::FileError::Missing) return std::unexpected(KeyError::Unsafe);
    if (need == KeyNeed::OfExistingStore) return std::unexpected(KeyError::Missing);

    if (!platform::ensure_folder(m_file.parent_path())) return std::unexpected(KeyError::NotStored);
    auto key = crypto::StoreKey::generate();
    if (!platform::write_secret_file(m_file, key.bytes())) return std::unexpected(KeyError::NotStored);
    return key;
}

}  // namespace doorward::agent
