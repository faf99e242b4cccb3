#include "desktop-client/link/link_message.h"

#include <algorithm>
#include <utility>

namespace doorward::link {
namespace {

enum class Type : std::uint8_t { Connect = 1, Send = 2, Close = 3, Up = 65, Received = 66, Down = 67 };

std::vector<std::uint8_t> frame_of(Type type, std::string_view text = {}) {
    std::vector<std::uint8_t> frame;
    frame.reserve(1 + text.size());
    frame.push_back(std::to_underlying(type));
    frame.insert(frame.end(), text.begin(), text.end());
    return frame;
}

std::string text_of(const std::vector<std::uint8_t>& frame, std::size_t from) {
    return {frame.begin() + static_cast<std::ptrdiff_t>(from), frame.end()};
}

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
    });
}

}  // namespace

std::string_view to_string(MessageError error) {
    switch (error) {
        case MessageError::Empty:
            return "empty";
        case MessageError::UnknownType:
            return "unknown_type";
        case MessageError::WrongLength:
            return "wrong_length";
        case MessageError::BadHost:
            return "bad_host";
        case MessageError::BadPort:
            return "bad_port";
        case MessageError::BadReason:
            return "bad_reason";
        case MessageError::TooLarge:
            return "too_large";
    }
    return "unknown";
}

std::string_view to_string(DownReason reason) {
    switch (reason) {
        case DownReason::NameNotFound:
            return "name_not_found";
        case DownReason::Unreachable:
            return "unreachable";
        case DownReason::TimedOut:
            return "timed_out";
        case DownReason::TlsRefused:
            return "tls_refused";
        case DownReason::NotUpgraded:
            return "not_upgraded";
        case DownReason::ClosedByPortal:
            return "closed_by_portal";
        case DownReason::ClosedByAgent:
            return "closed_by_agent";
        case DownReason::Broken:
            return "broken";
    }
    return "unknown";
}

std::vector<std::uint8_t> encode(const AgentMessage& message) {
    if (const auto* connect = std::get_if<Connect>(&message)) {
        auto frame = frame_of(Type::Connect);
        frame.push_back(static_cast<std::uint8_t>(connect->port & 0xff));
        frame.push_back(static_cast<std::uint8_t>(connect->port >> 8));
        frame.insert(frame.end(), connect->host.begin(), connect->host.end());
        return frame;
    }
    if (const auto* send = std::get_if<Send>(&message)) return frame_of(Type::Send, send->text);
    return frame_of(Type::Close);
}

std::vector<std::uint8_t> encode(const LinkMessage& message) {
    if (const auto* up = std::get_if<Up>(&message)) {
        auto frame = frame_of(Type::Up);
        frame.insert(frame.end(), up->channel_binding.begin(), up->channel_binding.end());
        return frame;
    }
    if (const auto* received = std::get_if<Received>(&message)) return frame_of(Type::Received, received->text);
    auto frame = frame_of(Type::Down);
    frame.push_back(std::to_underlying(std::get<Down>(message).reason));
    return frame;
}

std::expected<AgentMessage, MessageError> decode_agent_message(const std::vector<std::uint8_t>& frame) {
    if (frame.empty()) return std::unexpected(MessageError::Empty);
    switch (static_cast<Type>(frame[0])) {
        case Type::Connect: {
            if (frame.size() < 4) return std::unexpected(MessageError::WrongLength);
            Connect connect;
            connect.port = static_cast<std::uint16_t>(frame[1] | frame[2] << 8);
            connect.host = text_of(frame, 3);
            if (connect.port == 0) return std::unexpected(MessageError::BadPort);
            if (!is_host_name(connect.host)) return std::unexpected(MessageError::BadHost);
            return connect;
        }
        case Type::Send:
            if (frame.size() < 2) return std::unexpected(MessageError::WrongLength);
            if (frame.size() - 1 > k_device_message_limit) return std::unexpected(MessageError::TooLarge);
            return Send{text_of(frame, 1)};
        case Type::Close:
            if (frame.size() != 1) return std::unexpected(MessageError::WrongLength);
            return Close{};
        default:
            return std::unexpected(MessageError::UnknownType);
    }
}

std::expected<LinkMessage, MessageError> decode_link_message(const std::vector<std::uint8_t>& frame) {
    if (frame.empty()) return std::unexpected(MessageError::Empty);
    switch (static_cast<Type>(frame[0])) {
        case Type::Up: {
            Up up;
            if (frame.size() != 1 + up.channel_binding.size()) return std::unexpected(MessageError::WrongLength);
            std::copy(frame.begin() + 1, frame.end(), up.channel_binding.begin());
            return up;
        }
        case Type::Received:
            if (frame.size() < 2) return std::unexpected(MessageError::WrongLength);
            if (frame.size() - 1 > k_portal_message_limit) return std::unexpected(MessageError::TooLarge);
            return Received{text_of(frame, 1)};
        case Type::Down:
            if (frame.size() != 2) return std::unexpected(MessageError::WrongLength);
            if (frame[1] < std::to_underlying(DownReason::NameNotFound) ||
                frame[1] > std::to_underlying(DownReason::Broken)) {
                return std::unexpected(MessageError::BadReason);
            }
            return Down{static_cast<DownReason>(frame[1])};
        default:
            return std::unexpected(MessageError::UnknownType);
    }
}

}  // namespace doorward::link
