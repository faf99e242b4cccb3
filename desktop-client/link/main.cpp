#include "crypto/initialise.h"
#include "desktop-client/link/carrier.h"
#include "platform/heap.h"
#include "platform/log.h"
#include "platform/service_notify.h"

#include <CLI/CLI.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

namespace {

namespace asio = boost::asio;
namespace link = doorward::link;
namespace platform = doorward::platform;
using namespace std::chrono_literals;

const platform::Logger k_log{"link"};
constexpr uid_t k_root = 0;
constexpr int k_usage = 2;
constexpr std::chrono::milliseconds k_first_pause = 250ms;
// Shorter than an enrolment waits for us.
constexpr std::chrono::milliseconds k_longest_pause = 2s;

asio::awaitable<void> serve(std::filesystem::path agent_socket, platform::TlsContext tls) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    std::chrono::milliseconds delay = k_first_pause;
    for (;;) {
        auto agent = co_await platform::connect_unix(agent_socket, k_root, link::k_frame_limit);
        if (agent) {
            k_log.info("agent_connected");
            delay = k_first_pause;
            co_await std::make_shared<link::Carrier>(*agent, tls)->run();
        } else if (agent.error() != platform::UnixSocketError::Absent) {
            k_log.warning("agent_refused", {{platform::LogField::Reason, platform::to_string(agent.error())}});
        }
        pause.expires_after(delay);
        delay = std::min(delay * 2, k_longest_pause);
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Carries the agent's messages to the portal: TLS and the WebSocket, nothing else. Started by its unit."};
    std::string agent_socket = "/run/doorward/link.sock";
    app.add_option("--agent-socket", agent_socket, "The agent's link socket")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    // What comes from the network is first parsed here, so this process must have nothing to lose.
    if (geteuid() == k_root || getuid() == k_root) {
        k_log.error("refused", {{platform::LogField::Reason, "runs_as_root"}});
        return k_usage;
    }
    platform::use_one_heap();
    prctl(PR_SET_DUMPABLE, 0);
    platform::configure_log({});
    if (!doorward::crypto::initialise()) return EXIT_FAILURE;

    auto tls = platform::TlsContext::client(
        {.verification = platform::PeerVerification::SignatureOverChannelBinding, .authority_file = {}});
    if (!tls) {
        k_log.error("tls", {{platform::LogField::Reason, platform::to_string(tls.error())}});
        return EXIT_FAILURE;
    }
    asio::io_context context(1);
    asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
    int status = EXIT_SUCCESS;
    asio::co_spawn(context, serve(agent_socket, std::move(*tls)), [&](const std::exception_ptr& failure) {
        if (failure) status = EXIT_FAILURE;
        context.stop();
    });
    platform::notify_ready("carrying");
    context.run();
    platform::notify_stopping();
    return status;
}
