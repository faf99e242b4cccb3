#include "desktop-client/agent/ipc/admin_message.h"

#include "crypto/initialise.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace doorward::tests {

using namespace doorward::agent;

TEST_CASE("admin messages come back as they were", "[agent][admin]") {
    REQUIRE(crypto::initialise());
    AdminRequest request;
    request.verb = AdminVerb::Enrol;
    request.token = crypto::SecretBytes::copy_of(crypto::as_bytes("dwe1:secret"));
    request.name = "W11-L";
    request.kind = "domain";
    const auto decoded = decode_admin_request(encode(request));
    REQUIRE(decoded);
    CHECK(decoded->verb == AdminVerb::Enrol);
    CHECK(decoded->token == request.token);
    CHECK(decoded->name == "W11-L");
    CHECK(decoded->kind == "domain");

    const AdminReply reply{.status = AdminStatus::Conflict,
                           .message = "No.",
                           .is_list = true,
                           .records = {{{.name = "a", .value = true},
                                        {.name = "b", .value = std::int64_t{-5}},
                                        {.name = "c", .value = std::string("x")},
                                        {.name = "d", .value = std::monostate{}}},
                                       {}}};
    const auto back = decode_admin_reply(encode(reply));
    REQUIRE(back);
    CHECK(*back == reply);
}

TEST_CASE("every cut or prolonged admin message is refused", "[agent][admin]") {
    const AdminReply reply{
        .status = AdminStatus::Done, .message = "Yes.", .is_list = true, .records = {{{.name = "a", .value = true}}}};
    auto frame = encode(reply);
    for (std::size_t size = 0; size < frame.size(); ++size) {
        CHECK_FALSE(decode_admin_reply({frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
    frame.push_back(0);
    CHECK_FALSE(decode_admin_reply(frame));
    frame.pop_back();
    frame.back() = 2;  // a flag is 0 or 1
    CHECK_FALSE(decode_admin_reply(frame));

    auto request = encode(AdminRequest{.verb = AdminVerb::Status, .token = {}, .name = "", .kind = ""});
    for (std::size_t size = 0; size < request.size(); ++size) {
        CHECK_FALSE(decode_admin_request({request.begin(), request.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
    for (const int verb : {0, std::to_underlying(AdminVerb::Explain) + 1, 255}) {
        request[0] = static_cast<std::uint8_t>(verb);
        CHECK_FALSE(decode_admin_request(request));
    }
}

}  // namespace doorward::tests
