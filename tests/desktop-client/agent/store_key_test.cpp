#include "desktop-client/agent/machine_identity.h"
#include "desktop-client/agent/recovery_code.h"
#include "desktop-client/agent/services/store_key_file.h"
#include "desktop-client/agent/store.h"
#include "desktop-client/agent/stores/ledger_store.h"
#include "platform/secure_file.h"
#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/software_tpm.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;
using agent::AdminStatus;
using agent::AdminVerb;
using agent::KeyError;
using agent::KeyNeed;
using agent::KeyPlace;
using ipc::DeniedReason;

const crypto::Bytes k_code(agent::k_recovery_code_size, 0x5a);

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// A workstation beside a TPM, enrolled, with its key as it was at installation.
struct KeyFixture {
    explicit KeyFixture(const std::string& tcti) {
        workstation.config().tpm = tcti;
        workstation.config().tpm_tool = std::filesystem::path(DOORWARD_BINARY_DIR) / "desktop-client/tpm/doorward-tpm";
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync()));
    }
    [[nodiscard]] agent::StoreKeyFile keys() const { return agent::StoreKeyFile(workstation.config()); }
    [[nodiscard]] agent::AdminReply move(const std::string& place) {
        agent::AdminRequest request;
        request.verb = AdminVerb::KeysMove;
        request.kind = place;
        if (place != "file") request.token = crypto::SecretBytes::copy_of(k_code);
        return ask_agent(workstation, request);
    }
    [[nodiscard]] std::optional<agent::AdminValue> shown(std::string_view name) {
        return value_of(ask_agent(workstation, AdminVerb::KeysShow), name);
    }
    [[nodiscard]] std::optional<agent::AdminValue> diagnosed(std::string_view name) {
        return value_of(ask_agent(workstation, AdminVerb::Diagnose), name);
    }
    void stop() {
        portal.detach();
        workstation.stop();
    }
    void restart() {
        stop();
        REQUIRE_FALSE(workstation.start());
    }
    void save_counter(std::int64_t value) {
        auto store = agent::open_store(workstation.config(), keys());
        REQUIRE(store);
        REQUIRE(agent::LedgerStore(store->database).save_counter(value));
    }
    /// With the phone's code, off the network; the TPM has counted it afterwards.
    void use_a_code(agent::TpmTool tpm) {
        const auto before = tpm.counter();
        REQUIRE(before);
        workstation.clock.pass(60s);
        REQUIRE(is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall))));
        REQUIRE(eventually([&] { return tpm.counter() == *before + 1; }));
    }
    /// Its codes are off until a fresh head, and work a minute after it.
    void is_off_until_a_head() {
        CHECK(diagnosed("store_rolled_back") == agent::AdminValue(true));
        CHECK(denied_reason(sign_in_with(workstation, portal.code(workstation.clock.wall))) ==
              DeniedReason::AuthenticationFailed);
        portal.time = workstation.clock.wall;
        portal.accept(workstation);
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync_full()));
        portal.cut();
        CHECK(diagnosed("store_rolled_back") == agent::AdminValue(false));
        CHECK(shown("counter") == agent::AdminValue(true));
        workstation.clock.pass(90s);
        CHECK(is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall))));
        restart();
        CHECK(diagnosed("store_rolled_back") == agent::AdminValue(false));
    }

    Workstation workstation;
    Portal portal;
};

}  // namespace

TEST_CASE("a recovery code is read as it was written, and nothing else is", "[agent][keys]") {
    const auto text = agent::format_recovery_code(k_code);
    const std::string shown(text.bytes().begin(), text.bytes().end());
    CHECK(shown.starts_with("dwr1:5a5a-5a5a-"));
    CHECK(shown.ends_with("5a5a\n"));
    const auto read = agent::parse_recovery_code(text.bytes());
    REQUIRE(read);
    CHECK(std::ranges::equal(read->bytes(), k_code));
    for (const std::string& wrong :
         {std::string(), std::string("dwr1:"), shown.substr(5), "dwr2:" + shown.substr(5), shown + "5a",
          shown.substr(0, shown.size() - 2), "dwr1:" + std::string(64, 'g'), "dwr1:" + std::string(64, 'A')}) {
        CHECK_FALSE(agent::parse_recovery_code(crypto::as_bytes(wrong)));
    }
}

TEST_CASE("the firmware's name for a machine counts before the system's, where it names one", "[agent][keys]") {
    const auto root = std::filesystem::temp_directory_path() / "doorward-machine-test";
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root / "sys/class/dmi/id");
    std::filesystem::create_directories(root / "etc");
    CHECK(agent::machine_identity(root).empty());
    std::ofstream(root / "etc/machine-id") << "0123456789abcdef0123456789abcdef\n";
    CHECK(agent::machine_identity(root) == "system 0123456789abcdef0123456789abcdef");
    std::ofstream(root / "sys/class/dmi/id/product_uuid") << "03000200-0400-0500-0006-000700080009\n";
    CHECK(agent::machine_identity(root).starts_with("system "));
    std::ofstream(root / "sys/class/dmi/id/product_uuid") << "4C4C4544-0051-3510-8052-B4C04F4A4D32\n";
    CHECK(agent::machine_identity(root) == "firmware 4c4c4544-0051-3510-8052-b4c04f4a4d32");
    std::ofstream(root / "etc/machine-id") << "uninitialized\n";
    std::filesystem::remove(root / "sys/class/dmi/id/product_uuid");
    CHECK(agent::machine_identity(root).empty());
    std::filesystem::remove_all(root);
}

TEST_CASE("row 32: a store in another machine takes no code until a fresh head", "[agent][keys]") {
    KeyFixture test("none");
    test.stop();
    test.workstation.identity = "firmware of another";
    REQUIRE_FALSE(test.workstation.start());
    CHECK(value_of(ask_agent(test.workstation, AdminVerb::Status), "quarantine") ==
          agent::AdminValue("another_machine"));
    CHECK(denied_reason(sign_in_with(test.workstation, test.portal.code(test.workstation.clock.wall))) ==
          DeniedReason::AuthenticationFailed);
    // Back in the old one it is still not known what happened meanwhile.
    test.stop();
    test.workstation.identity = "firmware of the test";
    REQUIRE_FALSE(test.workstation.start());
    CHECK(denied_reason(sign_in_with(test.workstation, test.portal.code(test.workstation.clock.wall))) ==
          DeniedReason::AuthenticationFailed);
    test.stop();
    test.workstation.identity = "firmware of another";
    REQUIRE_FALSE(test.workstation.start());
    const auto hello = test.portal.accept(test.workstation);
    CHECK(hello.machine);
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(test.portal.sync_full()));
    test.restart();
    CHECK(value_of(ask_agent(test.workstation, AdminVerb::Status), "quarantine") ==
          agent::AdminValue(std::monostate{}));
    CHECK(test.portal.accept(test.workstation).machine == hello.machine);
}

TEST_CASE("the key moves between file, TPM and systemd-creds, and the store opens after each", "[agent][keys]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    const auto file = test.workstation.config().key_file;
    const auto plain = content_of(file);
    REQUIRE(plain.size() == crypto::StoreKey::k_size);
    CHECK(test.shown("place") == agent::AdminValue("file"));
    CHECK(test.shown("recovery_code") == agent::AdminValue(false));
    for (const std::string place : {"tpm2", "systemd-creds", "tpm2", "file"}) {
        CAPTURE(place);
        REQUIRE(test.move(place).status == AdminStatus::Done);
        CHECK(test.shown("place") == agent::AdminValue(place));
        CHECK(test.shown("recovery_code") == agent::AdminValue(place != "file"));
        CHECK(test.shown("counter") == agent::AdminValue(place == "tpm2"));
        CHECK((content_of(file).find(plain) == std::string::npos) == (place != "file"));
        test.restart();
        CHECK(test.diagnosed("store_rolled_back") == agent::AdminValue(false));
        CHECK(value_of(ask_agent(test.workstation, AdminVerb::Status), "enrolled") == agent::AdminValue(true));
    }
    CHECK(content_of(file) == plain);
}

TEST_CASE("a move that cannot be made changes nothing", "[agent][keys]") {
    KeyFixture test("swtpm:host=127.0.0.1,port=1");
    const auto before = content_of(test.workstation.config().key_file);
    CHECK(test.move("tpm2").status == AdminStatus::Failed);
    CHECK(test.move("drawer").status == AdminStatus::Usage);
    test.workstation.config().credential_tool = "/nowhere/systemd-creds";
    test.restart();
    CHECK(test.move("systemd-creds").status == AdminStatus::Failed);
    agent::AdminRequest without_code;
    without_code.verb = AdminVerb::KeysMove;
    without_code.kind = "tpm2";
    CHECK(ask_agent(test.workstation, without_code).status == AdminStatus::Usage);
    CHECK(content_of(test.workstation.config().key_file) == before);
    CHECK_FALSE(test.keys().has_recovery());
    test.restart();
}

TEST_CASE("a crash in the middle of a move leaves a key that opens", "[agent][keys]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    const auto file = test.workstation.config().key_file;
    const auto plain = content_of(file);
    test.stop();
    REQUIRE(test.keys().move(KeyPlace::Tpm2, k_code));
    const auto sealed = content_of(file);
    const auto put = [&](const std::string& content) {
        REQUIRE(platform::write_secret_file(file, crypto::as_bytes(content), platform::IfPresent::Replace));
    };
    SECTION("after the recovery slot, before the file") {
        put(plain);
        CHECK(test.keys().has_recovery());
    }
    SECTION("after the file, before the counter began") {
        CHECK(content_of(file) == sealed);
    }
    SECTION("back in a file, before the recovery slot is gone") {
        REQUIRE(test.keys().keep_in_file(*test.keys().recover(k_code)));
        CHECK(content_of(file) == plain);
    }
    SECTION("with half of a new file beside it") {
        std::ofstream(file.native() + ".new", std::ios::binary) << sealed.substr(0, 20);
    }
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.diagnosed("store_rolled_back") == agent::AdminValue(false));
    // And it can be made again, either way.
    CHECK(test.move("tpm2").status == AdminStatus::Done);
    CHECK(test.move("file").status == AdminStatus::Done);
    CHECK(content_of(file) == plain);
}

TEST_CASE("row 34: a TPM that was cleared opens nothing, and the recovery code does", "[agent][keys][I4]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    REQUIRE(test.move("tpm2").status == AdminStatus::Done);
    test.stop();
    tpm.stop();
    SECTION("cleared") {
        tpm.clear();
        tpm.start();
        test.workstation.config().tpm = tpm.tcti();
        CHECK(test.keys().key(KeyNeed::OfExistingStore).error() == KeyError::Refused);
    }
    SECTION("not there") {
        CHECK(test.keys().key(KeyNeed::OfExistingStore).error() == KeyError::Unavailable);
    }
    const auto problem = test.workstation.start();
    REQUIRE(problem);
    CHECK(problem->contains("--recover-key"));
    CHECK_FALSE(platform::BlockingUnixClient::connect(test.workstation.config().pam_socket(), geteuid()));

    CHECK(test.keys().recover(crypto::Bytes(agent::k_recovery_code_size, 1)).error() == KeyError::WrongCode);
    CHECK(test.keys().recover(crypto::Bytes(3, 1)).error() == KeyError::WrongCode);
    const auto key = test.keys().recover(k_code);
    REQUIRE(key);
    CHECK(agent::try_store_key(test.workstation.config(), *key));
    CHECK_FALSE(agent::try_store_key(test.workstation.config(), crypto::StoreKey::generate()));
    REQUIRE(test.keys().keep_in_file(*key));
    REQUIRE_FALSE(test.workstation.start());
    CHECK(value_of(ask_agent(test.workstation, AdminVerb::Status), "enrolled") == agent::AdminValue(true));
}

TEST_CASE("row 34: extended PCRs, as after a firmware update, change nothing", "[agent][keys]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    REQUIRE(test.move("tpm2").status == AdminStatus::Done);
    for (const char* pcr : {"0", "2", "4", "7"}) {
        tpm.run(std::string("tpm2_pcrextend ") + pcr +
                ":sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    }
    test.restart();
    CHECK(test.diagnosed("store_rolled_back") == agent::AdminValue(false));
}

TEST_CASE("row 34: without the counter it knew, codes are off until a fresh head", "[agent][keys]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    REQUIRE(test.move("tpm2").status == AdminStatus::Done);
    test.portal.cut();
    SECTION("removed") {
        tpm.run("tpm2_nvundefine 0x1800d0d");
    }
    SECTION("replaced by a number that anybody can write") {
        tpm.run("tpm2_nvundefine 0x1800d0d");
        tpm.run("tpm2_nvdefine 0x1800d0d -s 8 -a 'authread|authwrite|no_da'");
        test.stop();
        REQUIRE_FALSE(test.workstation.start());
        CHECK(test.diagnosed("store_rolled_back") == agent::AdminValue(true));
        tpm.run("tpm2_nvundefine 0x1800d0d");
    }
    SECTION("the TPM's own state was put back") {
        test.stop();
        tpm.stop();
        const auto state = tpm.copy_state();
        tpm.start();
        test.workstation.config().tpm = tpm.tcti();
        REQUIRE_FALSE(test.workstation.start());
        test.use_a_code(agent::TpmTool(test.workstation.config()));
        test.stop();
        tpm.stop();
        tpm.put_back(state);
        tpm.start();
        test.workstation.config().tpm = tpm.tcti();
        // One ahead could be a crash; two cannot.
        test.save_counter(*agent::TpmTool(test.workstation.config()).counter() + 2);
    }
    test.stop();
    REQUIRE_FALSE(test.workstation.start());
    test.is_off_until_a_head();
}

TEST_CASE("row 29: with a TPM a store whose file anchor was put back with it is found out at once", "[agent][keys]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    REQUIRE(test.move("tpm2").status == AdminStatus::Done);
    test.stop();
    const std::filesystem::path folder = test.workstation.config().state_folder;
    const std::filesystem::path keys = test.workstation.config().key_file.parent_path();
    std::filesystem::copy(folder, folder.native() + "-copy", std::filesystem::copy_options::recursive);
    std::filesystem::copy(keys, keys.native() + "-copy");
    REQUIRE_FALSE(test.workstation.start());
    test.use_a_code(agent::TpmTool(test.workstation.config()));
    test.stop();
    for (const auto& place : {folder, keys}) {
        std::filesystem::remove_all(place);
        std::filesystem::rename(place.native() + "-copy", place);
    }
    REQUIRE_FALSE(test.workstation.start());
    test.is_off_until_a_head();
}

TEST_CASE("an agent that ended between the store's number and the TPM's makes it good", "[agent][keys]") {
    SoftwareTpm tpm;
    KeyFixture test(tpm.tcti());
    REQUIRE(test.move("tpm2").status == AdminStatus::Done);
    test.stop();
    const agent::TpmTool counter(test.workstation.config());
    const auto before = counter.counter();
    REQUIRE(before);
    test.save_counter(*before + 1);
    REQUIRE_FALSE(test.workstation.start());
    CHECK(test.diagnosed("store_rolled_back") == agent::AdminValue(false));
    CHECK(counter.counter() == *before + 1);
    test.restart();
    CHECK(test.diagnosed("store_rolled_back") == agent::AdminValue(false));
    CHECK(counter.counter() == *before + 1);
}

}  // namespace doorward::tests
