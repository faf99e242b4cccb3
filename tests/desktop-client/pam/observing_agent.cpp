// Stands in for the agent in phases_test.sh: prints one line for each exchange, asks in authenticate (but
// not for sudo), refuses any answer but "12345678", and grants everything else.
#include "tests/desktop-client/ipc/fake_agent.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

using namespace doorward;
using namespace doorward::tests;

namespace {

std::string parent_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with("PPid:")) return line.substr(line.find_first_not_of(" \t", 5));
    }
    return "?";
}

std::string command_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
    std::string command;
    std::getline(file, command, '\0');
    return command;
}

const char* name_of(ipc::Phase phase) {
    switch (phase) {
        case ipc::Phase::Authenticate:
            return "authenticate";
        case ipc::Phase::Account:
            return "account";
        case ipc::Phase::OpenSession:
            return "open_session";
        case ipc::Phase::CloseSession:
            return "close_session";
        case ipc::Phase::ReauthenticateSelf:
            return "reauthenticate_self";
    }
    return "?";
}

const char* name_of(ipc::Conversation conversation) {
    switch (conversation) {
        case ipc::Conversation::None:
            return "none";
        case ipc::Conversation::PasswordOnly:
            return "password";
        case ipc::Conversation::Interactive:
            return "interactive";
    }
    return "?";
}

void observe(FakeAgent::Connection& connection) {
    const ipc::Begin begin = connection.begin();
    const ucred peer = connection.peer();
    std::printf("%s %s user=%s tty=%s rhost=%s ruser=%s conversation=%s pid=%d ppid=%s uid=%u command=\"%s\"\n",
                begin.service.c_str(), name_of(begin.phase), begin.user.c_str(), begin.terminal.c_str(),
                begin.remote_host.c_str(), begin.remote_user.c_str(), name_of(begin.conversation), peer.pid,
                parent_of(peer.pid).c_str(), peer.uid, command_of(peer.pid).c_str());
    std::fflush(stdout);
    const bool asks = begin.phase == ipc::Phase::Authenticate && begin.service.view() != "sudo";
    if (!asks) return connection.write(ipc::Granted{});
    connection.write(prompt("Approve on your phone: 47. Press Enter when done, or type an offline code: "));
    const auto message = connection.read();
    const auto* answer = message ? std::get_if<ipc::Answer>(&*message) : nullptr;
    if (answer && answer->text.view() == "12345678") return connection.write(ipc::Granted{});
    connection.write(denied(ipc::DeniedReason::MaximumTries, "Refused."));
}

}  // namespace

int main() {
    mkdir("/run/doorward", 0755);
    const FakeAgent agent(ipc::k_socket_path, observe);
    for (;;)
        pause();
}
