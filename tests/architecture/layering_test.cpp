#include "tests/architecture/layering.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace doorward::tests;
namespace fs = std::filesystem;

namespace {

struct SourceFile {
    std::string path;
    std::string content;
};

constexpr std::array<std::string_view, 6> k_not_ours{"node_modules",      "build",   "dist", "test-results",
                                                     "playwright-report", "coverage"};

std::vector<SourceFile> sources() {
    std::vector<SourceFile> found;
    const fs::path root = DOORWARD_SOURCE_DIR;
    for (const auto* folder :
         {"crypto", "protocol", "platform", "desktop-client", "mobile-bridge", "msp-portal", "verify", "tests"}) {
        for (fs::recursive_directory_iterator entry(root / folder), end; entry != end; ++entry) {
            const std::string name = entry->path().filename().string();
            if (entry->is_directory()) {
                if (std::ranges::find(k_not_ours, name) != k_not_ours.end() || name.starts_with('.')) {
                    entry.disable_recursion_pending();
                }
                continue;
            }
            const std::string extension = entry->path().extension().string();
            if (extension != ".h" && extension != ".cpp" && extension != ".ts" && extension != ".tsx") continue;
            std::ifstream file(entry->path());
            found.push_back({fs::relative(entry->path(), root).generic_string(),
                             std::string(std::istreambuf_iterator<char>(file), {})});
        }
    }
    return found;
}

bool is_cpp(const std::string& path) {
    return path.ends_with(".h") || path.ends_with(".cpp");
}

}  // namespace

TEST_CASE("includes go in the direction ARCHITECTURE.md gives", "[architecture]") {
    const auto files = sources();
    // A scan that finds nothing would approve of everything.
    CHECK(files.size() > 50);
    for (const SourceFile& file : files) {
        if (!is_cpp(file.path)) continue;
        for (const std::string& violation : check_includes(file.path, file.content))
            FAIL_CHECK(violation);
    }
}

TEST_CASE("no source file has more than 600 lines", "[architecture]") {
    for (const SourceFile& file : sources()) {
        for (const std::string& violation : check_length(file.path, file.content))
            FAIL_CHECK(violation);
    }
}

TEST_CASE("a planted include in the wrong direction is found", "[architecture]") {
    struct Planted {
        std::string_view path;
        std::string_view line;
    };
    for (const Planted& planted : {
             Planted{"crypto/aead.cpp", "#include \"protocol/json.h\""},
             {"crypto/aead.cpp", "#include \"platform/clock.h\""},
             {"protocol/roster.h", "#include \"platform/database.h\""},
             {"platform/database.h", "#include \"protocol/roster.h\""},
             {"platform/database.h", "#include \"msp-portal/server/stores/team_store.h\""},
             {"msp-portal/server/services/x.cpp", "#include \"desktop-client/agent/config.h\""},
             {"msp-portal/server/services/x.cpp", "#include \"mobile-bridge/relay/ports.h\""},
             {"msp-portal/server/main.cpp", "#include \"desktop-client/agent/config.h\""},
             {"mobile-bridge/relay/x.cpp", "#include \"msp-portal/server/stores/x.h\""},
             {"verify/main.cpp", "#include \"platform/secure_file.h\""},
             {"verify/main.cpp", "#include \"msp-portal/server/services/log_service.h\""},
             {"msp-portal/server/services/x.cpp", "#include \"verify/export_verifier.h\""},
             {"desktop-client/agent/x.cpp", "#include \"mobile-bridge/relay/ports.h\""},
             {"desktop-client/pam/module.cpp", "#include \"crypto/aead.h\""},
             {"desktop-client/pam/module.cpp", "#include \"desktop-client/agent/config.h\""},
             {"desktop-client/nss/module.cpp", "#include \"platform/unix_socket.h\""},
             {"desktop-client/pam/module.cpp", "#include <boost/asio.hpp>"},
             {"desktop-client/pam/module.cpp", "#include <thread>"},
             {"desktop-client/ipc/message.cpp", "#include <fmt/format.h>"},
             {"desktop-client/agent/stores/x.cpp", "#include \"desktop-client/agent/services/y.h\""},
             {"desktop-client/agent/services/x.cpp", "#include \"desktop-client/agent/ipc/y.h\""},
             {"msp-portal/server/stores/x.cpp", "#include \"msp-portal/server/api/y.h\""},
             {"msp-portal/server/services/x.cpp", "  #  include   \"msp-portal/server/api/y.h\""},
             {"desktop-client/agent/services/x.cpp", "#include <nlohmann/json.hpp>"},
             {"platform/worker.cpp", "#include <sqlite3.h>"},
             {"msp-portal/server/stores/x.cpp", "#include <sqlcipher/sqlite3.h>"},
             {"platform/tls_context.cpp", "#include <sodium.h>"},
             {"protocol/assertion.cpp", "#include <fido.h>"},
             {"desktop-client/agent/services/x.cpp", "#include <liboath/oath.h>"},
             {"platform/worker.cpp", "#include \"worker.h\""},
             {"platform/worker.cpp", "#include \"../crypto/aead.h\""},
         }) {
        CAPTURE(planted.path, planted.line);
        CHECK(check_includes(planted.path, "#pragma once\n" + std::string(planted.line) + "\n").size() == 1);
    }
}

TEST_CASE("an include in the right direction is left alone", "[architecture]") {
    struct Right {
        std::string_view path;
        std::string_view line;
    };
    for (const Right& right : {
             Right{"crypto/aead.cpp", "#include <sodium.h>"},
             {"protocol/assertion.cpp", "#include \"crypto/passkey.h\""},
             {"protocol/json_value.cpp", "#include <nlohmann/json.hpp>"},
             {"verify/main.cpp", "#include \"protocol/log_export.h\""},
             {"platform/database.cpp", "#include <sqlite3.h>"},
             {"msp-portal/server/main.cpp", "#include \"mobile-bridge/relay/relay_routes.h\""},
             {"msp-portal/server/api/x.cpp", "#include \"msp-portal/server/services/y.h\""},
             {"desktop-client/agent/services/x.cpp", "#include \"desktop-client/agent/stores/y.h\""},
             {"desktop-client/agent/ipc/x.cpp", "#include \"desktop-client/ipc/message.h\""},
             {"desktop-client/agent/main.cpp", "#include \"desktop-client/agent/ipc/x.h\""},
             {"desktop-client/pam/module.cpp", "#include <security/pam_modules.h>"},
             {"desktop-client/pam/module.cpp", "// #include <boost/asio.hpp>"},
             {"tests/protocol/x_test.cpp", "#include \"msp-portal/server/api/y.h\""},
         }) {
        CAPTURE(right.path, right.line);
        CHECK(check_includes(right.path, std::string(right.line) + "\n").empty());
    }
}

TEST_CASE("a file of 601 lines is found, one of 600 is not", "[architecture]") {
    CHECK(check_length("platform/a.cpp", std::string(601, '\n')).size() == 1);
    CHECK(check_length("platform/a.cpp", std::string(600, '\n')).empty());
    CHECK(check_length("msp-portal/web/src/api/schema.d.ts", std::string(5000, '\n')).empty());
}
