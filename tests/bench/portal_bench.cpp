// The figures of the portal, with the real program in a machine of its own: idle-memory, cold-start-portal,
// online-latency, online-throughput, group-commit.
#include "crypto/initialise.h"
#include "tests/bench/device_client.h"
#include "tests/bench/https_connection.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"
#include "tests/bench/nginx_peer.h"
#include "tests/bench/portal_bed.h"
#include "tests/bench/sign_in_load.h"
#include "tests/bench/sign_in_parts.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace doorward;
using namespace doorward::bench;
namespace asio = boost::asio;

constexpr std::size_t k_connections = 64;
constexpr std::size_t k_each = 6;
constexpr std::size_t k_alone = 20;

platform::TlsContext client_tls() {
    return must(platform::TlsContext::client({platform::PeerVerification::AuthorityFile, PortalBed::authority_file()}),
                "TLS");
}

asio::awaitable<void> ask(platform::TlsContext tls, std::uint16_t port, bool* answered) {
    const auto connection = co_await HttpsConnection::connect(std::move(tls), port, k_app_host);
    if (connection) *answered = co_await connection->exchange(get_request(k_app_host, "/")) == 200;
}

bool answers(asio::io_context& context, const platform::TlsContext& tls, std::uint16_t port) {
    bool answered = false;
    run(context, ask(tls, port, &answered));
    return answered;
}

void wait_for_answer(std::uint16_t port) {
    asio::io_context context(1);
    const auto tls = client_tls();
    wait_until("a server answers", 30, [&] { return answers(context, tls, port); });
}

bool cold_start_portal() {
    const PortalBed bed({.tenants = 200, .devices_per_tenant = 50, .phones = 0});
    asio::io_context context(1);
    const auto tls = client_tls();
    const auto start = [&](const std::function<Child()>& begin, std::uint16_t port) {
        Child server;
        const double cost = microseconds([&] {
            server = begin();
            while (!answers(context, tls, port))
                std::this_thread::sleep_for(std::chrono::microseconds(200));
        });
        server.stop();
        return cost / 1000;
    };
    return compare(
        {.name = "cold-start-portal", .unit = "ms", .bound = {.at_least = {}, .at_most = 2}},
        [&] { return start(PortalBed::serve, k_app_port); }, [&] { return start(start_nginx, k_nginx_port); });
}

/// Idle connections in portions; what a connection of the last portion cost, in KB.
class IdleConnections {
public:
    static constexpr std::size_t k_portion = 120;

    IdleConnections() : m_tls(client_tls()) {}

    double more_devices(const PortalBed& bed, pid_t portal) {
        const double before = memory_of(portal);
        run(m_context, connect_devices(&bed));
        settle();
        return (memory_of(portal) - before) * 1024 / static_cast<double>(k_portion);
    }
    double more_of_nginx(const Child& nginx) {
        const double before = nginx_memory(nginx);
        run(m_context, connect_to_nginx());
        settle();
        return (nginx_memory(nginx) - before) * 1024 / static_cast<double>(k_portion);
    }
    void drop() {
        m_devices.clear();
        m_peers.clear();
    }

private:
    asio::awaitable<void> connect_devices(const PortalBed* bed) {
        for (std::size_t i = 0; i < k_portion; ++i) {
            auto device = std::make_shared<DeviceClient>(bed->devices()[m_devices.size()]);
            co_await device->connect(m_tls);
            m_devices.push_back(std::move(device));
        }
    }
    asio::awaitable<void> connect_to_nginx() {
        for (std::size_t i = 0; i < k_portion; ++i) {
            auto connection = co_await HttpsConnection::connect(m_tls, k_nginx_port, k_app_host);
            require(connection != nullptr, "nginx does not answer");
            require(co_await connection->exchange(get_request(k_app_host, "/")) == 200, "nginx refused");
            m_peers.push_back(std::move(connection));
        }
    }
    static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(300)); }

    asio::io_context m_context{1};
    platform::TlsContext m_tls;
    std::vector<std::shared_ptr<DeviceClient>> m_devices;
    std::vector<std::unique_ptr<HttpsConnection>> m_peers;
};

bool idle_memory() {
    const PortalBed bed({.tenants = 100, .devices_per_tenant = 19, .phones = 1});
    Child portal = PortalBed::serve();
    Child nginx = start_nginx();
    wait_for_answer(k_app_port);
    wait_for_answer(k_nginx_port);
    IdleConnections connections;
    const bool passed = compare(
        {.name = "idle-memory",
         .unit = "KB",
         .bound = {.at_least = {}, .at_most = 1.6},
         .summary = Summary::OfTotals,
         .attempts = 1},
        [&] { return connections.more_devices(bed, portal.process()); },
        [&] { return connections.more_of_nginx(nginx); });
    nginx.stop();
    return passed;
}

/// The servers and everybody who talks to them.
struct SignInBench {
    PortalBed bed{{.tenants = 1, .devices_per_tenant = k_connections, .phones = k_connections}};
    Child portal = PortalBed::serve();
    Child nginx = start_nginx();
    std::unique_ptr<SignInParts> parts;
    std::unique_ptr<SignInLoad> load;

    SignInBench() {
        wait_for_answer(k_app_port);
        wait_for_answer(k_nginx_port);
        parts = std::make_unique<SignInParts>(k_connections);
        load = std::make_unique<SignInLoad>(bed, k_connections);
        static_cast<void>(load->cost(k_connections, 2));
    }
    ~SignInBench() { nginx.stop(); }
};

bool online_latency() {
    SignInBench bench;
    const auto legs = bench.load->legs(50);
    std::printf("  of one sign-in %.0f us are the asking, %.0f us the answering\n", legs.asking, legs.answering);
    return compare(
        {.name = "online-latency", .unit = "us", .bound = {.at_least = {}, .at_most = 1.8}},
        [&] {
            const auto now = bench.load->legs(k_alone);
            return now.asking + now.answering;
        },
        [&] { return bench.parts->verification() + bench.parts->commit() + bench.parts->request(); });
}

bool online_throughput() {
    SignInBench bench;
    std::printf("  parts: verification %.0f us, share of a commit %.0f us, request %.0f us\n",
                bench.parts->verification(), bench.parts->shared_commit(), bench.parts->busy_request());
    return compare(
        {.name = "online-throughput",
         .unit = "us",
         .bound = {.at_least = 0.6, .at_most = {}},
         .ratio = Ratio::PeerToOurs},
        [&] { return bench.load->cost(k_connections, k_each); },
        [&] { return bench.parts->verification() + bench.parts->shared_commit() + bench.parts->busy_request(); });
}

bool group_commit() {
    SignInBench bench;
    return compare(
        {.name = "group-commit", .unit = "us", .bound = {.at_least = 4, .at_most = {}}, .ratio = Ratio::PeerToOurs},
        [&] { return bench.load->cost(k_connections, k_each); }, [&] { return bench.load->cost(1, k_alone); });
}

const std::map<std::string, std::function<bool()>> k_figures{
    {"idle-memory", idle_memory},       {"cold-start-portal", cold_start_portal},
    {"online-latency", online_latency}, {"online-throughput", online_throughput},
    {"group-commit", group_commit},
};

}  // namespace

int main(int argc, char** argv) {
    const auto figure = argc == 2 ? k_figures.find(argv[1]) : k_figures.end();
    if (figure == k_figures.end()) {
        std::fprintf(stderr, "usage: portal_bench NAME, one of:\n");
        for (const auto& [name, run_it] : k_figures)
            std::fprintf(stderr, "  %s\n", name.c_str());
        return 2;
    }
    return in_private_machine(argv, "", [&] {
        must(crypto::initialise(), "the crypto library cannot be used");
        const rlimit files{.rlim_cur = 16'384, .rlim_max = 16'384};
        require(setrlimit(RLIMIT_NOFILE, &files) == 0, "cannot raise the number of open files");
        return figure->second() ? 0 : 1;
    });
}
