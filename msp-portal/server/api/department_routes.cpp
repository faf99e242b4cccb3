#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/department_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::DepartmentId;
using protocol::TechnicianId;

Response department_response(int status, platform::Database& database, const DepartmentRecord& department) {
    auto response = json_response(status, codec::text_of([&](codec::JsonWriter& out) {
                                      codec::department(out, database, department, codec::Detail::Alone);
                                  }));
    response.set_header("ETag", etag_of(department.version));
    return response;
}

Result<Response> list(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto member = exchange.query("technician_id", TechnicianId::parse);
    if (!member) return std::unexpected(member.error());
    const auto departments = department_store::list(database, exchange.team(), *member);
    return json_response(
        200, codec::text_of([&](codec::JsonWriter& out) {
            out.list("items", departments, [&](const DepartmentRecord& department) {
                out.object([&] { codec::department(out, database, department, codec::Detail::InList); });
            });
        }));
}

Result<Response> create(UnitOfWork& unit, Exchange& exchange) {
    const auto name = request_body::name(exchange.request.body);
    if (!name) return exchange.refuse(name.error());
    const auto department = department_service::create(unit, exchange.actor(), *name);
    if (!department) return std::unexpected(department.error());
    auto response = department_response(201, unit.database, *department);
    response.set_header("Location", "/api/v1/departments/" + department->id.to_string());
    return response;
}

Result<Response> read(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto id = exchange.path_id<DepartmentId>("department_id");
    if (!id) return std::unexpected(id.error());
    const auto department = department_store::find(database, exchange.team(), *id);
    if (!department) return std::unexpected(Error::NotFound);
    return department_response(200, database, *department);
}

Result<Response> rename(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DepartmentId>("department_id");
    if (!id) return std::unexpected(id.error());
    const auto name = request_body::name(exchange.request.body);
    if (!name) return exchange.refuse(name.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    const auto department = department_service::rename(unit, exchange.actor(), {*id, *version}, *name);
    if (!department) return std::unexpected(department.error());
    return department_response(200, unit.database, *department);
}

Result<Response> remove(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DepartmentId>("department_id");
    if (!id) return std::unexpected(id.error());
    const auto name = exchange.confirmed_name();
    if (!name) return std::unexpected(name.error());
    const auto removed = department_service::remove(unit, exchange.actor(), *id, *name);
    if (!removed) return std::unexpected(removed.error());
    return json_response(204, {});
}

Result<Response> add_member(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DepartmentId>("department_id");
    if (!id) return std::unexpected(id.error());
    const auto technician = exchange.path_id<TechnicianId>("technician_id");
    if (!technician) return std::unexpected(technician.error());
    const auto change = department_service::add_member(unit, exchange.actor(), *id, *technician);
    if (!change) return std::unexpected(change.error());
    return json_response(200, codec::perhaps_change(*change, exchange.actor()));
}

Result<Response> remove_member(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DepartmentId>("department_id");
    if (!id) return std::unexpected(id.error());
    const auto technician = exchange.path_id<TechnicianId>("technician_id");
    if (!technician) return std::unexpected(technician.error());
    const auto removed = department_service::remove_member(unit, exchange.actor(), *id, *technician);
    if (!removed) return std::unexpected(removed.error());
    return json_response(204, {});
}

}  // namespace

void add_department_routes(Routes& routes) {
    constexpr std::string_view k_one = "/departments/{department_id}";
    constexpr std::string_view k_member = "/departments/{department_id}/members/{technician_id}";
    routes.read("/departments", Access::Administer, list);
    routes.create("/departments", Access::Administer, create);
    routes.read(k_one, Access::Administer, read);
    routes.write(HttpMethod::Patch, k_one, Access::Administer, rename);
    routes.write(HttpMethod::Delete, k_one, Access::Administer, remove);
    routes.write(HttpMethod::Put, k_member, Access::Administer, add_member);
    routes.write(HttpMethod::Delete, k_member, Access::Administer, remove_member);
}

}  // namespace doorward::portal
