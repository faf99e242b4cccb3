#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/tenant_code_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

Result<Response> show(platform::Database& database, protocol::Timestamp now, Exchange& exchange,
                      const protocol::TenantId& tenant) {
    const auto state = tenant_code_service::state(database, exchange.actor(), tenant, now);
    if (!state) return std::unexpected(state.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) { codec::tenant_codes(out, *state); }));
}

Result<Response> replace(UnitOfWork& unit, Exchange& exchange) {
    const auto how = request_body::handover(exchange.request.body);
    if (!how) return exchange.refuse(how.error());
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    if (auto done = tenant_code_service::replace(unit, exchange.actor(), *id, *how); !done) {
        return std::unexpected(done.error());
    }
    return show(unit.database, unit.now, exchange, *id);
}

Result<Response> confirm(UnitOfWork& unit, Exchange& exchange) {
    const auto devices = request_body::workstations(exchange.request.body);
    if (!devices) return exchange.refuse(devices.error());
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto change = tenant_code_service::propose_confirmation(unit, exchange.actor(), *id, *devices);
    if (!change) return std::unexpected(change.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.object("change", [&] { codec::change(out, *change, exchange.actor()); });
                         }));
}

// The answer holds a secret: nothing on its way keeps it.
Result<Response> read(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto uri = tenant_code_service::read(unit, exchange.actor(), *id);
    if (!uri) return std::unexpected(uri.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) { out.text("otpauth_uri", *uri); }));
}

}  // namespace

void add_tenant_code_routes(Routes& routes) {
    routes.read("/tenants/{tenant_id}/codes", Access::Administer,
                [](platform::Database& database, protocol::Timestamp now, Exchange& exchange) -> Result<Response> {
                    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
                    if (!id) return std::unexpected(id.error());
                    return show(database, now, exchange, *id);
                });
    routes.write(HttpMethod::Post, "/tenants/{tenant_id}/codes/replace", Access::Administer, replace);
    routes.write(HttpMethod::Post, "/tenants/{tenant_id}/codes/confirmations", Access::Administer, confirm);
    routes.write(HttpMethod::Post, "/tenants/{tenant_id}/codes/readings", Access::Administer, read);
}

}  // namespace doorward::portal
