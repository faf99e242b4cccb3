#include "msp-portal/server/api/live_feed.h"

#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/problem.h"
#include "protocol/json_writer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace doorward::portal {

namespace {

using platform::SendResult;
using platform::WebSocketCloseCode;

constexpr std::size_t k_incoming_limit = 1024;
constexpr std::size_t k_queue_limit = std::size_t{256} * 1024;
// More ids than this only say "many": the page fetches the list anyway.
constexpr std::size_t k_most_ids = 50;

std::string event_text(std::string_view type, const std::optional<std::string>& topic,
                       const std::vector<protocol::Uuid>& ids) {
    return protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
        out.text("type", type);
        out.optional_text("topic", topic);
        out.list("ids", ids, [&](const protocol::Uuid& id) { out.text(id.to_string()); });
    });
}

boost::asio::awaitable<void> ignore_message(platform::WebSocketMessage) {
    co_return;
}

boost::asio::awaitable<platform::Reply> open_live(ApiServices* services, platform::Request request, Caller caller) {
    // A page of another site can open a socket with our cookie, but cannot lie about its origin.
    if (request.header("Origin") != std::optional<std::string_view>(services->deployment.portal_origin)) {
        co_return cross_site(caller.request_id);
    }
    if (!request.wants_websocket) co_return problem(Error::Malformed, caller.request_id);
    co_return services->live.accept(caller.signed_in->actor.team_id, caller.signed_in->session.token_hash);
}

}  // namespace

LiveFeed::LiveFeed(Store& store, boost::asio::any_io_executor executor)
    : m_store(store),
      m_executor(std::move(executor)),
      m_subscription(store.feed().subscribe([this](const Effects& effects) { publish(effects); })) {}

platform::WebSocketAccept LiveFeed::accept(const protocol::TeamId& team, const crypto::Digest& session) {
    const auto number = std::make_shared<int>(0);
    platform::WebSocketAccept accept;
    accept.limits = {k_incoming_limit, k_queue_limit};
    accept.handlers.on_open = [this, number, team, session](std::shared_ptr<platform::WebSocket> socket) {
        const std::lock_guard lock(m_mutex);
        std::ignore = socket->send({platform::WebSocketMessageKind::Text, event_text("hello", std::nullopt, {})});
        *number = m_next++;
        m_listeners.emplace(*number, Listener{team, session, std::move(socket)});
    };
    accept.handlers.on_message = ignore_message;
    accept.handlers.on_close = [this, number](WebSocketCloseCode, std::string_view) {
        const std::lock_guard lock(m_mutex);
        m_listeners.erase(*number);
    };
    return accept;
}

void LiveFeed::device_presence_changed(const protocol::TeamId& team, const protocol::DeviceId& device) {
    tell(team, Topic::Devices, {device.uuid()});
}

void LiveFeed::publish(const Effects& effects) {
    for (const auto& [what, ids] : effects.changed)
        tell(what.first, what.second, ids);
    if (effects.admin_sessions_changed) {
        boost::asio::co_spawn(m_executor, close_ended_sessions(), boost::asio::detached);
    }
}

void LiveFeed::tell(const protocol::TeamId& team, Topic topic, const std::vector<protocol::Uuid>& ids) {
    const std::lock_guard lock(m_mutex);
    std::string text;
    for (const auto& [number, listener] : m_listeners) {
        if (listener.team != team) continue;
        if (text.empty()) {
            const std::vector<protocol::Uuid> shown(
                ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), k_most_ids)));
            text = event_text("changed", std::string(to_string(topic)), shown);
        }
        if (listener.socket->send({platform::WebSocketMessageKind::Text, text}) == SendResult::QueueFull) {
            // It reconnects and fetches everything.
            listener.socket->close(WebSocketCloseCode::GoingAway, "slow");
        }
    }
}

boost::asio::awaitable<void> LiveFeed::close_ended_sessions() {
    std::vector<std::pair<crypto::Digest, std::shared_ptr<platform::WebSocket>>> open;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [number, listener] : m_listeners) {
            open.emplace_back(listener.session, listener.socket);
        }
    }
    for (const auto& [session, socket] : open) {
        const auto live =
            co_await m_store.read([session](platform::Database& database, protocol::Timestamp now) -> Result<bool> {
                return session_service::still_live(database, session, now);
            });
        if (live && !*live) socket->close(WebSocketCloseCode::PolicyViolation, "session over");
    }
}

void add_live_route(Routes& routes) {
    auto& services = routes.services();
    routes.router().add(
        platform::HttpMethod::Get, "/api/v1/live", Access::SignedIn,
        [&services](platform::Request request, Caller caller) {
            return open_live(&services, std::move(request), std::move(caller));
        },
        0);
}

}  // namespace doorward::portal
