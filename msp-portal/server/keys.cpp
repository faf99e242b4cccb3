#include "msp-portal/server/keys.h"

#include "platform/secure_file.h"

#include <utility>

namespace doorward::portal {

namespace {

constexpr const char* k_signing = "portal-signing.key";
constexpr const char* k_next_signing = "portal-signing-next.key";
constexpr const char* k_store = "store.key";
constexpr const char* k_push = "push.key";

std::expected<void, std::string> save(const std::filesystem::path& file, crypto::ByteView content) {
    if (auto written = platform::write_secret_file(file, content); !written) {
        return std::unexpected(file.string() + " cannot be written: " + std::string(to_string(written.error())));
    }
    return {};
}

std::expected<crypto::SecretBytes, std::string> read(const std::filesystem::path& file) {
    auto content = platform::read_secret_file(file);
    if (!content) {
        return std::unexpected(file.string() + " cannot be used: " + std::string(to_string(content.error())) +
                               " (it must belong to this user, mode 0600)");
    }
    return std::move(*content);
}

}  // namespace

std::expected<PortalKeys, std::string> PortalKeys::create(const std::filesystem::path& folder) {
    auto push = platform::VapidKey::generate();
    if (!push) return std::unexpected("the push key could not be made");
    PortalKeys keys{crypto::PortalSigningKey::generate(), crypto::PortalSigningKey::generate(),
                    crypto::StoreKey::generate(), std::move(*push)};
    const auto scalar = keys.push.private_scalar();
    for (const auto& [name, content] : {std::pair<const char*, crypto::ByteView>{k_signing, keys.signing.seed()},
                                        {k_next_signing, keys.next_signing.seed()},
                                        {k_store, keys.store.bytes()},
                                        {k_push, scalar.bytes()}}) {
        if (auto saved = save(folder / name, content); !saved) return std::unexpected(saved.error());
    }
    return keys;
}

std::expected<PortalKeys, std::string> PortalKeys::load(const std::filesystem::path& folder) {
    if (auto checked = platform::check_folder(folder); !checked) {
        return std::unexpected(folder.string() + " cannot be used: " + std::string(to_string(checked.error())) +
                               " (it must belong to this user, mode 0700)");
    }
    const auto signing = read(folder / k_signing);
    if (!signing) return std::unexpected(signing.error());
    const auto next_signing = read(folder / k_next_signing);
    if (!next_signing) return std::unexpected(next_signing.error());
    const auto store = read(folder / k_store);
    if (!store) return std::unexpected(store.error());
    const auto push = read(folder / k_push);
    if (!push) return std::unexpected(push.error());
    auto signing_key = crypto::PortalSigningKey::from_seed(signing->bytes());
    auto next_key = crypto::PortalSigningKey::from_seed(next_signing->bytes());
    auto store_key = crypto::StoreKey::create(store->bytes());
    auto push_key = platform::VapidKey::create(push->bytes());
    if (!signing_key || !next_key || !store_key || !push_key) {
        return std::unexpected("a key file in " + folder.string() + " does not hold a key");
    }
    return PortalKeys{std::move(*signing_key), std::move(*next_key), std::move(*store_key), std::move(*push_key)};
}

}  // namespace doorward::portal
