#include "msp-portal/server/api/static_site.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>

using namespace doorward;
using namespace doorward::portal;

namespace {

class BuiltSite {
public:
    BuiltSite() {
        std::string pattern = (std::filesystem::temp_directory_path() / "site-test-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(folder / "assets");
        std::ofstream(folder / "index.html") << "<!doctype html><title>page</title>";
        std::ofstream(folder / "assets/main-abc123.js") << "export {};";
        std::ofstream(folder / "service-worker.js") << "self;";
    }
    ~BuiltSite() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    BuiltSite(const BuiltSite&) = delete;
    BuiltSite& operator=(const BuiltSite&) = delete;
    std::filesystem::path folder;
};

std::string header(const platform::Response& response, std::string_view name) {
    for (const auto& entry : response.headers) {
        if (entry.name == name) return entry.value;
    }
    return {};
}

platform::Response get(const StaticSite& site, const std::string& path) {
    platform::Request request;
    request.method = platform::HttpMethod::Get;
    request.path = path;
    return site.answer(request);
}

}  // namespace

TEST_CASE("files of the build are served, hashed ones for ever, and pages of the UI get the index", "[portal][site]") {
    const BuiltSite built;
    const auto site = StaticSite::load(built.folder, SiteKind::AdminUi);
    REQUIRE(site);
    const auto script = get(*site, "/assets/main-abc123.js");
    CHECK(script.status == 200);
    CHECK(header(script, "Cache-Control").find("immutable") != std::string::npos);
    for (const auto* path : {"/", "/customers/019a0000-0000-7000-8000-000000000000", "/set-up", "/index.html"}) {
        INFO(path);
        const auto page = get(*site, path);
        CHECK(page.status == 200);
        CHECK(page.body.find("<title>page") != std::string::npos);
        CHECK(header(page, "Cache-Control") == "no-store");
        const auto policy = header(page, "Content-Security-Policy");
        CHECK(policy.find("default-src 'none'") == 0);
        CHECK(policy.find("unsafe") == std::string::npos);
    }
    CHECK(header(get(*site, "/service-worker.js"), "Service-Worker-Allowed") == "/");
}

TEST_CASE("what is not a file of the build cannot be asked for", "[portal][site]") {
    const BuiltSite built;
    const auto site = StaticSite::load(built.folder, SiteKind::PhoneApp);
    REQUIRE(site);
    for (const auto* path : {"/../portal.toml", "/assets/../../etc/passwd.txt", "/%2e%2e/x.js", "/missing.js"}) {
        INFO(path);
        CHECK(get(*site, path).status == 404);
    }
    platform::Request request;
    request.method = platform::HttpMethod::Post;
    request.path = "/";
    CHECK(site->answer(request).status == 405);
    CHECK_FALSE(StaticSite::load(built.folder / "assets", SiteKind::PhoneApp));
    CHECK(get(StaticSite::empty(SiteKind::AdminUi), "/").status == 503);
}
