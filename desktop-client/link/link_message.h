#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::link {

/// What doorward-agent and doorward-link say to each other on link.sock: one type byte, then the fields. The socket's
/// own framing gives the length. The link learns a host, a port and texts it does not read; it never gets a key.
inline constexpr std::size_t k_portal_message_limit = std::size_t{1024} * 1024;
inline constexpr std::size_t k_device_message_limit = std::size_t{256} * 1024;
inline constexpr std::size_t k_frame_limit = k_portal_message_limit + 64;

enum class MessageError : std::uint8_t { Empty, UnknownType, WrongLength, BadHost, BadPort, BadReason, TooLarge };
[[nodiscard]] std::string_view to_string(MessageError error);

enum class DownReason : std::uint8_t {
    NameNotFound = 1,
    Unreachable = 2,
    TimedOut = 3,
    TlsRefused = 4,
    NotUpgraded = 5,
    ClosedByPortal = 6,
    ClosedByAgent = 7,
    Broken = 8,
};
[[nodiscard]] std::string_view to_string(DownReason reason);

// Agent to link.
struct Connect {
    std::string host;
    std::uint16_t port = 0;
};
struct Send {
    std::string text;
};
struct Close {};
using AgentMessage = std::variant<Connect, Send, Close>;

// Link to agent. After Connect comes Up or Down; after Up comes Down exactly once, also as the answer to Close.
struct Up {
    std::array<std::uint8_t, 32> channel_binding{};
};
struct Received {
    std::string text;
};
struct Down {
    DownReason reason = DownReason::Broken;
};
using LinkMessage = std::variant<Up, Received, Down>;

[[nodiscard]] std::vector<std::uint8_t> encode(const AgentMessage& message);
[[nodiscard]] std::vector<std::uint8_t> encode(const LinkMessage& message);
[[nodiscard]] std::expected<AgentMessage, MessageError> decode_agent_message(const std::vector<std::uint8_t>& frame);
[[nodiscard]] std::expected<LinkMessage, MessageError> decode_link_message(const std::vector<std::uint8_t>& frame);

}  // namespace doorward::link
