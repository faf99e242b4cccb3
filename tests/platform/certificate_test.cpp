#include "platform/certificate.h"

#include "platform/public_address.h"
#include "platform/tls_context.h"

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <ctime>

using namespace doorward::platform;

namespace {

bool is_public(const char* text) {
    sockaddr_storage storage{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        std::memcpy(&storage, &v4, sizeof(v4));
    } else {
        REQUIRE(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
        v6.sin6_family = AF_INET6;
        std::memcpy(&storage, &v6, sizeof(v6));
    }
    return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

TEST_CASE("an authority signs a server certificate that ends when it should", "[platform][certificate]") {
    auto authority = create_authority("Doorward", {"example.com"}, std::chrono::days(3650));
    REQUIRE(authority.has_value());
    auto server = create_server_certificate(*authority, {"portal.example.com", "192.0.2.1"}, std::chrono::days(90));
    REQUIRE(server.has_value());
    CHECK(TlsContext::server(*server).has_value());
    const std::int64_t expected = (std::int64_t{std::time(nullptr)} + 90 * 86400) * 1000;
    CHECK(std::abs(certificate_end(server->certificate_pem).value() - expected) < 60'000);
    CHECK(certificate_fingerprint(server->certificate_pem)->size() == 64);
    CHECK(certificate_key_pin(server->certificate_pem)->size() == 44);
    CHECK(certificate_fingerprint(server->certificate_pem) != certificate_fingerprint(authority->certificate_pem));
}

TEST_CASE("names that are none, and keys of others, are refused", "[platform][certificate]") {
    auto authority = create_authority("Doorward", {}, std::chrono::days(10)).value();
    for (const char* name : {"", "a b", "a,DNS:evil.example", "a\nb", "*.example.com"}) {
        CHECK(create_server_certificate(authority, {name}, std::chrono::days(1)).error() == CertificateError::BadName);
    }
    CHECK(create_server_certificate(authority, {}, std::chrono::days(1)).error() == CertificateError::BadName);
    CHECK_FALSE(create_authority("x", {"a,IP:0.0.0.0"}, std::chrono::days(1)).has_value());
    auto other = create_authority("Other", {}, std::chrono::days(10)).value();
    const CertificateAndKey mixed{authority.certificate_pem, std::move(other.key_pem)};
    CHECK(create_server_certificate(mixed, {"a.example"}, std::chrono::days(1)).error() ==
          CertificateError::KeyMismatch);
    CHECK(TlsContext::server(mixed).error() == TlsError::KeyMismatch);
    CHECK(certificate_end("no certificate").error() == CertificateError::Malformed);
}

TEST_CASE("special addresses are not public, in no notation", "[platform][address]") {
    for (const char* address : {"0.0.0.0",
                                "10.1.2.3",
                                "100.64.0.1",
                                "127.0.0.1",
                                "169.254.169.254",
                                "172.31.255.255",
                                "192.168.0.1",
                                "198.19.0.1",
                                "224.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::ffff:8.8.8.8",
                                "::ffff:127.0.0.1",
                                "64:ff9b::7f00:1",
                                "fe80::1",
                                "fc00::1",
                                "fd12::1",
                                "ff02::1",
                                "2001:db8::1",
                                "2001::1",
                                "2002:7f00:1::"}) {
        CAPTURE(address);
        CHECK_FALSE(is_public(address));
    }
    for (const char* address :
         {"8.8.8.8", "172.32.0.1", "100.128.0.1", "198.20.0.1", "2606:4700::1111", "64:ff9b::808:808"}) {
        CAPTURE(address);
        CHECK(is_public(address));
    }
}
