#include "desktop-client/ipc/message.h"

#include <algorithm>

namespace doorward::ipc {
namespace {

enum class Type : std::uint8_t {
    Begin = 1,
    Answer = 2,
    Abort = 3,
    Prompt = 65,
    Wait = 66,
    Info = 67,
    Granted = 68,
    Denied = 69,
    NotMine = 70,
};

bool printable(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\n' || (byte >= 0x20 && byte != 0x7f);
    });
}

}  // namespace

class Writer {
public:
    explicit Writer(Type type) noexcept {
        m_frame.m_size = k_header_size;
        put(k_version);
        put(static_cast<std::uint8_t>(type));
    }
    void put(std::uint8_t byte) noexcept { m_frame.m_bytes[m_frame.m_size++] = std::byte{byte}; }
    void put(std::string_view text) noexcept {
        put(static_cast<std::uint8_t>(text.size() & 0xff));
        put(static_cast<std::uint8_t>(text.size() >> 8));
        for (const char c : text)
            put(static_cast<std::uint8_t>(c));
    }
    [[nodiscard]] Frame finish() noexcept {
        const std::size_t length = m_frame.m_size - k_header_size;
        for (std::size_t i = 0; i < k_header_size; ++i) {
            m_frame.m_bytes[i] = std::byte{static_cast<std::uint8_t>(length >> (8 * i) & 0xff)};
        }
        return m_frame;
    }

private:
    Frame m_frame;
};

namespace {

// The largest frame is a Begin with every field full; Writer relies on it fitting.
static_assert(2 + 2 + 4 * (2 + 64) + (2 + 255) <= k_max_payload && 2 + 1 + 2 + 511 <= k_max_payload);

class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) noexcept : m_rest(bytes) {}

    std::uint8_t byte() noexcept {
        if (m_rest.empty()) {
            fail(Error::Truncated);
            return 0;
        }
        const auto value = std::to_integer<std::uint8_t>(m_rest.front());
        m_rest = m_rest.subspan(1);
        return value;
    }

    template <typename Enum>
    Enum choice(Enum first, Enum last) noexcept {
        const std::uint8_t value = byte();
        if (value < static_cast<std::uint8_t>(first) || value > static_cast<std::uint8_t>(last)) {
            fail(Error::BadField);
            return first;
        }
        return static_cast<Enum>(value);
    }

    template <std::size_t Capacity>
    void text(Text<Capacity>& target) noexcept {
        const std::size_t low = byte();
        const std::size_t size = low | static_cast<std::size_t>(byte()) << 8;
        if (size > m_rest.size()) return fail(Error::Truncated);
        const std::string_view bytes(reinterpret_cast<const char*>(m_rest.data()), size);
        m_rest = m_rest.subspan(size);
        const auto checked = Text<Capacity>::from(bytes);
        if (!checked) return fail(Error::BadField);
        target = *checked;
    }

    void sentence(Sentence& target) noexcept {
        text(target);
        if (!printable(target.view())) fail(Error::BadField);
    }

    template <typename Message, typename Value>
    [[nodiscard]] std::expected<Message, Error> finish(const Value& value) noexcept {
        if (m_failed) return std::unexpected(m_error);
        if (!m_rest.empty()) return std::unexpected(Error::TrailingBytes);
        return Message(value);
    }

private:
    void fail(Error error) noexcept {
        if (!m_failed) m_error = error;
        m_failed = true;
        m_rest = {};
    }

    std::span<const std::byte> m_rest;
    Error m_error = Error::Truncated;
    bool m_failed = false;
};

[[nodiscard]] std::expected<Type, Error> read_preamble(std::span<const std::byte> payload) noexcept {
    if (payload.empty() || payload.size() > k_max_payload) return std::unexpected(Error::BadLength);
    if (payload.size() < 2) return std::unexpected(Error::Truncated);
    if (std::to_integer<std::uint8_t>(payload[0]) != k_version) return std::unexpected(Error::BadVersion);
    return static_cast<Type>(std::to_integer<std::uint8_t>(payload[1]));
}

Frame encode_one(const Begin& begin) noexcept {
    Writer writer(Type::Begin);
    writer.put(static_cast<std::uint8_t>(begin.phase));
    writer.put(static_cast<std::uint8_t>(begin.conversation));
    writer.put(begin.service.view());
    writer.put(begin.user.view());
    writer.put(begin.terminal.view());
    writer.put(begin.remote_host.view());
    writer.put(begin.remote_user.view());
    return writer.finish();
}

Frame encode_one(const Answer& answer) noexcept {
    Writer writer(Type::Answer);
    writer.put(answer.text.view());
    return writer.finish();
}

Frame encode_one(const Abort&) noexcept {
    return Writer(Type::Abort).finish();
}

Frame encode_one(const Prompt& prompt) noexcept {
    Writer writer(Type::Prompt);
    writer.put(static_cast<std::uint8_t>(prompt.echo));
    writer.put(prompt.text.view());
    return writer.finish();
}

Frame encode_one(const Wait&) noexcept {
    return Writer(Type::Wait).finish();
}

Frame encode_one(const Info& info) noexcept {
    Writer writer(Type::Info);
    writer.put(info.text.view());
    return writer.finish();
}

Frame encode_one(const Granted&) noexcept {
    return Writer(Type::Granted).finish();
}

Frame encode_one(const Denied& denied) noexcept {
    Writer writer(Type::Denied);
    writer.put(static_cast<std::uint8_t>(denied.reason));
    writer.put(denied.text.view());
    return writer.finish();
}

Frame encode_one(const NotMine&) noexcept {
    return Writer(Type::NotMine).finish();
}

}  // namespace

std::string_view to_string(Error error) noexcept {
    switch (error) {
        case Error::BadLength:
            return "frame length out of bounds";
        case Error::BadVersion:
            return "unknown protocol version";
        case Error::BadType:
            return "unexpected message type";
        case Error::BadField:
            return "field out of bounds";
        case Error::Truncated:
            return "frame ends too early";
        case Error::TrailingBytes:
            return "frame has bytes left over";
        case Error::NoServer:
            return "agent is not running";
        case Error::UntrustedServer:
            return "socket does not belong to root";
        case Error::Timeout:
            return "agent did not answer in time";
        case Error::Closed:
            return "agent closed the connection";
        case Error::System:
            return "system call failed";
    }
    return "unknown error";
}

Frame encode(const ClientMessage& message) noexcept {
    if (const auto* begin = std::get_if<Begin>(&message)) return encode_one(*begin);
    if (const auto* answer = std::get_if<Answer>(&message)) return encode_one(*answer);
    return encode_one(Abort{});
}

Frame encode(const ServerMessage& message) noexcept {
    if (const auto* prompt = std::get_if<Prompt>(&message)) return encode_one(*prompt);
    if (std::holds_alternative<Wait>(message)) return encode_one(Wait{});
    if (const auto* info = std::get_if<Info>(&message)) return encode_one(*info);
    if (std::holds_alternative<Granted>(message)) return encode_one(Granted{});
    if (const auto* denied = std::get_if<Denied>(&message)) return encode_one(*denied);
    return encode_one(NotMine{});
}

std::expected<std::size_t, Error> decode_length(std::span<const std::byte, k_header_size> header) noexcept {
    std::size_t length = 0;
    for (std::size_t i = 0; i < k_header_size; ++i)
        length |= std::to_integer<std::size_t>(header[i]) << (8 * i);
    if (length == 0 || length > k_max_payload) return std::unexpected(Error::BadLength);
    return length;
}

std::expected<ClientMessage, Error> decode_client_message(std::span<const std::byte> payload) noexcept {
    const auto type = read_preamble(payload);
    if (!type) return std::unexpected(type.error());
    Reader reader(payload.subspan(2));
    switch (*type) {
        case Type::Begin: {
            Begin begin;
            begin.phase = reader.choice(Phase::Authenticate, Phase::ReauthenticateSelf);
            begin.conversation = reader.choice(Conversation::None, Conversation::Interactive);
            reader.text(begin.service);
            reader.text(begin.user);
            reader.text(begin.terminal);
            reader.text(begin.remote_host);
            reader.text(begin.remote_user);
            return reader.finish<ClientMessage>(begin);
        }
        case Type::Answer: {
            Answer answer;
            reader.text(answer.text);
            return reader.finish<ClientMessage>(answer);
        }
        case Type::Abort:
            return reader.finish<ClientMessage>(Abort{});
        default:
            return std::unexpected(Error::BadType);
    }
}

std::expected<ServerMessage, Error> decode_server_message(std::span<const std::byte> payload) noexcept {
    const auto type = read_preamble(payload);
    if (!type) return std::unexpected(type.error());
    Reader reader(payload.subspan(2));
    switch (*type) {
        case Type::Prompt: {
            Prompt prompt;
            prompt.echo = reader.choice(Echo::Off, Echo::On);
            reader.sentence(prompt.text);
            return reader.finish<ServerMessage>(prompt);
        }
        case Type::Wait:
            return reader.finish<ServerMessage>(Wait{});
        case Type::Info: {
            Info info;
            reader.sentence(info.text);
            return reader.finish<ServerMessage>(info);
        }
        case Type::Granted:
            return reader.finish<ServerMessage>(Granted{});
        case Type::Denied: {
            Denied denied;
            denied.reason = reader.choice(DeniedReason::AuthenticationFailed, DeniedReason::Unavailable);
            reader.sentence(denied.text);
            return reader.finish<ServerMessage>(denied);
        }
        case Type::NotMine:
            return reader.finish<ServerMessage>(NotMine{});
        default:
            return std::unexpected(Error::BadType);
    }
}

}  // namespace doorward::ipc
