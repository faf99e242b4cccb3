#include "mobile-bridge/relay/relay_routes.h"

#include "mobile-bridge/relay/app_problem.h"
#include "platform/log.h"
#include "platform/source_network.h"
#include "protocol/phone_request.h"
#include "protocol/phone_response.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::relay {
namespace {

using boost::asio::awaitable;
using platform::HttpMethod;
using platform::Reply;
using platform::Request;
using platform::Response;

const platform::Logger k_log("relay");

constexpr int k_default_page = 50;
constexpr int k_longest_page = 200;

Response json(int status, std::string body) {
    auto response = Response::make(status, "application/json", std::move(body));
    response.set_header("Cache-Control", "no-store");
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    response.set_header("Cache-Control", "no-store");
    return response;
}

Response malformed(const protocol::DecodeError& error) {
    k_log.info("malformed_request", {{platform::LogField::Reason, protocol::to_string(error)}});
    return app_problem(400, "malformed", "The request is not in the expected form.");
}

Response storage_failed() {
    return app_problem(500, "internal_error", "Internal error. Nothing was changed; try again.");
}

Response port_problem(PortError error) {
    switch (error) {
        case PortError::NotFound:
            return app_problem(404, "not_found", "There is nothing here for you.");
        case PortError::Refused:
            return app_problem(409, "conflict", "That is not possible as things stand.");
        case PortError::Storage:
            return storage_failed();
    }
    return storage_failed();
}

Response pairing_problem(PairingError error) {
    switch (error) {
        case PairingError::LinkRefused:
            return app_problem(404, "link_refused",
                               "This link was used already or is too old. Ask your administrator for a new one.");
        case PairingError::RegistrationRefused:
            return app_problem(422, "registration_refused", "The passkey does not fit this link. Open the link again.");
        case PairingError::ProofRefused:
            return app_problem(422, "proof_refused",
                               "The passkey did not vouch for the phone's key. Open the link again.");
        case PairingError::NotAllowed:
            return app_problem(409, "not_allowed",
                               "No phone can be paired for this technician now. Ask your administrator.");
        case PairingError::Storage:
            return storage_failed();
    }
    return storage_failed();
}

Response answer_problem(AnswerError error) {
    switch (error) {
        case AnswerError::NotFound:
            return app_problem(404, "not_found", "This request is not there any more.");
        case AnswerError::Answered:
            return app_problem(409, "already_answered", "This request was answered already.");
        case AnswerError::Expired:
            return app_problem(410, "expired", "Too late: this request has expired. Start the sign-in again.");
        case AnswerError::AssertionRefused:
            return app_problem(422, "assertion_refused", "The passkey's answer does not fit this request.");
        case AnswerError::PhoneWaiting:
            return app_problem(403, "phone_waiting", "This phone waits to be accepted by an administrator.");
        case AnswerError::Storage:
            return storage_failed();
    }
    return storage_failed();
}

Response too_many_requests() {
    return app_problem(429, "too_many_requests", "Too many tries. Wait a minute.");
}

Response signed_out() {
    return app_problem(401, "signed_out", "Unlock the app to sign in again.");
}

Response foreign_origin() {
    return app_problem(403, "foreign_origin", "This call did not come from the app.");
}

// Browsers say where a call comes from; a page of another site can neither set a JSON body without asking first nor
// leave this header out.
bool is_own_call(const Request& request) {
    if (const auto site = request.header("Sec-Fetch-Site"); site && *site != "same-origin") return false;
    if (request.method == HttpMethod::Get || request.method == HttpMethod::Head) return true;
    const auto type = request.header("Content-Type");
    return type && (*type == "application/json" || type->starts_with("application/json;"));
}

protocol::OpenSignInRequest shown(const Approval& approval) {
    return {.id = approval.id,
            .envelope = approval.envelope,
            .device_id = approval.device,
            .created_at = approval.created_at,
            .expires_at = approval.expires_at,
            .silent = approval.silent};
}

int page_size(const Request& request) {
    const auto text = request.query_value("limit");
    int limit = k_default_page;
    if (text) std::from_chars(text->data(), text->data() + text->size(), limit);
    return limit < 1 ? 1 : (limit > k_longest_page ? k_longest_page : limit);
}

// Each member is the handler of one route.
class RelayApi {
public:
    explicit RelayApi(RelayServices services) : m(std::move(services)) {}

    awaitable<Reply> look_up_pairing(Request request) {
        auto body = protocol::decode_pairing_look_up(request.body);
        if (!body) co_return malformed(body.error());
        auto offer = co_await m.pairings.look_up(protocol::pairing_secret_hash(body->secret));
        if (!offer) co_return pairing_problem(offer.error());
        co_return json(200, protocol::encode_pairing_offer(*offer));
    }

    awaitable<Reply> complete_pairing(Request request) {
        auto body = protocol::decode_pairing_complete(request.body);
        if (!body) co_return malformed(body.error());
        auto result = co_await m.pairings.complete(std::move(*body));
        if (!result) {
            k_log.warning("pairing_refused", {{platform::LogField::Reason, to_string(result.error())},
                                              {platform::LogField::Source, request.peer_address}});
            co_return pairing_problem(result.error());
        }
        auto response = json(201, protocol::encode_pairing_result(*result));
        // The phone is paired whether or not it gets a session; without one it signs in by its passkey.
        auto cookie = co_await m.sessions.start(result->phone_id);
        if (cookie) response.set_header("Set-Cookie", *cookie);
        co_return response;
    }

    awaitable<Reply> new_nonce(Request) { co_return json(200, protocol::encode_session_nonce(m.sessions.new_nonce())); }

    awaitable<Reply> open_session(Request request) {
        auto body = protocol::decode_open_app_session(request.body);
        if (!body) co_return malformed(body.error());
        auto cookie = co_await m.sessions.open(body->nonce, std::move(body->assertion));
        if (!cookie && cookie.error() == PortError::Storage) co_return storage_failed();
        if (!cookie)
            co_return app_problem(401, "sign_in_refused", "This passkey is not known here. Pair this phone again.");
        auto response = json(201, "{}");
        response.set_header("Set-Cookie", *cookie);
        co_return response;
    }

    awaitable<Reply> end_session(Request request) {
        if (const auto session = AppSessions::session_of(request.cookie(AppSessions::k_cookie).value_or(""))) {
            auto ended = co_await m.sessions.end(*session);
            if (!ended && ended.error() == PortError::Storage) co_return storage_failed();
            m.notifier.disconnect(*session);
        }
        auto response = no_content();
        response.set_header("Set-Cookie", AppSessions::expired_cookie());
        co_return response;
    }

    awaitable<Reply> me(KnownPhone phone) {
        const protocol::PhoneOwner owner{.technician_id = phone.technician,
                                         .technician_name = phone.technician_name,
                                         .technician_username = phone.username,
                                         .email = phone.email,
                                         .team = phone.team,
                                         .phone_id = phone.record.id,
                                         .serial = phone.record.serial,
                                         .credential_id = phone.record.credential_id,
                                         .label = phone.label,
                                         .strength = phone.record.strength,
                                         .state = phone.state,
                                         .rp_id = m.party.rp_id};
        co_return json(200, protocol::encode_phone_owner(owner));
    }

    awaitable<Reply> workstations(KnownPhone phone) {
        std::optional<crypto::PhoneAgreementPublicKey> key;
        if (phone.state == protocol::PhoneState::Active) key = phone.record.agreement_key;
        auto list = co_await m.workstations.enterable_by(phone.technician, key);
        if (!list) co_return port_problem(list.error());
        co_return json(200, protocol::encode_workstation_list(*list));
    }

    // The phone has the secret, sealed; what it shows of it is on record first.
    awaitable<Reply> secret_shown(Request request, KnownPhone phone) {
        const auto tenant = protocol::TenantId::parse(request.parameter("tenant"));
        const auto secret = protocol::TenantSecretId::parse(request.parameter("secret"));
        if (!tenant || !secret) co_return port_problem(PortError::NotFound);
        const protocol::TenantSecretName name{*tenant, *secret};
        const auto noted = co_await m.workstations.secret_shown(phone.technician, name);
        if (!noted) co_return port_problem(noted.error());
        co_return no_content();
    }

    awaitable<Reply> open_requests(KnownPhone phone) {
        std::vector<protocol::OpenSignInRequest> requests;
        for (const auto& approval : m.approvals.open_for(phone.technician))
            requests.push_back(shown(approval));
        co_return json(200, protocol::encode_open_sign_in_requests(requests));
    }

    awaitable<Reply> answer(Request request, KnownPhone phone) {
        const auto id = protocol::RequestId::parse(request.parameter("request"));
        if (!id) co_return answer_problem(AnswerError::NotFound);
        auto body = protocol::decode_sign_in_answer(request.body);
        if (!body) co_return malformed(body.error());
        const auto technician = phone.technician;
        auto ended = co_await m.approvals.answer(std::move(phone), *id, body->decision, std::move(body->assertion));
        if (!ended) {
            k_log.info("answer_refused", {{platform::LogField::RequestId, id->to_string()},
                                          {platform::LogField::Technician, technician.to_string()},
                                          {platform::LogField::Reason, to_string(ended.error())}});
            co_return answer_problem(ended.error());
        }
        co_return json(200, protocol::encode_sign_in_answer_result(*ended));
    }

    awaitable<Reply> live(Request request, KnownPhone phone) {
        // A page of another site can open a socket with our cookie, but cannot lie about its origin.
        if (request.header("Origin") != std::optional<std::string_view>(m.party.origin)) co_return foreign_origin();
        if (!request.wants_websocket)
            co_return app_problem(426, "websocket_only", "This address speaks WebSocket only.");
        // on_close needs the socket that on_open got, to take that one off the list.
        auto socket = std::make_shared<std::shared_ptr<platform::WebSocket>>();
        auto& notifier = m.notifier;
        const auto technician = phone.technician;
        const std::string cookie(request.cookie(AppSessions::k_cookie).value_or(""));
        const auto session = AppSessions::session_of(cookie);
        if (!session) co_return signed_out();
        platform::WebSocketAccept accept;
        accept.handlers.on_open = [&notifier, &sessions = m.sessions, technician, cookie, session = *session,
                                   socket](std::shared_ptr<platform::WebSocket> opened) {
            *socket = opened;
            notifier.attach(technician, session, opened);
            // Whoever was put out between the check and this moment was not on the list to be told.
            const auto executor = opened->executor();
            boost::asio::co_spawn(executor, close_if_ended(&sessions, cookie, std::move(opened)),
                                  boost::asio::detached);
        };
        accept.handlers.on_message = &RelayApi::nothing_to_say;
        accept.handlers.on_close = [&notifier, technician, socket](platform::WebSocketCloseCode, std::string_view) {
            notifier.detach(technician, socket->get());
            socket->reset();
        };
        accept.limits.message = 1024;
        co_return accept;
    }

    awaitable<Reply> push_key() { co_return json(200, protocol::encode_push_key(m.push.public_key())); }

    awaitable<Reply> subscribe(Request request, KnownPhone phone) {
        auto body = protocol::decode_push_subscription(request.body);
        if (!body) co_return malformed(body.error());
        auto stored = co_await m.phones.set_subscription(phone.record.id, std::move(*body));
        if (!stored) co_return port_problem(stored.error());
        co_return no_content();
    }

    awaitable<Reply> unsubscribe(KnownPhone phone) {
        auto stored = co_await m.phones.set_subscription(phone.record.id, std::nullopt);
        if (!stored) co_return port_problem(stored.error());
        co_return no_content();
    }

    awaitable<Reply> report_activity(Request request, KnownPhone phone) {
        if (!m.reports.allow(phone.record.id.to_string())) co_return too_many_requests();
        auto body = protocol::decode_activity_report(request.body);
        if (!body) co_return malformed(body.error());
        auto stored = co_await m.records.codes_read(phone.technician, phone.record.id, std::move(body->events));
        if (!stored) co_return port_problem(stored.error());
        co_return no_content();
    }

    awaitable<Reply> list_activity(Request request, KnownPhone phone) {
        auto page = co_await m.records.activity(phone.technician, request.query_value("after"), page_size(request));
        if (!page) co_return port_problem(page.error());
        co_return json(200, protocol::encode_activity_page(*page));
    }

private:
    static awaitable<void> close_if_ended(AppSessions* sessions, std::string cookie,
                                          std::shared_ptr<platform::WebSocket> socket) {
        const auto phone = co_await sessions->find(std::move(cookie));
        const bool ended = phone ? phone->state != protocol::PhoneState::Active : phone.error() == PortError::NotFound;
        if (ended) socket->close(platform::WebSocketCloseCode::PolicyViolation, "signed out");
    }

    // The app has nothing to tell over this socket.
    static awaitable<void> nothing_to_say(platform::WebSocketMessage) { co_return; }

    RelayServices m;
};

awaitable<std::expected<AppCaller, Response>> authorise(AppSessions* sessions, RequestLimiter* limiter,
                                                        AppAccess access, const Request* request) {
    if (!is_own_call(*request)) {
        co_return std::unexpected(foreign_origin());
    }
    if (access == AppAccess::Anyone) {
        if (!limiter->allow(platform::source_network(request->peer_address))) {
            co_return std::unexpected(too_many_requests());
        }
        co_return AppCaller();
    }
    const auto cookie = request->cookie(AppSessions::k_cookie);
    if (!cookie) co_return std::unexpected(signed_out());
    auto phone = co_await sessions->find(std::string(*cookie));
    if (!phone && phone.error() == PortError::Storage) co_return std::unexpected(storage_failed());
    if (!phone) co_return std::unexpected(signed_out());
    if (access == AppAccess::ActivePhone && phone->state != protocol::PhoneState::Active) {
        co_return std::unexpected(answer_problem(AnswerError::PhoneWaiting));
    }
    co_return AppCaller(std::move(*phone));
}

}  // namespace

std::shared_ptr<AppRouter> make_app_router(AppSessions& sessions, RequestLimiter& limiter) {
    return std::make_shared<AppRouter>(
        [&sessions, &limiter](AppAccess access, const Request* request) {
            return authorise(&sessions, &limiter, access, request);
        },
        [](int status) { return app_problem(status, "http", platform::status_phrase(status)); });
}

void add_relay_routes(AppRouter& router, RelayServices services) {
    auto api = std::make_shared<RelayApi>(std::move(services));
    using enum HttpMethod;
    using enum AppAccess;
    constexpr std::size_t limit = protocol::k_longest_phone_request;

    router.add(
        Post, "/app/v1/pairings/look-up", Anyone,
        [api](Request request, AppCaller) { return api->look_up_pairing(std::move(request)); }, limit);
    router.add(
        Post, "/app/v1/pairings/complete", Anyone,
        [api](Request request, AppCaller) { return api->complete_pairing(std::move(request)); }, limit);
    router.add(
        Post, "/app/v1/sessions/nonce", Anyone,
        [api](Request request, AppCaller) { return api->new_nonce(std::move(request)); }, limit);
    router.add(
        Post, "/app/v1/sessions", Anyone,
        [api](Request request, AppCaller) { return api->open_session(std::move(request)); }, limit);
    router.add(
        Delete, "/app/v1/sessions/current", Anyone,
        [api](Request request, AppCaller) { return api->end_session(std::move(request)); }, limit);
    router.add(
        Get, "/app/v1/me", PairedPhone, [api](Request, AppCaller phone) { return api->me(std::move(*phone)); }, limit);
    router.add(
        Get, "/app/v1/workstations", ActivePhone,
        [api](Request, AppCaller phone) { return api->workstations(std::move(*phone)); }, limit);
    router.add(
        Post, "/app/v1/tenants/{tenant}/secrets/{secret}/readings", ActivePhone,
        [api](Request request, AppCaller phone) { return api->secret_shown(std::move(request), std::move(*phone)); },
        limit);
    router.add(
        Get, "/app/v1/sign-in-requests", ActivePhone,
        [api](Request, AppCaller phone) { return api->open_requests(std::move(*phone)); }, limit);
    router.add(
        Post, "/app/v1/sign-in-requests/{request}/answer", ActivePhone,
        [api](Request request, AppCaller phone) { return api->answer(std::move(request), std::move(*phone)); }, limit);
    router.add(
        Get, "/app/v1/live", ActivePhone,
        [api](Request request, AppCaller phone) { return api->live(std::move(request), std::move(*phone)); }, limit);
    router.add(Get, "/app/v1/push-key", PairedPhone, [api](Request, AppCaller) { return api->push_key(); }, limit);
    router.add(
        Put, "/app/v1/push-subscription", ActivePhone,
        [api](Request request, AppCaller phone) { return api->subscribe(std::move(request), std::move(*phone)); },
        limit);
    router.add(
        Delete, "/app/v1/push-subscription", PairedPhone,
        [api](Request, AppCaller phone) { return api->unsubscribe(std::move(*phone)); }, limit);
    router.add(
        Post, "/app/v1/activity", ActivePhone,
        [api](Request request, AppCaller phone) { return api->report_activity(std::move(request), std::move(*phone)); },
        limit);
    router.add(
        Get, "/app/v1/activity", ActivePhone,
        [api](Request request, AppCaller phone) { return api->list_activity(std::move(request), std::move(*phone)); },
        limit);
}

}  // namespace doorward::relay
