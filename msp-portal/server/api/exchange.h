#pragma once

#include "crypto/hash.h"
#include "crypto/signature.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/services/presence.h"
#include "msp-portal/server/services/session_service.h"
#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "platform/clock.h"
#include "platform/router.h"
#include "protocol/decode_error.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::portal {

class RateLimiter;
class LiveFeed;

/// Who may call a route of /api/v1.
enum class Access {
    Anyone,      ///< counted per address; what it does needs a secret or a passkey
    SignedIn,    ///< any administrator
    Administer,  ///< permission technicians_and_settings
    ReadAudit,   ///< permission audit_log
};

struct Caller {
    std::string request_id;
    Client client;
    std::optional<SignedIn> signed_in;  ///< always there but for Access::Anyone
};

using ApiRouter = platform::Router<Access, Caller>;

struct ApiServices {
    Store& store;
    const Deployment& deployment;
    const Presence& presence;
    const platform::Clock& clock;
    RateLimiter& sources;   ///< calls without a session, per address
    RateLimiter& accounts;  ///< refused sign-ins, per account
    LiveFeed& live;
    const crypto::PortalSigningKey& signing_key;  ///< for heads of the audit log
};

/// One request on its way through a handler: what came, who asks, and why it was malformed.
struct Exchange {
    platform::Request request;
    Caller caller;
    std::optional<protocol::DecodeError> malformed;

    [[nodiscard]] const SignedIn& signed_in() const { return *caller.signed_in; }
    [[nodiscard]] const Actor& actor() const { return caller.signed_in->actor; }
    [[nodiscard]] const protocol::TeamId& team() const { return caller.signed_in->actor.team_id; }

    /// Error::NotFound for what is no id.
    template <class IdType>
    [[nodiscard]] Result<IdType> path_id(std::string_view name) const {
        auto id = IdType::parse(request.parameter(name));
        if (!id) return std::unexpected(Error::NotFound);
        return *id;
    }
    /// Keeps why, and gives Error::Malformed.
    [[nodiscard]] std::unexpected<Error> refuse(protocol::DecodeError error) {
        malformed = std::move(error);
        return std::unexpected(Error::Malformed);
    }
    /// A query value: nothing if absent; refused if it does not parse.
    template <class Parse>
    [[nodiscard]] auto query(std::string_view name, Parse parse)
        -> Result<std::decay_t<decltype(parse(std::string_view()))>> {
        using Parsed = std::decay_t<decltype(parse(std::string_view()))>;
        if (!has_query(name)) return Parsed();
        const auto text = request.query_value(name);
        auto parsed = text ? parse(std::string_view(*text)) : Parsed();
        if (!parsed) return refuse({protocol::DecodeErrorKind::BadValue, "/" + std::string(name)});
        return parsed;
    }
    [[nodiscard]] Result<PageRequest> page();
    /// Of If-Match.
    [[nodiscard]] Result<std::int64_t> seen_version() const;
    /// What a person typed to confirm that something is deleted; Error::NameNotConfirmed without it.
    [[nodiscard]] Result<std::string> confirmed_name() const;

private:
    [[nodiscard]] bool has_query(std::string_view name) const;
};

using WriteJob = std::function<Result<platform::Response>(UnitOfWork&, Exchange&)>;
using ReadJob = std::function<Result<platform::Response>(platform::Database&, protocol::Timestamp, Exchange&)>;

/// Registers handlers; every route names who may call it, and runs as one unit of work or one reading. With the header
/// `Doorward-Preview: true` a write of Access::Administer is done and undone, what it proposes counts as accepted, and
/// the answer says who would gain and lose what.
class Routes {
public:
    Routes(ApiRouter& router, ApiServices& services) : m_router(router), m_services(services) {}
    [[nodiscard]] ApiServices& services() { return m_services; }

    void read(std::string_view path, Access access, ReadJob job);
    void write(platform::HttpMethod method, std::string_view path, Access access, WriteJob job);
    /// A GET of what would follow from what the job does and undoes (what_if.h).
    void foresee(std::string_view path, Access access, WriteJob job);
    /// A POST that may carry an Idempotency-Key; the answer is kept with what it did.
    void create(std::string_view path, Access access, WriteJob job);
    [[nodiscard]] ApiRouter& router() { return m_router; }

private:
    ApiRouter& m_router;
    ApiServices& m_services;
};

[[nodiscard]] std::string etag_of(std::int64_t version);
[[nodiscard]] platform::Response json_response(int status, std::string body);

void add_session_routes(Routes& routes);
void add_team_routes(Routes& routes);
void add_tenant_routes(Routes& routes);
void add_account_switch_routes(Routes& routes);
void add_tenant_code_routes(Routes& routes);
void add_device_routes(Routes& routes);
void add_technician_routes(Routes& routes);
void add_break_glass_routes(Routes& routes);
void add_removal_routes(Routes& routes);
void add_exposure_routes(Routes& routes);
void add_restore_routes(Routes& routes);
void add_department_routes(Routes& routes);
void add_device_group_routes(Routes& routes);
void add_role_routes(Routes& routes);
void add_policy_routes(Routes& routes);
void add_entry_routes(Routes& routes);
void add_right_routes(Routes& routes);
void add_change_routes(Routes& routes);
void add_audit_routes(Routes& routes);
void add_live_route(Routes& routes);

/// All of /api/v1, as openapi.yaml describes it. `services` outlives the router.
[[nodiscard]] std::shared_ptr<ApiRouter> make_api_router(ApiServices& services);

}  // namespace doorward::portal
