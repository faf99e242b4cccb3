#include "crypto/encoding.h"
#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/problem.h"
#include "msp-portal/server/api/rate_limiter.h"
#include "msp-portal/server/api/request_body.h"
#include "platform/log.h"

#include <tuple>

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::LogField;
using platform::Response;

const platform::Logger k_log("session");

constexpr std::string_view k_version = "0.1.0";

Response with_cookie(Response response, const SessionToken& token) {
    response.set_header("Set-Cookie", "__Host-doorward-portal=" + crypto::base64url_encode(token.bytes()) +
                                          "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800");
    response.set_header("Cache-Control", "no-store");
    return response;
}

Response without_cookie(Response response) {
    response.set_header("Set-Cookie", "__Host-doorward-portal=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    return response;
}

std::string me_text(const SignedIn& signed_in, const Deployment& deployment) {
    return codec::text_of([&](codec::JsonWriter& out) { codec::me(out, signed_in, deployment); });
}

// A refused sign-in is an answer, not an error of the unit of work: the nonce stays used and the audit event stays.
Result<Response> sign_in(ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    auto request = request_body::sign_in(exchange.request.body);
    if (!request) return exchange.refuse(request.error());
    // Against somebody who tries one account from many addresses.
    const auto account = crypto::base64url_encode(request->assertion.credential_id);
    if (const int wait = services.accounts.wait_for(account, services.clock.boot_now()); wait > 0) {
        return too_many_requests(exchange.caller.request_id, wait);
    }
    auto outcome =
        session_service::sign_in(unit, services.deployment, request->nonce, request->assertion, exchange.caller.client);
    if (!outcome) return std::unexpected(outcome.error());
    if (const auto* refused = std::get_if<session_service::Refused>(&*outcome)) {
        std::ignore = services.accounts.take(account, services.clock.boot_now());
        k_log.warning("sign_in", {{LogField::RequestId, exchange.caller.request_id},
                                  {LogField::Source, exchange.request.peer_address},
                                  {LogField::Outcome, "refused"},
                                  {LogField::Reason, refused->reason}});
        return problem(Error::SignInRefused, exchange.caller.request_id);
    }
    const auto& started = std::get<session_service::Started>(*outcome);
    return with_cookie(json_response(201, me_text(started.signed_in, services.deployment)), started.token);
}

Result<Response> complete_set_up(ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    auto request = request_body::set_up_completion(exchange.request.body);
    if (!request) return exchange.refuse(request.error());
    const session_service::SetUpCompletion completion{request->secret, request->registration, request->label,
                                                      request->owner};
    auto started = session_service::complete_set_up(unit, services.deployment, completion, exchange.caller.client);
    if (!started) return std::unexpected(started.error());
    auto response =
        json_response(201, codec::text_of([&](codec::JsonWriter& out) {
                          out.text("state", *started ? "active" : "waiting_for_acceptance");
                          if (*started) {
                              out.object("me", [&] { codec::me(out, (*started)->signed_in, services.deployment); });
                          } else {
                              out.null("me");
                          }
                      }));
    if (*started) return with_cookie(std::move(response), (*started)->token);
    return response;
}

Result<Response> list_own_sessions(platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
    const auto sessions = session_service::own_sessions(database, exchange.signed_in(), now);
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.list("items", sessions, [&](const session_service::ShownSession& session) {
                                 out.object([&] { codec::admin_session(out, session); });
                             });
                         }));
}

Result<Response> end_own_session(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<AdminSessionId>("session_id");
    if (!id) return std::unexpected(id.error());
    const auto ended = session_service::end_session(unit, exchange.signed_in(), *id);
    if (!ended) return std::unexpected(ended.error());
    return json_response(204, {});
}

Result<Response> remove_own_passkey(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<AdminPasskeyId>("passkey_id");
    if (!id) return std::unexpected(id.error());
    const auto removed = session_service::remove_passkey(unit, exchange.signed_in(), *id);
    if (!removed) return std::unexpected(removed.error());
    return json_response(204, {});
}

}  // namespace

void add_session_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/health", Access::Anyone, [](platform::Database&, protocol::Timestamp, Exchange&) -> Result<Response> {
        return json_response(200, codec::text_of([](codec::JsonWriter& out) {
                                 out.text("state", "ok");
                                 out.text("version", k_version);
                             }));
    });
    routes.write(HttpMethod::Post, "/session/nonce", Access::Anyone,
                 [&services](UnitOfWork& unit, Exchange&) -> Result<Response> {
                     const auto nonce = session_service::create_nonce(unit);
                     return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                                              out.bytes("nonce", nonce);
                                              out.text("rp_id", services.deployment.portal_host);
                                          }));
                 });
    routes.write(HttpMethod::Post, "/session", Access::Anyone,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return sign_in(services, unit, exchange); });
    routes.write(HttpMethod::Delete, "/session", Access::SignedIn,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     session_service::sign_out(unit, exchange.signed_in());
                     return without_cookie(json_response(204, {}));
                 });
    routes.read("/me", Access::SignedIn,
                [&services](platform::Database&, protocol::Timestamp, Exchange& exchange) -> Result<Response> {
                    return json_response(200, me_text(exchange.signed_in(), services.deployment));
                });
    routes.read("/me/sessions", Access::SignedIn, list_own_sessions);
    routes.write(HttpMethod::Delete, "/me/sessions/{session_id}", Access::SignedIn, end_own_session);
    routes.write(HttpMethod::Post, "/me/sessions/end-others", Access::SignedIn,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     session_service::end_other_sessions(unit, exchange.signed_in());
                     return json_response(204, {});
                 });
    routes.write(HttpMethod::Delete, "/me/passkeys/{passkey_id}", Access::SignedIn, remove_own_passkey);
    routes.write(
        HttpMethod::Post, "/set-up/look-up", Access::Anyone,
        [&services](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
            const auto secret = request_body::link_secret(exchange.request.body);
            if (!secret) return exchange.refuse(secret.error());
            const auto view =
                session_service::look_up_set_up(unit.database, protocol::set_up_secret_hash(*secret), unit.now);
            if (!view) return std::unexpected(view.error());
            return json_response(
                200, codec::text_of([&](codec::JsonWriter& out) { codec::set_up(out, *view, services.deployment); }));
        });
    routes.write(
        HttpMethod::Post, "/set-up/complete", Access::Anyone,
        [&services](UnitOfWork& unit, Exchange& exchange) { return complete_set_up(services, unit, exchange); });
}

}  // namespace doorward::portal
