#include "tests/desktop-client/agent/offline_workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace doorward::tests {
namespace {

std::string text_of(const agent::AdminRecord& record, std::string_view name) {
    const auto found = std::ranges::find(record, name, &agent::AdminField::name);
    if (found == record.end()) return "no such field";
    const auto* text = std::get_if<std::string>(&found->value);
    return text != nullptr ? *text : std::string();
}

agent::AdminReply explain(const Workstation& workstation, std::string name = {}) {
    agent::AdminRequest request;
    request.verb = agent::AdminVerb::Explain;
    request.name = std::move(name);
    return ask_agent(workstation, request);
}

/// What it says about the lines of one sort.
std::vector<std::string> said(const agent::AdminReply& reply, std::string_view what) {
    std::vector<std::string> lines;
    for (const auto& record : reply.records) {
        if (text_of(record, "what") == what) lines.push_back(text_of(record, "name") + ": " + text_of(record, "says"));
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("explain needs an enrolled workstation", "[agent][explain]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    CHECK(explain(workstation).status == agent::AdminStatus::NotEnrolled);
}

TEST_CASE("explain says who may sign in, and why", "[agent][explain]") {
    OfflineWorkstation test;
    auto& portal = test.portal;
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync()));
    const std::string username = portal.technicians.front().username;

    SECTION("of everybody") {
        const auto reply = explain(test.workstation);
        REQUIRE(reply.records.size() == 1);
        CHECK(text_of(reply.records[0], "username") == username);
        CHECK(text_of(reply.records[0], "account") == "msp-nik");
        CHECK(text_of(reply.records[0], "answer") == "may enter");
        CHECK(text_of(reply.records[0], "missing").empty());
    }
    SECTION("of one, by username or account") {
        for (const auto& name : {username, std::string("msp-nik")}) {
            const auto reply = explain(test.workstation, name);
            CHECK(reply.status == agent::AdminStatus::Done);
            CHECK(said(reply, "technician") == Lines{portal.technicians.front().name + ": may enter as msp-nik"});
            CHECK(said(reply, "codes") == Lines{": open without the network"});
            REQUIRE(said(reply, "right").size() == 1);
            CHECK(said(reply, "right")[0].ends_with("(own): in force"));
            CHECK(said(reply, "policy") == Lines{portal.policies.front().name + ": holds"});
        }
    }
    SECTION("of somebody it does not know, who to ask for") {
        const auto reply = explain(test.workstation, "somebody");
        CHECK(reply.status == agent::AdminStatus::Failed);
        CHECK(reply.message.ends_with("doorward explain"));
        CHECK(reply.records.empty());
    }
    SECTION("what is missing, as the sign-in is refused") {
        portal.policies.clear();
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync_full()));
        CHECK(said(explain(test.workstation, username), "technician") ==
              Lines{portal.technicians.front().name + ": may not enter: No active access policy covers both."});
        CHECK(text_of(explain(test.workstation).records.at(0), "answer") == "may not enter");
        test.cut();
        CHECK(test.refusal(test.code()) == ipc::DeniedReason::AuthenticationFailed);
        CHECK(contains(test.reasons(), "no_policy"));
    }
    SECTION("that the horizon has passed") {
        test.workstation.clock.pass(std::chrono::days(15));
        CHECK(said(explain(test.workstation, username), "codes") == Lines{": not any more: the horizon has passed"});
    }
}

}  // namespace doorward::tests
