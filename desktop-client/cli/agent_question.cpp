#include "desktop-client/cli/agent_question.h"

#include "crypto/secret_bytes.h"
#include "platform/unix_socket.h"

#include <chrono>
#include <utility>

namespace doorward::cli {
namespace {

using agent::AdminStatus;
using namespace std::chrono_literals;

constexpr auto k_send_deadline = 5s;
constexpr auto k_answer_deadline = 60s;
constexpr uid_t k_root = 0;

Trouble trouble_of(platform::UnixSocketError error) {
    switch (error) {
        case platform::UnixSocketError::Denied:
            return {AdminStatus::Denied, "Only root may ask the agent. Try: sudo doorward ..."};
        case platform::UnixSocketError::WrongPeer:
            return {AdminStatus::Denied, "The socket does not belong to the agent; nothing was sent to it."};
        default:
            return {AdminStatus::Unreachable, "The agent does not run. Try: systemctl status doorward-agent"};
    }
}

}  // namespace

std::expected<agent::AdminReply, Trouble> ask_agent(const std::string& socket, const agent::AdminRequest& request) {
    auto client = platform::BlockingUnixClient::connect(socket, k_root, agent::k_admin_frame_limit);
    if (!client) return std::unexpected(trouble_of(client.error()));
    auto frame = agent::encode(request);
    const auto sent = client->send(frame, k_send_deadline);
    crypto::wipe(frame);
    const auto answer = sent ? client->receive(k_answer_deadline) : std::unexpected(sent.error());
    if (!answer) {
        return std::unexpected(
            Trouble{AdminStatus::Failed,
                    "The agent did not answer (" + std::string(platform::to_string(answer.error())) + ")."});
    }
    auto reply = agent::decode_admin_reply(*answer);
    if (!reply) {
        return std::unexpected(Trouble{AdminStatus::Failed, "The agent's answer makes no sense; are versions mixed?"});
    }
    return std::move(*reply);
}

}  // namespace doorward::cli
