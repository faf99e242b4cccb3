#include "tests/msp-portal/api_world.h"

#include "crypto/encoding.h"
#include "platform/http_client.h"
#include "platform/letter_case.h"
#include "platform/secure_file.h"
#include "protocol/challenge.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>

namespace doorward::tests {

using namespace portal;

namespace {

constexpr const char* k_host = "portal.localhost";

}  // namespace

std::string Answer::header(std::string_view name) const {
    for (const auto& entry : headers) {
        if (platform::same_but_for_case(entry.name, name)) return entry.value;
    }
    return {};
}

nlohmann::json json_of(const protocol::Assertion& assertion) {
    const auto encode = [](const crypto::Bytes& part) { return crypto::base64url_encode(part); };
    return {{"credential_id", encode(assertion.credential_id)},
            {"authenticator_data", encode(assertion.authenticator_data)},
            {"client_data_json", encode(assertion.client_data_json)},
            {"signature", encode(assertion.signature)}};
}

ApiWorld::ApiWorld() {
    const auto authority = platform::create_authority("Test authority", {k_host}, std::chrono::days(1));
    const auto certificate = platform::create_server_certificate(*authority, {k_host}, std::chrono::days(1));
    if (!platform::write_file(world.folder / "ca.pem", authority->certificate_pem)) throw std::runtime_error("no CA");
    live = std::make_unique<LiveFeed>(*world.store, m_io.get_executor());
    services = std::make_unique<ApiServices>(*world.store, world.deployment, presence, world.clock, sources, accounts,
                                             *live, signing_key);
    router = make_api_router(*services);
    platform::HttpListenerOptions listener;
    listener.address = "127.0.0.1";
    listener.origins.push_back({k_host, *platform::TlsContext::server(*certificate), router});
    auto server = platform::HttpServer::start(m_io.get_executor(), {std::move(listener)});
    if (!server) throw std::runtime_error("no server");
    m_server = std::move(*server);
    port = m_server->ports().front();
    m_thread = std::thread([this] { m_io.run(); });
}

ApiWorld::~ApiWorld() {
    auto stopped = boost::asio::co_spawn(m_io, m_server->stop(std::chrono::milliseconds(500)), boost::asio::use_future);
    stopped.wait();
    m_io.stop();
    m_thread.join();
    // What it still has to answer belongs to strands of m_io.
    world.store->drain();
}

Answer ApiWorld::call(Browser& browser, platform::HttpMethod method, const std::string& path,
                      const nlohmann::json& body) {
    platform::HttpClientOptions options;
    options.reachable = platform::ReachableAddresses::Any;
    options.authority_file = world.folder / "ca.pem";
    options.response_limit = std::size_t{4} * 1024 * 1024;  // a piece of the log
    platform::HttpClientRequest request;
    request.method = method;
    request.url = "https://portal.localhost:" + std::to_string(port) + "/api/v1" + path;
    request.headers = browser.extra;
    request.headers.push_back({"User-Agent", browser.user_agent});
    if (!browser.cookie.empty()) request.headers.push_back({"Cookie", browser.cookie});
    if (method != platform::HttpMethod::Get) request.headers.push_back({"Content-Type", "application/json"});
    if (!body.is_null()) request.body = body.dump();
    auto response = platform::perform_http(options, request);
    if (!response) throw std::runtime_error("no answer: " + std::string(to_string(response.error())));
    Answer answer{response->status, std::move(response->body), std::move(response->headers)};
    const auto cookie = answer.header("Set-Cookie");
    if (!cookie.empty()) browser.cookie = cookie.substr(0, cookie.find(';'));
    return answer;
}

Browser ApiWorld::sign_in(const SoftwarePasskey& passkey) {
    Browser browser;
    const auto text = post(browser, "/session/nonce").json().at("nonce").get<std::string>();
    const auto bytes = crypto::base64url_decode(text);
    session_service::NonceBytes nonce{};
    std::ranges::copy(*bytes, nonce.begin());
    const auto assertion = world.assertion(passkey, protocol::admin_session_challenge(nonce));
    const auto answer = post(browser, "/session", {{"nonce", text}, {"assertion", json_of(assertion)}});
    if (answer.status != 201) throw std::runtime_error("sign-in refused: " + answer.body);
    return browser;
}

}  // namespace doorward::tests
