#include "msp-portal/server/hosting/portal_server.h"

#include "mobile-bridge/relay/app_sessions.h"
#include "mobile-bridge/relay/approval_service.h"
#include "mobile-bridge/relay/pairing_service.h"
#include "mobile-bridge/relay/phone_notifier.h"
#include "mobile-bridge/relay/push_sender.h"
#include "mobile-bridge/relay/request_limiter.h"
#include "msp-portal/server/administration.h"
#include "msp-portal/server/api/live_feed.h"
#include "msp-portal/server/api/rate_limiter.h"
#include "msp-portal/server/certificates.h"
#include "msp-portal/server/hosting/origins.h"
#include "msp-portal/server/hosting/relay_ports.h"
#include "msp-portal/server/mailer.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/services/tenant_rosters.h"
#include "platform/log.h"
#include "platform/service_notify.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <map>
#include <memory>
#include <vector>

namespace doorward::portal {

namespace {

using platform::LogField;

const platform::Logger k_log("portal");

constexpr std::chrono::seconds k_patience{5};
constexpr std::chrono::minutes k_sweep_interval{1};
constexpr std::chrono::hours k_answers_kept{24};
constexpr RateLimiter::Limits k_source_limits{30, 60};
constexpr RateLimiter::Limits k_account_limits{10, 1};
// A device that many sign in at has enough of these; one that does nothing else is slowed down.
constexpr RateLimiter::Limits k_sign_in_limits{600, 600};
constexpr RateLimiter::Limits k_status_limits{12, 12};

// Everything that lives as long as the portal serves. One I/O thread; what blocks has threads of its own.
class PortalServer {
public:
    PortalServer(Configuration configuration, administration::OpenPortal portal);
    PortalServer(const PortalServer&) = delete;
    PortalServer& operator=(const PortalServer&) = delete;
    /// Jobs of the store use what is declared after it.
    ~PortalServer() { m_portal.store->drain(); }

    [[nodiscard]] std::expected<void, std::string> start();
    void run() { m_io.run(); }

private:
    [[nodiscard]] std::expected<std::vector<platform::HttpListenerOptions>, std::string> listeners();
    void load_site(CurrentSite& site, const OriginConfiguration& origin, SiteKind kind);
    void reload();
    void apply(const Effects& effects);
    void spawn(boost::asio::awaitable<void> work, std::string_view name);
    [[nodiscard]] boost::asio::awaitable<void> wait_for_signals();
    [[nodiscard]] boost::asio::awaitable<void> sweep();
    [[nodiscard]] boost::asio::awaitable<void> watchdog();

    Configuration m_configuration;
    platform::SystemClock m_clock;
    // Before the store, whose thread may still answer while it is being closed.
    boost::asio::io_context m_io{1};
    administration::OpenPortal m_portal;
    boost::asio::signal_set m_signals{m_io, SIGTERM, SIGINT, SIGHUP};
    boost::asio::steady_timer m_sweep_timer{m_io};
    boost::asio::steady_timer m_watchdog_timer{m_io};
    bool m_stopping = false;

    LiveFeed m_live;
    DeviceChannels m_channels;
    TenantRosters m_rosters;
    StorePairings m_pairings;
    StorePhones m_phones;
    StoreWorkstations m_workstations;
    StoreRecords m_records;
    relay::PushSender m_push;
    relay::PhoneNotifier m_notifier;
    relay::AppParty m_party;
    relay::ApprovalService m_approvals;
    relay::AppSessions m_app_sessions;
    relay::PairingService m_pairing;
    relay::RequestLimiter m_app_limiter;
    relay::RequestLimiter m_phone_reports;
    RateLimiter m_sign_ins{k_sign_in_limits};
    RateLimiter m_statuses{k_status_limits};
    ChannelServices m_channel_services;

    RateLimiter m_sources{k_source_limits};
    RateLimiter m_accounts{k_account_limits};
    ApiServices m_api_services;
    CurrentSite m_portal_site{StaticSite::empty(SiteKind::AdminUi)};
    CurrentSite m_app_site{StaticSite::empty(SiteKind::PhoneApp)};
    std::optional<Mailer> m_mailer;
    Feed::Subscription m_subscription;
    std::unique_ptr<platform::HttpServer> m_server;
};

relay::PushOptions push_options(const Configuration& configuration) {
    relay::PushOptions options;
    options.subject = configuration.push_contact;
    options.http.authority_file = configuration.push_authority_file;
    options.http.reachable = configuration.push_to_private_addresses ? platform::ReachableAddresses::Any
                                                                     : platform::ReachableAddresses::PublicOnly;
    return options;
}

PortalServer::PortalServer(Configuration configuration, administration::OpenPortal portal)
    : m_configuration(std::move(configuration)),
      m_portal(std::move(portal)),
      m_live(*m_portal.store, m_io.get_executor()),
      m_channels([this](const protocol::TeamId& team, const protocol::DeviceId& device) {
          m_live.device_presence_changed(team, device);
      }),
      m_rosters(*m_portal.store),
      m_pairings(*m_portal.store),
      m_phones(*m_portal.store),
      m_workstations(*m_portal.store, m_channels),
      m_records(*m_portal.store),
      m_push(std::move(m_portal.keys.push), push_options(m_configuration), m_clock),
      m_notifier(m_io.get_executor(), m_phones, m_push),
      m_party{m_configuration.app.host, m_configuration.app.origin},
      m_approvals(m_io.get_executor(), m_party, {m_phones, m_records, m_channels, m_notifier, m_clock}),
      m_app_sessions(m_party, m_phones, m_clock),
      m_pairing(m_party, m_pairings, m_clock),
      m_app_limiter(m_clock),
      m_phone_reports(m_clock),
      m_channel_services{*m_portal.store,
                         m_rosters,
                         {m_portal.keys.signing, m_portal.keys.next_signing.public_key()},
                         m_portal.record.incarnation,
                         m_approvals,
                         m_channels,
                         m_clock,
                         m_sign_ins,
                         m_statuses,
                         m_portal.deployment,
                         m_portal.record.restored_at.has_value()},
      m_api_services{*m_portal.store, m_portal.deployment, m_channels, m_clock,
                     m_sources,       m_accounts,          m_live,     m_portal.keys.signing} {
    if (m_configuration.mail) m_mailer.emplace(m_io.get_executor(), *m_portal.store, std::move(*m_configuration.mail));
    m_subscription = m_portal.store->feed().subscribe([this](const Effects& effects) { apply(effects); });
}

void PortalServer::load_site(CurrentSite& site, const OriginConfiguration& origin, SiteKind kind) {
    auto loaded = StaticSite::load(origin.web, kind);
    if (loaded) return site.replace(std::move(*loaded));
    k_log.warning("pages_missing", {{LogField::Path, origin.web.string()}, {LogField::Reason, loaded.error()}});
}

std::expected<std::vector<platform::HttpListenerOptions>, std::string> PortalServer::listeners() {
    auto app = relay::make_app_router(m_app_sessions, m_app_limiter);
    relay::add_relay_routes(*app, {m_party, m_app_sessions, m_pairing, m_approvals, m_notifier, m_phones,
                                   m_workstations, m_records, m_push, m_phone_reports});
    const std::shared_ptr<platform::HttpHandler> portal_handler =
        std::make_shared<PortalOrigin>(make_api_router(m_api_services), m_portal_site);
    const std::shared_ptr<platform::HttpHandler> app_handler =
        std::make_shared<AppOrigin>(std::move(app), m_channel_services, m_app_site);
    // Both host names may share an address.
    std::map<ListenAddress, std::vector<platform::HttpOrigin>> by_address;
    for (const auto& [origin, handler] :
         {std::pair(&m_configuration.portal, portal_handler), std::pair(&m_configuration.app, app_handler)}) {
        auto tls = platform::TlsContext::server_from_files(origin->certificate, origin->key);
        if (!tls) {
            return std::unexpected(origin->certificate.string() + " and " + origin->key.string() +
                                   " cannot be used: " + std::string(to_string(tls.error())));
        }
        for (const auto& address : origin->listen)
            by_address[address].push_back({origin->host, *tls, handler});
    }
    std::vector<platform::HttpListenerOptions> listeners;
    for (auto& [address, origins] : by_address) {
        listeners.push_back({address.address, address.port, std::move(origins)});
    }
    return listeners;
}

std::expected<void, std::string> PortalServer::start() {
    load_site(m_portal_site, m_configuration.portal, SiteKind::AdminUi);
    load_site(m_app_site, m_configuration.app, SiteKind::PhoneApp);
    auto addresses = listeners();
    if (!addresses) return std::unexpected(addresses.error());
    auto server = platform::HttpServer::start(m_io.get_executor(), std::move(*addresses));
    if (!server) return std::unexpected("the portal cannot listen: " + std::string(to_string(server.error())));
    m_server = std::move(*server);
    spawn(wait_for_signals(), "signals");
    spawn(sweep(), "sweep");
    spawn(m_approvals.expire_forever(), "approvals");
    if (m_mailer) spawn(m_mailer->run(), "mail");
    spawn(watchdog(), "watchdog");
    k_log.info("serving", {{LogField::Path, m_configuration.portal.origin}});
    platform::notify_ready("serving " + m_configuration.portal.origin);
    return {};
}

void PortalServer::spawn(boost::asio::awaitable<void> work, std::string_view name) {
    boost::asio::co_spawn(m_io, std::move(work), [name](std::exception_ptr failure) {
        if (!failure) return;
        // A duty of the portal has ended for no reason anyone thought of: better to start anew than to go on without
        // it.
        k_log.error("duty_failed", {{LogField::Service, name}});
        std::rethrow_exception(failure);
    });
}

void PortalServer::apply(const Effects& effects) {
    m_channels.apply(effects);
    for (const auto& technician : effects.technicians_closed)
        m_notifier.disconnect(technician);
    for (const auto& technician : effects.phones_changed)
        m_notifier.workstations_changed(technician);
    if (effects.mail_waits && m_mailer) m_mailer->wake();
}

void PortalServer::reload() {
    load_site(m_portal_site, m_configuration.portal, SiteKind::AdminUi);
    load_site(m_app_site, m_configuration.app, SiteKind::PhoneApp);
    if (auto renewed = certificates::renew(m_configuration, m_clock.wall_now()); !renewed) {
        k_log.error("certificates_not_renewed", {{LogField::Reason, renewed.error()}});
    }
    for (const auto* origin : {&m_configuration.portal, &m_configuration.app}) {
        auto tls = platform::TlsContext::server_from_files(origin->certificate, origin->key);
        if (tls) {
            m_server->replace_certificate(origin->host, std::move(*tls));
        } else {
            k_log.error("certificate_refused",
                        {{LogField::Path, origin->certificate.string()}, {LogField::Reason, to_string(tls.error())}});
        }
    }
    k_log.info("reloaded");
}

boost::asio::awaitable<void> PortalServer::wait_for_signals() {
    while (true) {
        const auto [error, signal] = co_await m_signals.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) co_return;
        if (signal != SIGHUP) break;
        reload();
    }
    k_log.info("stopping");
    platform::notify_stopping();
    m_stopping = true;
    if (m_mailer) m_mailer->stop();
    m_sweep_timer.cancel();
    m_watchdog_timer.cancel();
    m_channels.say_goodbye_to_all();
    co_await m_server->stop(k_patience);
    m_io.stop();
}

boost::asio::awaitable<void> PortalServer::sweep() {
    auto last_renewal = m_clock.boot_now();
    while (!m_stopping) {
        m_sweep_timer.expires_after(k_sweep_interval);
        co_await m_sweep_timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (m_stopping) co_return;
        auto swept = co_await m_portal.store->write([](UnitOfWork& unit) -> Result<bool> {
            session_store::sweep(unit, unit.now - k_answers_kept);
            tenant_code_service::replace_where_rights_ended(unit);
            return true;
        });
        if (!swept) k_log.error("sweep_failed", {{LogField::Reason, to_string(swept.error())}});
        co_await m_live.close_ended_sessions();
        // A certificate of the local authority is renewed without anybody's doing.
        if (m_clock.boot_now() - last_renewal > std::chrono::milliseconds(std::chrono::days(1)).count()) {
            last_renewal = m_clock.boot_now();
            reload();
        }
    }
}

boost::asio::awaitable<void> PortalServer::watchdog() {
    const auto interval = platform::watchdog_interval();
    while (interval && !m_stopping) {
        platform::notify_watchdog();
        m_watchdog_timer.expires_after(*interval);
        co_await m_watchdog_timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

}  // namespace

std::expected<void, std::string> serve(const std::filesystem::path& config_file) {
    auto configuration = Configuration::load(config_file);
    if (!configuration) return std::unexpected(configuration.error());
    platform::configure_log(configuration->log);
    const auto lock = administration::StoreLock::take(configuration->data);
    if (!lock) return std::unexpected(lock.error());
    const platform::SystemClock clock;
    if (auto renewed = certificates::renew(*configuration, clock.wall_now()); !renewed) {
        return std::unexpected(renewed.error());
    }
    auto portal = administration::open(*configuration, clock);
    if (!portal) return std::unexpected(portal.error());
    PortalServer server(std::move(*configuration), std::move(*portal));
    if (auto started = server.start(); !started) return started;
    server.run();
    return {};
}

}  // namespace doorward::portal
