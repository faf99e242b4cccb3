#include "desktop-client/cli/output.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>

namespace doorward::tests {

using namespace doorward::agent;

TEST_CASE("one thing is shown as lines and as a JSON object", "[cli]") {
    const AdminReply reply{.status = AdminStatus::Done,
                           .message = "",
                           .is_list = false,
                           .records = {{{.name = "enrolled", .value = true},
                                        {.name = "offline_until", .value = std::monostate{}},
                                        {.name = "revision", .value = std::int64_t{12}},
                                        {.name = "name", .value = std::string("W11 \"L\"\n")}}}};
    CHECK(cli::to_json(reply) ==
          "{\"enrolled\":true,\"offline_until\":null,\"revision\":12,\"name\":\"W11 \\\"L\\\"\\u000a\"}\n");
    CHECK(cli::to_text(reply).starts_with("enrolled       yes\noffline until  -\nrevision       12\n"));
}

TEST_CASE("many things are a table and a JSON array", "[cli]") {
    AdminReply reply{.status = AdminStatus::Done, .message = "", .is_list = true, .records = {}};
    CHECK(cli::to_json(reply) == "[]\n");
    CHECK(cli::to_text(reply) == "none\n");
    reply.records = {
        {{.name = "account", .value = std::string("msp-nik")}, {.name = "uid", .value = std::int64_t{52000}}},
        {{.name = "account", .value = std::string("msp-é")}, {.name = "uid", .value = std::int64_t{5}}}};
    CHECK(cli::to_json(reply) == "[{\"account\":\"msp-nik\",\"uid\":52000},{\"account\":\"msp-é\",\"uid\":5}]\n");
    CHECK(cli::to_text(reply) == "account  uid\nmsp-nik  52000\nmsp-é    5\n");
}

}  // namespace doorward::tests
