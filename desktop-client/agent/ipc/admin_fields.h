#pragma once

#include "desktop-client/agent/ipc/admin_message.h"
#include "protocol/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// What answers to the command line tool are put together from.
namespace doorward::agent {

[[nodiscard]] inline AdminField field(std::string_view name, std::string_view text) {
    return {.name = std::string(name), .value = std::string(text)};
}
[[nodiscard]] inline AdminField field(std::string_view name, std::int64_t number) {
    return {.name = std::string(name), .value = number};
}
[[nodiscard]] inline AdminField flag(std::string_view name, bool value) {
    return {.name = std::string(name), .value = value};
}
[[nodiscard]] inline AdminField empty(std::string_view name) {
    return {.name = std::string(name), .value = std::monostate{}};
}
[[nodiscard]] inline AdminField time_field(std::string_view name, const std::optional<protocol::Timestamp>& time) {
    return time ? field(name, protocol::format_time(*time)) : empty(name);
}

[[nodiscard]] inline AdminReply reply_with(AdminStatus status, std::string_view message) {
    AdminReply reply;
    reply.status = status;
    reply.message = message;
    return reply;
}

}  // namespace doorward::agent
