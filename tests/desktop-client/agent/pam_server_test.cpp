#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;

// What a process of `user` gets for this frame: 0 nothing, 1 an answer other than a denial, 2 a denial, 3 no
// connection.
int asked_as(uid_t user, const std::filesystem::path& socket, const std::vector<std::uint8_t>& frame) {
    const pid_t child = fork();
    if (child == 0) {
        if (setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0) _exit(9);
        auto client = platform::BlockingUnixClient::connect(socket, 0);
        if (!client) _exit(3);
        if (!client->send(frame, 2s)) _exit(0);
        const auto answer = client->receive(3s);
        if (!answer) _exit(0);
        const auto message = ipc::decode_server_message(std::as_bytes(std::span(*answer)));
        _exit(message && std::holds_alternative<ipc::Denied>(*message) ? 2 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

// The kernel notes who connects; of this thread alone.
platform::BlockingUnixClient connect_as(uid_t user, const std::filesystem::path& socket) {
    REQUIRE(syscall(SYS_setresuid, -1, user, -1) == 0);
    auto client = platform::BlockingUnixClient::connect(socket, 0);
    REQUIRE(syscall(SYS_setresuid, -1, 0, -1) == 0);
    REQUIRE(client);
    return std::move(*client);
}

std::vector<std::uint8_t> begin_frame(ipc::Phase phase) {
    ipc::Begin begin;
    begin.phase = phase;
    begin.conversation = ipc::Conversation::Interactive;
    begin.user = *ipc::Name::from("msp-nik");
    begin.service = *ipc::Name::from("sshd");
    begin.terminal = *ipc::Name::from("tty9");
    begin.remote_host = *ipc::HostName::from("198.51.100.66");
    const auto frame = ipc::encode(ipc::ClientMessage(begin));
    const auto payload = frame.bytes().subspan(ipc::k_header_size);
    const auto* first = reinterpret_cast<const std::uint8_t*>(payload.data());
    return {first, first + payload.size()};
}

}  // namespace

TEST_CASE("row 69: each user may use its own verbs of pam.sock only", "[agent][pam]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    Portal portal;
    portal.enrol(workstation);
    // Others must be able to walk to the socket.
    chmod(workstation.config().run_folder.parent_path().c_str(), 0755);
    const auto socket = workstation.config().pam_socket();
    using enum ipc::Phase;
    constexpr uid_t k_nobody = 65534;
    constexpr uid_t k_managed = 52000;
    constexpr uid_t k_other_managed = 52001;
    for (const auto phase : {Authenticate, Account, OpenSession, CloseSession, ReauthenticateSelf}) {
        CAPTURE(static_cast<int>(phase));
        CHECK(asked_as(k_nobody, socket, begin_frame(phase)) == 0);
        CHECK(asked_as(k_managed, socket, begin_frame(phase)) == 2);
        CHECK(asked_as(k_other_managed, socket, begin_frame(phase)) == 2);
    }
    for (const auto& other : {workstation.config().admin_socket(), workstation.config().link_socket()}) {
        CHECK(asked_as(k_nobody, other, begin_frame(Authenticate)) != 1);
        CHECK(asked_as(k_managed, other, begin_frame(Authenticate)) != 1);
    }
    CHECK(asked_as(k_nobody, workstation.config().admin_socket(), {1}) == 3);
}

TEST_CASE("row 69: a screen locker asks for its own live session and nothing else", "[agent][pam]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    Portal portal;
    portal.enrol(workstation);
    const PamExchange::Request reauthenticate{.phase = ipc::Phase::ReauthenticateSelf, .service = "xscreensaver"};
    chmod(workstation.config().run_folder.parent_path().c_str(), 0755);
    constexpr uid_t k_managed = 52000;
    CHECK(asked_as(k_managed, workstation.config().pam_socket(), begin_frame(ipc::Phase::ReauthenticateSelf)) == 2);
    REQUIRE(is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall))));
    REQUIRE(is_granted(phase(workstation, ipc::Phase::Account)));
    REQUIRE(is_granted(phase(workstation, ipc::Phase::OpenSession)));
    // With a live session it is asked.
    CHECK(asked_as(k_managed, workstation.config().pam_socket(), begin_frame(ipc::Phase::ReauthenticateSelf)) == 1);
    CHECK(asked_as(k_managed, workstation.config().pam_socket(), begin_frame(ipc::Phase::Authenticate)) == 2);
}

TEST_CASE("a screen locker speaks for nobody else's session, in nobody else's name, and one at a time",
          "[agent][pam]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    Portal portal;
    portal.enrol(workstation);
    chmod(workstation.config().run_folder.parent_path().c_str(), 0755);
    REQUIRE(is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall))));
    REQUIRE(is_granted(phase(workstation, ipc::Phase::Account)));
    REQUIRE(is_granted(phase(workstation, ipc::Phase::OpenSession)));
    constexpr uid_t k_managed = 52000;
    const auto socket = workstation.config().pam_socket();
    const auto frame = begin_frame(ipc::Phase::ReauthenticateSelf);
    SECTION("a process left over from another session") {
        workstation.processes.call_as({{.process = 800, .started = 1}, {.process = 1, .started = 0}});
        CHECK(asked_as(k_managed, socket, frame) == 2);
    }
    SECTION("one exchange at a time") {
        auto first = connect_as(k_managed, socket);
        REQUIRE(first.send(frame, 2s));
        REQUIRE(first.receive(3s));
        CHECK(asked_as(k_managed, socket, frame) == 2);
        first = connect_as(k_managed, socket);
        CHECK(eventually([&] { return asked_as(k_managed, socket, frame) == 1; }));
    }
    SECTION("what it claims is not recorded, and noise is written down once a minute") {
        portal.cut();
        const auto noise = ipc::encode(ipc::ClientMessage(ipc::Answer{.text = *ipc::Typed::from("noise")}));
        const auto payload = noise.bytes().subspan(ipc::k_header_size);
        const auto head = [&] {
            return std::get<std::int64_t>(
                *value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        };
        const auto before = head();
        for (int i = 0; i < 3; ++i) {
            auto client = connect_as(k_managed, socket);
            REQUIRE(client.send(frame, 2s));
            REQUIRE(client.receive(3s));
            REQUIRE(client.send({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, 2s));
            REQUIRE(client.receive(3s));
        }
        CHECK(head() == before + 1);
        portal.accept(workstation);
        portal.take_audit(head());
        const auto event = portal.events().back();
        CHECK(event.reason == "code_malformed");
        CHECK(event.service == "screen-lock");
        CHECK_FALSE(event.remote_host);
        CHECK_FALSE(event.terminal);
    }
}

TEST_CASE("row 68: frames that make no sense end the exchange and nothing else", "[agent][pam]") {
    Workstation workstation;
    REQUIRE_FALSE(workstation.start());
    Portal portal;
    portal.enrol(workstation);
    const auto begin = begin_frame(ipc::Phase::Authenticate);
    std::vector<std::vector<std::uint8_t>> frames{
        {0}, {1, 2, 3}, {9, 1}, {1, 99}, std::vector<std::uint8_t>(4096, 0xff)};
    for (std::size_t size = 1; size < begin.size(); size += 7)
        frames.emplace_back(begin.begin(), begin.begin() + static_cast<std::ptrdiff_t>(size));
    for (const auto& frame : frames) {
        auto client = platform::BlockingUnixClient::connect(workstation.config().pam_socket(), geteuid());
        REQUIRE(client);
        REQUIRE(client->send(frame, 2s));
        CHECK_FALSE(client->receive(3s));
    }
    // An answer before any question.
    auto client = platform::BlockingUnixClient::connect(workstation.config().pam_socket(), geteuid());
    REQUIRE(client);
    const auto answer = ipc::encode(ipc::ClientMessage(ipc::Answer{.text = *ipc::Typed::from("12345678")}));
    const auto payload = answer.bytes().subspan(ipc::k_header_size);
    REQUIRE(client->send({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, 2s));
    CHECK_FALSE(client->receive(3s));
    CHECK(is_granted(sign_in_with(workstation, portal.code(workstation.clock.wall))));
}

}  // namespace doorward::tests
