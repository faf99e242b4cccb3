#include "protocol/break_glass.h"

#include "crypto/random.h"
#include "tests/protocol/custodian.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

using namespace doorward;
using namespace doorward::protocol;
using doorward::tests::TestCustodian;

namespace {

template <class SomeId>
SomeId new_id() {
    return SomeId::make({1'790'000'000'000}, crypto::random_array<10>());
}

BreakGlassPlace new_place() {
    return {.device_id = new_id<DeviceId>(), .id = new_id<BreakGlassId>()};
}

std::string text_of(const crypto::SecretBytes& secret) {
    const auto bytes = secret.bytes();
    return {bytes.begin(), bytes.end()};
}

struct OrderWorld {
    TeamId team = new_id<TeamId>();
    TestCustodian one{new_id<TechnicianId>()};
    TestCustodian other{new_id<TechnicianId>()};
    BreakGlassOrder order{.id = new_id<BreakGlassId>(),
                          .team_id = team,
                          .device_id = new_id<DeviceId>(),
                          .rp_id = TestCustodian::k_rp_id,
                          .origin = TestCustodian::k_origin,
                          .custodians = {one.record(team), other.record(team)}};
};

}  // namespace

TEST_CASE("two halves make the code again, one and one's own twice do not", "[protocol][break_glass]") {
    const auto code = crypto::random_secret(k_break_glass_size);
    const auto halves = split_code(code);
    CHECK(join_halves(halves[0], halves[1]) == code);
    CHECK(join_halves(halves[1], halves[0]) == code);
    CHECK_FALSE(join_halves(halves[0], halves[0]));
    CHECK_FALSE(halves[0].share == code);
    CHECK_FALSE(halves[1].share == code);
    const auto again = split_code(code);
    CHECK_FALSE(again[0].share == halves[0].share);
    CHECK_FALSE(join_halves(halves[0], again[1]) == code);
}

TEST_CASE("a half is typed as people do", "[protocol][break_glass]") {
    const auto place = new_place();
    const auto halves = split_code(crypto::random_secret(k_break_glass_size));
    for (const auto& half : halves) {
        const auto text = text_of(format_half(place, half));
        INFO(text);
        CHECK(text.size() == 26);
        CHECK(text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-") == std::string::npos);
        std::string lower = text;
        std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return std::tolower(letter); });
        std::string bare = text;
        std::erase(bare, '-');
        std::string mistaken = text;
        std::ranges::replace(mistaken, '0', 'O');
        std::ranges::replace(mistaken.begin() + 1, mistaken.end(), '1', 'l');
        for (const auto& typed : {text, lower, bare, mistaken}) {
            const auto parsed = parse_half(place, typed);
            REQUIRE(parsed);
            CHECK(parsed->number == half.number);
            CHECK(parsed->share == half.share);
        }
    }
}

TEST_CASE("a half with a typing error, of another workstation or of an older code is told", "[protocol][break_glass]") {
    const auto place = new_place();
    const auto halves = split_code(crypto::random_secret(k_break_glass_size));
    const auto& half = halves[0];
    const auto text = text_of(format_half(place, half));
    int passed = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '-') continue;
        auto typed = text;
        typed[at] = typed[at] == '7' ? '8' : '7';
        passed += parse_half(place, typed) ? 1 : 0;
    }
    // Twenty bits tell one of a million.
    CHECK(passed == 0);
    CHECK_FALSE(parse_half({.device_id = new_id<DeviceId>(), .id = place.id}, text));
    CHECK_FALSE(parse_half({.device_id = place.device_id, .id = new_id<BreakGlassId>()}, text));
    for (const auto& typed : {std::string(), text.substr(0, 25), text + "A", "3" + text.substr(1), text + text,
                              "1-" + text, std::string(2000, '1'), std::string("1-ABCU-ABCD-ABCD-ABCD-ABCD"),
                              std::string("1 ABCD ABCD ABCD ABCD ABCD"), std::string("１-ABCD-ABCD-ABCD-ABCD-ABCD")}) {
        INFO(typed);
        CHECK_FALSE(parse_half(place, typed));
    }
}

TEST_CASE("orders and codes come back as they were, and nothing else decodes", "[protocol][break_glass]") {
    OrderWorld world;
    const auto body = encode_break_glass_order(world.order);
    CHECK(decode_break_glass_order(body) == world.order);
    const BreakGlassCode code{
        .id = world.order.id,
        .device_id = world.order.device_id,
        .made_at = {1'790'000'000'000},
        .halves = {SealedHalf{world.one.id, world.one.key.public_key(), crypto::Bytes(74, 1)},
                   SealedHalf{world.other.id, world.other.key.public_key(), crypto::Bytes(74, 2)}}};
    const auto answer = encode_break_glass_code(code);
    CHECK(decode_break_glass_code(answer) == code);
    for (const auto& text : {body, answer}) {
        for (std::size_t size = 0; size < text.size(); size += 7) {
            CHECK_FALSE(decode_break_glass_order(text.substr(0, size)));
            CHECK_FALSE(decode_break_glass_code(text.substr(0, size)));
        }
    }
    CHECK_FALSE(decode_break_glass_order(answer));
    CHECK_FALSE(decode_break_glass_code(body));
    for (const auto* few : {R"("custodians":[])", R"("halves":[])"}) {
        auto cut = few[1] == 'c' ? body : answer;
        const auto begin = cut.find(std::string(few).substr(0, std::string(few).find(':')));
        cut.replace(begin, cut.rfind(']') - begin + 1, few);
        INFO(cut);
        CHECK_FALSE(decode_break_glass_order(cut));
        CHECK_FALSE(decode_break_glass_code(cut));
    }
}

TEST_CASE("custodians are two technicians whose passkeys vouch for their keys", "[protocol][break_glass]") {
    OrderWorld world;
    auto& order = world.order;
    CHECK(verify_custodians(order));
    SECTION("one person twice") {
        order.custodians[1] = order.custodians[0];
        CHECK(verify_custodians(order).error() == CustodianError::SamePerson);
    }
    SECTION("one key twice") {
        order.custodians[1].agreement_key = order.custodians[0].agreement_key;
        CHECK(verify_custodians(order).error() == CustodianError::SameKey);
    }
    SECTION("a key slipped in") {
        order.custodians[1].agreement_key = CustodianKey::generate().public_key();
        CHECK(verify_custodians(order).error() == CustodianError::BadProof);
    }
    SECTION("a passkey slipped in") {
        const auto stranger = TestCustodian(order.custodians[1].technician_id).record(order.team_id);
        order.custodians[1].public_key = stranger.public_key;
        CHECK(verify_custodians(order).error() == CustodianError::BadProof);
    }
    SECTION("proven for another team") {
        order.custodians[1] = world.other.record(new_id<TeamId>());
        CHECK(verify_custodians(order).error() == CustodianError::BadProof);
    }
    SECTION("proven for another technician") {
        order.custodians[1].technician_id = new_id<TechnicianId>();
        CHECK(verify_custodians(order).error() == CustodianError::BadProof);
    }
    SECTION("at another origin") {
        order.origin = "https://portal.example.net";
        CHECK(verify_custodians(order).error() == CustodianError::BadProof);
    }
    SECTION("a passkey that is none") {
        order.custodians[1].public_key.pop_back();
        CHECK(verify_custodians(order).error() == CustodianError::BadPublicKey);
    }
}
