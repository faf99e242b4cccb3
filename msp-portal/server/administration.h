#pragma once

#include "msp-portal/server/configuration.h"
#include "msp-portal/server/keys.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/store.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// What is done on the server's console, without a session. Errors are sentences.
namespace administration {

struct InitOptions {
    std::filesystem::path config;
    std::filesystem::path data;
    std::filesystem::path keys;
    std::string portal_origin;
    std::string app_origin;
    std::vector<std::string>
        portal_listen;  ///< empty: the origin's port on every address, or on loopback for *.localhost
    std::vector<std::string> app_listen;
    std::filesystem::path portal_web;
    std::filesystem::path app_web;
    std::string team;
};

/// Makes configuration, keys, certificates, store and first team. The value is the owner's set-up link.
[[nodiscard]] std::expected<std::string, std::string> init(const InitOptions& options);

/// The store and what goes with it, opened for one command or for serving. A command that runs while the portal serves
/// may only add: what the portal keeps in memory (stores/remembered.h) hears of its own commits alone.
struct OpenPortal {
    PortalKeys keys;
    Deployment deployment;
    PortalRecord record;
    std::unique_ptr<Store> store;
};
[[nodiscard]] std::expected<OpenPortal, std::string> open(const Configuration& configuration,
                                                          const platform::Clock& clock);

/// Keeps a second portal, or a restore, away from a store in use; given back when the process ends.
class StoreLock {
public:
    [[nodiscard]] static std::expected<StoreLock, std::string> take(const std::filesystem::path& data);
    StoreLock(StoreLock&& other) noexcept;
    StoreLock& operator=(StoreLock&&) = delete;
    ~StoreLock();

private:
    explicit StoreLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

[[nodiscard]] std::expected<std::string, std::string> create_team(const Configuration& configuration,
                                                                  const std::string& name);
/// `team` is an id, or empty where the portal has one team.
[[nodiscard]] std::expected<std::string, std::string> recover_owner(const Configuration& configuration,
                                                                    const std::string& team);

/// Which log to export; ids, or empty for the one team and for all its tenants.
struct LogChoice {
    std::string team;
    std::string tenant;
};
/// Hands the pieces of an export, in order, to `write`, which says whether to go on.
[[nodiscard]] std::expected<void, std::string> export_log(const Configuration& configuration, const LogChoice& choice,
                                                          const std::function<bool(std::string_view)>& write);

/// A consistent copy under the same store key; the keys are not in it.
[[nodiscard]] std::expected<void, std::string> backup(const Configuration& configuration,
                                                      const std::filesystem::path& target);
/// Puts a copy in place of the store, which is kept beside it, and starts a new incarnation.
[[nodiscard]] std::expected<void, std::string> restore(const Configuration& configuration,
                                                       const std::filesystem::path& source);

struct Finding {
    std::string what;
    bool sound = true;
    std::string detail;
};
[[nodiscard]] std::vector<Finding> check(const std::filesystem::path& config_file);

struct Status {
    bool serving = false;
    std::string detail;  ///< why not
    std::optional<std::int64_t> portal_certificate_end;
    std::optional<std::int64_t> app_certificate_end;
};
[[nodiscard]] Status status(const Configuration& configuration);

}  // namespace administration
}  // namespace doorward::portal
