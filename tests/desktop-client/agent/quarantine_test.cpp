#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ranges>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::AdminStatus;
using agent::AdminVerb;
using ipc::DeniedReason;
using protocol::AppliedMessage;
using protocol::QuarantineReason;

struct QuarantineFixture {
    QuarantineFixture() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
        REQUIRE(std::holds_alternative<AppliedMessage>(portal.sync()));
    }
    [[nodiscard]] std::string code() const { return portal.code(workstation.clock.wall); }
    [[nodiscard]] agent::AdminReply ask(AdminVerb verb) const { return ask_agent(workstation, verb); }
    [[nodiscard]] std::int64_t events() const {
        return std::get<std::int64_t>(*value_of(ask(AdminVerb::Diagnose), "audit_events"));
    }
    [[nodiscard]] bool is_quarantined() const {
        return value_of(ask(AdminVerb::Status), "quarantine") != agent::AdminValue(std::monostate{});
    }
    void restart() {
        portal.detach();
        workstation.stop();
        REQUIRE_FALSE(workstation.start());
    }
    /// Tells it at its next connection; there must be none now.
    void quarantine(QuarantineReason reason) {
        portal.quarantine = reason;
        portal.accept(workstation);
        portal.quarantine.reset();
        REQUIRE(eventually([&] {
            return value_of(ask(AdminVerb::Status), "quarantine") ==
                   agent::AdminValue(std::string(protocol::to_string(reason)));
        }));
        portal.cut();
    }
    /// Everything that the store is, as it is now; the agent must not run.
    [[nodiscard]] std::filesystem::path copy_all() const {
        const std::filesystem::path folder = workstation.config().state_folder;
        std::filesystem::path copy = folder.native() + "-copy";
        std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
        std::filesystem::copy(workstation.config().key_file.parent_path(), copy / "keys");
        return copy;
    }
    void put_back(const std::filesystem::path& copy) const {
        std::filesystem::remove_all(workstation.config().key_file.parent_path());
        std::filesystem::rename(copy / "keys", workstation.config().key_file.parent_path());
        std::filesystem::remove_all(workstation.config().state_folder);
        std::filesystem::rename(copy, workstation.config().state_folder);
    }

    Workstation workstation;
    Portal portal;
};

}  // namespace

TEST_CASE("a workstation names its last connection in the next, whether or not it restarted between",
          "[agent][quarantine]") {
    QuarantineFixture test;
    // It enrolled over a connection that was nobody's yet.
    CHECK_FALSE(test.portal.hello->last_nonce);
    test.portal.cut();
    CHECK_FALSE(test.portal.accept(test.workstation).last_nonce);
    const auto first = test.portal.hello->portal_nonce;
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    test.portal.cut();
    CHECK(test.portal.accept(test.workstation).last_nonce == first);
    const auto second = test.portal.hello->portal_nonce;
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    test.restart();
    CHECK(test.portal.accept(test.workstation).last_nonce == second);
}

TEST_CASE("row 46: a quarantined workstation says so, and takes no code until a fresh head", "[agent][quarantine]") {
    QuarantineFixture test;
    const auto kept = test.portal.make_sync(true);
    test.workstation.clock.pass(60s);
    test.portal.time = test.workstation.clock.wall;
    test.portal.cut();
    test.quarantine(QuarantineReason::SecondMachine);
    const auto is_off = [&] {
        const auto status = test.ask(AdminVerb::Status);
        CHECK(value_of(status, "quarantine") == agent::AdminValue("second_machine"));
        CHECK(status.message.contains("quarantine"));
        PamExchange exchange(test.workstation, {});
        const auto prompt = exchange.prompt();
        CHECK(prompt.starts_with("In quarantine"));
        CHECK(prompt.size() < 80);
        exchange.answer(test.code());
        CHECK(denied_reason(exchange.verdict()) == DeniedReason::AuthenticationFailed);
    };
    is_off();
    test.restart();
    is_off();
    SECTION("the portal goes on refusing it") {
        test.quarantine(QuarantineReason::RolledBack);
        CHECK(value_of(test.ask(AdminVerb::Status), "quarantine") == agent::AdminValue("rolled_back"));
    }
    SECTION("a head that somebody kept from before does not end it") {
        test.portal.accept(test.workstation);
        test.portal.send(kept);
        static_cast<void>(test.portal.wait_for<AppliedMessage>());
        CHECK(test.is_quarantined());
    }
    SECTION("a fresh head ends it, and the codes of that minute stay dead") {
        test.portal.accept(test.workstation);
        REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync_full()));
        CHECK_FALSE(test.is_quarantined());
        CHECK(denied_reason(sign_in_with(test.workstation, test.code())) == DeniedReason::AuthenticationFailed);
        test.workstation.clock.pass(60s);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
    }
}

TEST_CASE("row 50: a goodbye that anybody could have sent changes nothing but the wait", "[agent][quarantine]") {
    QuarantineFixture test;
    for (const auto reason : {protocol::GoodbyeReason::Quarantined, protocol::GoodbyeReason::UnknownDevice,
                              protocol::GoodbyeReason::Suspended}) {
        test.portal.send(protocol::GoodbyeMessage{.reason = reason});
        while (!std::holds_alternative<link::Close>(test.portal.receive_raw())) {
        }
        test.portal.cut();
        CHECK_FALSE(test.is_quarantined());
        CHECK(value_of(test.ask(AdminVerb::Status), "enrolled") == agent::AdminValue(true));
        test.workstation.clock.pass(60s);
        CHECK(is_granted(sign_in_with(test.workstation, test.code())));
        test.portal.accept(test.workstation);
        CHECK(test.portal.hello->device_id == test.portal.device->id);
    }
}

TEST_CASE("row 29: a workstation released after a roll-back goes on behind the chain that the portal holds",
          "[agent][quarantine]") {
    QuarantineFixture test;
    test.portal.take_audit(test.events());
    test.portal.detach();
    test.workstation.stop();
    const auto copy = test.copy_all();
    REQUIRE_FALSE(test.workstation.start());
    test.portal.accept(test.workstation);
    const auto used = test.code();
    CHECK(is_granted(sign_in_with(test.workstation, used)));
    test.portal.take_audit(test.events());
    const auto held = test.portal.chain();
    test.portal.detach();
    test.workstation.stop();
    test.put_back(copy);

    // Not even the anchor knows: it was put back, too.
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.events() < held.sequence);
    CHECK(value_of(test.ask(AdminVerb::Diagnose), "store_rolled_back") == agent::AdminValue(false));
    test.quarantine(QuarantineReason::RolledBack);
    CHECK(test.portal.hello->generation < held.sequence);
    CHECK(denied_reason(sign_in_with(test.workstation, used)) == DeniedReason::AuthenticationFailed);

    test.portal.released_chain = held;
    test.portal.accept(test.workstation);
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync_full()));
    // Every batch is checked against the chain the portal holds; nothing of the time in quarantine is missing.
    test.portal.take_audit(test.events());
    CHECK(test.portal.chain().sequence > held.sequence);
    std::vector<std::string> reasons;
    for (const auto& event : test.portal.events()) {
        if (event.sequence > held.sequence) reasons.push_back(event.reason.value_or(""));
    }
    CHECK(std::ranges::count(reasons, "quarantined") >= 2);
    CHECK(std::ranges::count(reasons, "chain_continued") == 1);
    // Asked again, because the first answer was lost, it does nothing again.
    const auto before = test.events();
    test.portal.cut();
    test.portal.accept(test.workstation);
    REQUIRE(std::holds_alternative<AppliedMessage>(test.portal.sync()));
    test.portal.take_audit(test.events());
    CHECK(test.events() <= before + 1);
    CHECK(denied_reason(sign_in_with(test.workstation, used)) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 43: a portal that was restored gets again what it lost of the audit log", "[agent][quarantine]") {
    QuarantineFixture test;
    test.portal.take_audit(test.events());
    const auto all = test.portal.audit;
    REQUIRE(all.size() >= 3);
    test.portal.lose_audit_after(1);
    static_cast<void>(sign_in_with(test.workstation, "12345678"));
    test.portal.take_audit(test.events());
    REQUIRE(test.portal.audit.size() > all.size());
    CHECK(std::ranges::equal(all, test.portal.audit | std::views::take(all.size())));
}

TEST_CASE("row 43: told in the welcome what a restored portal holds, it sends the rest at once",
          "[agent][quarantine]") {
    QuarantineFixture test;
    test.portal.take_audit(test.events());
    const auto all = test.portal.audit;
    REQUIRE(all.size() >= 3);
    test.portal.lose_audit_after(1);
    test.portal.released_chain = test.portal.chain();
    test.portal.cut();
    test.portal.accept(test.workstation);
    test.portal.take_audit(static_cast<std::int64_t>(all.size()));
    CHECK(std::ranges::equal(all, test.portal.audit | std::views::take(all.size())));
}

}  // namespace doorward::tests
