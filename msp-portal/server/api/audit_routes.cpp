#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "protocol/text.h"

namespace doorward::portal {

namespace {

using platform::Response;

Result<AuditFilter> filter_of(Exchange& exchange) {
    AuditFilter filter;
    auto kind = exchange.query("kind", [](std::string_view text) {
        return protocol::is_machine_word(text) ? std::optional(std::string(text)) : std::nullopt;
    });
    if (!kind) return std::unexpected(kind.error());
    const auto outcome = exchange.query("outcome", protocol::parse_audit_outcome);
    if (!outcome) return std::unexpected(outcome.error());
    const auto technician = exchange.query("technician_id", protocol::TechnicianId::parse);
    if (!technician) return std::unexpected(technician.error());
    const auto device = exchange.query("device_id", protocol::DeviceId::parse);
    if (!device) return std::unexpected(device.error());
    const auto tenant = exchange.query("tenant_id", protocol::TenantId::parse);
    if (!tenant) return std::unexpected(tenant.error());
    const auto from = exchange.query("from", protocol::parse_time);
    if (!from) return std::unexpected(from.error());
    const auto until = exchange.query("until", protocol::parse_time);
    if (!until) return std::unexpected(until.error());
    filter.kind = std::move(*kind);
    filter.outcome = *outcome;
    filter.technician_id = *technician;
    filter.device_id = *device;
    filter.tenant_id = *tenant;
    filter.from = *from;
    filter.until = *until;
    return filter;
}

}  // namespace

void add_audit_routes(Routes& routes) {
    routes.read("/audit-events", Access::ReadAudit,
                [](platform::Database& database, protocol::Timestamp, Exchange& exchange) -> Result<Response> {
                    const auto page = exchange.page();
                    if (!page) return std::unexpected(page.error());
                    const auto filter = filter_of(exchange);
                    if (!filter) return std::unexpected(filter.error());
                    const auto found = audit_store::list(database, exchange.team(), *filter, *page);
                    return json_response(200, codec::page_text(found, codec::audit_event));
                });
}

}  // namespace doorward::portal
