#pragma once

#include "desktop-client/agent/services/conversation.h"
#include "desktop-client/ipc/message.h"
#include "platform/unix_socket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace doorward::agent {

using PamConnection = std::shared_ptr<platform::UnixConnection>;

/// False when the other end is gone.
boost::asio::awaitable<bool> send_message(PamConnection connection, ipc::ServerMessage message);

/// The conversation over one connection of pam.sock.
class PamConversation final : public Conversation {
public:
    PamConversation(PamConnection connection, ipc::Conversation kind)
        : m_connection(std::move(connection)), m_kind(kind) {}

    [[nodiscard]] ipc::Conversation kind() const override { return m_kind; }
    [[nodiscard]] boost::asio::awaitable<bool> ask(std::string prompt, ipc::Echo echo) override;
    [[nodiscard]] boost::asio::awaitable<std::optional<ipc::Typed>> answer() override;
    boost::asio::awaitable<void> tell(std::string text) override;
    [[nodiscard]] boost::asio::awaitable<bool> still_waiting() override;

private:
    PamConnection m_connection;
    ipc::Conversation m_kind;
};

inline constexpr std::chrono::milliseconds k_heartbeat{500};

/// Runs `work` to its end, whatever becomes of the connection, and meanwhile tells the module every half second that
/// somebody is at it.
template <class Value>
boost::asio::awaitable<Value> with_heartbeats(PamConnection connection, boost::asio::awaitable<Value> work) {
    namespace asio = boost::asio;
    constexpr bool returns_nothing = std::is_void_v<Value>;
    struct State {
        explicit State(const asio::any_io_executor& executor) : timer(executor) {}
        asio::steady_timer timer;
        std::exception_ptr failure;
        std::optional<std::conditional_t<returns_nothing, bool, Value>> value;
        bool done = false;
    };
    const auto state = std::make_shared<State>(connection->executor());
    auto finish = [state](std::exception_ptr failure) {
        state->failure = std::move(failure);
        state->done = true;
        state->timer.cancel();
    };
    if constexpr (returns_nothing) {
        asio::co_spawn(connection->executor(), std::move(work), finish);
    } else {
        asio::co_spawn(connection->executor(), std::move(work),
                       [state, finish](std::exception_ptr failure, Value value) {
                           state->value.emplace(std::move(value));
                           finish(std::move(failure));
                       });
    }
    while (!state->done) {
        state->timer.expires_after(k_heartbeat);
        co_await state->timer.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!state->done) co_await send_message(connection, ipc::Wait{});
    }
    if (state->failure) std::rethrow_exception(state->failure);
    if constexpr (!returns_nothing) co_return std::move(*state->value);
}

}  // namespace doorward::agent
