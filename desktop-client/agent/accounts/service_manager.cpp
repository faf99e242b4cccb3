#include "desktop-client/agent/accounts/service_manager.h"

#include "platform/log.h"
#include "platform/process.h"

#include <unistd.h>

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using platform::LogField;

const platform::Logger k_log("accounts");

constexpr auto k_patience = 4s;
constexpr std::size_t k_most_output = std::size_t{1024} * 1024;
constexpr std::string_view k_volatile_units = "/run/";

bool logind_runs() {
    return access("/run/systemd/seats", F_OK) == 0;
}

bool systemd_runs() {
    return access("/run/systemd/system", F_OK) == 0;
}

std::optional<std::string> ask(std::vector<std::string> arguments) {
    platform::ProcessOptions options;
    options.arguments = std::move(arguments);
    options.deadline = k_patience;
    options.output_limit = k_most_output;
    const auto result = platform::run_process(options);
    if (!result || !result->succeeded()) {
        k_log.warning("service_manager_failed", {{LogField::Path, options.arguments.front()},
                                                 {LogField::Reason, result ? std::string_view(result->standard_error)
                                                                           : to_string(result.error())}});
        return std::nullopt;
    }
    return result->standard_output;
}

// What `show` prints: lines of NAME=VALUE, an empty line between one object and the next.
using Properties = std::map<std::string, std::string, std::less<>>;
std::vector<Properties> read_properties(const std::string& text) {
    std::vector<Properties> objects(1);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) {
            objects.emplace_back();
        } else if (const auto equals = line.find('='); equals != std::string::npos) {
            objects.back().insert_or_assign(line.substr(0, equals), line.substr(equals + 1));
        }
    }
    return objects;
}

std::string value(const Properties& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() ? std::string() : found->second;
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> list;
    for (std::string word; stream >> word;)
        list.push_back(word);
    return list;
}

}  // namespace

void end_logind_user(const AccountIdentity& identity) {
    if (!logind_runs()) return;
    static_cast<void>(ask({"/usr/bin/loginctl", "terminate-user", identity.name}));
}

void end_logind_sessions(const AccountIdentity& identity, std::uint32_t audit_session) {
    if (!logind_runs()) return;
    const auto listed = ask({"/usr/bin/loginctl", "list-sessions", "--no-legend"});
    if (!listed) return;
    std::istringstream lines(*listed);
    for (std::string line; std::getline(lines, line);) {
        const auto columns = words(line);
        if (columns.empty()) continue;
        const auto shown = ask({"/usr/bin/loginctl", "show-session", columns.front(), "-p", "User", "-p", "Audit"});
        if (!shown) continue;
        const auto session = read_properties(*shown).front();
        const bool is_meant = value(session, "User") == std::to_string(identity.uid) &&
                              value(session, "Audit") == std::to_string(audit_session);
        if (is_meant) static_cast<void>(ask({"/usr/bin/loginctl", "terminate-session", columns.front()}));
    }
}

void stop_system_units(const AccountIdentity& identity, std::vector<Remainder>& remains) {
    if (!systemd_runs()) return;
    const auto shown = ask({"/usr/bin/systemctl", "show", "--no-pager", "--all", "*.service", "-p", "Id", "-p", "User",
                            "-p", "TriggeredBy", "-p", "FragmentPath", "-p", "ActiveState"});
    if (!shown) return;
    const std::string uid = std::to_string(identity.uid);
    // Asks for nothing at a terminal and waits for no unit: their processes are ended in any case.
    std::vector<std::string> stop = {"/usr/bin/systemctl", "stop", "--no-ask-password", "--no-block", "--"};
    const std::size_t none = stop.size();
    for (const Properties& unit : read_properties(*shown)) {
        const std::string user = value(unit, "User");
        const std::string name = value(unit, "Id");
        // The account's own manager is logind's to end.
        if ((user != identity.name && user != uid) || name.starts_with("user@")) continue;
        const auto triggers = words(value(unit, "TriggeredBy"));
        stop.insert(stop.end(), triggers.begin(), triggers.end());
        stop.push_back(name);
        const std::string file = value(unit, "FragmentPath");
        if (!file.empty() && !file.starts_with(k_volatile_units)) {
            remains.push_back({.kind = Remainder::Kind::ScheduledJob, .detail = file});
        }
    }
    if (stop.size() == none) return;
    platform::ProcessOptions options;
    options.arguments = std::move(stop);
    options.deadline = k_patience;
    // A service is unloaded with its timer before its own turn comes; systemctl calls that a failure.
    if (const auto stopped = platform::run_process(options); !stopped) {
        k_log.warning("service_manager_failed",
                      {{LogField::Path, options.arguments.front()}, {LogField::Reason, to_string(stopped.error())}});
    }
}

}  // namespace doorward::agent
