#include "desktop-client/agent/removal.h"

#include "desktop-client/agent/wiring.h"
#include "platform/secure_file.h"
#include "protocol/removal.h"
#include "tests/desktop-client/agent/offline_workstation.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace doorward::tests {
namespace {

using agent::AccountState;
using agent::HomeWish;
using agent::IfSignedIn;
using agent::RemovalProblem;
using protocol::RemovalFate;
using protocol::RemovalPart;

constexpr auto k_short = std::chrono::milliseconds(300);

// With a technician who signs in, and so has an account.
struct LeavingWorkstation : OfflineWorkstation {
    void sign_in() {
        go_offline();
        REQUIRE(is_granted(sign_in_with(workstation, code())));
        REQUIRE(is_granted(phase(workstation, ipc::Phase::Account)));
        REQUIRE(is_granted(phase(workstation, ipc::Phase::OpenSession)));
    }
    void sign_out() {
        REQUIRE(is_granted(phase(workstation, ipc::Phase::CloseSession)));
        REQUIRE(eventually([&] { return workstation.accounts.state_of("msp-nik") == AccountState::Locked; }));
        portal.detach();
    }
    [[nodiscard]] protocol::RemovalStatement statement_in(const std::filesystem::path& file) const {
        const auto text = platform::read_file(file);
        REQUIRE(text);
        const auto envelope = protocol::decode_envelope(text->substr(0, text->size() - 1));
        REQUIRE(envelope);
        const auto statement = protocol::verify_removal(*envelope, portal.device->signing_key, portal.device->id);
        REQUIRE(statement);
        return *statement;
    }
};

bool has(const std::vector<protocol::RemovalItem>& items, RemovalPart part, const std::string& name, RemovalFate fate) {
    return std::ranges::any_of(
        items, [&](const auto& item) { return item.part == part && item.name == name && item.fate == fate; });
}

}  // namespace

TEST_CASE("row 86: a removal is refused while somebody is signed in, and changes nothing", "[agent][removal]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.portal.detach();
    const auto removed = leaving.workstation.remove({.portal_patience = k_short});
    REQUIRE_FALSE(removed);
    CHECK(removed.error() == RemovalProblem::SignedIn);
    CHECK(leaving.workstation.accounts.state_of("msp-nik") == AccountState::Open);
    REQUIRE_FALSE(leaving.workstation.start());
    CHECK(std::get<std::int64_t>(*value_of(ask_agent(leaving.workstation, agent::AdminVerb::Status), "sessions")) == 1);
}

TEST_CASE("a removal is refused while anything runs in an account, session or not", "[agent][removal]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.sign_out();
    leaving.workstation.accounts.in_use = true;
    CHECK(leaving.workstation.remove({.portal_patience = k_short}).error() == RemovalProblem::SignedIn);
    CHECK(leaving.workstation.accounts.state_of("msp-nik") == AccountState::Locked);
}

TEST_CASE("row 86: forced, sessions end first, and the statement says so", "[agent][removal]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.portal.detach();
    const auto removed = leaving.workstation.remove(
        {.if_signed_in = IfSignedIn::EndSessions, .homes = HomeWish::Archive, .portal_patience = k_short});
    REQUIRE(removed);
    CHECK(leaving.workstation.accounts.state_of("msp-nik") == AccountState::Absent);
    CHECK_FALSE(removed->portal_has_it);
    CHECK(removed->no_portal_because == "no_link");
    REQUIRE(removed->statement);
    const auto statement = leaving.statement_in(*removed->statement);
    CHECK(statement.forced);
    CHECK(has(statement.items, RemovalPart::Account, "msp-nik", RemovalFate::Removed));
    CHECK(has(statement.items, RemovalPart::Home, "/home/msp-nik", RemovalFate::Archived));
    CHECK(std::filesystem::status(*removed->statement).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("the portal gets the audit log first, then the statement about where it ends", "[agent][removal]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.sign_out();
    std::optional<protocol::RemovalMessage> message;
    const auto removed = leaving.workstation.remove({}, [&] {
        REQUIRE(eventually([&] { return std::filesystem::exists(leaving.workstation.config().link_socket()); }));
        leaving.portal.accept(leaving.workstation);
        message = leaving.portal.wait_for<protocol::RemovalMessage>();
        leaving.portal.send(protocol::RemovalTakenMessage{});
    });
    REQUIRE(removed);
    CHECK(removed->portal_has_it);
    const auto statement =
        protocol::verify_removal(message->envelope, leaving.portal.device->signing_key, leaving.portal.device->id);
    REQUIRE(statement);
    CHECK_FALSE(statement->forced);
    const auto& events = leaving.portal.events();
    REQUIRE_FALSE(events.empty());
    CHECK(events.back().kind == protocol::AuditKind::Removal);
    CHECK(events.back().sequence == statement->chain.sequence);
    CHECK(std::ranges::any_of(events, [](const auto& event) {
        return event.kind == protocol::AuditKind::Removal && event.account == "msp-nik";
    }));
}

TEST_CASE("what was removed in part is removed whole by the next try, with the same account in the statement",
          "[agent][removal]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.sign_out();
    leaving.workstation.accounts.set("msp-nik", AccountState::Absent);
    const auto removed = leaving.workstation.remove({.portal_patience = k_short});
    REQUIRE(removed);
    CHECK(has(leaving.statement_in(*removed->statement).items, RemovalPart::Account, "msp-nik", RemovalFate::Removed));
}

TEST_CASE("an account that is somebody else's is left, and told", "[agent][removal][I4]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.sign_out();
    leaving.workstation.accounts.set("msp-nik", AccountState::Conflict);
    const auto removed = leaving.workstation.remove({.portal_patience = k_short});
    REQUIRE(removed);
    const auto statement = leaving.statement_in(*removed->statement);
    CHECK(has(statement.items, RemovalPart::Account, "msp-nik", RemovalFate::Remained));
    CHECK(leaving.workstation.accounts.state_of("msp-nik") == AccountState::Conflict);
}

TEST_CASE("where an account cannot be locked nothing else goes, and nothing is signed", "[agent][removal][I4]") {
    LeavingWorkstation leaving;
    leaving.sign_in();
    leaving.portal.detach();
    leaving.workstation.accounts.refuse_to_close = true;
    const auto removed =
        leaving.workstation.remove({.if_signed_in = IfSignedIn::EndSessions, .portal_patience = k_short});
    REQUIRE_FALSE(removed);
    CHECK(removed.error() == RemovalProblem::AccountsRemain);
    CHECK(leaving.workstation.accounts.state_of("msp-nik") != AccountState::Absent);
}

TEST_CASE("a workstation that was never enrolled signs nothing", "[agent][removal]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    const auto removed = workstation.remove({.portal_patience = k_short});
    REQUIRE(removed);
    CHECK_FALSE(removed->statement);
}

TEST_CASE("what ties Doorward into the system is seen where it is, and not where it is not", "[agent][removal]") {
    const std::filesystem::path root = std::filesystem::temp_directory_path() / "doorward-wiring";
    std::filesystem::remove_all(root);
    const auto write = [&](const std::string& file, const std::string& text) {
        std::filesystem::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    };
    write("etc/pam.d/common-auth", "# pam_doorward was here\nauth required pam_unix.so\n");
    write("etc/nsswitch.conf", "passwd: files systemd\n");
    write("etc/login.defs", "UID_MAX 60000\nGID_MAX 60000 # 51999\n");
    for (const auto& item : agent::look_at_wiring(root)) {
        INFO(item.name);
        CHECK(item.fate == RemovalFate::Removed);
    }
    write("etc/pam.d/sshd", "auth [success=end default=die] pam_doorward.so\n");
    write("etc/nsswitch.conf", "passwd: files doorward systemd\n");
    write("etc/login.defs", "UID_MAX 51999\n");
    write("etc/sudoers.d/doorward", "");
    write("etc/ssh/sshd_config.d/50-doorward.conf", "");
    const auto items = agent::look_at_wiring(root);
    CHECK(has(items, RemovalPart::Pam, "/etc/pam.d/sshd", RemovalFate::Remained));
    CHECK(std::ranges::all_of(items, [](const auto& item) { return item.fate == RemovalFate::Remained; }));
    CHECK(items.size() == 5);
    std::filesystem::remove_all(root);
}

}  // namespace doorward::tests
