#include "tests/desktop-client/pam/harness.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace doorward;
using namespace doorward::tests;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

FakeAgent::Conversation says(const ipc::ServerMessage& message) {
    return [message](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        connection.write(message);
    };
}

}  // namespace

TEST_CASE("an unmanaged user is left to the rest of the stack, and the agent is not asked", "[pam]") {
    Person person;
    Application application("stack", k_local, person);
    const FakeAgent agent(k_pam_socket, says(denied(ipc::DeniedReason::AuthenticationFailed)));
    CHECK(application.authenticate() == PAM_SUCCESS);
    CHECK(application.account() == PAM_SUCCESS);
    CHECK(application.open_session() == PAM_SUCCESS);
    CHECK(application.close_session() == PAM_SUCCESS);
    CHECK(application.change_password() == PAM_SUCCESS);
    CHECK(agent.connections() == 0);
    CHECK(person.prompts.empty());
}

TEST_CASE("the managed range is 52000 to 59999", "[pam]") {
    const auto allowed = [](const char* user) {
        Person person;
        return Application("stack", user, person).authenticate() == PAM_SUCCESS;
    };
    CHECK(allowed("below"));
    CHECK_FALSE(allowed("first"));
    CHECK_FALSE(allowed("last"));
    CHECK(allowed("above"));
    CHECK(allowed("root"));
}

TEST_CASE("row 11: without an agent a managed user is refused in every phase within 10 ms", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    auto fastest = Clock::duration::max();  // the first also loads the modules, and the machine is shared
    for (int i = 0; i < 5; ++i) {
        const auto start = Clock::now();
        CHECK(application.authenticate() == PAM_AUTHINFO_UNAVAIL);
        fastest = std::min(fastest, Clock::now() - start);
    }
    CHECK(fastest < 10ms);
    CHECK(application.account() == PAM_AUTHINFO_UNAVAIL);
    CHECK(application.open_session() == PAM_SESSION_ERR);
    CHECK(person.prompts.empty());
}

TEST_CASE("a name that only our names file knows is managed, whatever nsswitch.conf says", "[pam]") {
    Person person;
    Application application("stack", "msp-new", person);
    CHECK(application.authenticate() == PAM_SUCCESS);  // nobody knows the name yet
    std::filesystem::create_directories("/var/lib/doorward");
    std::ofstream("/var/lib/doorward/names") << "msp-new:x:52010:52010::/home/msp-new:/bin/bash\n";
    CHECK(application.authenticate() == PAM_AUTHINFO_UNAVAIL);
    REQUIRE(chmod("/var/lib/doorward/names", 0666) == 0);
    CHECK(application.authenticate() == PAM_SUCCESS);  // anybody could have written it
    std::filesystem::remove_all("/var/lib/doorward");
}

TEST_CASE("the agent's verdict becomes the phase's return code", "[pam]") {
    struct Case {
        ipc::DeniedReason reason;
        int authenticate;
        int account;
    };
    const Case expected = GENERATE(Case{ipc::DeniedReason::AuthenticationFailed, PAM_AUTH_ERR, PAM_PERM_DENIED},
                                   Case{ipc::DeniedReason::MaximumTries, PAM_MAXTRIES, PAM_PERM_DENIED},
                                   Case{ipc::DeniedReason::AccountUnavailable, PAM_AUTHINFO_UNAVAIL, PAM_ACCT_EXPIRED},
                                   Case{ipc::DeniedReason::Unavailable, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL});
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, says(denied(expected.reason, "Refused.")));
    CHECK(application.authenticate() == expected.authenticate);
    CHECK(application.account() == expected.account);
    CHECK(application.open_session() == PAM_SESSION_ERR);
    CHECK(Application("stack", k_managed, person).close_session() == PAM_SUCCESS);
    CHECK(person.errors.at(0) == "Refused.");
}

TEST_CASE("each phase tells the agent what it is, who it is for and where", "[pam]") {
    std::vector<ipc::Begin> begins;
    std::vector<pid_t> callers;
    Person person;
    Application application("sshd", k_managed, person);
    REQUIRE(pam_set_item(application.handle(), PAM_TTY, "ssh") == PAM_SUCCESS);
    REQUIRE(pam_set_item(application.handle(), PAM_RHOST, "10.89.1.1") == PAM_SUCCESS);
    REQUIRE(pam_set_item(application.handle(), PAM_RUSER, "nik") == PAM_SUCCESS);
    {
        const FakeAgent agent(k_pam_socket, [&](FakeAgent::Connection& connection) {
            begins.push_back(connection.begin());
            callers.push_back(connection.peer().pid);
            connection.write(ipc::Granted{});
        });
        CHECK(application.authenticate() == PAM_SUCCESS);
        CHECK(application.account() == PAM_SUCCESS);
        CHECK(application.set_credentials() == PAM_SUCCESS);
        CHECK(application.open_session() == PAM_SUCCESS);
        CHECK(application.close_session() == PAM_SUCCESS);
    }
    REQUIRE(begins.size() == 4);
    CHECK(begins[0].phase == ipc::Phase::Authenticate);
    CHECK(begins[1].phase == ipc::Phase::Account);
    CHECK(begins[2].phase == ipc::Phase::OpenSession);
    CHECK(begins[3].phase == ipc::Phase::CloseSession);
    CHECK(begins[0].user.view() == k_managed);
    CHECK(begins[0].service.view() == "sshd");
    CHECK(begins[0].terminal.view() == "ssh");
    CHECK(begins[0].remote_host.view() == "10.89.1.1");
    CHECK(begins[0].remote_user.view() == "nik");
    CHECK(begins[0].conversation == ipc::Conversation::Interactive);
    CHECK(callers == std::vector<pid_t>(4, getpid()));
}

TEST_CASE("not mine leaves the user to the rest of the stack", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, says(ipc::NotMine{}));
    CHECK(application.authenticate() == PAM_SUCCESS);
    CHECK(application.account() == PAM_SUCCESS);
    CHECK(application.open_session() == PAM_SUCCESS);
}

TEST_CASE("row 12: an agent that closes, hangs or talks nonsense is a refusal within 2 s", "[pam]") {
    const int fault = GENERATE(0, 1, 2, 3);
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, [fault](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        if (fault == 1) static_cast<void>(connection.read());
        if (fault == 2) connection.write_raw("GET / HTTP/1.0\r\n\r\n");
        if (fault == 3) connection.write_raw(std::string_view("\x02\0\0\0\x01\x02", 6));
    });
    const auto start = Clock::now();
    CHECK(application.authenticate() == PAM_AUTHINFO_UNAVAIL);
    CHECK(Clock::now() - start < 2300ms);
}

TEST_CASE("row 14: a socket that belongs to an ordinary user is refused", "[pam]") {
    prepare_pam();
    REQUIRE(chmod("/run/doorward", 0777) == 0);
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t attacker = fork();
    if (attacker == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0) _exit(1);
        const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::string_view(k_pam_socket).copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) _exit(2);
        if (listen(listener, 1) != 0 || write(ready[1], "x", 1) != 1) _exit(3);
        const int victim = accept(listener, nullptr, nullptr);
        const ipc::Frame granted = ipc::encode(ipc::ServerMessage(ipc::Granted{}));
        static_cast<void>(send(victim, granted.bytes().data(), granted.bytes().size(), MSG_NOSIGNAL));
        _exit(0);
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    Person person;
    Application application("stack", k_managed, person);
    CHECK(application.authenticate() == PAM_AUTHINFO_UNAVAIL);
    int status = 0;
    REQUIRE(waitpid(attacker, &status, 0) == attacker);
    CHECK(status == 0);
    close(ready[0]);
    close(ready[1]);
    unlink(k_pam_socket);
}

TEST_CASE("row 65: the name that was authenticated is the only one that the account phase lets in", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, says(ipc::Granted{}));
    const auto rename = [&](const char* user) {
        REQUIRE(pam_set_item(application.handle(), PAM_USER, user) == PAM_SUCCESS);
    };
    REQUIRE(application.authenticate() == PAM_SUCCESS);
    for (const char* other : {k_local, "root", "first", "nobody-knows"}) {
        rename(other);
        CAPTURE(other);
        CHECK(application.account() == PAM_PERM_DENIED);
    }
    CHECK(agent.connections() == 1);
    // sudo asks for the one who types, and opens the session for the one whom the command runs as.
    rename("root");
    CHECK(application.open_session() == PAM_SUCCESS);
    rename(k_managed);
    CHECK(application.account() == PAM_SUCCESS);
    // Who begins anew is judged anew.
    rename(k_local);
    REQUIRE(application.authenticate() == PAM_SUCCESS);
    CHECK(application.account() == PAM_SUCCESS);
}

TEST_CASE("row 15: an unknown option refuses managed users and nobody else", "[pam]") {
    const FakeAgent agent((prepare_pam(), k_pam_socket), says(ipc::Granted{}));
    Person person;
    Application managed("badly", k_managed, person);
    CHECK(managed.authenticate() == PAM_AUTH_ERR);
    CHECK(managed.account() == PAM_PERM_DENIED);
    CHECK(managed.open_session() == PAM_SESSION_ERR);
    Application local("badly", k_local, person);
    CHECK(local.authenticate() == PAM_SUCCESS);
    CHECK(agent.connections() == 0);
}

TEST_CASE("row 70: the environment changes nothing", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    for (const char* name : {"DOORWARD_SOCKET", "PAM_DOORWARD", "TZ", "http_proxy", "LD_LIBRARY_PATH"}) {
        setenv(name, "/nonexistent", 1);
        REQUIRE(pam_putenv(application.handle(), (std::string(name) + "=/nonexistent").c_str()) == PAM_SUCCESS);
    }
    const FakeAgent agent(k_pam_socket, says(ipc::Granted{}));
    CHECK(application.authenticate() == PAM_SUCCESS);
    for (const char* name : {"DOORWARD_SOCKET", "PAM_DOORWARD", "TZ", "http_proxy", "LD_LIBRARY_PATH"})
        unsetenv(name);
}

TEST_CASE("the name and the authentication token stay as the application set them", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, [](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        connection.write(prompt("Code:"));
        static_cast<void>(connection.read());
        connection.write(ipc::Granted{});
    });
    REQUIRE(application.authenticate() == PAM_SUCCESS);
    const void* value = nullptr;
    CHECK(pam_get_item(application.handle(), PAM_USER, &value) == PAM_SUCCESS);
    CHECK(std::string(static_cast<const char*>(value)) == k_managed);
}

TEST_CASE("setting the password of a managed account is refused", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    CHECK(application.change_password() == PAM_AUTHTOK_ERR);
}

TEST_CASE("values too long for the agent are refused, not cut", "[pam]") {
    Person person;
    Application application("stack", k_managed, person);
    const FakeAgent agent(k_pam_socket, says(ipc::Granted{}));
    REQUIRE(pam_set_item(application.handle(), PAM_RHOST, std::string(256, 'h').c_str()) == PAM_SUCCESS);
    CHECK(application.authenticate() == PAM_AUTH_ERR);
    CHECK(agent.connections() == 0);
}

TEST_CASE("a program that is not root can only ask for its own live session", "[pam]") {
    prepare_pam();
    ipc::Phase phase{};
    int status = 0;
    {
        const FakeAgent agent(k_pam_socket, [&](FakeAgent::Connection& connection) {
            phase = connection.begin().phase;
            connection.write(ipc::Granted{});
        });
        const pid_t locker = fork();
        if (locker == 0) {
            if (setgid(52001) != 0 || setuid(52001) != 0) _exit(1);
            Person person;
            Application application("stack", k_managed, person);
            _exit(application.authenticate() == PAM_SUCCESS ? 0 : 2);
        }
        REQUIRE(waitpid(locker, &status, 0) == locker);
    }
    CHECK(status == 0);
    CHECK(phase == ipc::Phase::ReauthenticateSelf);
}

TEST_CASE("the module exports the six PAM functions and needs only libpam and libc", "[pam]") {
    const std::string command =
        "nm -D --defined-only " PAM_MODULE " | awk '{print $3}' | sort | tr '\\n' ' '; readelf -d " PAM_MODULE
        " | grep -o 'Shared library.*' | tr '\\n' ' '";
    FILE* const pipe = popen(command.c_str(), "r");  // NOLINT(bugprone-command-processor)
    REQUIRE(pipe);
    char output[1024] = {};
    const std::size_t size = fread(output, 1, sizeof output - 1, pipe);
    pclose(pipe);
    CHECK(std::string(output, size) ==
          "pam_sm_acct_mgmt pam_sm_authenticate pam_sm_chauthtok pam_sm_close_session pam_sm_open_session "
          "pam_sm_setcred Shared library: [libpam.so.0] Shared library: [libc.so.6] ");
}
