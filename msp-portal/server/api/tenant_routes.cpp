#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/tenant_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

Response tenant_response(int status, const ApiServices& services, const TenantRecord& tenant) {
    auto response = json_response(
        status, codec::text_of([&](codec::JsonWriter& out) { codec::tenant(out, tenant, services.presence); }));
    response.set_header("ETag", etag_of(tenant.version));
    return response;
}

Result<tenant_service::Seen> seen(const Exchange& exchange) {
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    return tenant_service::Seen{*id, *version};
}

Result<Response> list(const ApiServices& services, platform::Database& database, Exchange& exchange) {
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    const auto search = exchange.query("q", [](std::string_view text) { return std::optional(std::string(text)); });
    if (!search) return std::unexpected(search.error());
    const auto found = tenant_store::list(database, exchange.team(), *search, *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const TenantRecord& tenant) {
                             codec::tenant(out, tenant, services.presence);
                         }));
}

Result<Response> create(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto name = request_body::name(exchange.request.body);
    if (!name) return exchange.refuse(name.error());
    const auto tenant = tenant_service::create(unit, exchange.actor(), *name);
    if (!tenant) return std::unexpected(tenant.error());
    auto response = tenant_response(201, services, *tenant);
    response.set_header("Location", "/api/v1/tenants/" + tenant->id().to_string());
    return response;
}

Result<Response> rename(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto name = request_body::name(exchange.request.body);
    if (!name) return exchange.refuse(name.error());
    const auto which = seen(exchange);
    if (!which) return std::unexpected(which.error());
    const auto tenant = tenant_service::rename(unit, exchange.actor(), *which, *name);
    if (!tenant) return std::unexpected(tenant.error());
    return tenant_response(200, services, *tenant);
}

Result<Response> update_settings(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto wish = request_body::tenant_setting(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto which = seen(exchange);
    if (!which) return std::unexpected(which.error());
    const auto* limit = std::get_if<request_body::LimitWish>(&*wish);
    const auto result =
        limit != nullptr
            ? tenant_service::set_limit(unit, exchange.actor(), *which, limit->limit, limit->number)
            : tenant_service::set_homes(unit, exchange.actor(), *which, std::get<protocol::HomeKeeping>(*wish));
    if (!result) return std::unexpected(result.error());
    auto response =
        json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                          out.object("tenant", [&] { codec::tenant(out, result->tenant, services.presence); });
                          if (result->change) {
                              out.object("change", [&] { codec::change(out, *result->change, exchange.actor()); });
                          } else {
                              out.null("change");
                          }
                      }));
    response.set_header("ETag", etag_of(result->tenant.version));
    return response;
}

Result<Response> resume(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto change = tenant_service::resume(unit, exchange.actor(), *id);
    if (!change) return std::unexpected(change.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.object("change", [&] { codec::change(out, *change, exchange.actor()); });
                         }));
}

}  // namespace

void add_tenant_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/tenants", Access::Administer,
                [&services](platform::Database& database, protocol::Timestamp, Exchange& exchange) {
                    return list(services, database, exchange);
                });
    routes.create("/tenants", Access::Administer,
                  [&services](UnitOfWork& unit, Exchange& exchange) { return create(services, unit, exchange); });
    routes.read("/tenants/{tenant_id}", Access::Administer,
                [&services](platform::Database& database, protocol::Timestamp, Exchange& exchange) -> Result<Response> {
                    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
                    if (!id) return std::unexpected(id.error());
                    const auto tenant = tenant_store::find(database, exchange.team(), *id);
                    if (!tenant) return std::unexpected(Error::NotFound);
                    return tenant_response(200, services, *tenant);
                });
    routes.write(HttpMethod::Patch, "/tenants/{tenant_id}", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return rename(services, unit, exchange); });
    routes.write(
        HttpMethod::Patch, "/tenants/{tenant_id}/settings", Access::Administer,
        [&services](UnitOfWork& unit, Exchange& exchange) { return update_settings(services, unit, exchange); });
    routes.write(HttpMethod::Post, "/tenants/{tenant_id}/suspend", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
                     if (!id) return std::unexpected(id.error());
                     const auto tenant = tenant_service::suspend(unit, exchange.actor(), *id);
                     if (!tenant) return std::unexpected(tenant.error());
                     return tenant_response(200, services, *tenant);
                 });
    routes.write(HttpMethod::Post, "/tenants/{tenant_id}/resume", Access::Administer, resume);
}

}  // namespace doorward::portal
