#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/role_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::RoleId;

Response role_response(int status, const RoleRecord& role) {
    auto response = json_response(status, codec::text_of([&](codec::JsonWriter& out) { codec::role(out, role); }));
    response.set_header("ETag", etag_of(role.version));
    return response;
}

Result<Response> list(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto roles = role_store::list(database, exchange.team());
    return json_response(
        200, codec::text_of([&](codec::JsonWriter& out) {
            out.list("items", roles, [&](const RoleRecord& role) { out.object([&] { codec::role(out, role); }); });
            out.list("permissions", role_service::permissions(), [&](const role_service::Permission& permission) {
                out.object([&] {
                    out.text("purpose", to_string(permission.purpose));
                    out.text("name", permission.name);
                });
            });
        }));
}

Result<Response> create(UnitOfWork& unit, Exchange& exchange) {
    const auto wish = request_body::new_role(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto role = role_service::create(unit, exchange.actor(), wish->purpose, wish->wish);
    if (!role) return std::unexpected(role.error());
    auto response = role_response(201, *role);
    response.set_header("Location", "/api/v1/roles/" + role->document.id.to_string());
    return response;
}

Result<Response> read(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto id = exchange.path_id<RoleId>("role_id");
    if (!id) return std::unexpected(id.error());
    const auto role = role_store::find(database, exchange.team(), *id);
    if (!role) return std::unexpected(Error::NotFound);
    return role_response(200, *role);
}

Result<Response> update(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<RoleId>("role_id");
    if (!id) return std::unexpected(id.error());
    const auto wish = request_body::role_update(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    const auto updated = role_service::update(unit, exchange.actor(), {*id, *version}, *wish);
    if (!updated) return std::unexpected(updated.error());
    auto response = json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                                      out.object("role", [&] { codec::role(out, updated->role); });
                                      codec::optional_change(out, "change", updated->change, exchange.actor());
                                  }));
    response.set_header("ETag", etag_of(updated->role.version));
    return response;
}

Result<Response> remove(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<RoleId>("role_id");
    if (!id) return std::unexpected(id.error());
    const auto name = exchange.confirmed_name();
    if (!name) return std::unexpected(name.error());
    const auto removed = role_service::remove(unit, exchange.actor(), *id, *name);
    if (!removed) return std::unexpected(removed.error());
    return json_response(204, {});
}

}  // namespace

void add_role_routes(Routes& routes) {
    constexpr std::string_view k_one = "/roles/{role_id}";
    routes.read("/roles", Access::Administer, list);
    routes.create("/roles", Access::Administer, create);
    routes.read(k_one, Access::Administer, read);
    routes.write(HttpMethod::Patch, k_one, Access::Administer, update);
    routes.write(HttpMethod::Delete, k_one, Access::Administer, remove);
}

}  // namespace doorward::portal
