#include "crypto/purpose.h"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

using namespace doorward::crypto;

TEST_CASE("every purpose has a text of its own, of one form", "[crypto][purpose]") {
    std::set<std::string_view> texts;
    for (int value = 0; value <= static_cast<int>(k_last_purpose); ++value) {
        const std::string_view purpose = text(static_cast<Purpose>(value));
        CHECK(texts.insert(purpose).second);
        CHECK(purpose.starts_with("doorward/"));
        CHECK(purpose.ends_with("/1"));
        CHECK(purpose.find_first_not_of("abcdefghijklmnopqrstuvwxyz-/1") == std::string_view::npos);
    }
}
