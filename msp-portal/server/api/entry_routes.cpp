#include "msp-portal/server/api/access_codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/services/access_explainer.h"

namespace doorward::portal {

namespace {

using access_explainer::Entry;
using platform::Response;
using protocol::DeviceId;
using protocol::TechnicianId;
using protocol::TenantId;

Response entries_response(const ApiServices& services, platform::Database& database, protocol::Timestamp now,
                          const std::vector<Entry>& entries) {
    const auto incarnation = load_portal_record(database).incarnation;
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.list("items", entries, [&](const Entry& entry) {
                                 out.object([&] { codec::entry(out, entry, incarnation, services.presence, now); });
                             });
                         }));
}

Result<Response> of_device(const ApiServices& services, platform::Database& database, protocol::Timestamp now,
                           Exchange& exchange) {
    const auto device = exchange.path_id<DeviceId>("device_id");
    if (!device) return std::unexpected(device.error());
    const auto entries = access_explainer::of_device(database, exchange.team(), *device, now);
    if (!entries) return std::unexpected(entries.error());
    return entries_response(services, database, now, *entries);
}

Result<Response> of_technician(const ApiServices& services, platform::Database& database, protocol::Timestamp now,
                               Exchange& exchange) {
    const auto technician = exchange.path_id<TechnicianId>("technician_id");
    if (!technician) return std::unexpected(technician.error());
    const auto tenant = exchange.query("tenant_id", TenantId::parse);
    if (!tenant) return std::unexpected(tenant.error());
    if (!*tenant) return exchange.refuse({protocol::DecodeErrorKind::MissingMember, "/tenant_id"});
    const auto entries = access_explainer::of_technician(database, exchange.team(), *technician, **tenant, now);
    if (!entries) return std::unexpected(entries.error());
    return entries_response(services, database, now, *entries);
}

Result<Response> one(const ApiServices& services, platform::Database& database, protocol::Timestamp now,
                     Exchange& exchange) {
    const auto technician = exchange.path_id<TechnicianId>("technician_id");
    if (!technician) return std::unexpected(technician.error());
    const auto device = exchange.path_id<DeviceId>("device_id");
    if (!device) return std::unexpected(device.error());
    const auto entry = access_explainer::explain(database, exchange.team(), *technician, *device, now);
    if (!entry) return std::unexpected(entry.error());
    const auto incarnation = load_portal_record(database).incarnation;
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             codec::entry(out, *entry, incarnation, services.presence, now);
                         }));
}

}  // namespace

void add_entry_routes(Routes& routes) {
    const auto with_services = [services = &routes.services()](auto job) {
        return [services, job](platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
            return job(*services, database, now, exchange);
        };
    };
    routes.read("/devices/{device_id}/entries", Access::Administer, with_services(of_device));
    routes.read("/technicians/{technician_id}/entries", Access::Administer, with_services(of_technician));
    routes.read("/technicians/{technician_id}/entries/{device_id}", Access::Administer, with_services(one));
}

}  // namespace doorward::portal
