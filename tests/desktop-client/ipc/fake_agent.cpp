#include "tests/desktop-client/ipc/fake_agent.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace doorward::tests {
namespace {

bool read_all(int socket, std::byte* target, std::size_t size) {
    while (size > 0) {
        const ssize_t got = recv(socket, target, size, 0);
        if (got <= 0) return false;
        target += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

FakeAgent::Connection::Connection(int socket) : m_socket(socket) {
    const timeval patience{10, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

std::optional<ipc::ClientMessage> FakeAgent::Connection::read() const {
    std::array<std::byte, ipc::k_header_size> header{};
    if (!read_all(m_socket, header.data(), header.size())) return std::nullopt;
    const auto length = ipc::decode_length(header);
    if (!length) return std::nullopt;
    std::vector<std::byte> payload(*length);
    if (!read_all(m_socket, payload.data(), payload.size())) return std::nullopt;
    const auto message = ipc::decode_client_message(payload);
    if (!message) return std::nullopt;
    return *message;
}

ipc::Begin FakeAgent::Connection::begin() const {
    const auto message = read();
    const auto* begin = message ? std::get_if<ipc::Begin>(&*message) : nullptr;
    return begin ? *begin : ipc::Begin{};
}

void FakeAgent::Connection::write(const ipc::ServerMessage& message) const {
    const ipc::Frame frame = ipc::encode(message);
    static_cast<void>(send(m_socket, frame.bytes().data(), frame.bytes().size(), MSG_NOSIGNAL));
}

void FakeAgent::Connection::write_raw(std::string_view bytes) const {
    static_cast<void>(send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

ucred FakeAgent::Connection::peer() const {
    ucred peer{};
    socklen_t size = sizeof peer;
    getsockopt(m_socket, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer;
}

FakeAgent::FakeAgent(std::string path, Conversation conversation)
    : m_path(std::move(path)), m_conversation(std::move(conversation)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    m_path.copy(address.sun_path, sizeof address.sun_path - 1);
    unlink(m_path.c_str());
    m_listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(m_listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        chmod(m_path.c_str(), 0666) != 0 || listen(m_listener, 16) != 0) {
        throw std::runtime_error("cannot listen on " + m_path);
    }
    m_thread = std::thread([this] { serve(); });
}

FakeAgent::~FakeAgent() {
    shutdown(m_listener, SHUT_RDWR);
    m_thread.join();
    close(m_listener);
    unlink(m_path.c_str());
}

void FakeAgent::serve() {
    for (;;) {
        const int socket = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        ++m_connections;
        Connection connection(socket);
        m_conversation(connection);
        close(socket);
    }
}

ipc::ServerMessage prompt(std::string_view text, ipc::Echo echo) {
    return ipc::Prompt{.text = ipc::Sentence::from(text).value(), .echo = echo};
}

ipc::ServerMessage denied(ipc::DeniedReason reason, std::string_view text) {
    return ipc::Denied{.reason = reason, .text = ipc::Sentence::from(text).value()};
}

}  // namespace doorward::tests
