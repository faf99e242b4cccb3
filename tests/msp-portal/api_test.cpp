#include "crypto/encoding.h"
#include "msp-portal/server/services/department_service.h"
#include "msp-portal/server/services/device_group_service.h"
#include "msp-portal/server/services/role_service.h"
#include "msp-portal/server/stores/policy_store.h"
#include "protocol/challenge.h"
#include "tests/msp-portal/api_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

using namespace doorward;
using namespace doorward::portal;
using doorward::tests::ApiWorld;
using doorward::tests::Browser;
using platform::HttpMethod;
using Json = nlohmann::json;

namespace {

// "GET /tenants/{tenant_id}" of every operation in openapi.yaml. The file is written so that lines suffice: paths are
// indented by two blanks, methods by four.
std::map<std::string, bool> documented_routes() {
    std::ifstream file(std::string(DOORWARD_SOURCE_DIR) + "/msp-portal/server/api/openapi.yaml");
    std::map<std::string, bool> routes;
    std::string path;
    std::string operation;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line == "paths:") inside = true;
        if (line == "components:") break;
        if (!inside) continue;
        if (line.starts_with("  /")) path = line.substr(2, line.rfind(':') - 2);
        for (const auto& [word, method] : {std::pair<std::string, std::string>{"    get:", "GET"},
                                           {"    post:", "POST"},
                                           {"    patch:", "PATCH"},
                                           {"    put:", "PUT"},
                                           {"    delete:", "DELETE"}}) {
            if (line != word) continue;
            operation = method + " " + path;
            routes[operation] = true;
        }
        if (line == "      security: []") routes[operation] = false;
    }
    return routes;
}

std::string with_ids(std::string path, const std::string& id) {
    while (path.find('{') != std::string::npos) {
        const auto start = path.find('{');
        path.replace(start, path.find('}') - start + 1, id);
    }
    return path;
}

Json some_assertion() {
    return {{"credential_id", "AAAA"},
            {"authenticator_data", std::string(50, 'A')},
            {"client_data_json", "e30"},
            {"signature", std::string(12, 'A')}};
}

Json some_policy() {
    return {{"name", "Stolen"},
            {"description", ""},
            {"kind", "any"},
            {"devices", {{"all", true}, {"device_ids", Json::array()}, {"group_ids", Json::array()}}},
            {"subjects",
             {{"all", true},
              {"directory_imported", false},
              {"technician_ids", Json::array()},
              {"department_ids", Json::array()}}},
            {"conditions",
             {{"time_windows", Json::array()},
              {"ticket_required", false},
              {"ticket_pattern", nullptr},
              {"reason_required", false},
              {"approver_ids", Json::array()},
              {"longest_session_minutes", nullptr},
              {"end_behaviour", "end_session"}}},
            {"valid_from", nullptr},
            {"valid_until", nullptr}};
}

constexpr const char* k_some_id = "019a0000-0000-7000-8000-000000000000";

}  // namespace

TEST_CASE("the routes are those of openapi.yaml, with the access it says", "[portal][api]") {
    ApiWorld api;
    const auto documented = documented_routes();
    REQUIRE(documented.size() > 40);
    std::set<std::string> registered;
    for (const auto& route : api.router->routes()) {
        REQUIRE(route.pattern.starts_with("/api/v1"));
        const auto name = std::string(platform::to_string(route.method)) + " " + route.pattern.substr(7);
        INFO(name);
        registered.insert(name);
        REQUIRE(documented.contains(name));
        CHECK(documented.at(name) == (route.policy != Access::Anyone));
    }
    for (const auto& [name, guarded] : documented) {
        INFO(name);
        CHECK(registered.contains(name));
    }
}

TEST_CASE("row 81: every guarded route refuses whoever has no session", "[portal][api]") {
    ApiWorld api;
    for (const auto& route : api.router->routes()) {
        if (route.policy == Access::Anyone) continue;
        INFO(route.pattern);
        Browser nobody;
        const auto path = with_ids(route.pattern.substr(7), k_some_id);
        const auto answer = api.call(nobody, route.method, path);
        CHECK(answer.status == 401);
        CHECK(answer.problem() == "urn:doorward:problem:unauthenticated");
        Browser liar;
        liar.cookie = "__Host-doorward-portal=" + std::string(43, 'A');
        CHECK(api.call(liar, route.method, path).status == 401);
    }
}

TEST_CASE("every route lets in exactly whose role it says", "[portal][api]") {
    ApiWorld api;
    auto& world = api.world;
    const auto reader_role = world.must([&](UnitOfWork& unit) {
        return role_service::create(unit, *world.owner, protocol::RolePurpose::Administration,
                                    {.name = "Log reader", .permissions = {"audit_log"}});
    });
    const auto reader =
        world.administrator(*world.owner, *world.owner, "reader", std::nullopt, reader_role.document.id);
    auto reading = api.sign_in(world.key_of(reader));
    auto administering = api.sign_in(world.owner_key);
    const auto is_refused = [&](Browser& browser, const ApiRouter::Route& route) {
        const auto answer = api.call(browser, route.method, with_ids(route.pattern.substr(7), k_some_id));
        return answer.status == 403 && answer.problem() == "urn:doorward:problem:forbidden";
    };
    std::size_t administered = 0;
    for (const auto& route : api.router->routes()) {
        // These end what the others need.
        if (route.policy == Access::Anyone || route.pattern.ends_with("/session")) continue;
        INFO(platform::to_string(route.method) << " " << route.pattern);
        CHECK(is_refused(reading, route) == (route.policy == Access::Administer));
        CHECK_FALSE(is_refused(administering, route));
        administered += route.policy == Access::Administer ? 1 : 0;
    }
    CHECK(administered > 60);
}

TEST_CASE("rows 76, 81: what belongs to another team is answered like what is not there", "[portal][api]") {
    ApiWorld api;
    const auto stranger = api.world.other_team("Other team");
    const auto tenant = api.world.tenant(stranger, "Their customer");
    const auto device = api.world.device(stranger, tenant.id(), "THEIRS");
    const auto technician = api.world.technician(stranger, "theirs");
    const auto change = api.world.grant(stranger, technician.technician_id, tenant.id());
    const auto right = api.world.look([&](platform::Database& database) {
        return right_store::of_technician(database, stranger.team_id, technician.technician_id).front().id();
    });
    auto browser = api.sign_in(api.world.owner_key);
    browser.extra = {{"If-Match", "\"v1\""}};
    const auto department = api.world.must(
        [&](UnitOfWork& unit) { return department_service::create(unit, stranger, "Their department"); });
    const auto group = api.world.must(
        [&](UnitOfWork& unit) { return device_group_service::create(unit, stranger, tenant.id(), "Their group"); });
    const auto role = api.world.must([&](UnitOfWork& unit) {
        return role_service::create(unit, stranger, protocol::RolePurpose::Devices,
                                    {.name = "Their role", .permissions = {"technician_sign_in"}});
    });
    const auto policy = api.world.look([&](platform::Database& database) {
        return policy_store::list(database, stranger.team_id).front().document.id;
    });
    const std::map<std::string, std::string> theirs{{"{tenant_id}", tenant.id().to_string()},
                                                    {"{device_id}", device.id.to_string()},
                                                    {"{technician_id}", technician.technician_id.to_string()},
                                                    {"{change_id}", change.id.to_string()},
                                                    {"{right_id}", right.to_string()},
                                                    {"{department_id}", department.id.to_string()},
                                                    {"{device_group_id}", group.id.to_string()},
                                                    {"{role_id}", role.document.id.to_string()},
                                                    {"{policy_id}", policy.to_string()}};
    for (const auto& route : api.router->routes()) {
        const auto start = route.pattern.find('{');
        if (start == std::string::npos) continue;
        const auto parameter = route.pattern.substr(start, route.pattern.find('}') - start + 1);
        if (!theirs.contains(parameter)) continue;
        INFO(platform::to_string(route.method) << " " << route.pattern);
        const Json body =
            route.pattern.ends_with("/settings") ? Json{{"offline_days", 3}}
            : route.pattern.ends_with("/accounts")
                ? Json{{"account_mode", "shared"}, {"account_prefix", nullptr}, {"code_scheme", nullptr}}
            : route.pattern.ends_with("/replace")       ? Json{{"at_once", true}}
            : route.pattern.ends_with("/confirmations") ? Json{{"device_ids", Json::array({k_some_id})}}
            : route.pattern.ends_with("/accept")        ? Json{{"assertion", some_assertion()}}
            : route.pattern.ends_with("/disable") || route.pattern.ends_with("/reject") ? Json{{"reason", "x"}}
            : route.pattern.ends_with("/break-glass") ? Json{{"custodian_ids", {k_some_id, k_some_id}}}
            : route.pattern.ends_with("/removal-statement")
                ? Json{{"body", "e30"}, {"signature", std::string(85, 'A') + "A"}}
            : route.pattern.ends_with("tokens")     ? Json{{"label", nullptr}, {"uses_allowed", 1}, {"valid_hours", 1}}
            : route.pattern.ends_with("/{role_id}") ? Json{{"name", "Stolen"}, {"permissions", {"technician_sign_in"}}}
            : route.pattern.ends_with("/{policy_id}") ? some_policy()
            : route.method == HttpMethod::Patch       ? Json{{"name", "Stolen"}}
                                                      : Json(nullptr);
        const auto call = [&](const std::string& id) {
            auto path = with_ids(route.pattern.substr(7), id);
            if (route.method == HttpMethod::Delete) path += "?name=x";
            if (path.ends_with("/entries")) path += "?tenant_id=" + tenant.id().to_string();
            return api.call(browser, route.method, path, route.method == HttpMethod::Get ? Json(nullptr) : body);
        };
        const auto foreign = call(theirs.at(parameter));
        const auto missing = call(k_some_id);
        CHECK(foreign.status == 404);
        CHECK(missing.status == 404);
        auto first = foreign.json();
        auto second = missing.json();
        first.erase("request_id");
        second.erase("request_id");
        CHECK(first == second);
    }
    CHECK(api.get(browser, "/tenants").json().at("items").empty());
    CHECK(api.get(browser, "/devices").json().at("items").empty());
}

TEST_CASE("row 82: state changes from another site or of another type are refused", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    browser.extra = {{"Sec-Fetch-Site", "cross-site"}};
    CHECK(api.post(browser, "/tenants", {{"name", "x"}}).problem() == "urn:doorward:problem:cross_site");
    browser.extra = {{"Origin", "https://evil.example.com"}};
    CHECK(api.post(browser, "/tenants", {{"name", "x"}}).status == 403);
    browser.extra = {{"Content-Type", "text/plain"}};
    CHECK(api.post(browser, "/tenants", {{"name", "x"}}).status == 415);
    browser.extra = {};
    CHECK(api.get(browser, "/tenants").json().at("items").empty());
}

TEST_CASE("row 82: the session cookie is strict, and a stolen one does not work elsewhere", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    const auto me = api.get(browser, "/me");
    REQUIRE(me.status == 200);
    CHECK(me.json().at("owner") == true);
    CHECK(me.header("Cache-Control") == "no-store");
    Browser thief{browser.cookie, "Another/1", {}};
    CHECK(api.get(thief, "/me").status == 401);
    const auto out = api.call(browser, HttpMethod::Delete, "/session");
    CHECK(out.status == 204);
    CHECK(out.header("Set-Cookie").find("Max-Age=0") != std::string::npos);
    CHECK(api.get(thief, "/me").status == 401);
}

TEST_CASE("an outdated or missing version is refused, and nothing is lost", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    const auto made = api.post(browser, "/tenants", {{"name", "Customer-1"}});
    REQUIRE(made.status == 201);
    const auto path = "/tenants/" + made.json().at("id").get<std::string>();
    CHECK(made.header("Location") == "/api/v1" + path);
    CHECK(api.call(browser, HttpMethod::Patch, path, {{"name", "A"}}).status == 428);
    browser.extra = {{"If-Match", made.header("ETag")}};
    const auto first = api.call(browser, HttpMethod::Patch, path, {{"name", "A"}});
    CHECK(first.status == 200);
    const auto late = api.call(browser, HttpMethod::Patch, path, {{"name", "B"}});
    CHECK(late.status == 412);
    CHECK(late.problem() == "urn:doorward:problem:version_outdated");
    browser.extra = {};
    CHECK(api.get(browser, path).json().at("name") == "A");
    CHECK(api.get(browser, path).header("ETag") == first.header("ETag"));
}

TEST_CASE("a repeated request with the same key is done once", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    browser.extra = {{"Idempotency-Key", "one"}};
    const auto first = api.post(browser, "/tenants", {{"name", "Customer-1"}});
    const auto again = api.post(browser, "/tenants", {{"name", "Customer-1"}});
    CHECK(first.status == 201);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(api.post(browser, "/tenants", {{"name", "Customer-2"}}).status == 409);
    browser.extra = {};
    CHECK(api.get(browser, "/tenants").json().at("items").size() == 1);
}

TEST_CASE("row 82: markup and log forgery come back as the text they are, or are refused", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    const std::string markup = "<script>alert('x')</script> & \"quoted\" \\ %s '; DROP TABLE tenant;--";
    const auto made = api.post(browser, "/tenants", {{"name", markup}});
    REQUIRE(made.status == 201);
    CHECK(made.json().at("name") == markup);
    CHECK(made.header("Content-Type") == "application/json");
    CHECK(api.get(browser, "/tenants").json().at("items").at(0).at("name") == markup);
    for (const auto* forged :
         {"line\n2026 info forged", "tab\there", "bell\a", "\xE2\x80\xAE reversed", "", " blank"}) {
        INFO(forged);
        const auto refused = api.post(browser, "/tenants", {{"name", forged}});
        CHECK(refused.status == 400);
        CHECK(refused.json().at("errors").at(0).at("path") == "/name");
    }
}

TEST_CASE("malformed bodies are refused by name of what is wrong", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    CHECK(api.post(browser, "/tenants", Json::object()).status == 400);
    CHECK(api.post(browser, "/tenants", {{"name", 7}}).status == 400);
    const auto unknown = api.post(browser, "/tenants", {{"name", "x"}, {"owner<script>", true}});
    CHECK(unknown.status == 400);
    CHECK(unknown.body.find("script") == std::string::npos);
    CHECK(api.post(browser, "/technicians",
                   {{"name", "Root"}, {"username", "../root"}, {"email", nullptr}, {"rights", Json::array()}})
              .status == 400);
    CHECK(api.get(browser, "/tenants?limit=0").status == 400);
    CHECK(api.get(browser, "/tenants?limit=201").status == 400);
    CHECK(api.get(browser, "/devices?tenant_id=nonsense").status == 400);
    CHECK(api.get(browser, "/nothing/here").status == 404);
    CHECK(api.call(browser, HttpMethod::Delete, "/tenants").status == 405);
}

TEST_CASE("refused sign-ins of one account are slowed down from every address", "[portal][api]") {
    ApiWorld api;
    const auto attempt = [&] {
        Browser browser;
        const auto nonce = api.post(browser, "/session/nonce").json().at("nonce");
        return api.post(browser, "/session", {{"nonce", nonce}, {"assertion", some_assertion()}}).status;
    };
    for (int number = 0; number < 5; ++number)
        CHECK(attempt() == 401);
    CHECK(attempt() == 429);
}

TEST_CASE("lists page by cursor without losing or repeating anything", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    for (int number = 10; number < 17; ++number) {
        REQUIRE(api.post(browser, "/tenants", {{"name", "Customer-" + std::to_string(number)}}).status == 201);
    }
    std::vector<std::string> names;
    std::string path = "/tenants?limit=3";
    while (true) {
        const auto page = api.get(browser, path).json();
        for (const auto& item : page.at("items"))
            names.push_back(item.at("name"));
        if (page.at("next").is_null()) break;
        path = "/tenants?limit=3&after=" + page.at("next").get<std::string>();
    }
    REQUIRE(names.size() == 7);
    CHECK(std::ranges::is_sorted(names));
    CHECK(api.get(browser, "/tenants?q=-1%25").json().at("items").empty());
    CHECK(api.get(browser, "/tenants?q=er-12").json().at("items").size() == 1);
}

TEST_CASE("the whole way from customer to right, over the API", "[portal][api]") {
    ApiWorld api;
    auto browser = api.sign_in(api.world.owner_key);
    const auto tenant = api.post(browser, "/tenants", {{"name", "Customer-1"}}).json().at("id").get<std::string>();
    const auto token = api.post(browser, "/tenants/" + tenant + "/enrolment-tokens",
                                {{"label", "first"}, {"uses_allowed", 2}, {"valid_hours", 24}});
    REQUIRE(token.status == 201);
    CHECK(token.json().at("token").get<std::string>().starts_with("dwe1:app.localhost:8444:"));
    const auto roles = api.get(browser, "/roles").json().at("items");
    CHECK(roles.size() == 9);
    const auto invited =
        api.post(browser, "/technicians",
                 {{"name", "Nik"},
                  {"username", "nik"},
                  {"email", "nik@example.com"},
                  {"rights", Json::array({{{"object", {{"kind", "tenant"}, {"id", tenant}, {"section", nullptr}}},
                                           {"role_id", tests::full_device_access().to_string()},
                                           {"valid_from", nullptr},
                                           {"valid_until", nullptr}}})}});
    REQUIRE(invited.status == 201);
    CHECK(invited.json().at("changes").at(0).at("state") == "applied_alone");
    CHECK(invited.json().at("technician").at("account") == "msp-nik");
    const auto technician = invited.json().at("technician").at("id").get<std::string>();
    const auto link = invited.json().at("link").get<std::string>();
    CHECK(link.starts_with("https://portal.localhost:8443/invitation#"));
    const Json secret{{"secret", link.substr(link.find('#') + 1)}};
    Browser phone;
    CHECK(api.post(phone, "/invitations/look-up", secret).json().at("technician").at("username") == "nik");
    const auto pairing = api.post(phone, "/invitations/accept", secret);
    CHECK(pairing.json().at("link").get<std::string>().starts_with("https://app.localhost:8444/pair#"));
    const auto rights = api.get(browser, "/rights?technician_id=" + technician).json().at("items");
    REQUIRE(rights.size() == 1);
    CHECK(rights.at(0).at("object_name") == "Customer-1");
    CHECK(api.call(browser, HttpMethod::Delete, "/rights/" + rights.at(0).at("id").get<std::string>()).status == 204);
    const auto events = api.get(browser, "/audit-events?technician_id=" + technician).json().at("items");
    CHECK(events.at(0).at("kind") == "right_revoked");
    CHECK(api.get(browser, "/dashboard").json().at("tenants") == 1);
    CHECK(api.get(browser, "/policies").json().at("items").at(0).at("start_policy") == true);
    CHECK(api.get(browser, "/team").json().at("administrators") == 1);
}

TEST_CASE("over the API a change is accepted with a passkey, over the payload that was shown", "[portal][api]") {
    ApiWorld api;
    auto& world = api.world;
    const auto anna = world.administrator(*world.owner, *world.owner, "anna");
    const auto nik = world.technician(*world.owner, "nik");
    const auto tenant = world.tenant(*world.owner, "Customer-1");
    const auto change = world.grant(*world.owner, nik.technician_id, tenant.id());
    auto browser = api.sign_in(world.key_of(anna));
    const auto path = "/changes/" + change.id.to_string();
    const auto shown = api.get(browser, path).json();
    CHECK(shown.at("may_accept") == true);
    const auto bytes = crypto::base64url_decode(shown.at("payload").get<std::string>());
    REQUIRE(bytes);
    const std::string payload(bytes->begin(), bytes->end());
    // What is shown beside the payload is what the payload says.
    const auto content = Json::parse(payload);
    CHECK(content.at("difference") == shown.at("difference"));
    CHECK(content.at("subject") == shown.at("subject"));
    CHECK(content.at("kind") == shown.at("kind"));

    const auto challenge = protocol::change_challenge(change.id, payload);
    const auto body = [&](const tests::SoftwarePasskey& key) {
        return Json{{"assertion", tests::json_of(world.assertion(key, challenge))}};
    };
    CHECK(api.post(browser, path + "/accept", {{"digest", std::string(43, 'A')}}).status == 400);
    const auto foreign = api.post(browser, path + "/accept", body(world.owner_key));
    CHECK(foreign.status == 400);
    CHECK(foreign.problem() == "urn:doorward:problem:ceremony_refused");
    auto author = api.sign_in(world.owner_key);
    CHECK(api.post(author, path + "/accept", body(world.owner_key)).problem() ==
          "urn:doorward:problem:not_another_person");
    CHECK(api.get(browser, path).json().at("state") == "pending");
    const auto accepted = api.post(browser, path + "/accept", body(world.key_of(anna)));
    CHECK(accepted.status == 200);
    CHECK(accepted.json().at("state") == "accepted");
    CHECK(api.post(browser, path + "/accept", body(world.key_of(anna))).problem() ==
          "urn:doorward:problem:change_decided");
}
