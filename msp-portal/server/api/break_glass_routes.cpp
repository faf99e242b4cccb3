#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/break_glass_service.h"

#include <algorithm>

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

void write_custodian(codec::JsonWriter& out, const CustodianKeyRecord& key) {
    codec::reference(out, "technician", key.technician.id.to_string(), key.technician.name);
    out.text("passkey", key.passkey.label);
    out.time_text("registered_at", key.created_at);
}

// What the person of this session needs to open their half; nobody else's is told.
void write_own_half(codec::JsonWriter& out, const BreakGlassRecord& record, const CustodianKeyRecord& key,
                    const protocol::SealedHalf& half) {
    out.object("own_half", [&] {
        out.id("team_id", record.team_id);
        out.id("technician_id", key.technician.id);
        out.id("device_id", record.device_id);
        out.id("order_id", record.id);
        out.bytes("credential_id", key.passkey.credential_id);
        out.bytes("agreement_key", key.agreement_key.bytes());
        out.bytes("sealed", half.sealed);
    });
}

void write_record(codec::JsonWriter& out, platform::Database& database, const BreakGlassRecord& record,
                  const Actor& actor, protocol::Timestamp now) {
    const auto code = record.answer ? protocol::decode_break_glass_code(record.answer->body)
                                    : protocol::Decoded<protocol::BreakGlassCode>(std::unexpect);
    const auto working = break_glass_service::custodians(database, record.team_id, now);
    std::vector<CustodianKeyRecord> keys;
    for (const auto& passkey : record.passkeys) {
        if (auto key = break_glass_store::key(database, passkey)) keys.push_back(std::move(*key));
    }
    out.text("state", to_string(record.state));
    codec::reference(out, "ordered_by", record.ordered_by.id.to_string(), record.ordered_by.name);
    out.time_text("ordered_at", record.ordered_at);
    out.optional_time_text("made_at", record.made_at);
    out.optional_time_text("used_at", record.used_at);
    out.list("custodians", keys, [&](const CustodianKeyRecord& key) {
        const bool works = std::ranges::any_of(working, [&](const CustodianKeyRecord& one) {
            return one.passkey.id == key.passkey.id && one.agreement_key == key.agreement_key;
        });
        out.object([&] {
            codec::reference(out, "technician", key.technician.id.to_string(), key.technician.name);
            out.boolean("works", works);
        });
    });
    const auto own =
        std::ranges::find(keys, actor.technician_id, [](const CustodianKeyRecord& key) { return key.technician.id; });
    if (!code || own == keys.end() || record.state != BreakGlassState::Ready) return out.null("own_half");
    const auto half = std::ranges::find(code->halves, actor.technician_id, &protocol::SealedHalf::technician_id);
    if (half == code->halves.end() || half->agreement_key != own->agreement_key) return out.null("own_half");
    write_own_half(out, record, *own, *half);
}

Response state_response(platform::Database& database, const Exchange& exchange, const protocol::DeviceId& device,
                        protocol::Timestamp now) {
    const auto record = break_glass_store::latest(database, device);
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             if (!record) return out.null("break_glass");
                             out.object("break_glass",
                                        [&] { write_record(out, database, *record, exchange.actor(), now); });
                         }));
}

Result<Response> read(platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::DeviceId>("device_id");
    if (!id) return std::unexpected(id.error());
    const auto device = device_store::find(database, *id);
    if (!device || device->team_id != exchange.team()) return std::unexpected(Error::NotFound);
    return state_response(database, exchange, *id, now);
}

Result<Response> order(UnitOfWork& unit, Exchange& exchange) {
    const auto custodians = request_body::custodians(exchange.request.body);
    if (!custodians) return exchange.refuse(custodians.error());
    const auto id = exchange.path_id<protocol::DeviceId>("device_id");
    if (!id) return std::unexpected(id.error());
    const auto ordered = break_glass_service::order(unit, exchange.actor(), *id, *custodians);
    if (!ordered) return std::unexpected(ordered.error());
    return state_response(unit.database, exchange, *id, unit.now);
}

}  // namespace

void add_break_glass_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/devices/{device_id}/break-glass", Access::Administer, read);
    routes.write(HttpMethod::Post, "/devices/{device_id}/break-glass", Access::Administer, order);
    routes.read("/custodians", Access::Administer,
                [](platform::Database& database, protocol::Timestamp now, Exchange& exchange) -> Result<Response> {
                    const auto keys = break_glass_service::custodians(database, exchange.team(), now);
                    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                                             out.list("items", keys, [&](const CustodianKeyRecord& key) {
                                                 out.object([&] { write_custodian(out, key); });
                                             });
                                         }));
                });
    routes.write(HttpMethod::Put, "/me/custodian-key", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto key = request_body::custodian_key(exchange.request.body);
                     if (!key) return exchange.refuse(key.error());
                     const auto registered = break_glass_service::register_key(
                         unit, exchange.actor(), services.deployment, key->agreement_key, key->proof);
                     if (!registered) return std::unexpected(registered.error());
                     return json_response(204, {});
                 });
}

}  // namespace doorward::portal
