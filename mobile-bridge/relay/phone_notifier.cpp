#include "mobile-bridge/relay/phone_notifier.h"

#include "platform/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

namespace doorward::relay {
namespace {

const platform::Logger k_log("push");

// How often and when again; a request lives for a minute, so a later push would be about nothing.
constexpr std::array k_pauses = {std::chrono::seconds(1), std::chrono::seconds(4), std::chrono::seconds(15)};

protocol::OpenSignInRequest shown(const Approval& approval) {
    return {.id = approval.id,
            .envelope = approval.envelope,
            .device_id = approval.device,
            .created_at = approval.created_at,
            .expires_at = approval.expires_at,
            .silent = approval.silent};
}

void sign_out(platform::WebSocket& socket) {
    socket.close(platform::WebSocketCloseCode::PolicyViolation, "signed out");
}

}  // namespace

PhoneNotifier::PhoneNotifier(boost::asio::any_io_executor executor, PhonePort& phones, PushSender& push)
    : m_executor(std::move(executor)), m_phones(phones), m_push(push) {}

void PhoneNotifier::attach(const protocol::TechnicianId& technician, const crypto::Digest& session,
                           std::shared_ptr<platform::WebSocket> socket) {
    const std::lock_guard lock(m_mutex);
    m_listeners.emplace(technician, Listener{session, std::move(socket)});
}

void PhoneNotifier::detach(const protocol::TechnicianId& technician, const platform::WebSocket* socket) {
    const std::lock_guard lock(m_mutex);
    const auto [first, last] = m_listeners.equal_range(technician);
    const auto found =
        std::find_if(first, last, [socket](const auto& item) { return item.second.socket.get() == socket; });
    if (found != last) m_listeners.erase(found);
}

bool PhoneNotifier::request_opened(const Approval& approval) {
    const bool seen = broadcast(approval.technician, protocol::encode_live_sign_in_request(shown(approval)));
    if (!approval.silent) {
        boost::asio::co_spawn(m_executor, push_to_all(approval.technician, protocol::encode_push_payload(approval.id)),
                              boost::asio::detached);
    }
    return seen;
}

void PhoneNotifier::request_closed(const Approval& approval, protocol::SignInClosedState end) {
    std::ignore = broadcast(approval.technician, protocol::encode_live_sign_in_closed(approval.id, end));
}

void PhoneNotifier::workstations_changed(const protocol::TechnicianId& technician) {
    std::ignore = broadcast(technician, protocol::encode_live_workstations_changed());
}

void PhoneNotifier::disconnect(const protocol::TechnicianId& technician) {
    const std::lock_guard lock(m_mutex);
    const auto [first, last] = m_listeners.equal_range(technician);
    for (auto item = first; item != last; ++item) {
        sign_out(*item->second.socket);
    }
}

void PhoneNotifier::disconnect(const crypto::Digest& session) {
    const std::lock_guard lock(m_mutex);
    for (const auto& [technician, listener] : m_listeners) {
        if (listener.session == session) sign_out(*listener.socket);
    }
}

bool PhoneNotifier::broadcast(const protocol::TechnicianId& technician, const std::string& text) {
    const std::lock_guard lock(m_mutex);
    bool sent = false;
    const auto [first, last] = m_listeners.equal_range(technician);
    for (auto item = first; item != last; ++item) {
        const auto result = item->second.socket->send({platform::WebSocketMessageKind::Text, text});
        sent = sent || result == platform::SendResult::Queued;
    }
    return sent;
}

boost::asio::awaitable<void> PhoneNotifier::push_to_all(protocol::TechnicianId technician, std::string payload) {
    const auto subscriptions = co_await m_phones.subscriptions(technician);
    // Each on its own: one slow push service keeps no other phone waiting.
    for (const auto& [phone, subscription] : subscriptions)
        boost::asio::co_spawn(m_executor, push_to(technician, phone, subscription, payload), boost::asio::detached);
}

boost::asio::awaitable<void> PhoneNotifier::push_to(protocol::TechnicianId technician, protocol::PhoneId phone,
                                                    protocol::PushSubscription subscription, std::string payload) {
    boost::asio::steady_timer timer(m_executor);
    auto sent = co_await m_push.send(subscription, payload);
    for (const auto pause : k_pauses) {
        if (sent || sent.error() != PushError::Busy) break;
        timer.expires_after(pause);
        co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        sent = co_await m_push.send(subscription, payload);
    }
    if (sent) co_return;
    const bool is_gone = sent.error() == PushError::Gone;
    k_log.info("push_failed", {{platform::LogField::Technician, technician.to_string()},
                               {platform::LogField::Reason, is_gone ? "gone" : "failed"}});
    if (is_gone) std::ignore = co_await m_phones.end_subscription(phone, std::move(subscription));
}

}  // namespace doorward::relay
