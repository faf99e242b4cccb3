#pragma once

#include "desktop-client/ipc/message.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace doorward::agent {

/// The person at the other end of PAM, as the sign-in sees them; a seam for tests.
class Conversation {
public:
    virtual ~Conversation() = default;
    [[nodiscard]] virtual ipc::Conversation kind() const = 0;
    /// Puts the prompt in front of the person; false when nobody listens. The answer is taken with answer(): what is
    /// slow is done in between, while they type.
    [[nodiscard]] virtual boost::asio::awaitable<bool> ask(std::string prompt, ipc::Echo echo) = 0;
    /// Nothing if there was none.
    [[nodiscard]] virtual boost::asio::awaitable<std::optional<ipc::Typed>> answer() = 0;
    virtual boost::asio::awaitable<void> tell(std::string text) = 0;
    /// Says that we still wait for somebody; false when nobody listens any more.
    [[nodiscard]] virtual boost::asio::awaitable<bool> still_waiting() = 0;
};

}  // namespace doorward::agent
