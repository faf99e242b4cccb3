// What becomes of accounts that were made under a store that is lost, and of accounts whose name now belongs to
// somebody else.
#include "platform/secure_file.h"
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::AccountState;
using agent::ProcessIdentity;
using ipc::Phase;

constexpr ProcessIdentity k_child{.process = 500, .started = 1};
constexpr ProcessIdentity k_monitor{.process = 400, .started = 1};
constexpr ProcessIdentity k_init{.process = 1, .started = 0};

agent::AccountIdentity account_of(const protocol::TechnicianDocument& technician, std::uint32_t uid) {
    return {.name = technician.account, .uid = uid, .gid = uid, .full_name = "", .owner = technician.id.to_string()};
}

bool may_open(Workstation& workstation, const std::string& code) {
    workstation.processes.call_as({k_child, k_monitor, k_init});
    if (!is_granted(sign_in_with(workstation, code))) return false;
    if (!is_granted(phase(workstation, Phase::Account))) return false;
    workstation.processes.call_as({k_monitor, k_init});
    return is_granted(phase(workstation, Phase::OpenSession));
}

bool is_conflict(const protocol::AuditEvent& event) {
    return event.kind == protocol::AuditKind::AccountConflict;
}

}  // namespace

TEST_CASE("where the store cannot be used, every account that was ever made here is closed", "[agent][store][I3][I4]") {
    Workstation workstation;
    Portal portal;
    REQUIRE_FALSE(workstation.start());
    portal.enrol(workstation);
    REQUIRE(may_open(workstation, portal.code(workstation.clock.wall)));
    REQUIRE(workstation.accounts.state_of("msp-nik") == AccountState::Open);
    workstation.stop();
    SECTION("it is gone") {
        std::filesystem::remove(workstation.config().store_file());
    }
    SECTION("it is empty") {
        std::filesystem::resize_file(workstation.config().store_file(), 0);
    }
    SECTION("its key is another one") {
        std::filesystem::remove(workstation.config().key_file);
        REQUIRE(platform::write_secret_file(workstation.config().key_file, crypto::StoreKey::generate().bytes()));
    }
    SECTION("it contradicts the record of accounts") {
        auto identity = account_of(portal.technicians.front(), 52500);
        workstation.accounts.record(identity);
    }
    CHECK(workstation.start());
    CHECK(workstation.accounts.state_of("msp-nik") == AccountState::Locked);
    CHECK(std::ranges::count(workstation.accounts.cleared(), "msp-nik") > 0);
}

TEST_CASE("a new store takes in the accounts of the lost one, and they are closed", "[agent][store][I3]") {
    Workstation workstation;
    Portal portal;
    workstation.accounts.record(account_of(portal.technicians.front(), 52007));
    workstation.accounts.set("msp-nik", AccountState::Open);
    REQUIRE_FALSE(workstation.start());
    CHECK(eventually([&] { return workstation.accounts.state_of("msp-nik") == AccountState::Locked; }));
    CHECK(eventually([&] { return !workstation.accounts.cleared().empty(); }));
    SECTION("nobody gets in by it, and it is not passed on to other modules") {
        const auto answer = sign_in_with(workstation, "12345678");
        CHECK(denied_reason(answer) == ipc::DeniedReason::AuthenticationFailed);
    }
    SECTION("its owner keeps it, whoever comes next gets a higher uid") {
        const Phone other;
        portal.technicians.push_back(portal.make_technician("eva", {&other}));
        portal.rights.push_back(portal.rights.front());
        portal.rights.back().id = new_id<protocol::RightId>();
        portal.rights.back().subject = portal.technicians.back().id;
        portal.enrol(workstation);
        REQUIRE(eventually([&] { return workstation.accounts.published().size() == 2; }));
        CHECK(workstation.accounts.published()["msp-nik"] == 52007);
        CHECK(workstation.accounts.published()["msp-eva"] == 52008);
        CHECK(may_open(workstation, portal.code(workstation.clock.wall)));
        CHECK(workstation.accounts.state_of("msp-nik") == AccountState::Open);
    }
}

TEST_CASE("row 61: the uids of a lost store are never given again, up to the last one", "[agent][store]") {
    Workstation workstation;
    Portal portal;
    auto last = account_of(portal.technicians.front(), agent::k_last_managed_uid);
    last.name = "msp-gone";
    workstation.accounts.record(last);
    REQUIRE_FALSE(workstation.start());
    portal.enrol(workstation);
    CHECK(workstation.accounts.published().empty());
    CHECK_FALSE(may_open(workstation, portal.code(workstation.clock.wall)));
}

TEST_CASE("an account is its technician's, whoever is given the name later", "[agent][roster]") {
    Workstation workstation;
    Portal portal;
    REQUIRE_FALSE(workstation.start());
    portal.enrol(workstation);
    REQUIRE(eventually([&] { return !workstation.accounts.published().empty(); }));
    const auto uid = workstation.accounts.published()["msp-nik"];
    const protocol::TechnicianDocument first = portal.technicians.front();
    const auto give_to_another = [&] {
        portal.technicians.front().id = new_id<protocol::TechnicianId>();
        portal.technicians.front().phones = {portal.phone.record(portal.team.id, portal.technicians.front().id)};
        portal.rights.front().subject = portal.technicians.front().id;
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync()));
    };
    const auto next_code = [&] {
        workstation.clock.pass(30s);
        return portal.code(workstation.clock.wall);
    };

    SECTION("a name that nobody ever used here passes on, with its uid") {
        give_to_another();
        CHECK(workstation.accounts.published()["msp-nik"] == uid);
        CHECK(may_open(workstation, next_code()));
    }
    SECTION("an account does not: neither its home nor its uid are inherited") {
        REQUIRE(may_open(workstation, next_code()));
        give_to_another();
        CHECK(eventually([&] { return workstation.accounts.state_of("msp-nik") == AccountState::Locked; }));
        CHECK(eventually([&] { return workstation.accounts.published().empty(); }));
        CHECK_FALSE(may_open(workstation, next_code()));
        CHECK(workstation.accounts.state_of("msp-nik") == AccountState::Locked);

        // Reported: to the portal, in the log of what was decided, and on the workstation.
        const auto diagnosis = ask_agent(workstation, agent::AdminVerb::Diagnose);
        portal.take_audit(std::get<std::int64_t>(*value_of(diagnosis, "audit_events")));
        const auto events = portal.events();
        const auto found = std::ranges::find_if(events, is_conflict);
        REQUIRE(found != events.end());
        CHECK(found->technician_id == portal.technicians.front().id);
        CHECK(found->account == "msp-nik");
        CHECK(found->reason == "account_of_another_technician");
        const auto accounts = ask_agent(workstation, agent::AdminVerb::Accounts);
        CHECK(value_of(accounts, "state") == agent::AdminValue("conflict"));
        CHECK(value_of(accounts, "account") == agent::AdminValue("msp-nik"));

        SECTION("also not after a restart, which reports nothing twice") {
            workstation.stop();
            REQUIRE_FALSE(workstation.start());
            CHECK(workstation.accounts.published().empty());
            CHECK_FALSE(may_open(workstation, next_code()));
            portal.status.reset();
            portal.detach();
            portal.accept(workstation);
            while (!portal.status)
                static_cast<void>(portal.receive());
            REQUIRE(portal.status->accounts.size() == 1);
            CHECK(portal.status->accounts.front().state == protocol::AccountState::Conflict);
            REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync_full()));
            const auto head = value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events");
            portal.take_audit(std::get<std::int64_t>(*head));
            CHECK(std::ranges::count_if(portal.events(), is_conflict) == 1);
        }
        SECTION("when its owner has the name again, the account is theirs as before") {
            portal.technicians.front() = first;
            portal.rights.front().subject = first.id;
            REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync()));
            CHECK(eventually([&] { return workstation.accounts.published()["msp-nik"] == uid; }));
            CHECK(may_open(workstation, next_code()));
        }
    }
}

}  // namespace doorward::tests
