#include "desktop-client/link/link_message.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace doorward::tests {

using namespace doorward::link;
using Frame = std::vector<std::uint8_t>;

TEST_CASE("link messages come back as they were", "[link]") {
    const auto connect = decode_agent_message(encode(AgentMessage(Connect{.host = "app.example.com", .port = 8444})));
    REQUIRE(connect);
    CHECK(std::get<Connect>(*connect).host == "app.example.com");
    CHECK(std::get<Connect>(*connect).port == 8444);
    const auto send = decode_agent_message(encode(AgentMessage(Send{R"({"type":"status"})"})));
    REQUIRE(send);
    CHECK(std::get<Send>(*send).text == R"({"type":"status"})");
    CHECK(std::holds_alternative<Close>(decode_agent_message(encode(AgentMessage(Close{}))).value()));

    Up up;
    up.channel_binding[0] = 7;
    up.channel_binding[31] = 9;
    CHECK(std::get<Up>(decode_link_message(encode(LinkMessage(up))).value()).channel_binding == up.channel_binding);
    CHECK(std::get<Received>(decode_link_message(encode(LinkMessage(Received{"x"}))).value()).text == "x");
    for (int reason = 1; reason <= 8; ++reason) {
        const Down down{static_cast<DownReason>(reason)};
        CHECK(std::get<Down>(decode_link_message(encode(LinkMessage(down))).value()).reason == down.reason);
    }
}

TEST_CASE("what is no link message is refused with its reason", "[link]") {
    CHECK(decode_agent_message({}).error() == MessageError::Empty);
    CHECK(decode_agent_message({9}).error() == MessageError::UnknownType);
    CHECK(decode_agent_message({65}).error() == MessageError::UnknownType);
    CHECK(decode_agent_message({1, 80, 0}).error() == MessageError::WrongLength);
    CHECK(decode_agent_message({1, 0, 0, 'a'}).error() == MessageError::BadPort);
    CHECK(decode_agent_message({1, 80, 0, ' '}).error() == MessageError::BadHost);
    CHECK(decode_agent_message({1, 80, 0, 'a', '/', 'b'}).error() == MessageError::BadHost);
    CHECK(decode_agent_message({1, 80, 0, 'a', '\n'}).error() == MessageError::BadHost);
    CHECK(decode_agent_message({2}).error() == MessageError::WrongLength);
    CHECK(decode_agent_message({3, 0}).error() == MessageError::WrongLength);
    Frame large(k_device_message_limit + 2, 'x');
    large[0] = 2;
    CHECK(decode_agent_message(large).error() == MessageError::TooLarge);

    CHECK(decode_link_message({}).error() == MessageError::Empty);
    CHECK(decode_link_message({1}).error() == MessageError::UnknownType);
    CHECK(decode_link_message(Frame(32, 65)).error() == MessageError::WrongLength);
    CHECK(decode_link_message(Frame(34, 65)).error() == MessageError::WrongLength);
    CHECK(decode_link_message({66}).error() == MessageError::WrongLength);
    CHECK(decode_link_message({67, 0}).error() == MessageError::BadReason);
    CHECK(decode_link_message({67, 9}).error() == MessageError::BadReason);
    CHECK(decode_link_message({67}).error() == MessageError::WrongLength);
    large.assign(k_portal_message_limit + 2, 'x');
    large[0] = 66;
    CHECK(decode_link_message(large).error() == MessageError::TooLarge);
}

}  // namespace doorward::tests
