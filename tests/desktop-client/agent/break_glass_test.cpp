#include "protocol/break_glass.h"

#include "crypto/random.h"
#include "desktop-client/agent/recovery_code.h"
#include "desktop-client/agent/services/break_glass_file.h"
#include "desktop-client/agent/services/store_key_file.h"
#include "tests/desktop-client/agent/offline_workstation.h"
#include "tests/desktop-client/agent/software_tpm.h"
#include "tests/protocol/custodian.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace doorward::tests {
namespace {

using ipc::DeniedReason;
using protocol::BreakGlassId;

constexpr const char* k_account = "doorward_break_glass";

PamExchange::Request by_ssh() {
    return {.account = k_account};
}

// A workstation with two administrators who hold halves.
struct GlassWorkstation : OfflineWorkstation {
    [[nodiscard]] BreakGlassId next_order() {
        return BreakGlassId::make({FakeClock::k_start + ++m_orders}, crypto::random_array<10>());
    }
    [[nodiscard]] protocol::BreakGlassOrder make_order() {
        return {.id = next_order(),
                .team_id = portal.team.id,
                .device_id = portal.device->id,
                .rp_id = TestCustodian::k_rp_id,
                .origin = TestCustodian::k_origin,
                .custodians = {one.record(portal.team.id), other.record(portal.team.id)}};
    }
    void send(const protocol::BreakGlassOrder& order) {
        portal.send(protocol::BreakGlassOrderMessage{protocol::sign_envelope(
            portal.key, crypto::Purpose::BreakGlassOrder, protocol::encode_break_glass_order(order))});
    }
    [[nodiscard]] protocol::BreakGlassCode receive_code() {
        const auto message = portal.wait_for<protocol::BreakGlassCodeMessage>();
        REQUIRE(
            protocol::verify_envelope(portal.device->signing_key, crypto::Purpose::BreakGlassCode, message.envelope));
        return protocol::decode_break_glass_code(message.envelope.body).value();
    }
    // What the two administrators read in their browsers.
    std::array<std::string, 2> make_code() {
        const auto order = make_order();
        send(order);
        return open(receive_code());
    }
    [[nodiscard]] std::array<std::string, 2> open(const protocol::BreakGlassCode& code) const {
        const protocol::BreakGlassPlace place{.device_id = code.device_id, .id = code.id};
        return {one.open(place, code.halves[0]), other.open(place, code.halves[1])};
    }
    [[nodiscard]] std::optional<ipc::ServerMessage> type(const std::string& first, const std::string& second) {
        PamExchange exchange(workstation, by_ssh());
        if (!exchange.prompt().starts_with("Break-glass of ")) return std::nullopt;
        exchange.answer(first);
        if (exchange.prompt() != "Second half: ") return std::nullopt;
        exchange.answer(second);
        return exchange.verdict();
    }
    [[nodiscard]] std::optional<ipc::ServerMessage> next_phase(ipc::Phase phase, std::string service = "sshd") {
        PamExchange exchange(workstation, {.phase = phase,
                                           .conversation = ipc::Conversation::None,
                                           .account = k_account,
                                           .service = std::move(service)});
        return exchange.verdict();
    }
    [[nodiscard]] std::filesystem::path file() const { return workstation.config().state_folder / "break-glass"; }
    [[nodiscard]] std::vector<protocol::AuditEvent> glass_events() {
        static_cast<void>(reasons());
        auto events = portal.events();
        std::erase_if(events, [](const auto& event) { return event.kind != protocol::AuditKind::BreakGlass; });
        return events;
    }

    TestCustodian one{new_id<protocol::TechnicianId>()};
    TestCustodian other{new_id<protocol::TechnicianId>()};

private:
    int m_orders = 0;
};

}  // namespace

TEST_CASE("row 87: both halves open one session with portal and phones gone", "[agent][break_glass][I1]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    CHECK(halves[0].starts_with("1-"));
    CHECK(halves[1].starts_with("2-"));
    CHECK(eventually([&] { return test.workstation.accounts.published().contains(k_account); }));
    test.go_offline();
    CHECK(is_granted(test.type(halves[1], halves[0])));
    CHECK_FALSE(std::filesystem::exists(test.file()));
    CHECK(is_granted(test.next_phase(ipc::Phase::Account)));
    CHECK(test.workstation.accounts.state_of(k_account) == agent::AccountState::Open);
    CHECK(is_granted(test.next_phase(ipc::Phase::OpenSession)));
    // It is an administrator, without being asked again.
    CHECK(is_granted(test.next_phase(ipc::Phase::Authenticate, "sudo")));
    CHECK(is_granted(test.next_phase(ipc::Phase::CloseSession)));
    CHECK(eventually([&] { return test.workstation.accounts.state_of(k_account) == agent::AccountState::Locked; }));
    CHECK(denied_reason(test.type(halves[0], halves[1])) == DeniedReason::AuthenticationFailed);

    const auto events = test.glass_events();
    REQUIRE(events.size() == 3);
    CHECK(events[0].reason == "code_made");
    CHECK(events[1].outcome == protocol::AuditOutcome::Success);
    CHECK(events[1].account == k_account);
    CHECK(events[1].remote_host == "192.0.2.7");
    CHECK_FALSE(events[1].technician_id);
    CHECK(events[1].request_id);
    CHECK(events[2].reason == "no_code");
    for (const auto& event : test.portal.events()) {
        if (event.kind == protocol::AuditKind::SessionOpened) CHECK(event.reason == "break_glass");
    }
}

TEST_CASE("rows 34, 87: it opens after the TPM died, and after a recovery code brought the store back without one",
          "[agent][break_glass][keys][I4]") {
    const crypto::Bytes recovery(agent::k_recovery_code_size, 0x5a);
    SoftwareTpm tpm;
    GlassWorkstation test;
    const auto restart = [&] {
        test.portal.detach();
        test.workstation.stop();
        REQUIRE_FALSE(test.workstation.start());
    };
    test.workstation.config().tpm = tpm.tcti();
    test.workstation.config().tpm_tool = std::filesystem::path(DOORWARD_BINARY_DIR) / "desktop-client/tpm/doorward-tpm";
    restart();
    test.portal.accept(test.workstation);
    agent::AdminRequest to_tpm;
    to_tpm.verb = agent::AdminVerb::KeysMove;
    to_tpm.kind = "tpm2";
    to_tpm.token = crypto::SecretBytes::copy_of(recovery);
    REQUIRE(ask_agent(test.workstation, to_tpm).status == agent::AdminStatus::Done);
    const auto halves = test.make_code();
    test.cut();
    tpm.stop();
    SECTION("the agent runs on") {}
    SECTION("the agent was started again") {
        test.portal.detach();
        test.workstation.stop();
        REQUIRE(test.workstation.start());
        const agent::StoreKeyFile keys(test.workstation.config());
        const auto key = keys.recover(recovery);
        REQUIRE(key);
        REQUIRE(keys.keep_in_file(*key));
        REQUIRE_FALSE(test.workstation.start());
    }
    CHECK(is_granted(test.type(halves[0], halves[1])));
    CHECK(is_granted(test.next_phase(ipc::Phase::Account)));
    CHECK(is_granted(test.next_phase(ipc::Phase::OpenSession)));
    CHECK(denied_reason(test.type(halves[0], halves[1])) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("row 56: it opens while a technician's tries are used up", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    test.go_offline();
    for (int guess = 0; guess < 12; ++guess)
        CHECK(test.refusal("00000000"));
    // So it is, however right the code.
    CHECK(test.refusal(test.code()) == DeniedReason::AuthenticationFailed);
    CHECK(is_granted(test.type(halves[0], halves[1])));
    CHECK(contains(test.reasons(), "too_many_attempts"));
}

TEST_CASE("it works after the horizon, with the clock doubted, and for a suspended device", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    test.portal.tenant.suspended = true;
    test.go_offline();
    test.workstation.clock.pass(std::chrono::hours(24 * 40));
    CHECK(is_granted(test.type(halves[0], halves[1])));
}

TEST_CASE("a code that was used stays used, whenever the agent was killed", "[agent][break_glass][I2]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    SECTION("after the answer") {
        REQUIRE(is_granted(test.type(halves[0], halves[1])));
    }
    SECTION("after the file was removed and before anything else") {
        REQUIRE(platform::remove_file(test.file()));
    }
    test.cut();
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    CHECK(denied_reason(test.type(halves[0], halves[1])) == DeniedReason::AuthenticationFailed);
}

TEST_CASE("of many who type the code at once one gets in", "[agent][break_glass][I1]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    std::vector<std::unique_ptr<PamExchange>> exchanges;
    for (int number = 0; number < 8; ++number) {
        exchanges.push_back(std::make_unique<PamExchange>(test.workstation, by_ssh()));
        REQUIRE(exchanges.back()->prompt().starts_with("Break-glass of "));
        exchanges.back()->answer(halves[0]);
        REQUIRE(exchanges.back()->prompt() == "Second half: ");
    }
    for (auto& exchange : exchanges)
        exchange->answer(halves[1]);
    int granted = 0;
    for (auto& exchange : exchanges)
        granted += is_granted(exchange->verdict()) ? 1 : 0;
    CHECK(granted == 1);
}

TEST_CASE("one half, one twice, another code's and another workstation's open nothing", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto old = test.make_code();
    const auto halves = test.make_code();
    GlassWorkstation elsewhere;
    const auto foreign = elsewhere.make_code();
    const auto refused = [&](const std::string& first, const std::string& second) {
        return denied_reason(test.type(first, second)) == DeniedReason::AuthenticationFailed;
    };
    CHECK(refused(halves[0], ""));
    CHECK(refused(halves[0], halves[0]));
    CHECK(refused(old[0], old[1]));
    CHECK(refused(old[0], halves[1]));
    CHECK(refused(foreign[0], foreign[1]));
    CHECK(refused(halves[0] + " " + halves[1], halves[1]) == false);
    CHECK(std::filesystem::exists(test.file()) == false);
}

TEST_CASE("both halves may be typed at once, where there is one question only", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    PamExchange exchange(test.workstation, {.conversation = ipc::Conversation::PasswordOnly, .account = k_account});
    REQUIRE(exchange.prompt().starts_with("Break-glass of "));
    exchange.answer(halves[0] + " " + halves[1]);
    CHECK(is_granted(exchange.verdict()));
}

TEST_CASE("whoever knows no halves cannot use up the tries", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    test.go_offline();
    for (int number = 0; number < 40; ++number)
        CHECK_FALSE(is_granted(test.type("1-AAAA-AAAA-AAAA-AAAA-AAAA", "2-AAAA-AAAA-AAAA-AAAA-AAAA")));
    // Nor can whoever uses up the workstation's budget with codes.
    for (int number = 0; number < 120; ++number) {
        static_cast<void>(sign_in_with(test.workstation, "00000000", {.account = "msp-nik"}));
        test.workstation.clock.pass(std::chrono::minutes(16));
    }
    CHECK(is_granted(test.type(halves[0], halves[1])));
}

TEST_CASE("halves that fit the code's number and not each other are counted", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    const auto kept = agent::BreakGlassFile(test.file()).read();
    REQUIRE(kept);
    const protocol::BreakGlassPlace place{.device_id = test.portal.device->id, .id = kept->id};
    const auto forged = [&] {
        const auto text =
            protocol::format_half(place, {.number = protocol::HalfNumber::Second, .share = crypto::random_secret(10)});
        return std::string(text.bytes().begin(), text.bytes().end());
    };
    for (int number = 0; number < 7; ++number)
        CHECK_FALSE(is_granted(test.type(halves[0], forged())));
    CHECK_FALSE(is_granted(test.type(halves[0], halves[1])));
    CHECK(std::filesystem::exists(test.file()));
    test.workstation.clock.pass(std::chrono::minutes(16));
    CHECK(is_granted(test.type(halves[0], halves[1])));
}

TEST_CASE("the hash is in a file that nobody else can read, and large enough to make room", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    struct stat status{};
    REQUIRE(stat(test.file().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(status.st_size >= 256 * 1024);
    const auto content = agent::BreakGlassFile(test.file()).read();
    REQUIRE(content);
    CHECK(content->hash.starts_with("$argon2id$"));
}

TEST_CASE("an order is obeyed once, and asked again gets the same answer", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto order = test.make_order();
    test.send(order);
    const auto first = test.receive_code();
    test.send(order);
    CHECK(test.receive_code() == first);
    const auto halves = test.open(first);
    CHECK(is_granted(test.type(halves[0], halves[1])));
    // The portal never heard of it: still no new code by an old order.
    test.send(order);
    CHECK(test.receive_code() == first);
    CHECK_FALSE(std::filesystem::exists(test.file()));
    CHECK_FALSE(is_granted(test.type(halves[0], halves[1])));
}

TEST_CASE("orders that are not the pinned portal's, not for here, older or unproven make nothing",
          "[agent][break_glass]") {
    GlassWorkstation test;
    const auto earlier = test.make_order();
    const auto halves = test.make_code();
    const auto before = agent::BreakGlassFile(test.file()).read();
    auto order = test.make_order();
    const auto sent_by = [&](const crypto::PortalSigningKey& key, crypto::Purpose purpose) {
        test.portal.send(protocol::BreakGlassOrderMessage{
            protocol::sign_envelope(key, purpose, protocol::encode_break_glass_order(order))});
    };
    SECTION("another key") {
        sent_by(crypto::PortalSigningKey::generate(), crypto::Purpose::BreakGlassOrder);
    }
    SECTION("another purpose") {
        sent_by(test.portal.key, crypto::Purpose::RosterHead);
    }
    SECTION("another workstation") {
        order.device_id = new_id<protocol::DeviceId>();
        test.send(order);
    }
    SECTION("another team") {
        order.team_id = new_id<protocol::TeamId>();
        test.send(order);
    }
    SECTION("an older one") {
        test.send(earlier);
    }
    SECTION("one person for both halves") {
        order.custodians[1] = order.custodians[0];
        test.send(order);
    }
    SECTION("a key without proof") {
        order.custodians[1].agreement_key = protocol::CustodianKey::generate().public_key();
        test.send(order);
    }
    // The answer to what comes after it shows that it was looked at.
    CHECK(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    CHECK(agent::BreakGlassFile(test.file()).read() == before);
    CHECK(is_granted(test.type(halves[0], halves[1])));
}

TEST_CASE("where no code was ever made the account is nobody's", "[agent][break_glass]") {
    GlassWorkstation test;
    CHECK_FALSE(test.workstation.accounts.published().contains(k_account));
    PamExchange exchange(test.workstation, by_ssh());
    CHECK_FALSE(is_granted(exchange.verdict()));
    CHECK_FALSE(is_granted(test.next_phase(ipc::Phase::Account)));
    CHECK(test.workstation.accounts.openings() == 0);
}

TEST_CASE("a session by break-glass outlives rosters and restarts of the agent", "[agent][break_glass]") {
    GlassWorkstation test;
    const auto halves = test.make_code();
    REQUIRE(is_granted(test.type(halves[0], halves[1])));
    REQUIRE(is_granted(test.next_phase(ipc::Phase::Account)));
    REQUIRE(is_granted(test.next_phase(ipc::Phase::OpenSession)));
    test.portal.technicians.clear();
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync()));
    CHECK(is_granted(test.next_phase(ipc::Phase::Authenticate, "sudo")));
    test.workstation.stop();
    REQUIRE_FALSE(test.workstation.start());
    CHECK(is_granted(test.next_phase(ipc::Phase::Authenticate, "sudo")));
    CHECK(eventually([&] { return test.workstation.accounts.published().contains(k_account); }));
}

}  // namespace doorward::tests
