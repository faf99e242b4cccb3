#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/stores/tenant_store.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

Response team_response(platform::Database& database, const TeamRecord& team, protocol::Timestamp now) {
    auto response =
        json_response(200, codec::text_of([&](codec::JsonWriter& out) { codec::team(out, database, team, now); }));
    response.set_header("ETag", etag_of(team.version));
    return response;
}

Result<Response> update_team(UnitOfWork& unit, Exchange& exchange) {
    auto update = request_body::team_update(exchange.request.body);
    if (!update) return exchange.refuse(update.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    update->version = *version;
    const auto team = team_service::update(unit, exchange.actor(), *update);
    if (!team) return std::unexpected(team.error());
    return team_response(unit.database, *team, unit.now);
}

}  // namespace

void add_team_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/team", Access::SignedIn,
                [](platform::Database& database, protocol::Timestamp now, Exchange& exchange) -> Result<Response> {
                    return team_response(database, exchange.signed_in().team, now);
                });
    routes.write(HttpMethod::Patch, "/team", Access::Administer, update_team);
    routes.read(
        "/dashboard", Access::SignedIn,
        [&services](platform::Database& database, protocol::Timestamp now, Exchange& exchange) -> Result<Response> {
            std::int64_t connected = 0;
            for (const auto& tenant : tenant_store::all_of_team(database, exchange.team())) {
                connected += services.presence.connected_in(tenant);
            }
            const auto dashboard = team_service::dashboard(database, exchange.team(), now);
            const auto exposed = exposure_service::counts(exposure_service::all(database, exchange.team(), now));
            return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                                     codec::dashboard(out, dashboard, exposed, connected);
                                 }));
        });
}

}  // namespace doorward::portal
