#include "desktop-client/ipc/message.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace doorward::ipc;

namespace {

std::span<const std::byte> payload_of(const Frame& frame) {
    return frame.bytes().subspan(k_header_size);
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
    std::vector<std::byte> result;
    for (const int value : values)
        result.push_back(static_cast<std::byte>(value));
    return result;
}

std::size_t length_in(const Frame& frame) {
    return decode_length(frame.bytes().first<k_header_size>()).value_or(0);
}

Begin full_begin() {
    const std::string name(64, 'n');
    return {.phase = Phase::ReauthenticateSelf,
            .conversation = Conversation::Interactive,
            .service = *Name::from(name),
            .user = *Name::from(name),
            .terminal = *Name::from(name),
            .remote_host = *HostName::from(std::string(255, 'h')),
            .remote_user = *Name::from(name)};
}

}  // namespace

TEST_CASE("a begin arrives as it was sent, even with every field full", "[ipc]") {
    const Frame frame = encode(ClientMessage(full_begin()));
    CHECK(length_in(frame) == payload_of(frame).size());
    const auto message = decode_client_message(payload_of(frame));
    REQUIRE(message);
    const auto* begin = std::get_if<Begin>(&*message);
    REQUIRE(begin);
    CHECK(begin->phase == Phase::ReauthenticateSelf);
    CHECK(begin->conversation == Conversation::Interactive);
    CHECK(begin->user.view() == std::string(64, 'n'));
    CHECK(begin->remote_host.view() == std::string(255, 'h'));
    CHECK(begin->remote_user.view() == std::string(64, 'n'));
}

TEST_CASE("the bytes of an answer are exactly these", "[ipc]") {
    const Frame frame = encode(ClientMessage(Answer{*Typed::from("47")}));
    const auto expected = bytes({6, 0, 0, 0, 1, 2, 2, 0, '4', '7'});
    CHECK(std::vector(frame.bytes().begin(), frame.bytes().end()) == expected);
}

TEST_CASE("every server message arrives as it was sent", "[ipc]") {
    const auto round_trip = [](const ServerMessage& message) {
        return decode_server_message(payload_of(encode(message)));
    };
    const auto prompt = round_trip(Prompt{*Sentence::from("Offline. Code for W11-L\xc2\xb7k7:"), Echo::On});
    REQUIRE((prompt && std::holds_alternative<Prompt>(*prompt)));
    CHECK(std::get<Prompt>(*prompt).text.view() == "Offline. Code for W11-L\xc2\xb7k7:");
    CHECK(std::get<Prompt>(*prompt).echo == Echo::On);
    const auto denied = round_trip(Denied{DeniedReason::MaximumTries, *Sentence::from("Refused on the phone.\n")});
    REQUIRE((denied && std::holds_alternative<Denied>(*denied)));
    CHECK(std::get<Denied>(*denied).reason == DeniedReason::MaximumTries);
    CHECK(std::holds_alternative<Info>(round_trip(Info{*Sentence::from("7 days left")}).value()));
    CHECK(std::holds_alternative<Wait>(round_trip(Wait{}).value()));
    CHECK(std::holds_alternative<Granted>(round_trip(Granted{}).value()));
    CHECK(std::holds_alternative<NotMine>(round_trip(NotMine{}).value()));
}

TEST_CASE("row 68: a frame length of zero or above 4096 is refused", "[ipc]") {
    using Header = std::array<std::byte, k_header_size>;
    const auto length = [](std::uint32_t value) {
        Header header{};
        std::memcpy(header.data(), &value, sizeof value);
        return decode_length(header);
    };
    CHECK(length(1) == 1U);
    CHECK(length(4096) == 4096U);
    CHECK(length(0) == std::unexpected(Error::BadLength));
    CHECK(length(4097) == std::unexpected(Error::BadLength));
    CHECK(length(0xffffffff) == std::unexpected(Error::BadLength));
}

TEST_CASE("row 68: payloads that no peer of ours sends are refused, each for its reason", "[ipc]") {
    const auto client = [](const std::vector<std::byte>& payload) { return decode_client_message(payload).error(); };
    const auto server = [](const std::vector<std::byte>& payload) { return decode_server_message(payload).error(); };
    CHECK(client({}) == Error::BadLength);
    CHECK(client(std::vector<std::byte>(4097)) == Error::BadLength);
    CHECK(client(bytes({1})) == Error::Truncated);
    CHECK(client(bytes({2, 3})) == Error::BadVersion);
    CHECK(client(bytes({1, 99})) == Error::BadType);
    CHECK(client(bytes({1, 68})) == Error::BadType);  // Granted is for the server to say
    CHECK(server(bytes({1, 3})) == Error::BadType);   // Abort is for the client
    CHECK(client(bytes({1, 3, 0})) == Error::TrailingBytes);
    CHECK(server(bytes({1, 68, 0})) == Error::TrailingBytes);
    CHECK(client(bytes({1, 2, 5, 0, '1'})) == Error::Truncated);
    CHECK(client(bytes({1, 2, 1, 0, 0})) == Error::BadField);    // a NUL inside a text
    CHECK(server(bytes({1, 69, 9, 0, 0})) == Error::BadField);   // no such reason
    CHECK(server(bytes({1, 65, 0, 0, 0})) == Error::BadField);   // neither echo on nor off
    CHECK(server(bytes({1, 67, 1, 0, 27})) == Error::BadField);  // an escape sequence for the terminal
    CHECK(client(bytes({1, 1, 6, 1})) == Error::BadField);       // no such phase
    CHECK(client(bytes({1, 1, 1, 0})) == Error::BadField);       // no such conversation
}

TEST_CASE("row 68: a begin cut anywhere is refused", "[ipc]") {
    const Frame frame = encode(ClientMessage(full_begin()));
    const auto payload = payload_of(frame);
    for (std::size_t size = 1; size < payload.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(decode_client_message(payload.first(size)));
    }
}

TEST_CASE("a field longer than its type allows is refused", "[ipc]") {
    std::vector<std::byte> payload = bytes({1, 2, 0x00, 0x02});
    payload.resize(payload.size() + 512, std::byte{'1'});
    CHECK(decode_client_message(payload).error() == Error::BadField);
    CHECK_FALSE(Name::from(std::string(65, 'n')));
    CHECK_FALSE(Name::from(std::string_view("a\0b", 3)));
    CHECK(Name::from(""));
}
