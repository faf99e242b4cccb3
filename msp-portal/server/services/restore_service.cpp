#include "msp-portal/server/services/restore_service.h"

#include "msp-portal/server/services/admin_passkey_service.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "protocol/challenge.h"
#include "protocol/json_writer.h"

#include <utility>

namespace doorward::portal::restore_service {

namespace {

using namespace protocol;

bool needs_another(platform::Database& database, const Actor& actor, Timestamp now) {
    return !team_store::may_act_alone(database, actor.team_id, actor.person_id, now);
}

void record(UnitOfWork& unit, const Actor& actor, std::string_view kind) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.subject_kind = "team";
    event.subject_id = actor.team_id.uuid();
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Team, actor.team_id.uuid());
    unit.changed(actor.team_id, Topic::Devices, actor.team_id.uuid());
}

}  // namespace

std::optional<Overview> overview(platform::Database& database, const Actor& actor, Timestamp now) {
    auto team = restore_store::find(database, actor.team_id);
    if (!team) return std::nullopt;
    auto reports = restore_store::reports(database, actor.team_id, team->life_before);
    return Overview{std::move(*team), load_portal_record(database).incarnation, needs_another(database, actor, now),
                    restore_store::strangers(database), std::move(reports)};
}

std::string acceptance_payload(const TeamId& team, const Incarnation& life) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.text("kind", "restore");
        out.id("team_id", team);
        out.id("incarnation", life);
    });
}

// A life's id is no change's, and no change has this payload.
crypto::Digest acceptance_challenge(const TeamId& team, const Incarnation& life) {
    return change_challenge(ChangeId(life.uuid()), acceptance_payload(team, life));
}

Result<bool> accept(UnitOfWork& unit, const Actor& actor, const Deployment& deployment, const Assertion& assertion) {
    const auto team = restore_store::find(unit.database, actor.team_id);
    if (!team) return std::unexpected(Error::WrongState);
    if (team->first_person_id == actor.person_id) return std::unexpected(Error::NotAnotherPerson);
    const auto challenge = acceptance_challenge(actor.team_id, load_portal_record(unit.database).incarnation);
    if (auto vouched = admin_passkey_service::vouch(unit, actor, deployment, assertion, challenge); !vouched) {
        return std::unexpected(vouched.error());
    }
    if (!team->first_person_id && needs_another(unit.database, actor, unit.now)) {
        restore_store::accept_first(unit, actor.team_id, actor.technician_id, actor.person_id);
        record(unit, actor, "restore_accepted_first");
        return false;
    }
    if (!restore_store::accept_last(unit, actor.team_id, actor.technician_id, actor.person_id)) {
        return std::unexpected(Error::NotAnotherPerson);
    }
    record(unit, actor, team->first_person_id ? "restore_accepted" : "restore_accepted_alone");
    // Who was put out since the backup may know a secret that it brought back.
    tenant_code_service::replace_everywhere(unit, actor.team_id);
    for (const auto& tenant : tenant_store::all_of_team(unit.database, actor.team_id))
        unit.effects.rosters.insert(tenant);
    return true;
}

}  // namespace doorward::portal::restore_service
