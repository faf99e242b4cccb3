#include "crypto/sealed_box.h"

#include "crypto/agreement.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace doorward::crypto;

namespace {

struct TestRole;
using Key = AgreementKey<TestRole>;

BoxContext context(std::string_view text, Purpose purpose = Purpose::BreakGlassSeal) {
    return {.purpose = purpose, .bytes = as_bytes(text)};
}

}  // namespace

TEST_CASE("a box opens with the recipient's key and in its own context only", "[crypto][box]") {
    const auto key = Key::generate();
    const auto sealed = seal_box(key.public_key().bytes(), context("w11-l"), as_bytes("1-ABCD"));
    REQUIRE(sealed);
    CHECK(sealed->size() == 6 + k_box_overhead);
    const auto opened = open_box(key.private_bytes(), context("w11-l"), *sealed);
    REQUIRE(opened);
    CHECK(*opened == SecretBytes::copy_of(as_bytes("1-ABCD")));
    CHECK_FALSE(open_box(key.private_bytes(), context("w10-l"), *sealed));
    CHECK_FALSE(open_box(key.private_bytes(), context("w11-l", Purpose::OfflineTotp), *sealed));
    CHECK_FALSE(open_box(Key::generate().private_bytes(), context("w11-l"), *sealed));
}

TEST_CASE("a box that was changed anywhere, or cut, does not open", "[crypto][box]") {
    const auto key = Key::generate();
    const auto sealed = seal_box(key.public_key().bytes(), context("w11-l"), as_bytes("1-ABCD"));
    REQUIRE(sealed);
    for (std::size_t at = 0; at < sealed->size(); ++at) {
        auto changed = *sealed;
        changed[at] ^= 4;
        CHECK_FALSE(open_box(key.private_bytes(), context("w11-l"), changed));
    }
    for (std::size_t size = 0; size < sealed->size(); ++size)
        CHECK_FALSE(open_box(key.private_bytes(), context("w11-l"), ByteView(*sealed).first(size)));
}

TEST_CASE("the same text is sealed differently each time, and never to a key of small order", "[crypto][box]") {
    const auto key = Key::generate();
    const auto one = seal_box(key.public_key().bytes(), context("w11-l"), as_bytes("1-ABCD"));
    const auto other = seal_box(key.public_key().bytes(), context("w11-l"), as_bytes("1-ABCD"));
    CHECK(one != other);
    constexpr std::array<std::uint8_t, 32> k_zero{};
    CHECK(seal_box(k_zero, context("w11-l"), as_bytes("1-ABCD")).error() == Error::WeakPublicKey);
}
