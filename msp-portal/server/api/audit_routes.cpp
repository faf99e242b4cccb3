#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/services/log_service.h"
#include "msp-portal/server/stores/tenant_store.h"
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

// Pieces put one behind the other are the file; each names the next as RFC 8288 has it.
Response export_response(log_service::ExportPiece piece, const ExportScope& scope) {
    auto response = Response::make(200, "application/x-ndjson", std::move(piece.lines));
    if (piece.next) {
        const auto tenant = scope.tenant_id ? "&tenant_id=" + scope.tenant_id->to_string() : std::string();
        response.set_header("Link",
                            "</api/v1/audit-log/export?after=" + piece.next->to_string() + tenant + ">; rel=\"next\"");
    }
    return response;
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
    const auto& key = routes.services().signing_key;
    // It changes nothing; what the heads were computed from is kept for the next time.
    routes.write(platform::HttpMethod::Get, "/audit-log/export", Access::ReadAudit,
                 [&key](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto tenant = exchange.query("tenant_id", protocol::TenantId::parse);
                     if (!tenant) return std::unexpected(tenant.error());
                     const auto cursor = exchange.query("after", log_service::ExportCursor::parse);
                     if (!cursor) return std::unexpected(cursor.error());
                     if (*tenant && !tenant_store::find(unit.database, exchange.team(), **tenant)) {
                         return std::unexpected(Error::NotFound);
                     }
                     const ExportScope scope{.team_id = exchange.team(), .tenant_id = *tenant};
                     return export_response(log_service::export_piece(unit, scope, *cursor, key), scope);
                 });
}

}  // namespace doorward::portal
