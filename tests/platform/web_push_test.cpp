#include "platform/web_push.h"

#include "crypto/encoding.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace {

using namespace doorward;

crypto::Bytes bytes(std::string_view base64url) {
    auto decoded = crypto::base64url_decode(base64url);
    REQUIRE(decoded);
    return *decoded;
}

// RFC 8291, appendix A.
platform::PushSubscription rfc_subscription() {
    platform::PushSubscription subscription;
    subscription.endpoint = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV";
    std::ranges::copy(bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
                      subscription.p256dh.begin());
    std::ranges::copy(bytes("BTBZMqHH6r4Tts7J_aSIgg"), subscription.auth.begin());
    return subscription;
}

constexpr std::string_view k_sender_scalar = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
constexpr std::string_view k_salt = "DGv6ra1nlYgDCS1FRnbzlw";
constexpr std::string_view k_plaintext = "When I grow up, I want to be a watermelon";
constexpr std::string_view k_message =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_"
    "c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

}  // namespace

TEST_CASE("the message of RFC 8291 appendix A is made byte by byte", "[platform][web-push]") {
    const auto message =
        platform::detail::encrypt_web_push_with(rfc_subscription(), k_plaintext, bytes(k_sender_scalar), bytes(k_salt));
    REQUIRE(message);
    CHECK(crypto::base64url_encode(*message) == k_message);
}

TEST_CASE("two messages of one text share neither salt nor key", "[platform][web-push]") {
    const auto first = platform::encrypt_web_push(rfc_subscription(), k_plaintext);
    const auto second = platform::encrypt_web_push(rfc_subscription(), k_plaintext);
    REQUIRE(first);
    REQUIRE(second);
    CHECK_FALSE(std::equal(first->begin(), first->begin() + 16, second->begin()));
    CHECK_FALSE(std::equal(first->begin() + 21, first->begin() + 86, second->begin() + 21));
}

TEST_CASE("a subscription whose key is not on the curve is refused", "[platform][web-push]") {
    auto subscription = rfc_subscription();
    subscription.p256dh[64] ^= 1;
    CHECK(platform::encrypt_web_push(subscription, "x").error() == platform::WebPushError::KeyRefused);
    subscription.p256dh.fill(0);
    CHECK(platform::encrypt_web_push(subscription, "x").error() == platform::WebPushError::KeyRefused);
}

TEST_CASE("a payload that does not fit one record is refused", "[platform][web-push]") {
    CHECK(platform::encrypt_web_push(rfc_subscription(), std::string(3993, 'x')));
    CHECK(platform::encrypt_web_push(rfc_subscription(), std::string(3994, 'x')).error() ==
          platform::WebPushError::TooLong);
}

TEST_CASE("an endpoint that is not plain https is refused", "[platform][web-push]") {
    const auto key = platform::VapidKey::generate();
    REQUIRE(key);
    for (const auto* endpoint :
         {"http://push.example.net/x", "https://", "https://a\"b/x", "https://user@host/x", ""}) {
        INFO(endpoint);
        CHECK(key->authorization(endpoint, "mailto:admin@example.net", 1'800'000'000).error() ==
              platform::WebPushError::EndpointRefused);
    }
    CHECK(key->authorization("https://push.example.net/x", "mailto:a\"b", 1).error() ==
          platform::WebPushError::EndpointRefused);
}

TEST_CASE("a VAPID key survives being stored", "[platform][web-push]") {
    const auto key = platform::VapidKey::generate();
    REQUIRE(key);
    const auto again = platform::VapidKey::create(key->private_scalar().bytes());
    REQUIRE(again);
    CHECK(again->public_point() == key->public_point());
    const auto header = again->authorization("https://push.example.net/abc", "mailto:admin@example.net", 1'800'000'000);
    REQUIRE(header);
    CHECK(header->starts_with("vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9."));
    CHECK(header->ends_with(", k=" + crypto::base64url_encode(key->public_point())));
    CHECK_FALSE(platform::VapidKey::create(crypto::Bytes(32, 0)));
    CHECK_FALSE(platform::VapidKey::create(crypto::Bytes(31, 1)));
}
