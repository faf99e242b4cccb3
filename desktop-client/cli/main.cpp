#include "crypto/initialise.h"
#include "crypto/secret_bytes.h"
#include "desktop-client/agent/ipc/admin_message.h"
#include "desktop-client/cli/agent_question.h"
#include "desktop-client/cli/output.h"
#include "desktop-client/cli/store_key.h"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <expected>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace agent = doorward::agent;
namespace cli = doorward::cli;
namespace crypto = doorward::crypto;

constexpr std::size_t k_longest_token = 4096;
constexpr uid_t k_root = 0;

constexpr const char* k_examples = R"(Examples:
  doorward status
  doorward status --json
  doorward enrol --token-file /root/token
  printf %s "$TOKEN" | doorward enrol --token-file -
  doorward sync
  doorward sessions --json
  doorward explain nik
  doorward keys show
  doorward keys move tpm2 --recovery-file /root/recovery-code
  doorward purge
  doorward purge --yes

Exit status: 0 done, 1 failed, 2 wrong use, 3 not enrolled, 4 unreachable, 5 denied, 6 conflict.)";

int exit_of(agent::AdminStatus status) {
    return std::to_underlying(status);
}

int say(agent::AdminStatus status, std::string_view sentence) {
    std::cerr << sentence << '\n';
    return exit_of(status);
}

// A token is a secret: it comes by a file or standard input, never as an argument that others can read.
std::expected<crypto::SecretBytes, std::string> read_token(const std::string& file) {
    const int descriptor = file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return std::unexpected("The token file cannot be read: " + file);
    crypto::SecretBytes buffer = crypto::SecretBytes::zeroed(k_longest_token);
    const auto space = buffer.writable_bytes();
    std::size_t size = 0;
    while (size < space.size()) {
        const ssize_t got = ::read(descriptor, space.data() + size, space.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (descriptor != STDIN_FILENO) ::close(descriptor);
    while (size > 0 && (space[size - 1] == '\n' || space[size - 1] == '\r' || space[size - 1] == ' '))
        --size;
    if (size == 0) return std::unexpected("There is no token in " + (file == "-" ? "standard input" : file) + ".");
    return crypto::SecretBytes::copy_of(space.first(size));
}

int say(const cli::Trouble& trouble) {
    return say(trouble.status, trouble.sentence);
}

int ask(const std::string& socket, const agent::AdminRequest& request, bool as_json) {
    const auto reply = cli::ask_agent(socket, request);
    if (!reply) return say(reply.error());
    if (!reply->message.empty()) std::cerr << reply->message << '\n';
    std::cout << (as_json ? cli::to_json(*reply) : cli::to_text(*reply));
    return exit_of(reply->status);
}

// What wires Doorward into the system takes it out again; it works without the agent, too.
int purge(const std::vector<const char*>& arguments) {
    constexpr const char* k_tool = "/usr/lib/doorward/configure-agent";
    if (::geteuid() != k_root)
        return say(agent::AdminStatus::Denied, "Only root may do that. Try: sudo doorward purge");
    std::vector<char*> copy;
    copy.push_back(const_cast<char*>(k_tool));  // NOLINT(cppcoreguidelines-pro-type-const-cast): as exec declares it
    for (const char* argument : arguments)
        copy.push_back(const_cast<char*>(argument));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    copy.push_back(nullptr);
    ::execv(k_tool, copy.data());
    return say(agent::AdminStatus::Failed,
               "/usr/lib/doorward/configure-agent is missing; install doorward-agent again.");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Doorward on this workstation: whether technicians can sign in here, and how."};
    app.set_version_flag("--version", DOORWARD_VERSION);
    app.require_subcommand(1);
    bool as_json = false;
    std::string socket = "/run/doorward/admin.sock";
    app.add_flag("--json", as_json, "Print JSON");
    app.add_option("--socket", socket, "The agent's admin socket")->capture_default_str();
    app.fallthrough();

    agent::AdminRequest request;
    std::string token_file;
    std::string recovery_file;
    const auto verb = [&](const char* name, const char* what, agent::AdminVerb value) {
        auto* command = app.add_subcommand(name, what);
        command->callback([&request, value] { request.verb = value; });
        return command;
    };
    verb("status", "Whether this workstation is enrolled, connected, and how long codes work offline",
         agent::AdminVerb::Status);
    auto* enrol = verb("enrol", "Enrol with a token from the portal", agent::AdminVerb::Enrol);
    enrol->add_option("--token-file", token_file, "File with the token; - reads standard input")->required();
    enrol->add_option("--name", request.name, "Name of this workstation (default: its host name)");
    enrol->add_option("--kind", request.kind, "domain or non_domain")->check(CLI::IsMember({"domain", "non_domain"}));
    cli::KeyWish key_wish;
    enrol
        ->add_option("--store-key", key_wish.place,
                     "What keeps the key of the agent's store; auto: a TPM where one works")
        ->check(CLI::IsMember({"auto", "tpm2", "systemd-creds", "file"}))
        ->capture_default_str();
    enrol->add_option("--recovery-file", key_wish.recovery_file,
                      "New file for the recovery code; without it the code is shown on the terminal");
    enrol->footer("Example:\n  printf %s \"$TOKEN\" | doorward enrol --token-file -");
    verb("sync", "Connect to the portal now", agent::AdminVerb::Sync);
    verb("sessions", "Technicians signed in here", agent::AdminVerb::Sessions);
    verb("diag", "Everything that helps to find a fault; holds no secret", agent::AdminVerb::Diagnose);
    verb("code-schemes", "How offline codes are made here", agent::AdminVerb::CodeSchemes);
    verb("accounts", "Accounts that may be used here", agent::AdminVerb::Accounts);
    verb("explain", "Who may sign in here, or why one technician may or may not", agent::AdminVerb::Explain)
        ->add_option("technician", request.name, "Username or account of one technician");
    auto* keys = app.add_subcommand("keys", "What keeps the key of the agent's store");
    keys->require_subcommand(1);
    keys->add_subcommand("show", "Where it is, and whether there is a recovery code")->callback([&request] {
        request.verb = agent::AdminVerb::KeysShow;
    });
    auto* move = keys->add_subcommand("move", "Put it somewhere else");
    move->add_option("place", request.kind, "file, tpm2 or systemd-creds")
        ->required()
        ->check(CLI::IsMember({"file", "tpm2", "systemd-creds"}));
    move->add_option("--recovery-file", recovery_file, "New file for the recovery code; keep it elsewhere");
    move->callback([&request] { request.verb = agent::AdminVerb::KeysMove; });
    verb("log-head", "The head of the portal's audit log that was seen here, for doorward-verify (with --json)",
         agent::AdminVerb::LogHead);
    bool purges = false;
    bool is_meant = false;
    bool ends_sessions = false;
    std::string homes = "keep";
    auto* purge_verb =
        app.add_subcommand("purge", "Take Doorward out of this system; without --yes only say what goes");
    purge_verb->callback([&purges] { purges = true; });
    purge_verb->add_flag("--yes", is_meant, "Do it");
    purge_verb->add_flag("--force", ends_sessions, "End sessions that are open first");
    purge_verb->add_option("--homes", homes, "keep (for root, in /home/.doorward-kept) or archive (in /var/backups)")
        ->check(CLI::IsMember({"keep", "archive"}))
        ->capture_default_str();
    purge_verb->footer("Then remove the package: apt purge doorward-agent");
    // After the verbs: they would show it, too.
    app.footer(k_examples);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : exit_of(agent::AdminStatus::Usage);
    }
    prctl(PR_SET_DUMPABLE, 0);
    if (!doorward::crypto::initialise()) return say(agent::AdminStatus::Failed, "libsodium cannot be used.");
    if (purges && !is_meant) return purge({"plan"});
    if (purges) {
        std::vector<const char*> arguments{"remove"};
        if (ends_sessions) arguments.push_back("--force");
        if (homes == "archive") arguments.push_back("--archive-homes");
        return purge(arguments);
    }
    if (request.verb == agent::AdminVerb::Enrol) {
        auto token = read_token(token_file);
        if (!token) return say(agent::AdminStatus::Usage, token.error());
        request.token = std::move(*token);
        // Before it becomes a key that is worth something.
        const auto settled = cli::settle_store_key(socket, key_wish);
        if (!settled) return say(settled.error());
        std::cerr << *settled << '\n';
    }
    if (request.verb == agent::AdminVerb::KeysMove && request.kind != "file") {
        if (recovery_file.empty()) {
            return say(
                agent::AdminStatus::Usage,
                "Say with --recovery-file where the recovery code shall be written: without one, a cleared TPM or a "
                "new mainboard ends this workstation's enrolment.");
        }
        auto code = cli::make_recovery_code(recovery_file);
        if (!code) return say(code.error());
        request.token = std::move(*code);
    }
    return ask(socket, request, as_json);
}
