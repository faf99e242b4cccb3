#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/api/exchange.h"
#include "msp-portal/server/api/request_body.h"
#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/technician_service.h"

namespace doorward::portal {

namespace {

using platform::HttpMethod;
using platform::Response;
using protocol::TechnicianId;

std::string prefix_of(platform::Database& database, const Exchange& exchange) {
    return team_store::find(database, exchange.team())->account_prefix;
}

Response technician_response(platform::Database& database, const Exchange& exchange, const TechnicianRecord& technician,
                             protocol::Timestamp now) {
    const auto prefix = prefix_of(database, exchange);
    auto response = json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                                      codec::technician(out, database, technician, prefix, now);
                                  }));
    response.set_header("ETag", etag_of(technician.version));
    return response;
}

Response invited_response(int status, UnitOfWork& unit, const Exchange& exchange,
                          const technician_service::Invited& invited) {
    const auto prefix = prefix_of(unit.database, exchange);
    auto response = json_response(status, codec::text_of([&](codec::JsonWriter& out) {
                                      out.object("technician", [&] {
                                          codec::technician(out, unit.database, invited.technician, prefix, unit.now);
                                      });
                                      out.text("link", invited.link.text);
                                      out.boolean("mailed", invited.link.mailed);
                                      out.time_text("expires_at", invited.link.expires_at);
                                      out.list("changes", invited.changes, [&](const ChangeRecord& change) {
                                          out.object([&] { codec::change(out, change, exchange.actor()); });
                                      });
                                  }));
    response.set_header("ETag", etag_of(invited.technician.version));
    return response;
}

Response pairing_response(int status, const Link& link) {
    auto response = json_response(status, codec::text_of([&](codec::JsonWriter& out) {
                                      out.text("link", link.text);
                                      out.time_text("expires_at", link.expires_at);
                                  }));
    response.set_header("Cache-Control", "no-store");
    return response;
}

Result<Response> list(platform::Database& database, protocol::Timestamp now, Exchange& exchange) {
    using namespace protocol;
    const auto page = exchange.page();
    if (!page) return std::unexpected(page.error());
    const auto state = exchange.query("state", [](std::string_view text) -> std::optional<TechnicianState> {
        if (text == to_string(TechnicianState::Invitation)) return TechnicianState::Invitation;
        if (text == to_string(TechnicianState::Activated)) return TechnicianState::Activated;
        return std::nullopt;
    });
    if (!state) return std::unexpected(state.error());
    const auto status = exchange.query("status", [](std::string_view text) -> std::optional<TechnicianStatus> {
        if (text == to_string(TechnicianStatus::Active)) return TechnicianStatus::Active;
        if (text == to_string(TechnicianStatus::Disabled)) return TechnicianStatus::Disabled;
        return std::nullopt;
    });
    if (!status) return std::unexpected(status.error());
    const auto search = exchange.query("q", [](std::string_view text) { return std::optional(std::string(text)); });
    if (!search) return std::unexpected(search.error());
    const auto prefix = prefix_of(database, exchange);
    const auto found = technician_store::list(database, exchange.team(), {*state, *status, *search}, *page);
    return json_response(200, codec::page_text(found, [&](codec::JsonWriter& out, const TechnicianRecord& technician) {
                             codec::technician(out, database, technician, prefix, now);
                         }));
}

Result<Response> invite(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto invitation = request_body::invitation(exchange.request.body);
    if (!invitation) return exchange.refuse(invitation.error());
    const auto invited = technician_service::invite(unit, exchange.actor(), services.deployment, *invitation);
    if (!invited) return std::unexpected(invited.error());
    auto response = invited_response(201, unit, exchange, *invited);
    response.set_header("Location", "/api/v1/technicians/" + invited->technician.id.to_string());
    return response;
}

Result<Response> disable(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<TechnicianId>("technician_id");
    if (!id) return std::unexpected(id.error());
    const auto reason = request_body::reason(exchange.request.body);
    if (!reason) return exchange.refuse(reason.error());
    const auto technician = technician_service::disable(unit, exchange.actor(), *id, *reason);
    if (!technician) return std::unexpected(technician.error());
    return technician_response(unit.database, exchange, *technician, unit.now);
}

Result<Response> enable(UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<TechnicianId>("technician_id");
    if (!id) return std::unexpected(id.error());
    const auto change = technician_service::enable(unit, exchange.actor(), *id);
    if (!change) return std::unexpected(change.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             out.object("change", [&] { codec::change(out, *change, exchange.actor()); });
                         }));
}

Result<Response> administrator_link(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto id = exchange.path_id<TechnicianId>("technician_id");
    if (!id) return std::unexpected(id.error());
    const auto link = technician_service::administrator_link(unit, exchange.actor(), services.deployment, *id);
    if (!link) return std::unexpected(link.error());
    return json_response(201, codec::text_of([&](codec::JsonWriter& out) {
                             out.text("link", link->text);
                             out.boolean("mailed", link->mailed);
                             out.time_text("expires_at", link->expires_at);
                         }));
}

using LinkMaker = Result<Link> (*)(UnitOfWork&, const Actor&, const Deployment&, const TechnicianId&);

WriteJob link_job(const ApiServices& services, int status, LinkMaker make) {
    return [&services, status, make](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
        const auto id = exchange.path_id<TechnicianId>("technician_id");
        if (!id) return std::unexpected(id.error());
        const auto link = make(unit, exchange.actor(), services.deployment, *id);
        if (!link) return std::unexpected(link.error());
        return pairing_response(status, *link);
    };
}

Result<Response> look_up_invitation(UnitOfWork& unit, Exchange& exchange) {
    const auto secret = request_body::link_secret(exchange.request.body);
    if (!secret) return exchange.refuse(secret.error());
    const auto view =
        pairing_service::look_up_invitation(unit.database, protocol::invitation_secret_hash(*secret), unit.now);
    if (!view) return std::unexpected(view.error());
    return json_response(200, codec::text_of([&](codec::JsonWriter& out) {
                             codec::reference(out, "team", view->team.id.to_string(), view->team.name);
                             out.object("technician", [&] {
                                 out.id("id", view->technician.id);
                                 out.text("name", view->technician.name);
                                 out.text("username", view->technician.username);
                             });
                             out.time_text("expires_at", view->expires_at);
                         }));
}

Result<Response> accept_invitation(const ApiServices& services, UnitOfWork& unit, Exchange& exchange) {
    const auto secret = request_body::link_secret(exchange.request.body);
    if (!secret) return exchange.refuse(secret.error());
    const auto link =
        pairing_service::accept_invitation(unit, services.deployment, protocol::invitation_secret_hash(*secret));
    if (!link) return std::unexpected(link.error());
    return pairing_response(200, *link);
}

}  // namespace

void add_technician_routes(Routes& routes) {
    auto& services = routes.services();
    routes.read("/technicians", Access::Administer, list);
    routes.write(HttpMethod::Post, "/technicians", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) { return invite(services, unit, exchange); });
    routes.read("/technicians/{technician_id}", Access::Administer,
                [](platform::Database& database, protocol::Timestamp now, Exchange& exchange) -> Result<Response> {
                    const auto id = exchange.path_id<TechnicianId>("technician_id");
                    if (!id) return std::unexpected(id.error());
                    const auto technician = technician_store::find(database, exchange.team(), *id);
                    if (!technician) return std::unexpected(Error::NotFound);
                    return technician_response(database, exchange, *technician, now);
                });
    routes.write(HttpMethod::Post, "/technicians/{technician_id}/resend-invitation", Access::Administer,
                 [&services](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<TechnicianId>("technician_id");
                     if (!id) return std::unexpected(id.error());
                     const auto invited = technician_service::resend(unit, exchange.actor(), services.deployment, *id);
                     if (!invited) return std::unexpected(invited.error());
                     return invited_response(200, unit, exchange, *invited);
                 });
    routes.write(HttpMethod::Post, "/technicians/{technician_id}/withdraw-invitation", Access::Administer,
                 [](UnitOfWork& unit, Exchange& exchange) -> Result<Response> {
                     const auto id = exchange.path_id<TechnicianId>("technician_id");
                     if (!id) return std::unexpected(id.error());
                     const auto withdrawn = technician_service::withdraw(unit, exchange.actor(), *id);
                     if (!withdrawn) return std::unexpected(withdrawn.error());
                     return json_response(204, {});
                 });
    routes.write(HttpMethod::Post, "/technicians/{technician_id}/disable", Access::Administer, disable);
    routes.write(HttpMethod::Post, "/technicians/{technician_id}/enable", Access::Administer, enable);
    routes.write(HttpMethod::Post, "/technicians/{technician_id}/reset-phone", Access::Administer,
                 link_job(services, 200, technician_service::reset_phone));
    routes.write(HttpMethod::Post, "/technicians/{technician_id}/pairing-link", Access::Administer,
                 link_job(services, 201, technician_service::pairing_link));
    routes.write(
        HttpMethod::Post, "/technicians/{technician_id}/administrator-link", Access::Administer,
        [&services](UnitOfWork& unit, Exchange& exchange) { return administrator_link(services, unit, exchange); });
    routes.write(HttpMethod::Post, "/invitations/look-up", Access::Anyone, look_up_invitation);
    routes.write(
        HttpMethod::Post, "/invitations/accept", Access::Anyone,
        [&services](UnitOfWork& unit, Exchange& exchange) { return accept_invitation(services, unit, exchange); });
}

}  // namespace doorward::portal
