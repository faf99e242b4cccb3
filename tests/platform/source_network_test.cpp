#include "platform/source_network.h"

#include <catch2/catch_test_macros.hpp>

using doorward::platform::source_network;

TEST_CASE("addresses of one IPv6 network are one source, and others are not", "[platform]") {
    CHECK(source_network("2001:db8:1:2::1") == "2001:db8:1:2::/64");
    CHECK(source_network("2001:0DB8:1:2:ffff:ffff:ffff:ffff") == source_network("2001:db8:1:2::1"));
    CHECK(source_network("2001:db8:1:3::1") != source_network("2001:db8:1:2::1"));
    CHECK(source_network("fe80::1%eth0") == source_network("fe80::2%eth1"));
    CHECK(source_network("::1") == "::/64");
}

TEST_CASE("an IPv4 address is a source of its own, however it is written", "[platform]") {
    CHECK(source_network("203.0.113.7") == "203.0.113.7");
    CHECK(source_network("203.0.113.7") != source_network("203.0.113.8"));
    CHECK(source_network("::ffff:203.0.113.7") == "203.0.113.7");
    CHECK(source_network("::ffff:203.0.113.8") != source_network("::ffff:203.0.113.7"));
    CHECK(source_network("").empty());
    CHECK(source_network("not an address") == "not an address");
}
