#include "crypto/encoding.h"
#include "crypto/initialise.h"
#include "verify/export_file.h"
#include "verify/report.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace doorward::verify {

namespace {

constexpr int k_ok = 0;
constexpr int k_failed = 1;
constexpr int k_usage = 2;

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

struct Arguments {
    std::string file;
    std::string earlier;
    std::vector<std::string> held_heads;
    std::vector<std::string> portal_keys;
    bool json = false;
};

std::expected<Expectation, Finding> expectation_of(const Arguments& arguments) {
    Expectation expectation;
    for (const auto& text : arguments.portal_keys) {
        // CLI11 has checked them.
        expectation.portal_keys.push_back(crypto::PortalPublicKey::create(*crypto::base64url_decode(text)).value());
    }
    for (const auto& file : arguments.held_heads) {
        auto head = read_held_head(file);
        if (!head) return std::unexpected(head.error());
        expectation.held_heads.push_back(std::move(*head));
    }
    return expectation;
}

std::expected<void, Finding> check(const Arguments& arguments) {
    auto expectation = expectation_of(arguments);
    if (!expectation) return std::unexpected(expectation.error());
    Beside beside{.portal_key_given = !arguments.portal_keys.empty(),
                  .earlier = {},
                  .earlier_events = 0,
                  .held_heads = static_cast<std::int64_t>(arguments.held_heads.size())};
    if (!arguments.earlier.empty()) {
        const Expectation keys{.portal_keys = expectation->portal_keys, .earlier = {}, .held_heads = {}};
        auto earlier = verify_file(arguments.earlier, keys, ExportVerifier::Leaves::Keep);
        if (!earlier) {
            earlier.error().what = "in the earlier export: " + earlier.error().what;
            return std::unexpected(earlier.error());
        }
        beside.earlier = earlier->start;
        beside.earlier_events = earlier->events;
        expectation->earlier = std::move(earlier->leaves);
        // Two exports of one portal are signed with one key, whoever vouches for it.
        if (expectation->portal_keys.empty()) expectation->portal_keys.push_back(earlier->start.portal_key);
    }
    const auto verified = verify_file(arguments.file, std::move(*expectation), ExportVerifier::Leaves::Forget);
    if (!verified) return std::unexpected(verified.error());
    print(arguments.json ? json_report(*verified, beside) : text_report(*verified, beside));
    return {};
}

int run(int argc, char** argv) {
    CLI::App app("Checks an export of Doorward's audit log, without the portal that made it.");
    app.set_version_flag("--version", "doorward-verify 0.1.0");
    Arguments arguments;
    const CLI::Validator is_key(
        [](const std::string& text) {
            const auto bytes = crypto::base64url_decode(text);
            return bytes && bytes->size() == crypto::PortalPublicKey::k_size
                       ? ""
                       : "not a portal key: 43 characters of base64url";
        },
        "KEY");
    app.add_option("EXPORT", arguments.file, "made by 'doorward-portal export-log', or on the portal's audit page")
        ->required();
    app.add_option("--earlier", arguments.earlier, "an export of before, which this one has to continue");
    app.add_option("--portal-key", arguments.portal_keys,
                   "of the portal, from elsewhere; repeated after a change of keys")
        ->check(is_key);
    app.add_option("--held-head", arguments.held_heads,
                   "what 'doorward log-head' printed on a workstation; may be repeated");
    app.add_flag("--json", arguments.json, "machine-readable output");
    app.footer("Exit status: 0 nothing is wrong, 1 something is, 2 usage.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? k_ok : k_usage;
    }
    const auto checked = check(arguments);
    if (checked) return k_ok;
    print(arguments.json ? json_report(checked.error()) : text_report(checked.error()));
    return k_failed;
}

}  // namespace

}  // namespace doorward::verify

int main(int argc, char** argv) {
    if (!doorward::crypto::initialise()) {
        std::fputs("doorward-verify: the crypto library cannot be used\n", stderr);
        return 1;
    }
    try {
        return doorward::verify::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "doorward-verify: stopped: %s\n", error.what());
        return 1;
    }
}
