#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/device_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

Response device_response(platform::Database& database, const ApiServices& services, const DeviceRecord& device) {
    const auto incarnation = load_portal_record(database).incarnation;
    auto response = json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                                      codec::device(out, device, incarnation, services.presence);
                                  }));
    response.set_header("ETag", etag_of(device.version));
    return response;
}

struct Filter {
    DeviceFilter filter;
    std::optional<bool> connected;
};

Result<Filter> filter_of(Exchange& exchange) {
    const auto tenant = exchange.query("tenant_id", protocol::TenantId::parse);
    if (!tenant) return std::unexpected(tenant.error());
    const auto state = exchange.query("state", parse_device_state);
    if (!state) return std::unexpected(state.error());
    const auto search = exchange.query("q", [](std::string_view text) { return std::optional(std::string(text)); });
    if (!search) return std::unexpected(search.error());
    const auto connected = exchange.query("connected", [](std::string_view text) {
        return text == "true" ? std::optional(true) : text == "false" ? std::optional(false) : std::nullopt;
    });
    if (!connected) return std::unexpected(connected.error());
    return Filter{{*tenant, *state, *search}, *connected};
}

// Who is connected is known to the process, not to the store: pages are gathered until one is full.
Page<DeviceRecord> gather(platform::Database& database, const Exchange& exchange, const ApiServices& services,
                          const Filter& wanted, PageRequest request) {
    auto page = device_store::list(database, exchange.team(), wanted.filter, request);
    if (!wanted.connected) return page;
    Page<DeviceRecord> gathered;
    const auto limit = static_cast<std::size_t>(request.limit);
    while (true) {
        for (auto& device : page.items) {
            if (services.presence.connected(device.id) != *wanted.connected) continue;
            if (gathered.items.size() == limit) {
                const auto& last = gathered.items.back();
                const auto bytes = last.id.bytes();
                gathered.next = NameCursor{last.name, {bytes.begin(), bytes.end()}}.format();
                return gathered;
            }
            gathered.items.push_back(std::move(device));
        }
        if (!page.next) return gathered;
        request.after = page.next;
        page = device_store::list(database, exchange.team(), wanted.filter, request);
    }
}

Result<Response> list(const ApiServices& services, platform::Database& database, Exchange& exchange) {
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    const auto filter = filter_of(exchange);
    if (!filter) return std::unexpected(filter.error());
    const auto incarnation = load_portal_record(database).incarnation;
    const auto found = gather(database, exchange, services, *filter, *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const DeviceRecord& device) {
                             codec::device(out, device, incarnation, services.presence);
                         }));
}

Result<DeviceRecord> one(platform::Database& database, const Exchange& exchange) {
    const auto id = exchange.path_id<protocol::DeviceId>("device_id");
    if (!id) return std::unexpected(id.error());
    auto device = device_store::find(database, *id);
    if (!device || device->team_id != exchange.team()) return std::unexpected(Error::NotFound);
    return std::move(*device);
}

Result<Response> rename(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto name = request_body::name(exchange.request.body);
    if (!name) return exchange.refuse(name.error());
    const auto id = exchange.path_id<protocol::DeviceId>("device_id");
    if (!id) return std::unexpected(id.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    const auto device = device_service::rename(unit, exchange.actor(), {*id, *version}, *name);
    if (!device) return std::unexpected(device.error());
    return device_response(unit.database, services, *device);
}

Result<Response> create_token(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto tenant = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!tenant) return std::unexpected(tenant.error());
    const auto wish = request_body::new_token(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto created = device_service::create_token(unit, exchange.actor(), services.deployment, *tenant, *wish);
    if (!created) return std::unexpected(created.error());
    auto response = json_response(201, codec::text_of([&](codec::JsonWriter& out) {
                                      out.object("enrolment_token",
                                                 [&] { codec::enrolment_token(out, created->record, unit.now); });
                                      out.text("token", created->token);
                                      out.text("install_command", created->install_command);
                                  }));
    response.set_header("Location", "/api/v1/enrolment-tokens/" + created->record.id.to_string());
    return response;
}

Result<Response> list_tokens(platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
    const auto tenant = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!tenant) return std::unexpected(tenant.error());
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    if (!tenant_store::find(database, exchange.team(), *tenant)) return std::unexpected(Error::NotFound);
    const auto found = enrolment_token_store::list(database, *tenant, *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const EnrolmentTokenRecord& token) {
                             codec::enrolment_token(out, token, now);
                         }));
}

Result<Response> resume(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::DeviceId>("device_id");
    if (!id) return std::unexpected(id.error());
    const auto change = device_service::resume(unit, exchange.actor(), *id);
    if (!change) return std::unexpected(change.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.object("change", [&] { codec::change(out, *change, exchange.actor()); });
                         }));
}

}  // namespace

void add_device_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/devices", Access::Administer,
                [&services](platform::Database& database, protocol::Timestamp, Exchange& exchange) {
                    return list(services, database, exchange);
                });
    routes.read("/devices/{device_id}", Access::Administer,
                [&services](platform::Database& database, protocol::Timestamp, Exchange& exchange) -> Result<Response> {
                    const auto device = one(database, exchange);
                    if (!device) return std::unexpected(device.error());
                    return device_response(database, services, *device);
                });
    routes.write(HttpMethod::Patch, "/devices/{device_id}", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return rename(services, unit, exchange); });
    routes.write(HttpMethod::Delete, "/devices/{device_id}", Access::Administer,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<protocol::DeviceId>("device_id");
                     if (!id) return std::unexpected(id.error());
                     const auto removed = device_service::remove(unit, exchange.actor(), *id);
                     if (!removed) return std::unexpected(removed.error());
                     return json_response(204, {});
                 });
    routes.write(HttpMethod::Post, "/devices/{device_id}/suspend", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<protocol::DeviceId>("device_id");
                     if (!id) return std::unexpected(id.error());
                     const auto device = device_service::suspend(unit, exchange.actor(), *id);
                     if (!device) return std::unexpected(device.error());
                     return device_response(unit.database, services, *device);
                 });
    routes.write(HttpMethod::Post, "/devices/{device_id}/resume", Access::Administer, resume);
    routes.read("/tenants/{tenant_id}/enrolment-tokens", Access::Administer, list_tokens);
    routes.write(HttpMethod::Post, "/tenants/{tenant_id}/enrolment-tokens", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return create_token(services, unit, exchange); });
    routes.write(HttpMethod::Delete, "/enrolment-tokens/{enrolment_token_id}", Access::Administer,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<protocol::EnrolmentTokenId>("enrolment_token_id");
                     if (!id) return std::unexpected(id.error());
                     const auto revoked = device_service::revoke_token(unit, exchange.actor(), *id);
                     if (!revoked) return std::unexpected(revoked.error());
                     return json_response(204, {});
                 });
}

}  // namespace doorward::portal
