#include "desktop-client/agent/ipc/pam_conversation.h"

#include "crypto/secret_bytes.h"

#include <span>
#include <variant>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto k_send_deadline = 2s;
// Longer than a request lives: a code can still be typed after the phone was not found in time.
constexpr auto k_answer_deadline = 120s;

}  // namespace

asio::awaitable<bool> send_message(PamConnection connection, ipc::ServerMessage message) {
    const ipc::Frame encoded = ipc::encode(message);
    const auto payload = encoded.bytes().subspan(ipc::k_header_size);  // the connection writes the length itself
    platform::Frame frame;
    frame.reserve(payload.size());
    for (const std::byte byte : payload)
        frame.push_back(std::to_integer<std::uint8_t>(byte));
    const auto sent = co_await connection->send(std::move(frame), k_send_deadline);
    co_return sent.has_value();
}

asio::awaitable<bool> PamConversation::ask(std::string prompt, ipc::Echo echo) {
    const auto text = ipc::Sentence::from(prompt);
    if (!text) co_return false;
    const ipc::ServerMessage question = ipc::Prompt{.text = *text, .echo = echo};
    const bool sent = co_await send_message(m_connection, question);
    co_return sent;
}

asio::awaitable<std::optional<ipc::Typed>> PamConversation::answer() {
    auto frame = co_await m_connection->receive(k_answer_deadline);
    if (!frame) co_return std::nullopt;
    const crypto::WipeOnExit wipe(*frame);
    const auto message = ipc::decode_client_message(std::as_bytes(std::span(*frame)));
    if (!message) co_return std::nullopt;
    if (const auto* answer = std::get_if<ipc::Answer>(&*message)) co_return answer->text;
    co_return std::nullopt;
}

asio::awaitable<void> PamConversation::tell(std::string text) {
    const auto sentence = ipc::Sentence::from(text);
    if (!sentence) co_return;
    const ipc::ServerMessage info = ipc::Info{.text = *sentence};
    co_await send_message(m_connection, info);
}

asio::awaitable<bool> PamConversation::still_waiting() {
    return send_message(m_connection, ipc::Wait{});
}

}  // namespace doorward::agent
