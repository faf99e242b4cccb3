#include "platform/source_network.h"

#include <catch2/catch_test_macros.hpp>

using doorward::platform::source_network;

TEST_CASE("addresses of one IPv6 network are one source, and others are not", "[platform]") {
    CHECK(source_network("2001:db8:1:2::1") == "2001:db8:1:2::/64");
    CHECK(source_network("2001:0DB8:1:2:ffff:ffff:ffff:ffff") == source_network("2001:db8:1:2::1"));
    CHECK(source_network("2001:db8:1:3::1") != source_network("2001:db8:1:2::1"));
    CHECK(source_network("fe80::1%eth0") == source_network("fe80::2%eth1"));
}

TEST_CASE("an IPv4 address is a source of its own, however it is written", "[platform]") {
    CHECK(source_network("203.0.113.7") == "203.0.113.7");
    CHECK(source_network("203.0.113.7") != source_network("203.0.113.8"));
    CHECK(source_network("::ffff:203.0.113.7") == "203.0.113.7");
    CHECK(source_network("::ffff:203.0.113.8") != source_network("::ffff:203.0.113.7"));
    CHECK(source_network("").empty());
    CHECK(source_network("not an address") == "not an address");
}

TEST_CASE("this machine's own addresses are one source", "[platform]") {
    for (const auto* address : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "::ffff:127.9.9.9"})
        CHECK(source_network(address) == "loopback");
    for (const auto* address : {"128.0.0.1", "126.255.255.255", "::2", "::127.0.0.1", "localhost"})
        CHECK(source_network(address) != "loopback");
}
