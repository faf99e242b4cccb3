#include "msp-portal/server/api/exchange.h"

#include "crypto/encoding.h"
#include "crypto/random.h"
#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/problem.h"
#include "msp-portal/server/api/rate_limiter.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/what_if.h"
#include "platform/log.h"
#include "platform/source_network.h"
#include "protocol/text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace doorward::portal {

namespace {

using platform::LogField;
using platform::Reply;
using platform::Response;

const platform::Logger k_log("api");

constexpr std::string_view k_prefix = "/api/v1";
constexpr std::string_view k_cookie = "__Host-doorward-portal";
constexpr std::string_view k_preview = "Doorward-Preview";
constexpr std::int64_t k_most_items = 200;
constexpr std::size_t k_body_limit = std::size_t{64} * 1024;
constexpr std::size_t k_longest_key = 100;
// A session's last use is written at most this often.
constexpr std::chrono::minutes k_touch_interval{1};

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool changes_state(platform::HttpMethod method) {
    return method != platform::HttpMethod::Get && method != platform::HttpMethod::Head;
}

bool is_json(const platform::Request& request) {
    const auto type = request.header("Content-Type");
    return type && (*type == "application/json" || type->starts_with("application/json;"));
}

bool may_pass(Access access, const SignedIn& signed_in) {
    switch (access) {
        case Access::Anyone:
        case Access::SignedIn:
            return true;
        case Access::Administer:
            return signed_in.may("technicians_and_settings");
        case Access::ReadAudit:
            return signed_in.may("audit_log");
    }
    return false;
}

boost::asio::awaitable<Result<SignedIn>> find_session(ApiServices* services, crypto::Digest token,
                                                      crypto::Digest agent) {
    auto signed_in =
        co_await services->store.read([token, agent](platform::Database& database, protocol::Timestamp now) {
            return session_service::authenticate(database, token, agent, now);
        });
    if (signed_in && services->store.now() - signed_in->session.last_used_at >= k_touch_interval) {
        auto touched = co_await services->store.write([token](UnitOfWork& unit) -> Result<bool> {
            session_store::touch(unit, token);
            return true;
        });
        if (!touched) co_return std::unexpected(touched.error());
    }
    co_return signed_in;
}

boost::asio::awaitable<std::expected<Caller, Response>> authorise(ApiServices* services, Access access,
                                                                  const platform::Request* request) {
    const auto agent = request->header("User-Agent").value_or("");
    Caller caller{protocol::RequestId::make(services->store.now(), crypto::random_array<10>()).to_string(),
                  {request->peer_address, protocol::clean_line(agent), crypto::sha256(crypto::as_bytes(agent))},
                  std::nullopt};
    if (changes_state(request->method)) {
        const auto site = request->header("Sec-Fetch-Site");
        if (site && *site != "same-origin") co_return std::unexpected(cross_site(caller.request_id));
        const auto origin = request->header("Origin");
        if (origin && *origin != services->deployment.portal_origin) {
            co_return std::unexpected(cross_site(caller.request_id));
        }
        if (!is_json(*request)) co_return std::unexpected(wrong_media_type(caller.request_id));
    }
    if (access == Access::Anyone) {
        const int wait =
            services->sources.take(platform::source_network(request->peer_address), services->clock.boot_now());
        if (wait > 0) co_return std::unexpected(too_many_requests(caller.request_id, wait));
        co_return caller;
    }
    const auto cookie = request->cookie(k_cookie);
    const auto bytes = cookie ? crypto::base64url_decode(*cookie) : std::nullopt;
    auto token = SessionToken::create(bytes.value_or(crypto::Bytes()));
    if (!token) co_return std::unexpected(unauthenticated(caller.request_id));
    auto signed_in =
        co_await find_session(services, session_service::token_hash(*token), caller.client.user_agent_hash);
    if (!signed_in) {
        co_return std::unexpected(signed_in.error() == Error::StoreFailed
                                      ? problem(Error::StoreFailed, caller.request_id)
                                      : unauthenticated(caller.request_id));
    }
    if (!may_pass(access, *signed_in)) co_return std::unexpected(problem(Error::Forbidden, caller.request_id));
    caller.signed_in = std::move(*signed_in);
    co_return caller;
}

Response finish(const Exchange& exchange, Result<Response> result) {
    if (result) {
        if (exchange.caller.signed_in || result->status >= 400) result->set_header("Cache-Control", "no-store");
        return std::move(*result);
    }
    const auto& error = result.error();
    k_log.info("refused", {{LogField::RequestId, exchange.caller.request_id},
                           {LogField::Path, exchange.request.path},
                           {LogField::Source, exchange.request.peer_address},
                           {LogField::Reason, exchange.malformed ? protocol::to_string(*exchange.malformed)
                                                                 : std::string(to_string(error))}});
    return problem(error, exchange.caller.request_id, exchange.malformed);
}

boost::asio::awaitable<Reply> run_read(ApiServices* services, ReadJob job, std::shared_ptr<Exchange> exchange) {
    auto result = co_await services->store.read([job, exchange](platform::Database& database, protocol::Timestamp now) {
        return job(database, now, *exchange);
    });
    co_return finish(*exchange, std::move(result));
}

boost::asio::awaitable<Reply> run_foresight(ApiServices* services, WriteJob job, std::shared_ptr<Exchange> exchange) {
    auto draft = co_await services->store.look_ahead([job, exchange](UnitOfWork& unit) -> Result<what_if::Draft> {
        if (auto done = job(unit, *exchange); !done) return std::unexpected(done.error());
        if (auto tried = change_service::try_out_proposed(unit, exchange->team()); !tried) {
            return std::unexpected(tried.error());
        }
        return what_if::draft_of(unit);
    });
    if (!draft) co_return finish(*exchange, std::unexpected(draft.error()));
    auto result = co_await services->store.read(
        [draft = std::move(*draft)](platform::Database& database, protocol::Timestamp now) -> Result<Response> {
            const auto effect = what_if::effect_of(database, draft, now);
            return json_response(200, codec::text_of([&](codec::JsonWriter& out) { codec::effect(out, effect); }));
        });
    co_return finish(*exchange, std::move(result));
}

// Whatever it is about, what is only to be looked at is never done.
boost::asio::awaitable<Reply> run_preview(ApiServices* services, Access access, WriteJob job,
                                          std::shared_ptr<Exchange> exchange) {
    if (access != Access::Administer || exchange->request.header(k_preview) != "true") {
        auto refusal = exchange->refuse({protocol::DecodeErrorKind::BadValue, "/" + std::string(k_preview)});
        co_return finish(*exchange, refusal);
    }
    co_return co_await run_foresight(services, std::move(job), std::move(exchange));
}

boost::asio::awaitable<Reply> run_write(ApiServices* services, WriteJob job, std::shared_ptr<Exchange> exchange) {
    auto result = co_await services->store.write([job, exchange](UnitOfWork& unit) { return job(unit, *exchange); });
    co_return finish(*exchange, std::move(result));
}

crypto::Digest hash_of(const platform::Request& request) {
    return crypto::Sha256()
        .update(crypto::as_bytes(request.path))
        .update(crypto::as_bytes(std::string_view("\0", 1)))
        .update(crypto::as_bytes(request.body))
        .digest();
}

std::string header_of(const Response& response, std::string_view name) {
    for (const auto& header : response.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

// The first answer to a key is given again; the same key with another request is refused.
Result<Response> once(UnitOfWork& unit, Exchange& exchange, const WriteJob& job) {
    const auto key = exchange.request.header("Idempotency-Key");
    if (!key) return job(unit, exchange);
    if (key->empty() || key->size() > k_longest_key) {
        return exchange.refuse({protocol::DecodeErrorKind::BadValue, "/Idempotency-Key"});
    }
    const std::string name(*key);
    const auto hash = hash_of(exchange.request);
    if (const auto kept = session_store::find_answer(unit.database, exchange.actor().technician_id, name)) {
        if (kept->request_hash != hash) return std::unexpected(Error::KeyReused);
        auto response = json_response(kept->status, kept->body);
        if (!kept->location.empty()) response.set_header("Location", kept->location);
        if (!kept->etag.empty()) response.set_header("ETag", kept->etag);
        return response;
    }
    auto response = job(unit, exchange);
    if (response) {
        session_store::keep_answer(
            unit, exchange.actor().technician_id, name,
            {hash, response->status, header_of(*response, "Location"), header_of(*response, "ETag"), response->body});
    }
    return response;
}

}  // namespace

bool Exchange::has_query(std::string_view name) const {
    std::string_view rest = request.query;
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find('&'));
        if (part.substr(0, part.find('=')) == name) return true;
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    return false;
}

Result<PageRequest> Exchange::page() {
    const auto text = [](std::string_view value) { return std::optional(std::string(value)); };
    auto after = query("after", text);
    if (!after) return std::unexpected(after.error());
    const auto limit = query("limit", [](std::string_view value) {
        const auto number = parse_number(value);
        return number && *number >= 1 && *number <= k_most_items ? number : std::nullopt;
    });
    if (!limit) return std::unexpected(limit.error());
    PageRequest page;
    page.after = std::move(*after);
    page.limit = limit->value_or(page.limit);
    return page;
}

Result<std::int64_t> Exchange::seen_version() const {
    const auto seen = request.header("If-Match");
    if (!seen) return std::unexpected(Error::VersionRequired);
    if (seen->size() < 4 || !seen->starts_with("\"v") || !seen->ends_with('"')) {
        return std::unexpected(Error::VersionOutdated);
    }
    const auto version = parse_number(seen->substr(2, seen->size() - 3));
    if (!version) return std::unexpected(Error::VersionOutdated);
    return *version;
}

Result<std::string> Exchange::confirmed_name() const {
    auto name = request.query_value("name");
    if (!name) return std::unexpected(Error::NameNotConfirmed);
    return std::string(*name);
}

std::string etag_of(std::int64_t version) {
    return "\"v" + std::to_string(version) + "\"";
}

Response json_response(int status, std::string body) {
    return Response::make(status, "application/json", std::move(body));
}

void Routes::read(std::string_view path, Access access, ReadJob job) {
    m_router.add(
        platform::HttpMethod::Get, std::string(k_prefix) + std::string(path), access,
        [services = &m_services, job = std::move(job)](platform::Request request, Caller caller) {
            return run_read(services, job, std::make_shared<Exchange>(std::move(request), std::move(caller)));
        },
        k_body_limit);
}

void Routes::write(platform::HttpMethod method, std::string_view path, Access access, WriteJob job) {
    m_router.add(
        method, std::string(k_prefix) + std::string(path), access,
        [services = &m_services, access, job = std::move(job)](platform::Request request, Caller caller) {
            auto exchange = std::make_shared<Exchange>(std::move(request), std::move(caller));
            if (exchange->request.header(k_preview)) return run_preview(services, access, job, std::move(exchange));
            return run_write(services, job, std::move(exchange));
        },
        k_body_limit);
}

void Routes::foresee(std::string_view path, Access access, WriteJob job) {
    m_router.add(
        platform::HttpMethod::Get, std::string(k_prefix) + std::string(path), access,
        [services = &m_services, job = std::move(job)](platform::Request request, Caller caller) {
            return run_foresight(services, job, std::make_shared<Exchange>(std::move(request), std::move(caller)));
        },
        k_body_limit);
}

void Routes::create(std::string_view path, Access access, WriteJob job) {
    write(platform::HttpMethod::Post, path, access,
          [job = std::move(job)](UnitOfWork& unit, Exchange& exchange) { return once(unit, exchange, job); });
}

std::shared_ptr<ApiRouter> make_api_router(ApiServices& services) {
    auto router = std::make_shared<ApiRouter>(
        [&services](Access access, const platform::Request* request) { return authorise(&services, access, request); },
        problem_of_status);
    Routes routes(*router, services);
    add_session_routes(routes);
    add_team_routes(routes);
    add_tenant_routes(routes);
    add_account_switch_routes(routes);
    add_tenant_code_routes(routes);
    add_device_routes(routes);
    add_technician_routes(routes);
    add_break_glass_routes(routes);
    add_removal_routes(routes);
    add_exposure_routes(routes);
    add_restore_routes(routes);
    add_department_routes(routes);
    add_device_group_routes(routes);
    add_role_routes(routes);
    add_policy_routes(routes);
    add_entry_routes(routes);
    add_right_routes(routes);
    add_change_routes(routes);
    add_audit_routes(routes);
    add_live_route(routes);
    return router;
}

}  // namespace doorward::portal
