#include "platform/unix_socket.h"

#include "tests/platform/temporary_folder.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>

using namespace doorward::platform;
using doorward::platform::test::TemporaryFolder;
namespace net = boost::asio;

namespace {

constexpr std::chrono::milliseconds k_patience{2000};

net::awaitable<void> echo(std::shared_ptr<UnixConnection> connection) {
    while (true) {
        auto frame = co_await connection->receive(k_patience);
        if (!frame) co_return;
        auto sent = co_await connection->send(std::move(*frame), k_patience);
        if (!sent) co_return;
    }
}

struct Fixture {
    TemporaryFolder folder;
    net::io_context context;
    net::executor_work_guard<net::io_context::executor_type> work{context.get_executor()};
    std::unique_ptr<UnixListener> listener;
    std::thread thread;

    explicit Fixture(std::size_t connection_limit = 256) {
        listener = UnixListener::open(context.get_executor(), options(connection_limit), echo).value();
        thread = std::thread([this] { context.run(); });
    }
    ~Fixture() {
        listener.reset();
        work.reset();
        thread.join();
    }
    UnixListenerOptions options(std::size_t connection_limit = 256) const {
        UnixListenerOptions chosen;
        chosen.path = folder / "test.sock";
        chosen.mode = 0660;
        chosen.connection_limit = connection_limit;
        return chosen;
    }
    std::filesystem::path path() const { return folder / "test.sock"; }
};

}  // namespace

TEST_CASE("frames go to the server and back", "[platform][socket]") {
    Fixture fixture;
    struct stat found{};
    REQUIRE(stat(fixture.path().c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0660);
    auto client = BlockingUnixClient::connect(fixture.path(), geteuid());
    REQUIRE(client.has_value());
    for (const std::size_t size : {1U, 2U, 4096U}) {
        const Frame frame(size, 0xa5);
        REQUIRE(client->send(frame, k_patience).has_value());
        CHECK(client->receive(k_patience) == frame);
    }
    CHECK(client->receive(std::chrono::milliseconds(50)).error() == UnixSocketError::TimedOut);
}

TEST_CASE("row 68: a frame of no bytes, or of too many, ends the connection", "[platform][socket]") {
    Fixture fixture;
    for (const std::array<std::uint8_t, 4> head :
         {std::array<std::uint8_t, 4>{0, 0, 0, 0}, std::array<std::uint8_t, 4>{1, 16, 0, 0},
          std::array<std::uint8_t, 4>{0xff, 0xff, 0xff, 0xff}}) {
        auto client = BlockingUnixClient::connect(fixture.path(), geteuid(), 1 << 20);
        REQUIRE(client.has_value());
        CHECK(client->send({}, k_patience).error() == UnixSocketError::TooLarge);
        // A frame whose content is a bad head, followed by it: the first is echoed, so the server is alive.
        REQUIRE(client->send(head, k_patience).has_value());
        REQUIRE(client->receive(k_patience).has_value());
        const Frame large(4097, 1);
        // Its head is enough for the server to hang up, perhaps before the rest is sent.
        static_cast<void>(client->send(large, k_patience));
        CHECK_FALSE(client->receive(k_patience).has_value());
    }
    auto client = BlockingUnixClient::connect(fixture.path(), geteuid());
    REQUIRE(client->send(Frame{1}, k_patience).has_value());
    CHECK(client->receive(k_patience).has_value());
}

TEST_CASE("an unexpected peer or an absent server is refused", "[platform][socket]") {
    Fixture fixture;
    CHECK(BlockingUnixClient::connect(fixture.path(), geteuid() + 1).error() == UnixSocketError::WrongPeer);
    CHECK(BlockingUnixClient::connect(fixture.folder / "none", geteuid()).error() == UnixSocketError::Absent);
    CHECK(BlockingUnixClient::connect(std::string(200, 'x'), geteuid()).error() == UnixSocketError::Absent);
}

TEST_CASE("a socket that answers is not taken over, an abandoned one is", "[platform][socket]") {
    TemporaryFolder folder;
    net::io_context idle;
    {
        Fixture fixture;
        CHECK(UnixListener::open(idle.get_executor(), fixture.options(), echo).error() == UnixSocketError::Denied);
        CHECK(BlockingUnixClient::connect(fixture.path(), geteuid()).has_value());
        fixture.listener->stop();
        CHECK_FALSE(std::filesystem::exists(fixture.path()));
    }
    UnixListenerOptions options;
    options.path = folder / "test.sock";
    {
        net::io_context gone;
        net::local::stream_protocol::acceptor abandoned(gone, options.path.native());
    }
    REQUIRE(std::filesystem::exists(options.path));
    CHECK(UnixListener::open(idle.get_executor(), options, echo).has_value());
}

TEST_CASE("row 68: connections over the limit are closed and the others go on", "[platform][socket]") {
    Fixture fixture(2);
    auto first = BlockingUnixClient::connect(fixture.path(), geteuid());
    REQUIRE(first->send(Frame{1}, k_patience).has_value());
    REQUIRE(first->receive(k_patience).has_value());
    auto second = BlockingUnixClient::connect(fixture.path(), geteuid());
    REQUIRE(second->send(Frame{1}, k_patience).has_value());
    REQUIRE(second->receive(k_patience).has_value());
    auto third = BlockingUnixClient::connect(fixture.path(), geteuid());
    CHECK_FALSE(third->receive(k_patience).has_value());
    REQUIRE(first->send(Frame{2}, k_patience).has_value());
    CHECK(first->receive(k_patience) == Frame{2});
}
