#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/right_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::ChangeId;

Response change_response(const ChangeRecord& change, const Exchange& exchange) {
    return json_response(200,
                         codec::text_of([&](codec::JsonWriter& out) { codec::change(out, change, exchange.actor()); }));
}

Result<Response> list_rights(platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    const auto technician = exchange.query("technician_id", protocol::TechnicianId::parse);
    if (!technician) return std::unexpected(technician.error());
    const auto tenant = exchange.query("tenant_id", protocol::TenantId::parse);
    if (!tenant) return std::unexpected(tenant.error());
    const auto device = exchange.query("device_id", protocol::DeviceId::parse);
    if (!device) return std::unexpected(device.error());
    const auto department = exchange.query("department_id", protocol::DepartmentId::parse);
    if (!department) return std::unexpected(department.error());
    const auto group = exchange.query("device_group_id", protocol::DeviceGroupId::parse);
    if (!group) return std::unexpected(group.error());
    const auto role = exchange.query("role_id", protocol::RoleId::parse);
    if (!role) return std::unexpected(role.error());
    const RightFilter filter{*technician, *tenant, *device, *department, *group, *role};
    const auto found = right_store::list(database, exchange.team(), filter, *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const RightRecord& right) {
                             codec::right(out, right, now);
                         }));
}

Result<Response> grant(UnitOfWork& unit, Exchange& exchange) {
    const auto wish = request_body::right_grant(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto change = right_service::grant(unit, exchange.actor(), *wish);
    if (!change) return std::unexpected(change.error());
    auto response = json_response(201, codec::text_of([&](codec::JsonWriter& out) {
                                      out.object("change", [&] { codec::change(out, *change, exchange.actor()); });
                                  }));
    response.set_header("Location", "/api/v1/changes/" + change->id.to_string());
    return response;
}

Result<Response> list_changes(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    const auto state = exchange.query("state", parse_change_state);
    if (!state) return std::unexpected(state.error());
    const auto found = change_store::list(database, exchange.team(), *state, *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const ChangeRecord& change) {
                             codec::change(out, change, exchange.actor());
                         }));
}

Result<Response> accept(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<ChangeId>("change_id");
    if (!id) return std::unexpected(id.error());
    const auto assertion = request_body::acceptance(exchange.request.body);
    if (!assertion) return exchange.refuse(assertion.error());
    const auto change = change_service::accept(unit, exchange.actor(), services.deployment, *id, *assertion);
    if (!change) return std::unexpected(change.error());
    return change_response(*change, exchange);
}

Result<Response> reject(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<ChangeId>("change_id");
    if (!id) return std::unexpected(id.error());
    const auto reason = request_body::reason(exchange.request.body);
    if (!reason) return exchange.refuse(reason.error());
    const auto change = change_service::reject(unit, exchange.actor(), *id, *reason);
    if (!change) return std::unexpected(change.error());
    return change_response(*change, exchange);
}

}  // namespace

void add_right_routes(Routes& routes) {
    routes.read("/rights", Access::Administer, list_rights);
    routes.create("/rights", Access::Administer, grant);
    routes.write(HttpMethod::Delete, "/rights/{right_id}", Access::Administer,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<protocol::RightId>("right_id");
                     if (!id) return std::unexpected(id.error());
                     const auto revoked = right_service::revoke(unit, exchange.actor(), *id);
                     if (!revoked) return std::unexpected(revoked.error());
                     return json_response(204, {});
                 });
}

void add_change_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/changes", Access::Administer, list_changes);
    routes.read("/changes/{change_id}", Access::Administer,
                [](platform::Database& database, protocol::Timestamp, Exchange& exchange) -> Result<Response> {
                    const auto id = exchange.path_id<ChangeId>("change_id");
                    if (!id) return std::unexpected(id.error());
                    const auto change = change_store::find(database, exchange.team(), *id);
                    if (!change) return std::unexpected(Error::NotFound);
                    return change_response(*change, exchange);
                });
    routes.foresee("/changes/{change_id}/effect", Access::Administer,
                   [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                       const auto id = exchange.path_id<ChangeId>("change_id");
                       if (!id) return std::unexpected(id.error());
                       const auto tried = change_service::try_out(unit, exchange.team(), *id);
                       if (!tried) return std::unexpected(tried.error());
                       return json_response(204, {});
                   });
    routes.write(HttpMethod::Post, "/changes/{change_id}/accept", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return accept(services, unit, exchange); });
    routes.write(HttpMethod::Post, "/changes/{change_id}/reject", Access::Administer, reject);
    routes.write(HttpMethod::Post, "/changes/{change_id}/withdraw", Access::Administer,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<ChangeId>("change_id");
                     if (!id) return std::unexpected(id.error());
                     const auto change = change_service::withdraw(unit, exchange.actor(), *id);
                     if (!change) return std::unexpected(change.error());
                     return change_response(*change, exchange);
                 });
}

}  // namespace doorward::portal
