#pragma once

#include "mobile-bridge/relay/relay_routes.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/static_site.h"
#include "msp-portal/server/hosting/device_channels.h"
#include "platform/http_server.h"

#include <memory>
#include <mutex>

namespace doorward::portal {

/// A site that a reload can exchange while it is being served. Thread-safe.
class CurrentSite {
public:
    explicit CurrentSite(StaticSite site) : m_site(std::make_shared<const StaticSite>(std::move(site))) {}
    [[nodiscard]] std::shared_ptr<const StaticSite> get() const;
    void replace(StaticSite site);

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const StaticSite> m_site;
};

/// The portal's host name: the admin UI and /api/v1, nothing else.
class PortalOrigin final : public platform::HttpHandler {
public:
    PortalOrigin(std::shared_ptr<ApiRouter> api, CurrentSite& site) : m_api(std::move(api)), m_site(site) {}
    [[nodiscard]] std::size_t body_limit(platform::HttpMethod method, std::string_view path) const override;
    [[nodiscard]] boost::asio::awaitable<platform::Reply> handle(platform::Request request) override;
    [[nodiscard]] platform::Response problem(int status) const override;

private:
    std::shared_ptr<ApiRouter> m_api;
    CurrentSite& m_site;
};

/// The app's host name: the phone app, /app/v1 for it, and the workstations' channel.
class AppOrigin final : public platform::HttpHandler {
public:
    AppOrigin(std::shared_ptr<relay::AppRouter> app, ChannelServices& channels, CurrentSite& site)
        : m_app(std::move(app)), m_channels(channels), m_site(site) {}
    [[nodiscard]] std::size_t body_limit(platform::HttpMethod method, std::string_view path) const override;
    [[nodiscard]] boost::asio::awaitable<platform::Reply> handle(platform::Request request) override;
    [[nodiscard]] platform::Response problem(int status) const override;

private:
    std::shared_ptr<relay::AppRouter> m_app;
    ChannelServices& m_channels;
    CurrentSite& m_site;
};

}  // namespace doorward::portal
