#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/account_switch_service.h"
#include "protocol/text.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;

std::optional<protocol::AccountMode> mode_named(std::string_view text) {
    for (const auto mode : {protocol::AccountMode::Named, protocol::AccountMode::Shared}) {
        if (to_string(mode) == text) return mode;
    }
    return std::nullopt;
}

std::optional<protocol::CodeScheme> scheme_named(std::string_view text) {
    for (const auto scheme : {protocol::CodeScheme::PerMachine, protocol::CodeScheme::PerTenant}) {
        if (to_string(scheme) == text) return scheme;
    }
    return std::nullopt;
}

// Of the accounts, what is left out is as the team has it; the codes are then as they are.
Result<account_switch_service::SwitchWish> wish_in(Exchange& exchange) {
    const auto mode = exchange.query("account_mode", mode_named);
    if (!mode) return std::unexpected(mode.error());
    const auto prefix = exchange.query("account_prefix", [](std::string_view text) {
        return protocol::is_prefix(text) ? std::optional(std::string(text)) : std::nullopt;
    });
    if (!prefix) return std::unexpected(prefix.error());
    const auto codes = exchange.query("code_scheme", scheme_named);
    if (!codes) return std::unexpected(codes.error());
    return account_switch_service::SwitchWish{.accounts = {.mode = *mode, .prefix = *prefix}, .codes = *codes};
}

Result<Response> plan(const ApiServices& services, platform::Database& database, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto wish = wish_in(exchange);
    if (!wish) return std::unexpected(wish.error());
    const auto plan = account_switch_service::plan(database, exchange.team(), *id, *wish);
    if (!plan) return std::unexpected(plan.error());
    return json_response(
        200, codec::text_of([&](codec::JsonWriter& out) { codec::account_plan(out, *plan, services.presence); }));
}

Result<Response> apply(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto wish = request_body::switch_wish(exchange.request.body);
    if (!wish) return exchange.refuse(wish.error());
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto version = exchange.seen_version();
    if (!version) return std::unexpected(version.error());
    const auto applied = account_switch_service::apply(unit, exchange.actor(), {*id, *version}, *wish);
    if (!applied) return std::unexpected(applied.error());
    auto response =
        json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                          out.object("tenant", [&] { codec::tenant(out, applied->tenant, services.presence); });
                          if (applied->change) {
                              out.object("change", [&] { codec::change(out, *applied->change, exchange.actor()); });
                          } else {
                              out.null("change");
                          }
                      }));
    response.set_header("ETag", etag_of(applied->tenant.version));
    return response;
}

Result<Response> progress(const ApiServices& services, platform::Database& database, Exchange& exchange) {
    const auto id = exchange.path_id<protocol::TenantId>("tenant_id");
    if (!id) return std::unexpected(id.error());
    const auto state = account_switch_service::state(database, exchange.team(), *id, services.presence);
    if (!state) return std::unexpected(state.error());
    return json_response(
        200, codec::text_of([&](codec::JsonWriter& out) { codec::account_switch(out, *state, services.presence); }));
}

}  // namespace

void add_account_switch_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/tenants/{tenant_id}/account-plan", Access::Administer,
                [&services](platform::Database& database, protocol::Timestamp, Exchange& exchange) {
                    return plan(services, database, exchange);
                });
    routes.write(HttpMethod::Put, "/tenants/{tenant_id}/accounts", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return apply(services, unit, exchange); });
    routes.read("/tenants/{tenant_id}/account-switch", Access::Administer,
                [&services](platform::Database& database, protocol::Timestamp, Exchange& exchange) {
                    return progress(services, database, exchange);
                });
}

}  // namespace doorward::portal
