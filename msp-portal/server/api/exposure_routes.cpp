#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/services/exposure_service.h"

#include <algorithm>
#include <span>

namespace doorward::portal {

namespace {

using platform::Response;

// Nobody reads more; the counts are of all.
constexpr std::size_t k_most_rows = 5'000;

void write_exposure(codec::JsonWriter& out, const Exposure& exposure) {
    codec::reference(out, "technician", exposure.technician.id.to_string(), exposure.technician.name);
    out.boolean("technician_is_gone", exposure.technician_is_gone);
    codec::reference(out, "device", exposure.device.id.to_string(), exposure.device.name);
    codec::reference(out, "tenant", exposure.tenant.id.to_string(), exposure.tenant.name);
    out.text("reason", to_string(exposure.reason));
    out.text("account", exposure.account);
    out.integer("held_revision", exposure.held_revision);
    out.integer("newest_revision", exposure.newest_revision);
    out.optional_time_text("last_seen_at", exposure.last_seen_at);
    out.time_text("until", exposure.until);
}

void write_unjudged(codec::JsonWriter& out, const Unjudged& unjudged) {
    codec::reference(out, "device", unjudged.device.id.to_string(), unjudged.device.name);
    codec::reference(out, "tenant", unjudged.tenant.id.to_string(), unjudged.tenant.name);
    out.optional_time_text("last_seen_at", unjudged.last_seen_at);
    out.time_text("until", unjudged.until);
}

Result<Response> list(platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
    const auto found = exposure_service::all(database, exchange.team(), now);
    const auto counts = exposure_service::counts(found);
    const auto first = [](const auto& rows) { return std::span(rows).first(std::min(rows.size(), k_most_rows)); };
    const auto shown = first(found.exposures);
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.time_text("as_of", now);
                             out.integer("workstations", counts.workstations);
                             out.integer("technicians", counts.technicians);
                             out.list("items", shown, [&](const Exposure& exposure) {
                                 out.object([&] { write_exposure(out, exposure); });
                             });
                             out.integer("more", static_cast<std::int64_t>(found.exposures.size() - shown.size()));
                             out.integer("unjudged_workstations", counts.unjudged);
                             out.list("unjudged", first(found.unjudged), [&](const Unjudged& unjudged) {
                                 out.object([&] { write_unjudged(out, unjudged); });
                             });
                         }));
}

}  // namespace

void add_exposure_routes(Routes& routes) {
    routes.read("/offline-exposure", Access::Administer, list);
}

}  // namespace doorward::portal
