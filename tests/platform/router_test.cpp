#include "platform/router.h"

#include "platform/http_message.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::platform;

namespace {

RouteTable sample() {
    RouteTable table;
    table.add(HttpMethod::Get, "/api/devices");
    table.add(HttpMethod::Get, "/api/devices/{device}");
    table.add(HttpMethod::Post, "/api/devices/{device}");
    table.add(HttpMethod::Get, "/api/devices/unused");
    table.add(HttpMethod::Get, "/api/{kind}/{id}/parts");
    return table;
}

}  // namespace

TEST_CASE("a path finds its route, a literal before a parameter", "[platform][router]") {
    const RouteTable table = sample();
    CHECK(table.find(HttpMethod::Get, "/api/devices")->index == 0);
    CHECK(table.find(HttpMethod::Head, "/api/devices")->index == 0);
    auto one = table.find(HttpMethod::Get, "/api/devices/w%2011%2FL");
    REQUIRE(one.has_value());
    CHECK(one->index == 1);
    REQUIRE(one->parameters.size() == 1);
    CHECK(one->parameters[0] == std::pair<std::string, std::string>("device", "w 11/L"));
    CHECK(table.find(HttpMethod::Get, "/api/devices/unused")->index == 3);
    CHECK(table.find(HttpMethod::Post, "/api/devices/unused")->index == 2);
    CHECK(table.find(HttpMethod::Get, "/api/a/b/parts")->parameters.size() == 2);
}

TEST_CASE("what is no route is not found, and another method is told which there are", "[platform][router]") {
    const RouteTable table = sample();
    for (const char* path : {"", "api/devices", "/api", "/api/devices/", "/api/devices//", "//api/devices",
                             "/api/Devices", "/api/devices/%zz", "/api/devices/%00", "/api/devices/a/b"}) {
        CAPTURE(path);
        auto match = table.find(HttpMethod::Get, path);
        REQUIRE_FALSE(match.has_value());
        CHECK(match.error() == RouteTable::Miss::NoSuchPath);
    }
    CHECK(table.find(HttpMethod::Delete, "/api/devices/1").error() == RouteTable::Miss::MethodNotAllowed);
    CHECK(table.allowed_methods("/api/devices/1") == "GET, HEAD, POST");
}

TEST_CASE("a malformed or repeated pattern is a mistake in the program", "[platform][router]") {
    RouteTable table = sample();
    for (const char* pattern : {"no-slash", "/a/{", "/a/{}", "/a/x{y}", "/a/{x}{y}", "/api/devices/{other}"}) {
        CHECK_THROWS_AS(table.add(HttpMethod::Get, pattern), std::logic_error);
    }
}

TEST_CASE("headers, cookies and query values are read once or not at all", "[platform][http]") {
    Request request;
    request.headers = {{"Accept", "a"}, {"X-Two", "1"}, {"x-two", "2"}, {"Cookie", "a=1; b=2; b=3;c=x=y"}};
    request.query = "q=a%20b+c&empty=&twice=1&twice=2&bad=%zz&%71%71=v";
    CHECK(request.header("ACCEPT") == "a");
    CHECK_FALSE(request.header("X-Two").has_value());
    CHECK_FALSE(request.header("absent").has_value());
    CHECK(request.cookie("a") == "1");
    CHECK(request.cookie("c") == "x=y");
    CHECK_FALSE(request.cookie("b").has_value());
    CHECK(request.query_value("q") == "a b c");
    CHECK(request.query_value("empty") == "");
    CHECK(request.query_value("qq") == "v");
    CHECK_FALSE(request.query_value("twice").has_value());
    CHECK_FALSE(request.query_value("bad").has_value());
    CHECK_FALSE(request.query_value("absent").has_value());
    CHECK(percent_decode(percent_encode("a/b ü\n")) == "a/b ü\n");
}
