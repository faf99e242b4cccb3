#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/restore_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

Response overview(const ApiServices& services, platform::Database& database, const Exchange& exchange,
                  protocol::Timestamp now) {
    const auto overview = restore_service::overview(database, exchange.actor(), now);
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             if (!overview) return out.null("restore");
                             out.object("restore",
                                        [&] { codec::restore(out, *overview, exchange.actor(), services.presence); });
                         }));
}

}  // namespace

void add_restore_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read(
        "/restore", Access::Administer,
        [&services](platform::Database& database, protocol::Timestamp now, Exchange& exchange) -> Result<Response> {
            return overview(services, database, exchange, now);
        });
    routes.write(HttpMethod::Post, "/restore/accept", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto assertion = request_body::acceptance(exchange.request.body);
                     if (!assertion) return exchange.refuse(assertion.error());
                     const auto accepted =
                         restore_service::accept(unit, exchange.actor(), services.deployment, *assertion);
                     if (!accepted) return std::unexpected(accepted.error());
                     return overview(services, unit.database, exchange, unit.now);
                 });
}

}  // namespace doorward::portal
