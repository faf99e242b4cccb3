#include "tests/desktop-client/agent/workstation.h"

#include "crypto/initialise.h"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch_test_macros.hpp>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <utility>
#include <variant>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto k_deadline = 20s;

std::unique_ptr<agent::Agent> make_agent(const agent::Config& config, const agent::Machine& machine,
                                         agent::EventLoop& context, std::string& problem) {
    auto made = agent::Agent::create(config, machine, context.get_executor());
    if (!made) {
        problem = made.error();
        return nullptr;
    }
    if (const auto started = (*made)->start(); !started) {
        problem = started.error();
        return nullptr;
    }
    return std::move(*made);
}

}  // namespace

Workstation::Workstation() {
    if (geteuid() != 0) SKIP("the agent needs root");
    REQUIRE(crypto::initialise());
    std::string name = (std::filesystem::temp_directory_path() / "doorward-agent-XXXXXX").native();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    m_folder = name;
    m_config.state_folder = m_folder / "state";
    m_config.run_folder = m_folder / "run";
    m_config.key_file = m_folder / "keys" / "agent-store.key";
    m_config.link_user = "root";
    processes.call_as({{.process = 500, .started = 1}, {.process = 400, .started = 1}, {.process = 1, .started = 0}});
}

Workstation::~Workstation() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
}

std::optional<std::string> Workstation::start() {
    m_context = std::make_unique<agent::EventLoop>();
    std::string problem;
    m_agent = make_agent(m_config, {.clock = clock, .processes = processes, .accounts = accounts, .identity = identity},
                         *m_context, problem);
    if (!m_agent) return problem;
    m_thread = std::thread([this] { m_context->run(); });
    return std::nullopt;
}

void Workstation::stop() {
    if (m_context) m_context->stop();
    if (m_thread.joinable()) m_thread.join();
    if (m_context) m_context->let_go();
    m_agent.reset();
    m_context.reset();
}

agent::Agent::Removed Workstation::remove(agent::RemovalWish wish, const std::function<void()>& with_link) {
    stop();
    wish.wiring_tool.clear();
    wish.statement_folder = m_folder;
    wish.root = m_folder;
    agent::EventLoop context;
    auto made = agent::Agent::create(
        m_config, {.clock = clock, .processes = processes, .accounts = accounts, .identity = identity},
        context.get_executor());
    REQUIRE(made);
    REQUIRE((*made)->prepare_removal());
    std::optional<agent::Agent::Removed> removed;
    boost::asio::co_spawn(context, (*made)->remove(wish),
                          [&](const std::exception_ptr& failure, const agent::Agent::Removed& result) {
                              if (!failure) removed = result;
                              context.stop();
                          });
    std::thread thread([&] { context.run(); });
    if (with_link) with_link();
    thread.join();
    context.let_go();
    REQUIRE(removed);
    return *removed;
}

pid_t Workstation::start_in_child() {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        agent::EventLoop context;
        std::string problem;
        const auto made =
            make_agent(m_config, {.clock = clock, .processes = processes, .accounts = accounts, .identity = identity},
                       context, problem);
        if (made) context.run();
        _exit(made ? 0 : 1);
    }
    const auto listening = [this] {
        return platform::BlockingUnixClient::connect(m_config.link_socket(), geteuid()).has_value();
    };
    REQUIRE(eventually(listening));
    return child;
}

PamExchange::PamExchange(const Workstation& workstation, const Request& request) {
    // The kernel notes who connects; of this thread alone.
    REQUIRE(syscall(SYS_setresuid, -1, request.caller, -1) == 0);
    auto client = platform::BlockingUnixClient::connect(workstation.config().pam_socket(), 0);
    REQUIRE(syscall(SYS_setresuid, -1, 0, -1) == 0);
    REQUIRE(client);
    m_client.emplace(std::move(*client));
    ipc::Begin begin;
    begin.phase = request.phase;
    begin.conversation = request.conversation;
    begin.user = *ipc::Name::from(request.account);
    begin.service = *ipc::Name::from(request.service);
    begin.terminal = *ipc::Name::from("ssh");
    begin.remote_host = *ipc::HostName::from(request.remote_host);
    const auto frame = ipc::encode(ipc::ClientMessage(begin));
    const auto payload = frame.bytes().subspan(ipc::k_header_size);
    REQUIRE(m_client->send({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, k_deadline));
}

std::optional<ipc::ServerMessage> PamExchange::next_or_wait() {
    if (!m_client) return std::nullopt;
    const auto frame = m_client->receive(k_deadline);
    if (!frame) return std::nullopt;
    const auto message = ipc::decode_server_message(std::as_bytes(std::span(*frame)));
    REQUIRE(message);
    return *message;
}

std::optional<ipc::ServerMessage> PamExchange::next() {
    auto message = next_or_wait();
    while (message && std::holds_alternative<ipc::Wait>(*message))
        message = next_or_wait();
    return message;
}

std::string PamExchange::prompt() {
    const auto message = next();
    const auto* prompt = message ? std::get_if<ipc::Prompt>(&*message) : nullptr;
    return prompt != nullptr ? std::string(prompt->text.view()) : std::string();
}

void PamExchange::answer(std::string_view text) {
    const auto typed = ipc::Typed::from(text);
    REQUIRE(typed);
    const auto frame = ipc::encode(ipc::ClientMessage(ipc::Answer{.text = *typed}));
    const auto payload = frame.bytes().subspan(ipc::k_header_size);
    REQUIRE(m_client->send({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, k_deadline));
}

void PamExchange::abort() {
    const auto frame = ipc::encode(ipc::ClientMessage(ipc::Abort{}));
    const auto payload = frame.bytes().subspan(ipc::k_header_size);
    REQUIRE(m_client->send({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, k_deadline));
}

std::optional<ipc::ServerMessage> PamExchange::verdict() {
    auto message = next();
    while (message && std::holds_alternative<ipc::Info>(*message))
        message = next();
    return message;
}

bool is_granted(const std::optional<ipc::ServerMessage>& message) {
    return message && std::holds_alternative<ipc::Granted>(*message);
}

std::optional<ipc::DeniedReason> denied_reason(const std::optional<ipc::ServerMessage>& message) {
    const auto* denied = message ? std::get_if<ipc::Denied>(&*message) : nullptr;
    if (denied == nullptr) return std::nullopt;
    return denied->reason;
}

std::optional<ipc::ServerMessage> sign_in_with(const Workstation& workstation, std::string_view code,
                                               const PamExchange::Request& request) {
    PamExchange exchange(workstation, request);
    if (exchange.prompt().empty()) return std::nullopt;
    exchange.answer(code);
    return exchange.verdict();
}

std::optional<ipc::ServerMessage> phase(const Workstation& workstation, ipc::Phase which, std::string service) {
    PamExchange exchange(
        workstation,
        {.phase = which, .conversation = ipc::Conversation::None, .account = "msp-nik", .service = std::move(service)});
    return exchange.verdict();
}

// Throws instead of asserting: tests call it from a second thread.
agent::AdminReply ask_agent(const Workstation& workstation, const agent::AdminRequest& request) {
    auto client = platform::BlockingUnixClient::connect(workstation.config().admin_socket(), geteuid(),
                                                        agent::k_admin_frame_limit);
    if (!client) throw std::runtime_error("admin.sock");
    if (!client->send(agent::encode(request), k_deadline)) throw std::runtime_error("send");
    const auto answer = client->receive(k_deadline);
    if (!answer) throw std::runtime_error("receive");
    auto reply = agent::decode_admin_reply(*answer);
    if (!reply) throw std::runtime_error("decode");
    return std::move(*reply);
}

agent::AdminReply ask_agent(const Workstation& workstation, agent::AdminVerb verb) {
    agent::AdminRequest request;
    request.verb = verb;
    return ask_agent(workstation, request);
}

std::optional<agent::AdminValue> value_of(const agent::AdminReply& reply, std::string_view name) {
    if (reply.records.empty()) return std::nullopt;
    for (const auto& field : reply.records.front()) {
        if (field.name == name) return field.value;
    }
    return std::nullopt;
}

}  // namespace doorward::tests
