#include "desktop-client/ipc/client.h"

#include "tests/desktop-client/ipc/fake_agent.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fcntl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

using namespace doorward::ipc;
using doorward::tests::FakeAgent;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "doorward-ipc-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()));
        m_path = name;
        std::filesystem::permissions(m_path, std::filesystem::perms(0777));
    }
    ~Folder() { std::filesystem::remove_all(m_path); }
    [[nodiscard]] std::string socket() const { return m_path / "pam.sock"; }

private:
    std::filesystem::path m_path;
};

void need_root() {
    if (geteuid() != 0) SKIP("needs root: the client accepts no other server");
}

Begin begin_for(std::string_view user) {
    Begin begin;
    begin.user = *Name::from(user);
    return begin;
}

}  // namespace

TEST_CASE("a prompt is answered and the grant arrives", "[ipc]") {
    need_root();
    const Folder folder;
    std::string user;
    std::string answer;
    {
        FakeAgent agent(folder.socket(), [&](FakeAgent::Connection& connection) {
            user = connection.begin().user.view();
            connection.write(Wait{});
            connection.write(doorward::tests::prompt("Code:"));
            const auto message = connection.read();
            if (message && std::holds_alternative<Answer>(*message)) answer = std::get<Answer>(*message).text.view();
            connection.write(Granted{});
        });
        auto client = Client::connect(folder.socket().c_str());
        REQUIRE(client);
        REQUIRE(client->send(begin_for("msp-nik")));
        const auto prompt = client->receive();
        REQUIRE((prompt && std::holds_alternative<Prompt>(*prompt)));
        REQUIRE(client->send(Answer{*Typed::from("12345678")}));
        const auto verdict = client->receive();
        REQUIRE((verdict && std::holds_alternative<Granted>(*verdict)));
    }
    CHECK(user == "msp-nik");
    CHECK(answer == "12345678");
}

TEST_CASE("an absent agent is noticed within 10 ms", "[ipc]") {
    const Folder folder;
    const auto start = Clock::now();
    CHECK(Client::connect(folder.socket().c_str()).error() == Error::NoServer);
    CHECK(Clock::now() - start < 10ms);
}

TEST_CASE("a socket that nobody listens on is an absent agent", "[ipc]") {
    need_root();
    const Folder folder;
    const std::string left_over = folder.socket() + ".old";
    {
        const FakeAgent agent(folder.socket(), [](FakeAgent::Connection&) {});
        std::filesystem::rename(folder.socket(), left_over);
    }
    CHECK(Client::connect(left_over.c_str()).error() == Error::NoServer);
}

TEST_CASE("a hung agent is given up after 2 s", "[ipc]") {
    need_root();
    const Folder folder;
    const FakeAgent agent(folder.socket(), [](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        static_cast<void>(connection.read());
    });
    auto client = Client::connect(folder.socket().c_str());
    REQUIRE(client);
    REQUIRE(client->send(begin_for("msp-nik")));
    const auto start = Clock::now();
    CHECK(client->receive().error() == Error::Timeout);
    CHECK(Clock::now() - start >= 1900ms);
    CHECK(Clock::now() - start < 2300ms);
}

TEST_CASE("row 68: an agent that sends one byte a second is given up after 2 s", "[ipc]") {
    need_root();
    const Folder folder;
    const FakeAgent agent(folder.socket(), [](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        for (const char byte : std::string("\x02\0\0\0\x01", 5)) {
            connection.write_raw(std::string_view(&byte, 1));
            std::this_thread::sleep_for(700ms);
        }
    });
    auto client = Client::connect(folder.socket().c_str());
    REQUIRE(client);
    REQUIRE(client->send(begin_for("msp-nik")));
    const auto start = Clock::now();
    CHECK(client->receive().error() == Error::Timeout);
    CHECK(Clock::now() - start < 2300ms);
}

TEST_CASE("a connection that ends, early or inside a frame, is no answer", "[ipc]") {
    need_root();
    const Folder folder;
    const std::string half = GENERATE_COPY(std::string(), std::string("\x02\0", 2), std::string("\x02\0\0\0\x01", 5));
    const FakeAgent agent(folder.socket(), [&](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        connection.write_raw(half);
    });
    auto client = Client::connect(folder.socket().c_str());
    REQUIRE(client);
    REQUIRE(client->send(begin_for("msp-nik")));
    CHECK(client->receive().error() == Error::Closed);
}

TEST_CASE("row 68: a frame of 4 GB is refused without being read", "[ipc]") {
    need_root();
    const Folder folder;
    const FakeAgent agent(folder.socket(), [](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        connection.write_raw("\xff\xff\xff\xff");
    });
    auto client = Client::connect(folder.socket().c_str());
    REQUIRE(client);
    REQUIRE(client->send(begin_for("msp-nik")));
    CHECK(client->receive().error() == Error::BadLength);
}

TEST_CASE("a socket that an ordinary user put there is refused before anything is sent", "[ipc]") {
    need_root();
    const Folder folder;
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t attacker = fork();
    if (attacker == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0) _exit(1);
        const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        folder.socket().copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) _exit(2);
        if (listen(listener, 1) != 0 || write(ready[1], "x", 1) != 1) _exit(3);
        const int victim = accept(listener, nullptr, nullptr);
        char byte = 0;
        _exit(recv(victim, &byte, 1, 0) == 0 ? 0 : 4);
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    CHECK(Client::connect(folder.socket().c_str()).error() == Error::UntrustedServer);
    int status = 0;
    REQUIRE(waitpid(attacker, &status, 0) == attacker);
    CHECK(status == 0);
    close(ready[0]);
    close(ready[1]);
}

TEST_CASE("signals during the wait neither shorten nor end it", "[ipc]") {
    need_root();
    const Folder folder;
    const FakeAgent agent(folder.socket(), [](FakeAgent::Connection& connection) {
        static_cast<void>(connection.begin());
        std::this_thread::sleep_for(500ms);
        connection.write(Granted{});
    });
    auto client = Client::connect(folder.socket().c_str());
    REQUIRE(client);
    REQUIRE(client->send(begin_for("msp-nik")));
    struct sigaction ignore_by_handler{};
    ignore_by_handler.sa_handler = [](int) {};
    struct sigaction before{};
    REQUIRE(sigaction(SIGALRM, &ignore_by_handler, &before) == 0);
    const pthread_t waiting = pthread_self();
    std::thread noise([waiting] {
        for (int i = 0; i < 20; ++i) {
            std::this_thread::sleep_for(10ms);
            pthread_kill(waiting, SIGALRM);
        }
    });
    const auto verdict = client->receive();
    noise.join();
    REQUIRE(sigaction(SIGALRM, &before, nullptr) == 0);
    CHECK((verdict && std::holds_alternative<Granted>(*verdict)));
}
