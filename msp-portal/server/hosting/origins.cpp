#include "msp-portal/server/hosting/origins.h"

#include "msp-portal/server/api/problem.h"

#include <utility>

namespace doorward::portal {

namespace {

constexpr std::string_view k_api = "/api/";
constexpr std::string_view k_app = "/app/";
constexpr std::string_view k_agent = "/agent/";
constexpr std::string_view k_channel = "/agent/v1/channel";
constexpr std::string_view k_subprotocol = "doorward.agent.1";

}  // namespace

std::shared_ptr<const StaticSite> CurrentSite::get() const {
    const std::lock_guard lock(m_mutex);
    return m_site;
}

void CurrentSite::replace(StaticSite site) {
    auto fresh = std::make_shared<const StaticSite>(std::move(site));
    const std::lock_guard lock(m_mutex);
    m_site = std::move(fresh);
}

std::size_t PortalOrigin::body_limit(platform::HttpMethod method, std::string_view path) const {
    return path.starts_with(k_api) ? m_api->body_limit(method, path) : 0;
}

boost::asio::awaitable<platform::Reply> PortalOrigin::handle(platform::Request request) {
    if (request.path.starts_with(k_api)) co_return co_await m_api->handle(std::move(request));
    co_return m_site.get()->answer(request);
}

platform::Response PortalOrigin::problem(int status) const {
    return problem_of_status(status);
}

std::size_t AppOrigin::body_limit(platform::HttpMethod method, std::string_view path) const {
    return path.starts_with(k_app) ? m_app->body_limit(method, path) : 0;
}

boost::asio::awaitable<platform::Reply> AppOrigin::handle(platform::Request request) {
    if (request.path.starts_with(k_app)) co_return co_await m_app->handle(std::move(request));
    if (!request.path.starts_with(k_agent)) co_return m_site.get()->answer(request);
    const bool channel = request.path == k_channel && request.wants_websocket &&
                         request.header("Sec-WebSocket-Protocol") == std::optional(k_subprotocol);
    if (!channel) co_return problem_of_status(404);
    co_return m_channels.channels.accept(m_channels);
}

platform::Response AppOrigin::problem(int status) const {
    return problem_of_status(status);
}

}  // namespace doorward::portal
