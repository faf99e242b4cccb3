#include "crypto/initialise.h"
#include "msp-portal/server/administration.h"
#include "msp-portal/server/hosting/portal_server.h"
#include "msp-portal/server/service_user.h"
#include "protocol/json_writer.h"
#include "protocol/time.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

namespace doorward::portal {

namespace {

constexpr int k_ok = 0;
constexpr int k_failed = 1;
constexpr int k_usage = 2;
constexpr int k_unreachable = 4;

int fail(const std::string& message) {
    std::fprintf(stderr, "doorward-portal: %s\n", message.c_str());
    return k_failed;
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

bool print_all(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

int print_link(const std::expected<std::string, std::string>& link, bool json) {
    if (!link) return fail(link.error());
    if (json) {
        print(protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) { out.text("set_up_link", *link); }) +
              "\n");
        return k_ok;
    }
    print("Open this link within 24 hours, once, on the owner's computer:\n\n  " + *link + "\n\n");
    return k_ok;
}

int print_status(const Configuration& configuration, bool json) {
    const auto status = administration::status(configuration);
    const auto time = [](const std::optional<std::int64_t>& end) {
        return end ? protocol::format_time({*end}) : std::string("unreadable");
    };
    if (json) {
        print(protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
                  out.boolean("serving", status.serving);
                  out.text("detail", status.detail);
                  out.text("portal_origin", configuration.portal.origin);
                  out.text("app_origin", configuration.app.origin);
                  out.text("portal_certificate_ends", time(status.portal_certificate_end));
                  out.text("app_certificate_ends", time(status.app_certificate_end));
              }) +
              "\n");
    } else {
        print(configuration.portal.origin +
              (status.serving ? " is serving.\n" : " is not serving: " + status.detail + "\n"));
        print("Certificates end " + time(status.portal_certificate_end) + " (portal) and " +
              time(status.app_certificate_end) + " (app).\n");
    }
    return status.serving ? k_ok : k_unreachable;
}

int print_check(const std::string& config, bool json) {
    const auto findings = administration::check(config);
    const bool sound = std::ranges::all_of(findings, &administration::Finding::sound);
    if (json) {
        print(protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
                  out.boolean("sound", sound);
                  out.list("findings", findings, [&](const administration::Finding& finding) {
                      out.object([&] {
                          out.text("what", finding.what);
                          out.boolean("sound", finding.sound);
                          out.text("detail", finding.detail);
                      });
                  });
              }) +
              "\n");
    } else {
        for (const auto& finding : findings) {
            print((finding.sound ? "ok      " : "FAILED  ") + finding.what +
                  (finding.detail.empty() ? "" : ": " + finding.detail) + "\n");
        }
    }
    return sound ? k_ok : k_failed;
}

template <class Use>
int with_configuration(const std::string& file, Use use) {
    auto configuration = Configuration::load(file);
    if (!configuration) return fail(configuration.error());
    return use(*configuration);
}

int report(const std::expected<void, std::string>& done) {
    return done ? k_ok : fail(done.error());
}

int run(int argc, char** argv) {
    CLI::App app("The Doorward portal: relay and record.");
    app.require_subcommand(1);
    app.set_version_flag("--version", "doorward-portal 0.1.0");
    std::string config = "/etc/doorward/portal.toml";
    bool json = false;
    app.add_option("--config", config, "configuration file")->capture_default_str();
    app.fallthrough();

    administration::InitOptions options;
    options.data = "/var/lib/doorward/portal";
    options.keys = "/etc/doorward/portal-keys";
    options.portal_web = "/usr/share/doorward/portal";
    options.app_web = "/usr/share/doorward/app";
    options.team = "My team";
    auto* init = app.add_subcommand("init", "Make configuration, keys, certificates, store and the first team");
    init->add_option("--data", options.data, "folder of the store")->capture_default_str();
    init->add_option("--keys", options.keys, "folder of the keys, apart from the data")->capture_default_str();
    init->add_option("--portal-origin", options.portal_origin, "https://<host> of the admin UI")->required();
    init->add_option("--app-origin", options.app_origin, "https://<host> of the phone app and the agents")->required();
    init->add_option("--portal-listen", options.portal_listen, "<IP address>:<port>; may be repeated");
    init->add_option("--app-listen", options.app_listen, "<IP address>:<port>; may be repeated");
    init->add_option("--portal-web", options.portal_web, "folder of the built admin UI")->capture_default_str();
    init->add_option("--app-web", options.app_web, "folder of the built phone app")->capture_default_str();
    init->add_option("--team", options.team, "name of the first team")->capture_default_str();
    init->add_flag("--json", json, "machine-readable output");
    init->footer(
        "Example:\n  doorward-portal init --portal-origin https://portal.example.com --app-origin "
        "https://app.example.com");

    auto* serve_verb = app.add_subcommand("serve", "Serve until SIGTERM; SIGHUP reloads certificates and pages");
    auto* status = app.add_subcommand("status", "Whether the portal serves, and until when its certificates are good");
    status->add_flag("--json", json, "machine-readable output");
    auto* check = app.add_subcommand("check", "Configuration, keys, certificates, store, audit chains and logs");
    check->add_flag("--json", json, "machine-readable output");

    std::string file;
    auto* backup =
        app.add_subcommand("backup", "Write an encrypted copy of the store; copy the keys folder separately");
    backup->add_option("--to", file, "new file")->required();
    auto* restore = app.add_subcommand("restore", "Put a copy in place of the store; the portal must be stopped");
    restore->add_option("--from", file, "copy made by backup")->required();

    administration::LogChoice log;
    auto* export_log = app.add_subcommand("export-log", "Print the audit log as signed, for doorward-verify");
    export_log->add_option("--team", log.team, "id of the team, where there are several");
    export_log->add_option("--tenant", log.tenant, "id of the tenant whose log alone is wanted");

    std::string name;
    auto* team = app.add_subcommand("team", "Teams of this portal");
    team->require_subcommand(1);
    auto* create = team->add_subcommand("create", "Add a team; prints its owner's set-up link");
    create->add_option("--name", name, "name of the team")->required();
    create->add_flag("--json", json, "machine-readable output");

    std::string team_id;
    auto* owner = app.add_subcommand("owner", "Owners of teams");
    owner->require_subcommand(1);
    auto* recover =
        owner->add_subcommand("recover", "A new set-up link for an owner who lost every passkey (recorded)");
    recover->add_option("--team", team_id, "id of the team, where there are several");
    recover->add_flag("--json", json, "machine-readable output");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? k_ok : k_usage;
    }
    if (*init) {
        options.config = config;
        return print_link(administration::init(options), json);
    }
    // A configuration that cannot be read is for the verb to complain of.
    if (const auto configuration = Configuration::load(config)) {
        if (auto became = become_owner_of(configuration->data); !became) return fail(became.error());
    }
    if (*serve_verb) return report(serve(config));
    if (*check) return print_check(config, json);
    return with_configuration(config, [&](const Configuration& configuration) {
        if (*status) return print_status(configuration, json);
        if (*backup) return report(administration::backup(configuration, file));
        if (*restore) return report(administration::restore(configuration, file));
        if (*export_log) return report(administration::export_log(configuration, log, print_all));
        if (*create) return print_link(administration::create_team(configuration, name), json);
        return print_link(administration::recover_owner(configuration, team_id), json);
    });
}

}  // namespace

}  // namespace doorward::portal

int main(int argc, char** argv) {
    if (!doorward::crypto::initialise()) return doorward::portal::fail("the crypto library cannot be used");
    try {
        return doorward::portal::run(argc, argv);
    } catch (const std::exception& error) {
        return doorward::portal::fail(std::string("stopped: ") + error.what());
    }
}
