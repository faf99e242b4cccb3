#pragma once
// The frames between pam_doorward.so (client) and doorward-agent (server): u32 little-endian length (1..4096),
// version byte, type byte, then fields. A text field is a u16 little-endian length and its bytes, without NUL.
// Only POSIX and the standard library, fixed buffers, nothing throws: this is linked into other people's processes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace doorward::ipc {

inline constexpr char k_socket_path[] = "/run/doorward/pam.sock";
inline constexpr std::uint8_t k_version = 1;
inline constexpr std::size_t k_header_size = 4;
inline constexpr std::size_t k_max_payload = 4096;

enum class Error : std::uint8_t {
    BadLength,
    BadVersion,
    BadType,
    BadField,
    Truncated,
    TrailingBytes,
    NoServer,
    UntrustedServer,
    Timeout,
    Closed,
    System,
};
[[nodiscard]] std::string_view to_string(Error error) noexcept;

// A text with a fixed capacity and no NUL inside; wiped when it goes, because an answer is a secret.
template <std::size_t Capacity>
class Text {
public:
    Text() noexcept = default;
    Text(const Text& other) noexcept = default;
    Text& operator=(const Text& other) noexcept = default;
    ~Text() { explicit_bzero(m_bytes.data(), m_bytes.size()); }

    [[nodiscard]] static std::optional<Text> from(std::string_view text) noexcept {
        if (text.size() > Capacity || text.find('\0') != std::string_view::npos) return std::nullopt;
        Text result;
        if (!text.empty()) std::memcpy(result.m_bytes.data(), text.data(), text.size());
        result.m_size = text.size();
        return result;
    }
    [[nodiscard]] std::string_view view() const noexcept { return {m_bytes.data(), m_size}; }
    [[nodiscard]] const char* c_str() const noexcept { return m_bytes.data(); }
    [[nodiscard]] bool empty() const noexcept { return m_size == 0; }

private:
    std::array<char, Capacity + 1> m_bytes{};
    std::size_t m_size = 0;
};

using Name = Text<64>;       // service, user, terminal, remote user
using HostName = Text<255>;  // what PAM_RHOST says
using Sentence = Text<511>;  // PAM_MAX_MSG_SIZE; printable characters and line breaks only
using Typed = Text<511>;     // PAM_MAX_RESP_SIZE

enum class Phase : std::uint8_t {
    Authenticate = 1,
    Account = 2,
    OpenSession = 3,
    CloseSession = 4,
    ReauthenticateSelf = 5,  // a screen locker: the caller's own live session, changes nothing
};

// How the person can be asked. PasswordOnly: one answer was typed before we ran (sshd's password method),
// so only a code can work and no phone may be asked.
enum class Conversation : std::uint8_t { None = 1, PasswordOnly = 2, Interactive = 3 };

enum class DeniedReason : std::uint8_t {
    AuthenticationFailed = 1,
    MaximumTries = 2,
    AccountUnavailable = 3,
    Unavailable = 4,
};

enum class Echo : std::uint8_t { Off = 1, On = 2 };

// Client to server. Begin is the first frame and comes once for each connection. The server learns who calls from
// SO_PEERCRED; nothing in here proves anything.
struct Begin {
    Phase phase = Phase::Authenticate;
    Conversation conversation = Conversation::None;
    Name service;
    Name user;
    Name terminal;
    HostName remote_host;
    Name remote_user;
};
struct Answer {
    Typed text;
};
struct Abort {};
using ClientMessage = std::variant<Begin, Answer, Abort>;

// Server to client. Granted, Denied and NotMine end the exchange.
struct Prompt {
    Sentence text;
    Echo echo = Echo::Off;
};
struct Wait {};  // the server waits for a person; sent at least every second, 75 s in total
struct Info {
    Sentence text;
};
struct Granted {};
struct Denied {
    DeniedReason reason = DeniedReason::Unavailable;
    Sentence text;  // may be empty
};
struct NotMine {};
using ServerMessage = std::variant<Prompt, Wait, Info, Granted, Denied, NotMine>;

// One encoded frame, header included; wiped when it goes.
class Frame {
public:
    Frame() noexcept = default;
    Frame(const Frame&) noexcept = default;
    Frame& operator=(const Frame&) noexcept = default;
    ~Frame() { explicit_bzero(m_bytes.data(), m_bytes.size()); }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {m_bytes.data(), m_size}; }

private:
    friend class Writer;
    std::array<std::byte, k_header_size + k_max_payload> m_bytes{};
    std::size_t m_size = 0;
};

[[nodiscard]] Frame encode(const ClientMessage& message) noexcept;
[[nodiscard]] Frame encode(const ServerMessage& message) noexcept;

// The length of the payload that follows the header; BadLength outside 1..k_max_payload.
[[nodiscard]] std::expected<std::size_t, Error> decode_length(
    std::span<const std::byte, k_header_size> header) noexcept;
// These take the payload, that is the frame without its header.
[[nodiscard]] std::expected<ClientMessage, Error> decode_client_message(std::span<const std::byte> payload) noexcept;
[[nodiscard]] std::expected<ServerMessage, Error> decode_server_message(std::span<const std::byte> payload) noexcept;

}  // namespace doorward::ipc
