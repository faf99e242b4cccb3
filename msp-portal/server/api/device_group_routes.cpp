#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/device_group_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::DeviceGroupId;
using protocol::DeviceId;

Response group_response(int status, platform::Database& database, const DeviceGroupRecord& group) {
    auto response = json_response(status, codec::text_of([&](codec::JsonWriter& out) {
                                      codec::device_group(out, database, group, codec::Detail::Alone);
                                  }));
    response.set_header("ETag", etag_of(group.version));
    return response;
}

Result<Response> list(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto tenant = exchange.query("tenant_id", protocol::TenantId::parse);
    if (!tenant) return std::unexpected(tenant.error());
    const auto member = exchange.query("device_id", protocol::DeviceId::parse);
    if (!member) return std::unexpected(member.error());
    const auto groups = device_group_store::list(database, exchange.team(), *tenant, *member);
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.list("items", groups, [&](const DeviceGroupRecord& group) {
                                 out.object([&] { codec::device_group(out, database, group, codec::Detail::InList); });
                             });
                         }));
}

Result<Response> create(UnitOfWork& unit, Exchange& exchange) {
    const auto wish = request_body::new_device_group(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto group = device_group_service::create(unit, exchange.actor(), wish->tenant_id, wish->name);
    if (!group) return std::unexpected(group.error());
    auto response = group_response(201, unit.database, *group);
    response.set_header("Location", "/api/v1/device-groups/" + group->id.to_string());
    return response;
}

Result<Response> read(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto id = exchange.path_id<DeviceGroupId>("device_group_id");
    if (!id) return std::unexpected(id.error());
    const auto group = device_group_store::find(database, exchange.team(), *id);
    if (!group) return std::unexpected(Error::NotFound);
    return group_response(200, database, *group);
}

Result<Response> rename(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DeviceGroupId>("device_group_id");
    if (!id) return std::unexpected(id.error());
    const auto name = request_body::name(exchange.request.body);
    if (!name) return exchange.refuse(name.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    const auto group = device_group_service::rename(unit, exchange.actor(), {*id, *version}, *name);
    if (!group) return std::unexpected(group.error());
    return group_response(200, unit.database, *group);
}

Result<Response> remove(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DeviceGroupId>("device_group_id");
    if (!id) return std::unexpected(id.error());
    const auto name = exchange.confirmed_name();
    if (!name) return std::unexpected(name.error());
    const auto removed = device_group_service::remove(unit, exchange.actor(), *id, *name);
    if (!removed) return std::unexpected(removed.error());
    return json_response(204, {});
}

Result<Response> add_member(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DeviceGroupId>("device_group_id");
    if (!id) return std::unexpected(id.error());
    const auto device = exchange.path_id<DeviceId>("device_id");
    if (!device) return std::unexpected(device.error());
    const auto change = device_group_service::add_member(unit, exchange.actor(), *id, *device);
    if (!change) return std::unexpected(change.error());
    return json_response(200, codec::perhaps_change(*change, exchange.actor()));
}

Result<Response> remove_member(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<DeviceGroupId>("device_group_id");
    if (!id) return std::unexpected(id.error());
    const auto device = exchange.path_id<DeviceId>("device_id");
    if (!device) return std::unexpected(device.error());
    const auto removed = device_group_service::remove_member(unit, exchange.actor(), *id, *device);
    if (!removed) return std::unexpected(removed.error());
    return json_response(204, {});
}

}  // namespace

void add_device_group_routes(Routes& routes) {
    constexpr std::string_view k_one = "/device-groups/{device_group_id}";
    constexpr std::string_view k_member = "/device-groups/{device_group_id}/members/{device_id}";
    routes.read("/device-groups", Access::Administer, list);
    routes.create("/device-groups", Access::Administer, create);
    routes.read(k_one, Access::Administer, read);
    routes.write(HttpMethod::Patch, k_one, Access::Administer, rename);
    routes.write(HttpMethod::Delete, k_one, Access::Administer, remove);
    routes.write(HttpMethod::Put, k_member, Access::Administer, add_member);
    routes.write(HttpMethod::Delete, k_member, Access::Administer, remove_member);
}

}  // namespace doorward::portal
