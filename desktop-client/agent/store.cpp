#include "desktop-client/agent/store.h"

#include "desktop-client/agent/migrations.h"
#include "platform/secure_file.h"

#include <filesystem>
#include <string_view>
#include <utility>

namespace doorward::agent {
namespace {

constexpr std::string_view k_identity = "doorward-agent";

std::unexpected<std::string> problem(std::string_view what, std::string_view reason, std::string_view advice) {
    std::string text(what);
    text.append(" (").append(reason).append("). ").append(advice);
    return std::unexpected(std::move(text));
}

std::expected<platform::Database, platform::DatabaseError> open_database(const Config& config,
                                                                         const crypto::StoreKey& key,
                                                                         platform::DatabasePresence presence) {
    return platform::Database::open({.path = config.store_file(),
                                     .identity = std::string(k_identity),
                                     .presence = presence,
                                     .migrations = k_migrations},
                                    key.bytes());
}

}  // namespace

std::expected<void, std::string> try_store_key(const Config& config, const crypto::StoreKey& key) {
    const auto database = open_database(config, key, platform::DatabasePresence::MustExist);
    if (database) return {};
    return problem("The store does not open with this key", platform::to_string(database.error()),
                   config.store_file().native());
}

std::expected<Store, std::string> open_store(const Config& config, const StoreKeyFile& keys) {
    const std::filesystem::path file = config.store_file();
    const std::filesystem::path anchor_file = config.key_file.native() + ".generation";
    if (const auto folder = platform::ensure_folder(config.state_folder); !folder) {
        return problem("The state folder cannot be used", platform::to_string(folder.error()),
                       "It must belong to root with mode 0700: " + config.state_folder.native());
    }
    std::error_code ignored;
    const bool exists = std::filesystem::exists(file, ignored);
    auto known_anchor = GenerationAnchor::open(anchor_file);
    const bool no_anchor = !known_anchor && known_anchor.error() == AnchorError::Missing;
    const bool is_first_start = !exists && no_anchor;
    if (!exists && !is_first_start) {
        return problem(
            "The store is gone", file.native(),
            "Put it back, or remove the device in the portal, delete " + anchor_file.native() + " and enrol again.");
    }
    const auto key = keys.key(is_first_start ? KeyNeed::OfNewStore : KeyNeed::OfExistingStore);
    if (!key && keys.has_recovery()) {
        return problem("The store's key cannot be used", to_string(key.error()),
                       "With the recovery code: doorward-agent --recover-key FILE");
    }
    if (!key) return problem("The store's key cannot be used", to_string(key.error()), config.key_file.native());
    auto database = open_database(
        config, *key, is_first_start ? platform::DatabasePresence::CreateNew : platform::DatabasePresence::MustExist);
    if (!database) return problem("The store cannot be opened", platform::to_string(database.error()), file.native());
    // Made after the store: a crash in between leaves a store without an anchor, which then holds nothing yet.
    auto anchor = no_anchor ? GenerationAnchor::create(anchor_file) : std::move(known_anchor);
    if (!anchor) return problem("The store's anchor cannot be used", to_string(anchor.error()), anchor_file.native());
    return Store{
        .database = std::move(*database), .anchor = std::move(*anchor), .anchor_was_missing = no_anchor && exists};
}

}  // namespace doorward::agent
