#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/services/removal_service.h"

#include <algorithm>

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::RemovalItem;

void write_statement(codec::JsonWriter& out, platform::Database& database, const RemovedDevice& device) {
    const auto& record = *device.statement;
    // It was decoded when it came.
    const auto statement = protocol::decode_removal(record.statement.body);
    if (!statement) throw StoreFailure(platform::DatabaseError::Corrupt, "removal statement");
    const auto missing = removal_service::missing_events(database, device.id, *statement);
    out.object("statement", [&] {
        out.time_text("received_at", record.received_at);
        if (record.brought_by) {
            codec::reference(out, "brought_by", record.brought_by->id.to_string(), record.brought_by->name);
        } else {
            out.null("brought_by");
        }
        out.text("host_name", statement->host_name);
        out.text("agent_version", statement->agent_version);
        out.time_text("at", statement->at);
        out.boolean("clock_trusted", statement->clock_trusted);
        out.boolean("forced", statement->forced);
        out.optional_integer("missing_events", missing);
        out.list("items", statement->items, [&](const RemovalItem& item) {
            out.object([&] {
                out.text("part", to_string(item.part));
                out.text("name", item.name);
                out.text("fate", to_string(item.fate));
                out.optional_text("note", item.note);
            });
        });
        out.integer("more", statement->more);
    });
}

void write_removed(codec::JsonWriter& out, platform::Database& database, const RemovedDevice& device) {
    out.id("id", device.id);
    out.text("name", device.name);
    codec::reference(out, "tenant", device.tenant.id.to_string(), device.tenant.name);
    out.time_text("removed_at", device.removed_at);
    out.optional_time_text("last_seen_at", device.last_seen_at);
    device.statement ? write_statement(out, database, device) : out.null("statement");
}

Result<Response> list(platform::Database& database, protocol::Timestamp, Exchange& exchange) {
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    const auto found = removal_store::list(database, exchange.team(), *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const RemovedDevice& device) {
                             write_removed(out, database, device);
                         }));
}

// The file that the workstation wrote, as it is.
Result<Response> take(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::DeviceId>("device_id");
    if (!id) return std::unexpected(id.error());
    const auto envelope = protocol::decode_envelope(exchange.request.body);
    if (!envelope) return exchange.refuse(envelope.error());
    const auto removed = removal_service::take(unit, *id, *envelope, exchange.actor());
    if (!removed) return std::unexpected(removed.error());
    return json_response(200,
                         codec::text_of([&](codec::JsonWriter& out) { write_removed(out, unit.database, *removed); }));
}

}  // namespace

void add_removal_routes(Routes& routes) {
    routes.read("/removed-devices", Access::Administer, list);
    routes.write(HttpMethod::Post, "/devices/{device_id}/removal-statement", Access::Administer, take);
}

}  // namespace doorward::portal
