#include "protocol/may_sign_in.h"

#include "protocol/ticket_pattern.h"
#include "tests/protocol/vector_file.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <map>
#include <random>
#include <string>

namespace doorward::protocol {
namespace {

using nlohmann::json;
using Bodies = std::map<std::string, json>;

template <class SomeId>
SomeId id_of(const json& text) {
    return SomeId::parse(text.get<std::string>()).value();
}

Bodies bodies_of(const json& base) {
    Bodies bodies;
    for (const auto& body : base)
        bodies.emplace(body["id"].get<std::string>(), body);
    return bodies;
}

Roster roster_of(const Bodies& bodies) {
    std::vector<RosterDocument> documents;
    for (const auto& [id, body] : bodies) {
        documents.push_back({.id = DocumentId::parse(id).value(), .body = body.dump()});
    }
    auto roster = Roster::create(std::move(documents));
    INFO((roster ? std::string() : to_string(roster.error())));
    REQUIRE(roster.has_value());
    return std::move(*roster);
}

SignInQuestion question_of(const json& in) {
    SignInQuestion question{.technician_id = id_of<TechnicianId>(in["technician_id"]),
                            .device_id = id_of<DeviceId>(in["device_id"]),
                            .time = {in["time"].get<std::int64_t>()},
                            .context = {.minute_of_week = in["minute_of_week"].get<int>(),
                                        .has_reason = in["has_reason"].get<bool>(),
                                        .ticket = std::nullopt,
                                        .approved_by = {}}};
    if (!in["ticket"].is_null()) question.context.ticket = in["ticket"].get<std::string>();
    for (const auto& id : in["approved_by"])
        question.context.approved_by.push_back(id_of<TechnicianId>(id));
    return question;
}

json as_json(const Decision& decision) {
    if (!decision) return {{"refused", to_string(decision.error())}};
    json rights = json::array();
    for (const auto& id : decision->right_ids)
        rights.push_back(id.to_string());
    return {{"right_ids", rights},
            {"policy_id", decision->policy_id.to_string()},
            {"longest_session_minutes", decision->longest_session_minutes},
            {"valid_until", decision->valid_until ? json(decision->valid_until->milliseconds) : json(nullptr)}};
}

// As merge_patch(), but a null is a value: the documents of the roster have null members.
void merge(json& target, const json& patch) {
    for (const auto& [name, value] : patch.items()) {
        if (value.is_object() && target.contains(name) && target[name].is_object()) {
            merge(target[name], value);
        } else {
            target[name] = value;
        }
    }
}

void put(Bodies& bodies, const std::string& id, const json& patch) {
    if (bodies.contains(id)) {
        merge(bodies[id], patch);
    } else {
        bodies[id] = patch;
    }
}

Roster roster_with(const json& base, const json& vector) {
    Bodies bodies = bodies_of(base);
    for (const auto& [id, patch] : vector["documents"].items())
        put(bodies, id, patch);
    for (const auto& id : vector["removed"])
        bodies.erase(id.get<std::string>());
    return roster_of(bodies);
}

}  // namespace

TEST_CASE("who may sign in is decided as WIRE.md says", "[protocol][vectors]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    CHECK(file["cases"].size() > 80);
    for (const auto& vector : file["cases"]) {
        INFO(vector["name"].get<std::string>());
        const Roster roster = roster_with(file["base"], vector);
        const SignInQuestion question = question_of(vector["question"]);
        const Decision decision = may_sign_in(roster, question);
        CHECK(as_json(decision) == vector["decision"]);
        const Explanation explanation = explain_sign_in(roster, question);
        CHECK(explanation.decision == decision);
        if (!decision) continue;
        CHECK(std::ranges::any_of(explanation.policies, [&](const ExplainedPolicy& policy) {
            return policy.policy_id == decision->policy_id && !policy.missing;
        }));
        CHECK(static_cast<std::size_t>(std::ranges::count_if(explanation.rights, &ExplainedRight::in_force)) ==
              decision->right_ids.size());
    }
}

TEST_CASE("what has to be said first is what the policy that wants least wants", "[protocol][vectors]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    CHECK(file["asks"].size() > 20);
    for (const auto& vector : file["asks"]) {
        INFO(vector["name"].get<std::string>());
        const auto asks = what_to_ask(roster_with(file["base"], vector), question_of(vector["question"]));
        if (!asks) {
            CHECK(vector["asks"].is_null());
            continue;
        }
        const json found = {
            {"reason", asks->reason}, {"ticket", asks->ticket}, {"ticket_patterns", asks->ticket_patterns}};
        CHECK(found == vector["asks"]);
    }
}

TEST_CASE("who says what is asked lacks nothing but time or an approval, and who says less is refused",
          "[protocol][property]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    int let_in = 0;
    for (const char* list : {"cases", "asks"}) {
        for (const auto& vector : file[list]) {
            INFO(vector["name"].get<std::string>());
            const Roster roster = roster_with(file["base"], vector);
            SignInQuestion question = question_of(vector["question"]);
            const Decision before = may_sign_in(roster, question);
            const auto asks = what_to_ask(roster, question);
            if (!asks) {
                REQUIRE_FALSE(before);
                CHECK(before.error() <= SignInRefusal::NoPolicy);
                continue;
            }
            const bool asks_something = asks->reason || asks->ticket;
            CHECK_FALSE((before.has_value() && asks_something));
            question.context.has_reason |= asks->reason;
            if (asks->ticket) {
                const auto& patterns = asks->ticket_patterns;
                question.context.ticket = patterns.empty() ? "any" : ticket_example(patterns.back());
            }
            const Decision after = may_sign_in(roster, question);
            if (after) {
                ++let_in;
                continue;
            }
            const bool is_time_or_approval = after.error() == SignInRefusal::PolicyNotInForce ||
                                             after.error() == SignInRefusal::OutsideTimeWindow ||
                                             after.error() == SignInRefusal::ApprovalRequired;
            CHECK(is_time_or_approval);
        }
    }
    CHECK(let_in > 30);
}

TEST_CASE("an empty roster lets nobody in", "[protocol]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    const auto question = question_of(file["cases"][0]["question"]);
    CHECK(may_sign_in(Roster(), question).error() == SignInRefusal::TeamSuspended);
}

TEST_CASE("without any one of its documents an allowed sign-in is refused", "[protocol]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    const auto question = question_of(file["cases"][0]["question"]);
    const Bodies base = bodies_of(file["base"]);
    const std::string ana = "technician/" + file["base"][4]["id"].get<std::string>().substr(11);
    for (const auto& [id, body] : base) {
        if (id == ana) continue;
        INFO(id);
        Bodies fewer = base;
        fewer.erase(id);
        CHECK_FALSE(may_sign_in(roster_of(fewer), question).has_value());
    }
}

TEST_CASE("one more right or approval never turns an allowed sign-in into a refused one", "[protocol][property]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same run every time
    const auto pick = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
    const json& right = file["base"][6];
    int allowed = 0;
    for (int round = 0; round < 300; ++round) {
        const auto& vector = file["cases"][static_cast<std::size_t>(pick(static_cast<int>(file["cases"].size())))];
        Bodies bodies = bodies_of(file["base"]);
        for (const auto& [id, patch] : vector["documents"].items())
            put(bodies, id, patch);
        for (const auto& id : vector["removed"])
            bodies.erase(id.get<std::string>());
        SignInQuestion question = question_of(vector["question"]);
        const Decision before = may_sign_in(roster_of(bodies), question);
        json more = right;
        const std::array<std::uint8_t, 10> bytes{static_cast<std::uint8_t>(round),
                                                 static_cast<std::uint8_t>(round >> 8)};
        const auto id = RightId::make({1'795'292'685'123}, bytes).to_string();
        more["id"] = "right/" + id;
        const std::int64_t now = question.time.milliseconds;
        if (pick(2) == 0) more["valid_from"] = now + pick(3) - 1;
        if (pick(2) == 0) more["valid_until"] = now + pick(3) - 1;
        if (pick(3) == 0) more["subject"] = {{"kind", "everyone"}, {"id", nullptr}};
        if (pick(3) == 0) more["object"] = {{"kind", "all_devices"}, {"id", nullptr}, {"section", nullptr}};
        bodies["right/" + id] = more;
        question.context.approved_by.push_back(id_of<TechnicianId>(file["cases"][0]["question"]["technician_id"]));
        const Decision after = may_sign_in(roster_of(bodies), question);
        INFO(vector["name"].get<std::string>());
        if (!before) continue;
        ++allowed;
        REQUIRE(after.has_value());
        CHECK(after->right_ids.size() >= before->right_ids.size());
        CHECK(after->longest_session_minutes >= before->longest_session_minutes);
    }
    CHECK(allowed > 50);
}

TEST_CASE("an explanation names origin and reach of each right", "[protocol]") {
    const auto file = test::read_vectors(test::vector_folder() / "may_sign_in.json");
    const auto found = std::ranges::find_if(
        file["cases"], [](const json& vector) { return vector["name"] == "a right not in force is not named"; });
    REQUIRE(found != file["cases"].end());
    Bodies bodies = bodies_of(file["base"]);
    for (const auto& [id, patch] : (*found)["documents"].items())
        put(bodies, id, patch);
    const auto explanation = explain_sign_in(roster_of(bodies), question_of((*found)["question"]));
    REQUIRE(explanation.rights.size() == 2);
    CHECK(explanation.rights[0].origin == RightOrigin::Own);
    CHECK(explanation.rights[0].reach == RightReach::Device);
    CHECK(explanation.rights[0].in_force);
    CHECK(explanation.rights[1].origin == RightOrigin::Department);
    CHECK(explanation.rights[1].reach == RightReach::Tenant);
    CHECK_FALSE(explanation.rights[1].in_force);
}

namespace {

// The meaning of a pattern, without regard to time.
bool matches_slowly(std::string_view ticket, std::string_view pattern) {
    if (pattern.empty()) return ticket.empty();
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (pattern.front() == '*') {
        if (matches_slowly(ticket, pattern.substr(1))) return true;
        return !ticket.empty() && (is_letter(ticket.front()) || is_digit(ticket.front())) &&
               matches_slowly(ticket.substr(1), pattern);
    }
    if (ticket.empty()) return false;
    const char c = ticket.front();
    const bool fits = pattern.front() == '#'   ? is_digit(c)
                      : pattern.front() == '@' ? is_letter(c)
                                               : c == pattern.front();
    return fits && matches_slowly(ticket.substr(1), pattern.substr(1));
}

}  // namespace

TEST_CASE("tickets match patterns as WIRE.md says", "[protocol][vectors]") {
    const auto file = test::read_vectors(test::vector_folder() / "ticket_patterns.json");
    for (const auto& vector : file["cases"]) {
        INFO(vector.dump());
        CHECK(matches_ticket_pattern(vector["ticket"].get<std::string>(), vector["pattern"].get<std::string>()) ==
              vector["matches"].get<bool>());
    }
    for (const auto& vector : file["patterns"]) {
        INFO(vector.dump());
        CHECK(is_ticket_pattern(vector["pattern"].get<std::string>()) == vector["sound"].get<bool>());
    }
}

TEST_CASE("a pattern's example matches it", "[protocol]") {
    CHECK(ticket_example("INC#######") == "INC1234567");
    for (const std::string_view pattern : {"*", "**", "#", "@@@", "@*-#*", "INC############", "a b.c", "~"}) {
        INFO(pattern);
        CHECK(matches_ticket_pattern(ticket_example(pattern), pattern));
    }
}

TEST_CASE("a ticket pattern means what its definition says, and stays fast", "[protocol]") {
    std::mt19937 random(11);  // NOLINT(bugprone-random-generator-seed)
    constexpr std::string_view pattern_letters = "*#@a-1";
    constexpr std::string_view ticket_letters = "a1b-";
    int matches = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string pattern(1 + random() % 6, ' ');
        for (char& c : pattern)
            c = pattern_letters[random() % pattern_letters.size()];
        std::string ticket(1 + random() % 7, ' ');
        for (char& c : ticket)
            c = ticket_letters[random() % ticket_letters.size()];
        INFO(ticket << " against " << pattern);
        const bool expected = matches_slowly(ticket, pattern);
        REQUIRE(matches_ticket_pattern(ticket, pattern) == expected);
        matches += expected ? 1 : 0;
    }
    CHECK(matches > 500);
    std::string stars;
    for (int at = 0; at < 60; ++at)
        stars += "*a";
    CHECK_FALSE(matches_ticket_pattern(std::string(255, 'a') + "-", stars));
}

}  // namespace doorward::protocol
