#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/policy_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::PolicyId;

Response policy_response(platform::Database& database, const Exchange& exchange, const PolicyRecord& policy) {
    auto response = json_response(
        200, codec::text_of([&](codec::JsonWriter& out) { codec::policy(out, database, exchange.team(), policy); }));
    response.set_header("ETag", etag_of(policy.version));
    return response;
}

Response proposed_response(int status, UnitOfWork& unit, const Exchange& exchange,
                           const policy_service::Proposed& proposed) {
    auto response = json_response(
        status, codec::text_of([&](codec::JsonWriter& out) {
            out.object("policy", [&] { codec::policy(out, unit.database, exchange.team(), proposed.policy); });
            out.object("change", [&] { codec::change(out, proposed.change, exchange.actor()); });
        }));
    response.set_header("ETag", etag_of(proposed.policy.version));
    return response;
}

Result<Response> list(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto policies = policy_store::list(database, exchange.team());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.list("items", policies, [&](const PolicyRecord& policy) {
                                 out.object([&] { codec::policy(out, database, exchange.team(), policy); });
                             });
                         }));
}

Result<Response> create(UnitOfWork& unit, Exchange& exchange) {
    auto draft = request_body::policy_draft(exchange.request.body, unit.new_id<PolicyId>());
    if (!draft) return exchange.refuse(draft.error());
    const auto proposed = policy_service::propose(unit, exchange.actor(), std::move(*draft));
    if (!proposed) return std::unexpected(proposed.error());
    auto response = proposed_response(201, unit, exchange, *proposed);
    response.set_header("Location", "/api/v1/policies/" + proposed->policy.document.id.to_string());
    return response;
}

Result<Response> read(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto id = exchange.path_id<PolicyId>("policy_id");
    if (!id) return std::unexpected(id.error());
    const auto policy = policy_store::find(database, exchange.team(), *id);
    if (!policy) return std::unexpected(Error::NotFound);
    return policy_response(database, exchange, *policy);
}

Result<Response> revise(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<PolicyId>("policy_id");
    if (!id) return std::unexpected(id.error());
    auto draft = request_body::policy_draft(exchange.request.body, *id);
    if (!draft) return exchange.refuse(draft.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    const auto proposed = policy_service::revise(unit, exchange.actor(), *version, std::move(*draft));
    if (!proposed) return std::unexpected(proposed.error());
    return proposed_response(200, unit, exchange, *proposed);
}

Result<Response> retire(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<PolicyId>("policy_id");
    if (!id) return std::unexpected(id.error());
    const auto policy = policy_service::retire(unit, exchange.actor(), *id);
    if (!policy) return std::unexpected(policy.error());
    return policy_response(unit.database, exchange, *policy);
}

}  // namespace

void add_policy_routes(Routes& routes) {
    constexpr std::string_view k_one = "/policies/{policy_id}";
    routes.read("/policies", Access::Administer, list);
    routes.create("/policies", Access::Administer, create);
    routes.read(k_one, Access::Administer, read);
    routes.write(HttpMethod::Put, k_one, Access::Administer, revise);
    routes.write(HttpMethod::Post, "/policies/{policy_id}/retire", Access::Administer, retire);
}

}  // namespace doorward::portal
