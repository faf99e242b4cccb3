#include "msp-portal/server/administration.h"

#include "msp-portal/server/certificates.h"
#include "msp-portal/server/service_user.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/log_service.h"
#include "msp-portal/server/services/team_service.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "platform/certificate.h"
#include "platform/http_client.h"
#include "platform/secure_file.h"
#include "protocol/text.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace doorward::portal::administration {

namespace {

using protocol::TeamId;

std::string problem_with(const std::filesystem::path& path, platform::FileError error) {
    return path.string() + ": " + std::string(to_string(error));
}

// Where to listen when nothing else is said.
std::vector<std::string> default_listen(const std::string& host, std::uint16_t port) {
    const auto suffix = ":" + std::to_string(port);
    if (host == "localhost" || host.ends_with(".localhost")) return {"127.0.0.1" + suffix};
    return {"0.0.0.0" + suffix, "[::]" + suffix};
}

// A TOML basic string.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') result += '\\';
        result += character;
    }
    return result + "\"";
}

std::string list_text(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const auto& item : items)
        text += (text.size() > 1 ? ", " : "") + quoted(item);
    return text + "]";
}

std::string origin_table(const InitOptions& options, const std::string& which, const std::string& origin,
                         const std::vector<std::string>& listen, const std::filesystem::path& web) {
    return "\n[" + which + "]\norigin = " + quoted(origin) + "\nlisten = " + list_text(listen) +
           "\ncertificate = " + quoted(certificates::certificate_file(options.keys, which).string()) +
           "\nkey = " + quoted(certificates::key_file(options.keys, which).string()) +
           "\nweb = " + quoted(web.string()) + "\n";
}

Deployment deployment_of(const Configuration& configuration, const PortalKeys& keys) {
    return {configuration.portal.origin,   configuration.portal.host, configuration.app.origin,
            configuration.app.host,        configuration.app.port,    keys.signing.public_key(),
            configuration.mail.has_value()};
}

std::expected<void, std::string> make_parents(const InitOptions& options) {
    for (const auto& folder : {options.config.parent_path(), options.data.parent_path(), options.keys.parent_path()}) {
        std::error_code error;
        if (!folder.empty()) std::filesystem::create_directories(folder, error);
        if (error) return std::unexpected(folder.string() + " cannot be made: " + error.message());
    }
    return {};
}

std::expected<void, std::string> make_private_folders(const InitOptions& options) {
    for (const auto& folder : {options.data, options.keys}) {
        if (auto made = platform::ensure_folder(folder); !made) {
            return std::unexpected(problem_with(folder, made.error()));
        }
    }
    return {};
}

/// The value is the owner's set-up link.
std::expected<std::string, std::string> make_keys_and_store(const InitOptions& options) {
    const auto portal = split_origin(options.portal_origin);
    const auto app = split_origin(options.app_origin);
    if (auto made = make_private_folders(options); !made) return std::unexpected(made.error());
    auto keys = PortalKeys::create(options.keys);
    if (!keys) return std::unexpected(keys.error());
    if (auto made = certificates::create(options.keys, portal->first, app->first); !made) {
        return std::unexpected(made.error());
    }
    auto database =
        Store::open_database(options.data / "portal.db", keys->store, platform::DatabasePresence::CreateNew);
    if (!database) return std::unexpected("the store cannot be made: " + std::string(to_string(database.error())));
    const platform::SystemClock clock;
    Store store(std::move(*database), keys->store, clock);
    const Deployment deployment{options.portal_origin,      portal->first, options.app_origin, app->first, app->second,
                                keys->signing.public_key(), false};
    auto link = store.write_blocking([&](UnitOfWork& unit) {
        insert_portal_record(unit, {options.portal_origin, options.app_origin, unit.new_id<protocol::Incarnation>(),
                                    unit.now, std::nullopt});
        return team_service::create(unit, deployment, options.team);
    });
    if (!link) return std::unexpected("the team could not be made: " + std::string(to_string(link.error())));
    return std::move(*link);
}

std::string name_of(const protocol::LogName& log) {
    return log.tenant_id ? "tenant " + log.tenant_id->to_string() : "team " + log.team_id.to_string();
}

Result<ExportScope> export_scope(platform::Database& database, const LogChoice& choice) {
    const auto teams = team_store::all(database);
    const auto chosen = std::ranges::find_if(teams, [&](const TeamRecord& team) {
        return choice.team.empty() ? teams.size() == 1 : team.id.to_string() == choice.team;
    });
    if (chosen == teams.end()) return std::unexpected(Error::NotFound);
    if (choice.tenant.empty()) return ExportScope{.team_id = chosen->id, .tenant_id = std::nullopt};
    const auto tenant = protocol::TenantId::parse(choice.tenant);
    if (!tenant || !tenant_store::find(database, chosen->id, *tenant)) return std::unexpected(Error::NotFound);
    return ExportScope{.team_id = chosen->id, .tenant_id = tenant};
}

std::optional<std::int64_t> certificate_end(const std::filesystem::path& file) {
    const auto text = platform::read_file(file);
    if (!text) return std::nullopt;
    const auto end = platform::certificate_end(*text);
    return end ? std::optional(*end) : std::nullopt;
}

}  // namespace

std::expected<std::string, std::string> init(const InitOptions& options) {
    const auto portal = split_origin(options.portal_origin);
    const auto app = split_origin(options.app_origin);
    if (!portal || !app) return std::unexpected("an origin is https://<host name>[:<port>], in lower case");
    if (portal->first == app->first) return std::unexpected("the portal and the app need host names of their own");
    if (!protocol::is_name(options.team)) return std::unexpected("the team's name is 1 to 120 characters of text");
    for (const auto& path : {options.config, options.data, options.keys, options.portal_web, options.app_web}) {
        if (!path.is_absolute()) return std::unexpected(path.string() + " must be an absolute path");
    }
    if (std::filesystem::exists(options.config)) {
        return std::unexpected(options.config.string() + " is there already; init never overwrites");
    }
    if (auto made = make_parents(options); !made) return std::unexpected(made.error());
    gid_t group{};
    std::expected<std::string, std::string> link;
    {
        const auto owner = ActingOwner::of(options.data);
        if (!owner) return std::unexpected(owner.error());
        group = owner->group();
        link = make_keys_and_store(options);
    }
    if (!link) return link;
    // Last, so that a portal is never configured without its store.
    const auto portal_listen =
        options.portal_listen.empty() ? default_listen(portal->first, portal->second) : options.portal_listen;
    const auto app_listen = options.app_listen.empty() ? default_listen(app->first, app->second) : options.app_listen;
    const auto text = "data = " + quoted(options.data.string()) + "\nkeys = " + quoted(options.keys.string()) + "\n" +
                      origin_table(options, "portal", options.portal_origin, portal_listen, options.portal_web) +
                      origin_table(options, "app", options.app_origin, app_listen, options.app_web);
    if (auto written = platform::write_file(options.config, text, 0640, platform::IfPresent::Refuse); !written) {
        return std::unexpected(problem_with(options.config, written.error()));
    }
    // Root's own, readable for the service.
    if (::chown(options.config.c_str(), static_cast<uid_t>(-1), group) != 0) {
        return std::unexpected(options.config.string() + " cannot be given to the service's group");
    }
    return link;
}

std::expected<OpenPortal, std::string> open(const Configuration& configuration, const platform::Clock& clock) {
    auto keys = PortalKeys::load(configuration.keys);
    if (!keys) return std::unexpected(keys.error());
    auto database =
        Store::open_database(configuration.store_file(), keys->store, platform::DatabasePresence::MustExist);
    if (!database) {
        return std::unexpected(configuration.store_file().string() +
                               " cannot be opened: " + std::string(to_string(database.error())));
    }
    auto deployment = deployment_of(configuration, *keys);
    auto store = std::make_unique<Store>(std::move(*database), keys->store, clock);
    const auto record =
        store->read_blocking([](platform::Database& opened, protocol::Timestamp) -> Result<PortalRecord> {
            return load_portal_record(opened);
        });
    if (!record) return std::unexpected("the store holds no portal");
    if (record->portal_origin != configuration.portal.origin || record->app_origin != configuration.app.origin) {
        return std::unexpected("the configured origins are not those of the store (" + record->portal_origin + ", " +
                               record->app_origin + "): passkeys and agents are bound to them");
    }
    return OpenPortal{std::move(*keys), std::move(deployment), *record, std::move(store)};
}

std::expected<StoreLock, std::string> StoreLock::take(const std::filesystem::path& data) {
    const auto file = data / "portal.lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return std::unexpected(file.string() + " cannot be opened");
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return std::unexpected("another portal is running on " + data.string());
    }
    return StoreLock(descriptor);
}

StoreLock::StoreLock(StoreLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

StoreLock::~StoreLock() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

std::expected<std::string, std::string> create_team(const Configuration& configuration, const std::string& name) {
    if (!protocol::is_name(name)) return std::unexpected("a team's name is 1 to 120 characters of text");
    const platform::SystemClock clock;
    auto portal = open(configuration, clock);
    if (!portal) return std::unexpected(portal.error());
    auto link = portal->store->write_blocking(
        [&](UnitOfWork& unit) { return team_service::create(unit, portal->deployment, name); });
    if (!link) return std::unexpected("the team could not be made: " + std::string(to_string(link.error())));
    return std::move(*link);
}

std::expected<std::string, std::string> recover_owner(const Configuration& configuration, const std::string& team) {
    const platform::SystemClock clock;
    auto portal = open(configuration, clock);
    if (!portal) return std::unexpected(portal.error());
    auto link = portal->store->write_blocking([&](UnitOfWork& unit) -> Result<std::string> {
        if (const auto id = TeamId::parse(team)) return team_service::recover_owner(unit, portal->deployment, *id);
        const auto teams = team_store::all(unit.database);
        if (!team.empty() || teams.size() != 1) return std::unexpected(Error::NotFound);
        return team_service::recover_owner(unit, portal->deployment, teams.front().id);
    });
    if (!link) return std::unexpected("there is no such team; name it by its id where the portal has several");
    return std::move(*link);
}

std::expected<void, std::string> export_log(const Configuration& configuration, const LogChoice& choice,
                                            const std::function<bool(std::string_view)>& write) {
    const platform::SystemClock clock;
    auto portal = open(configuration, clock);
    if (!portal) return std::unexpected(portal.error());
    const auto scope = portal->store->read_blocking(
        [&](platform::Database& database, protocol::Timestamp) { return export_scope(database, choice); });
    if (!scope) return std::unexpected("there is no such team or tenant; name them by their ids");
    std::optional<log_service::ExportCursor> cursor;
    do {
        auto piece = portal->store->write_blocking([&](UnitOfWork& unit) -> Result<log_service::ExportPiece> {
            return log_service::export_piece(unit, *scope, cursor, portal->keys.signing);
        });
        if (!piece) return std::unexpected("the log cannot be read: " + std::string(to_string(piece.error())));
        if (!write(piece->lines)) return std::unexpected("the export cannot be written");
        cursor = piece->next;
    } while (cursor);
    return {};
}

std::expected<void, std::string> backup(const Configuration& configuration, const std::filesystem::path& target) {
    const auto keys = PortalKeys::load(configuration.keys);
    if (!keys) return std::unexpected(keys.error());
    auto database =
        Store::open_database(configuration.store_file(), keys->store, platform::DatabasePresence::MustExist);
    if (!database) return std::unexpected("the store cannot be opened: " + std::string(to_string(database.error())));
    if (auto copied = database->backup(target, keys->store.bytes()); !copied) {
        return std::unexpected(target.string() + " cannot be written: " + std::string(to_string(copied.error())));
    }
    return {};
}

std::expected<void, std::string> restore(const Configuration& configuration, const std::filesystem::path& source) {
    const auto lock = StoreLock::take(configuration.data);
    if (!lock) return std::unexpected(lock.error());
    const auto keys = PortalKeys::load(configuration.keys);
    if (!keys) return std::unexpected(keys.error());
    const auto fresh = configuration.data / "portal.db.restored";
    {
        auto copy = Store::open_database(source, keys->store, platform::DatabasePresence::MustExist);
        if (!copy)
            return std::unexpected(source.string() +
                                   " is no backup of this portal: " + std::string(to_string(copy.error())));
        const auto faults = copy->check_integrity();
        if (!faults || !faults->empty()) return std::unexpected(source.string() + " is damaged");
        std::error_code error;
        std::filesystem::remove(fresh, error);
        if (auto copied = copy->backup(fresh, keys->store.bytes()); !copied) {
            return std::unexpected(fresh.string() + " cannot be written: " + std::string(to_string(copied.error())));
        }
    }
    {
        auto database = Store::open_database(fresh, keys->store, platform::DatabasePresence::MustExist);
        if (!database) return std::unexpected("the copy cannot be opened");
        const platform::SystemClock clock;
        Store store(std::move(*database), keys->store, clock);
        const auto started = store.write_blocking([](UnitOfWork& unit) -> Result<bool> {
            start_new_incarnation(unit);
            for (const auto& team : team_store::all(unit.database)) {
                audit_service::record(unit, {.team_id = team.id, .kind = "portal_restored"});
            }
            return true;
        });
        if (!started) return std::unexpected("the copy could not start a new incarnation");
    }
    std::error_code error;
    const auto file = configuration.store_file();
    const auto kept = std::to_string(std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1));
    // The write-ahead log belongs to the store it was written for, so it goes aside with it.
    for (const char* suffix : {"", "-wal", "-shm"}) {
        if (!std::filesystem::exists(file.string() + suffix)) continue;
        std::filesystem::rename(file.string() + suffix, file.string() + ".before-" + kept + suffix, error);
        if (error) return std::unexpected("the old store cannot be put aside: " + error.message());
    }
    std::filesystem::rename(fresh, file, error);
    if (error) return std::unexpected("the copy cannot be put in place: " + error.message());
    return {};
}

std::vector<Finding> check(const std::filesystem::path& config_file) {
    std::vector<Finding> findings;
    const auto configuration = Configuration::load(config_file);
    findings.push_back({"configuration", configuration.has_value(), configuration ? "" : configuration.error()});
    if (!configuration) return findings;
    const auto keys = PortalKeys::load(configuration->keys);
    findings.push_back({"keys", keys.has_value(), keys ? "" : keys.error()});
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const auto month = std::chrono::milliseconds(std::chrono::days(30)).count();
    for (const auto* origin : {&configuration->portal, &configuration->app}) {
        const auto end = certificate_end(origin->certificate);
        const auto context = platform::TlsContext::server_from_files(origin->certificate, origin->key);
        Finding finding{"certificate of " + origin->host, true, ""};
        if (!context) finding = {finding.what, false, std::string(to_string(context.error()))};
        if (context && (!end || *end <= now + month))
            finding = {finding.what, false, "ends within 30 days, or has ended"};
        findings.push_back(std::move(finding));
    }
    if (!keys) return findings;
    auto database =
        Store::open_database(configuration->store_file(), keys->store, platform::DatabasePresence::MustExist);
    findings.push_back({"store", database.has_value(), database ? "" : std::string(to_string(database.error()))});
    if (!database) return findings;
    const auto faults = database->check_integrity();
    findings.push_back(
        {"store integrity", faults && faults->empty(), faults && !faults->empty() ? faults->front() : ""});
    try {
        const auto broken = audit_service::broken_chains(*database);
        findings.push_back(
            {"audit chains", broken.empty(), broken.empty() ? "" : "broken: " + broken.front().to_string()});
        const auto logs = log_service::broken_logs(*database);
        findings.push_back({"audit logs", logs.empty(), logs.empty() ? "" : "broken: " + name_of(logs.front())});
    } catch (const StoreFailure& failure) {
        findings.push_back({"audit chains", false, failure.what()});
    }
    return findings;
}

Status status(const Configuration& configuration) {
    Status status;
    status.portal_certificate_end = certificate_end(configuration.portal.certificate);
    status.app_certificate_end = certificate_end(configuration.app.certificate);
    platform::HttpClientOptions options;
    options.reachable = platform::ReachableAddresses::Any;
    options.deadline = std::chrono::seconds(5);
    const auto authority = certificates::authority_file(configuration.keys);
    if (std::filesystem::exists(authority)) options.authority_file = authority;
    platform::HttpClientRequest request;
    request.method = platform::HttpMethod::Get;
    request.url = configuration.portal.origin + "/api/v1/health";
    const auto answer = platform::perform_http(options, request);
    status.serving = answer && answer->status == 200;
    if (!answer) status.detail = to_string(answer.error());
    if (answer && !status.serving) status.detail = "the portal answered " + std::to_string(answer->status);
    return status;
}

}  // namespace doorward::portal::administration
