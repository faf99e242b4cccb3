#include "platform/service_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace doorward::platform {
namespace {

void notify(const std::string& message) {
    const char* path = secure_getenv("NOTIFY_SOCKET");
    if (path == nullptr) return;
    const std::size_t length = std::strlen(path);
    sockaddr_un address{};
    if (length < 2 || length >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@')) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = '\0';  // the abstract name space
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    (void)sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                 size);
    close(descriptor);
}

std::string one_line(std::string_view status) {
    std::string line(status);
    for (char& letter : line) {
        if (letter == '\n' || letter == '\r') letter = ' ';
    }
    return line;
}

}  // namespace

void notify_ready(std::string_view status) {
    notify("READY=1\nSTATUS=" + one_line(status));
}

void notify_status(std::string_view status) {
    notify("STATUS=" + one_line(status));
}

void notify_stopping() {
    notify("STOPPING=1");
}

void notify_watchdog() {
    notify("WATCHDOG=1");
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
    auto number = [](const char* name) -> std::optional<long long> {
        const char* text = secure_getenv(name);
        if (text == nullptr) return std::nullopt;
        long long value = 0;
        const char* end = text + std::strlen(text);
        const auto [stop, error] = std::from_chars(text, end, value);
        if (error != std::errc() || stop != end || value <= 0) return std::nullopt;
        return value;
    };
    const auto microseconds = number("WATCHDOG_USEC");
    if (!microseconds) return std::nullopt;
    const auto process = number("WATCHDOG_PID");
    if (process && *process != getpid()) return std::nullopt;
    return std::chrono::milliseconds(*microseconds / 2000);
}

}  // namespace doorward::platform
