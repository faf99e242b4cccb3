#include "msp-portal/server/services/team_service.h"

#include "msp-portal/server/services/account_switch_service.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/policy_store.h"
#include "msp-portal/server/stores/right_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "msp-portal/server/stores/tenant_code_store.h"
#include "protocol/secrets.h"

#include <chrono>

namespace doorward::portal::team_service {

namespace {

using namespace protocol;

constexpr std::chrono::hours k_set_up_life{24};
constexpr std::string_view k_first_prefix = "msp-";
// Team administrator, of migrations/0002_system_roles.sql.
constexpr std::string_view k_team_administrator = "01900000-0000-7000-8000-000000000005";

constexpr std::string_view k_tenants = "SELECT count(*) FROM tenant WHERE team_id = ?";
constexpr std::string_view k_devices = "SELECT count(*) FROM device WHERE team_id = ? AND state <> 'removed'";
constexpr std::string_view k_technicians =
    "SELECT count(*) FROM technician WHERE team_id = ? AND state = 'activated' AND status = 'active'";
constexpr std::string_view k_invited = "SELECT count(*) FROM technician WHERE team_id = ? AND state = 'invitation'";
constexpr std::string_view k_pending = "SELECT count(*) FROM change WHERE team_id = ? AND state = 'pending'";

std::string new_set_up_link(UnitOfWork& unit, const Deployment& deployment, const TeamId& team,
                            const TechnicianId& technician, SetUpKind kind) {
    const auto secret = LinkSecret::generate();
    link_store::end_set_ups(unit, technician);
    link_store::insert_set_up(unit, {unit.new_id<SetUpLinkId>(), team, technician, kind, {}, unit.now + k_set_up_life},
                              set_up_secret_hash(secret));
    return set_up_link(deployment.portal_origin, secret);
}

PolicyRecord start_policy(UnitOfWork& unit) {
    PolicyRecord record{
        {unit.new_id<PolicyId>(),
         "All devices, everyone with a right",
         "The policy a team starts with: whoever holds a right may use it, at any time, without a reason.",
         PolicyKind::Any,
         PolicyState::Active,
         {},
         {},
         {},
         unit.now,
         {}},
        true};
    record.document.devices.all = true;
    record.document.subjects.all = true;
    return record;
}

}  // namespace

Result<std::string> create(UnitOfWork& unit, const Deployment& deployment, const std::string& name) {
    const auto team = unit.new_id<TeamId>();
    team_store::insert(
        unit, {.id = team, .name = name, .account_prefix = std::string(k_first_prefix), .created_at = unit.now});
    policy_store::insert(unit, team, start_policy(unit));
    const TechnicianRecord owner{.id = unit.new_id<TechnicianId>(),
                                 .team_id = team,
                                 .person_id = team_store::person_for(unit, std::nullopt),
                                 .name = "Owner",
                                 .username = "owner",
                                 .email = {},
                                 .state = TechnicianState::Invitation,
                                 .status = TechnicianStatus::Active,
                                 .status_reason = {},
                                 .created_by = {},
                                 .created_at = unit.now,
                                 .activated_at = {}};
    if (auto inserted = technician_store::insert(unit, owner); !inserted) return std::unexpected(inserted.error());
    team_store::insert_owner(unit, team, owner.id);
    const RightRecord right{
        {unit.new_id<RightId>(), owner.id, Section::Team, *RoleId::parse(k_team_administrator), unit.now, std::nullopt},
        team,
        {},
        unit.now,
        {},
        {},
        {}};
    right_store::insert(unit, right);
    PortalEvent event{.team_id = team, .kind = "team_created"};
    event.subject_kind = "team";
    event.subject_id = team.uuid();
    event.subject_name = name;
    audit_service::record(unit, event);
    return new_set_up_link(unit, deployment, team, owner.id, SetUpKind::Owner);
}

Result<std::string> recover_owner(UnitOfWork& unit, const Deployment& deployment, const TeamId& team) {
    const auto owner = team_store::owner(unit.database, team);
    if (!owner) return std::unexpected(Error::NotFound);
    const bool never_set_up = technician_store::passkeys_of(unit.database, *owner).empty();
    PortalEvent event{.team_id = team, .kind = "owner_recovery_started"};
    event.technician = *owner;
    audit_service::record(unit, event);
    return new_set_up_link(unit, deployment, team, *owner, never_set_up ? SetUpKind::Owner : SetUpKind::Recovery);
}

Result<TeamRecord> update(UnitOfWork& unit, const Actor& actor, const Update& update) {
    auto team = team_store::find(unit.database, actor.team_id);
    if (!team) return std::unexpected(Error::NotFound);
    if (team->version != update.version) return std::unexpected(Error::VersionOutdated);
    if (team->name == update.name && team->account_prefix == update.account_prefix &&
        team->account_mode == update.account_mode) {
        return std::move(*team);
    }
    const TeamRecord before = *team;
    team->name = update.name;
    team->account_prefix = update.account_prefix;
    team->account_mode = update.account_mode;
    ++team->version;
    team_store::update(unit, *team);
    roster_service::team_changed(unit, team->id);
    account_switch_service::inherited(unit, actor, before);
    PortalEvent event{.team_id = team->id, .kind = "team_changed"};
    event.actor = actor.technician_id;
    event.subject_kind = "team";
    event.subject_id = team->id.uuid();
    event.subject_name = team->name;
    audit_service::record(unit, event);
    unit.changed(team->id, Topic::Team, team->id.uuid());
    return std::move(*team);
}

Dashboard dashboard(platform::Database& database, const TeamId& team, Timestamp now) {
    const auto counts = audit_store::sign_ins_since(database, team, now - std::chrono::hours(24));
    return {sql::number(database, k_tenants, team),
            sql::number(database, k_devices, team),
            sql::number(database, k_technicians, team),
            sql::number(database, k_invited, team),
            sql::number(database, k_pending, team),
            counts.sign_ins,
            counts.refusals,
            tenant_code_store::alarms_since(database, team, now - std::chrono::days(7))};
}

}  // namespace doorward::portal::team_service
