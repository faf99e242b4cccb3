#include "protocol/text.h"

#include "protocol/ids.h"
#include "protocol/time.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <limits>
#include <string>

namespace doorward::protocol {

TEST_CASE("names are counted in code points and refused with what cannot be seen", "[protocol][text]") {
    std::string long_name;
    for (int at = 0; at < 120; ++at)
        long_name += "\U0001F600";
    CHECK(is_name(long_name));
    CHECK_FALSE(is_name(long_name + "a"));
    CHECK(is_name("M\u00FCller & S\u00F6hne"));
    CHECK_FALSE(is_name(""));
    CHECK_FALSE(is_name(" a"));
    CHECK_FALSE(is_name("a\u3000"));
    CHECK_FALSE(is_name("a\tb"));
    CHECK_FALSE(is_name("a\x7F"));
    CHECK_FALSE(is_name("a\u202Eb"));
    CHECK_FALSE(is_name("a\u2069b"));
    CHECK_FALSE(is_name("\xC0\xAF"));
    CHECK_FALSE(is_name("\xED\xA0\x80"));
    CHECK_FALSE(is_name("\xF4\x90\x80\x80"));
    CHECK_FALSE(is_name("\xE2\x82"));
}

TEST_CASE("account names, usernames and prefixes keep to their alphabet and length", "[protocol][text]") {
    CHECK(is_username("nik"));
    CHECK_FALSE(is_username("Nik"));
    CHECK_FALSE(is_username("1nik"));
    CHECK_FALSE(is_username("nik_"));
    CHECK(is_prefix("msp-"));
    CHECK_FALSE(is_prefix("msp"));
    CHECK_FALSE(is_prefix("-"));
    CHECK_FALSE(is_prefix("abcdefghi-"));
    CHECK(is_account_name("_apt-9"));
    CHECK_FALSE(is_account_name("a\n"));
    CHECK_FALSE(is_account_name("root:x"));
    CHECK_FALSE(is_account_name(""));
    CHECK(account_name("msp-", "nik") == "msp-nik");
    CHECK_FALSE(account_name("msp", "nik").has_value());
    CHECK_FALSE(account_name("msp-", "n.k").has_value());
}

TEST_CASE("mail addresses are plausible and origins are bare", "[protocol][text]") {
    CHECK(is_email_address("nik@example.com"));
    CHECK(is_email_address("n.i+k@Sub.Example.com"));
    for (const char* bad :
         {"", "nik", "@example.com", "nik@", "nik@localhost", "a b@example.com", "a@b@example.com", ".a@example.com",
          "a..b@example.com", "a@example..com", "a@-example.com", "a\n@example.com", "<a>@example.com"}) {
        INFO(bad);
        CHECK_FALSE(is_email_address(bad));
    }
    CHECK(is_https_origin("https://app.localhost:8444"));
    for (const char* bad : {"https://", "http://a.b", "https://a.b/", "https://a.b:", "https://a.b:0",
                            "https://a.b:443", "https://a.b:65536", "https://A.b", "https://u@a.b", "https://a.b?"}) {
        INFO(bad);
        CHECK_FALSE(is_https_origin(bad));
    }
}

TEST_CASE("what another program said becomes a line that can be sent", "[protocol][text]") {
    CHECK(clean_line("  pts/0\n") == "pts/0");
    CHECK(clean_line("a\xFF"
                     "b") == "a\uFFFDb");
    CHECK(clean_line("a\u202Eb\x1B[2J") == "ab[2J");
    CHECK(clean_line("abc  def", 4) == "abc");
    CHECK(clean_line("\n\t ").empty());
}

TEST_CASE("an id is a UUIDv7 in lower case and keeps its order in time", "[protocol][ids]") {
    const std::array<std::uint8_t, 10> ones{255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    const auto earlier = TeamId::make({1'795'292'685'123}, ones);
    const auto later = TeamId::make({1'795'292'685'124}, std::array<std::uint8_t, 10>{});
    CHECK(earlier < later);
    CHECK(earlier.to_string() == "01a1ffc8-6343-7fff-bfff-ffffffffffff");
    CHECK(TeamId::parse(earlier.to_string()) == earlier);
    CHECK(TeamId::from_bytes(earlier.bytes()) == earlier);
    CHECK(earlier.to_string()[14] == '7');
    for (const char* bad : {"", "019aa000-0007-744e-a325-51988dfe698", "019AA000-0007-744e-a325-51988dfe6989",
                            "019aa000-0007-444e-a325-51988dfe6989", "019aa000-0007-744e-c325-51988dfe6989",
                            "019aa000000-7-744e-a325-51988dfe6989", "{19aa000-0007-744e-a325-51988dfe698}",
                            "00000000-0000-0000-0000-000000000000"}) {
        INFO(bad);
        CHECK_FALSE(TeamId::parse(bad).has_value());
    }
}

TEST_CASE("times saturate instead of overflowing", "[protocol][time]") {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    CHECK((Timestamp{most} + std::chrono::milliseconds(1)).milliseconds == most);
    CHECK((Timestamp{least} + std::chrono::milliseconds(-1)).milliseconds == least);
    CHECK((Timestamp{least} - std::chrono::milliseconds(1)).milliseconds == least);
    CHECK((Timestamp{most} - Timestamp{least}).count() == most);
    CHECK(format_time({most}) == "9999-12-31T23:59:59.999Z");
    CHECK(format_time({least}) == "1970-01-01T00:00:00.000Z");
    for (const auto milliseconds : {most, least}) {
        const int minute = local_minute_of_week({milliseconds}, std::chrono::minutes(840));
        CHECK(minute >= 0);
        CHECK(minute < k_minutes_of_week);
    }
}

}  // namespace doorward::protocol
