#include "msp-portal/server/services/technician_service.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/mail_texts.h"
#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/outbox_store.h"
#include "msp-portal/server/stores/session_store.h"
#include "protocol/secrets.h"
#include "protocol/text.h"

#include <algorithm>
#include <chrono>

namespace doorward::portal::technician_service {

namespace {

using namespace protocol;

constexpr std::chrono::hours k_invitation_life{7 * 24};
constexpr std::chrono::hours k_set_up_life{24};

void record(UnitOfWork& unit, const Actor& actor, const TechnicianRecord& technician, std::string_view kind,
            const std::optional<std::string>& detail = {}) {
    PortalEvent event{.team_id = actor.team_id, .kind = kind};
    event.actor = actor.technician_id;
    event.technician = technician.id;
    event.subject_kind = "technician";
    event.subject_id = technician.id.uuid();
    event.subject_name = detail ? detail : std::optional(technician.name);
    audit_service::record(unit, event);
    unit.changed(actor.team_id, Topic::Technicians, technician.id.uuid());
}

Result<TechnicianRecord> of_team(UnitOfWork& unit, const Actor& actor, const TechnicianId& id) {
    auto technician = technician_store::find(unit.database, actor.team_id, id);
    if (!technician) return std::unexpected(Error::NotFound);
    return std::move(*technician);
}

Result<TechnicianRecord> activated(UnitOfWork& unit, const Actor& actor, const TechnicianId& id) {
    auto technician = of_team(unit, actor, id);
    if (technician && technician->state != TechnicianState::Activated) return std::unexpected(Error::WrongState);
    return technician;
}

TeamRecord team_of(UnitOfWork& unit, const TeamId& id) {
    return *team_store::find(unit.database, id);
}

Link new_invitation(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                    const TechnicianRecord& technician) {
    link_store::end_invitations(unit, technician.id);
    outbox_store::cancel_of_technician(unit, technician.id);
    const auto secret = LinkSecret::generate();
    const auto expires_at = unit.now + k_invitation_life;
    link_store::insert_invitation(
        unit, {unit.new_id<InvitationId>(), actor.team_id, technician.id, actor.technician_id, expires_at},
        invitation_secret_hash(secret));
    Link link{invitation_link(deployment.portal_origin, secret), expires_at, false};
    if (deployment.mail && technician.email) {
        const auto mail = invitation_mail(team_of(unit, actor.team_id).name, technician.name, link.text);
        outbox_store::insert(unit, {unit.new_id<OutgoingMailId>(), actor.team_id, technician.id, *technician.email,
                                    mail.subject, mail.text, 0});
        link.mailed = true;
    }
    return link;
}

bool administers(platform::Database& database, const TechnicianRecord& technician, Timestamp now) {
    return !team_store::administration_permissions(database, technician.team_id, technician.id, now).empty();
}

}  // namespace

Result<Invited> invite(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                       const Invitation& invitation) {
    if (!account_name(team_of(unit, actor.team_id).account_prefix, invitation.username)) {
        return std::unexpected(Error::Malformed);
    }
    const TechnicianRecord technician{.id = unit.new_id<TechnicianId>(),
                                      .team_id = actor.team_id,
                                      .person_id = team_store::person_for(unit, invitation.email),
                                      .name = invitation.name,
                                      .username = invitation.username,
                                      .email = invitation.email,
                                      .state = TechnicianState::Invitation,
                                      .status = TechnicianStatus::Active,
                                      .status_reason = {},
                                      .created_by = actor.technician_id,
                                      .created_at = unit.now,
                                      .activated_at = {}};
    if (auto inserted = technician_store::insert(unit, technician); !inserted) return std::unexpected(inserted.error());
    // Rights for everyone reach the newcomer, too.
    roster_service::technician_changed(unit, actor.team_id, technician.id);
    record(unit, actor, technician, "technician_invited");
    Invited invited{technician, new_invitation(unit, actor, deployment, technician), {}};
    for (const auto& wish : invitation.rights) {
        auto change = right_service::grant(
            unit, actor, {technician.id, wish.object, wish.role_id, wish.valid_from, wish.valid_until});
        if (!change) return std::unexpected(change.error());
        invited.changes.push_back(std::move(*change));
    }
    return invited;
}

Result<Invited> resend(UnitOfWork& unit, const Actor& actor, const Deployment& deployment, const TechnicianId& id) {
    auto technician = of_team(unit, actor, id);
    if (!technician) return std::unexpected(technician.error());
    if (technician->state != TechnicianState::Invitation || technician->owner)
        return std::unexpected(Error::WrongState);
    change_service::withdraw_phones(unit, actor, id);
    auto link = new_invitation(unit, actor, deployment, *technician);
    link_store::end_pairings(unit, id);
    record(unit, actor, *technician, "invitation_resent");
    return Invited{std::move(*technician), std::move(link), {}};
}

Result<void> withdraw(UnitOfWork& unit, const Actor& actor, const TechnicianId& id) {
    const auto technician = of_team(unit, actor, id);
    if (!technician) return std::unexpected(technician.error());
    // Who works in the portal already is disabled instead.
    if (technician->state != TechnicianState::Invitation || technician->owner ||
        !technician_store::passkeys_of(unit.database, id).empty()) {
        return std::unexpected(Error::WrongState);
    }
    change_service::withdraw_about(unit, actor, id.uuid());
    outbox_store::cancel_of_technician(unit, id);
    for (const auto& right : right_store::of_technician(unit.database, actor.team_id, id)) {
        right_store::remove(unit, right.id());
        roster_service::right_revoked(unit, right);
        unit.changed(actor.team_id, Topic::Rights, right.id().uuid());
    }
    roster_service::technician_removed(unit, actor.team_id, id);
    record(unit, actor, *technician, "invitation_withdrawn");
    technician_store::remove_invited(unit, id);
    return {};
}

Result<TechnicianRecord> disable(UnitOfWork& unit, const Actor& actor, const TechnicianId& id,
                                 const std::string& reason) {
    auto technician = of_team(unit, actor, id);
    if (!technician) return technician;
    if (technician->owner) return std::unexpected(Error::OwnerProtected);
    change_service::withdraw_enabling(unit, actor, id);
    if (technician->status == TechnicianStatus::Disabled) return technician;
    change_service::withdraw_of_author(unit, actor, id);
    const bool administrator = administers(unit.database, *technician, unit.now);
    technician->status = TechnicianStatus::Disabled;
    technician->status_reason = reason;
    ++technician->version;
    if (auto updated = technician_store::update(unit, *technician); !updated) return std::unexpected(updated.error());
    session_store::end_of_technician(unit, id);
    link_store::end_pairings(unit, id);
    link_store::end_set_ups(unit, id);
    if (administrator && id != actor.technician_id) team_store::hold_off_acting_alone(unit, actor.team_id);
    roster_service::technician_changed(unit, actor.team_id, id);
    unit.effects.technicians_closed.insert(id);
    record(unit, actor, *technician, "technician_disabled", reason);
    return technician;
}

Result<ChangeRecord> enable(UnitOfWork& unit, const Actor& actor, const TechnicianId& id) {
    const auto technician = of_team(unit, actor, id);
    if (!technician) return std::unexpected(technician.error());
    if (technician->status == TechnicianStatus::Active) return std::unexpected(Error::WrongState);
    ChangePayload payload;
    payload.kind = ChangeKind::TechnicianEnable;
    payload.subject_kind = ChangeSubject::Technician;
    payload.subject_id = id.uuid();
    payload.subject_name = technician->name;
    payload.target = id.uuid();
    payload.difference = {{"status", "disabled", "active"}};
    return change_service::propose(unit, actor, std::move(payload));
}

Result<Link> reset_phone(UnitOfWork& unit, const Actor& actor, const Deployment& deployment, const TechnicianId& id) {
    const auto technician = activated(unit, actor, id);
    if (!technician) return std::unexpected(technician.error());
    change_service::withdraw_phones(unit, actor, id);
    for (const auto& phone : technician_store::phones_of(unit.database, id)) {
        technician_store::set_phone_state(unit, phone.record.id, KeyState::Removed);
    }
    roster_service::technician_changed(unit, actor.team_id, id);
    unit.effects.technicians_closed.insert(id);
    record(unit, actor, *technician, "phone_reset");
    return pairing_service::new_pairing(unit, deployment, actor.team_id, id, actor.technician_id);
}

Result<Link> pairing_link(UnitOfWork& unit, const Actor& actor, const Deployment& deployment, const TechnicianId& id) {
    const auto technician = activated(unit, actor, id);
    if (!technician) return std::unexpected(technician.error());
    if (technician_store::phones_of(unit.database, id).size() >= k_most_phones) {
        return std::unexpected(Error::TooManyPhones);
    }
    record(unit, actor, *technician, "pairing_link_created");
    return pairing_service::new_pairing(unit, deployment, actor.team_id, id, actor.technician_id);
}

Result<Link> administrator_link(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                const TechnicianId& id) {
    const auto technician = of_team(unit, actor, id);
    if (!technician) return std::unexpected(technician.error());
    if (technician->status != TechnicianStatus::Active || !administers(unit.database, *technician, unit.now)) {
        return std::unexpected(Error::WrongState);
    }
    link_store::end_set_ups(unit, id);
    outbox_store::cancel_of_technician(unit, id);
    const auto secret = LinkSecret::generate();
    Link link{set_up_link(deployment.portal_origin, secret), unit.now + k_set_up_life, false};
    link_store::insert_set_up(
        unit,
        {unit.new_id<SetUpLinkId>(), actor.team_id, id, SetUpKind::Administrator, actor.technician_id, link.expires_at},
        set_up_secret_hash(secret));
    if (deployment.mail && technician->email) {
        const auto mail = administrator_mail(team_of(unit, actor.team_id).name, technician->name, link.text);
        outbox_store::insert(
            unit, {unit.new_id<OutgoingMailId>(), actor.team_id, id, *technician->email, mail.subject, mail.text, 0});
        link.mailed = true;
    }
    record(unit, actor, *technician, "administrator_link_created");
    return link;
}

}  // namespace doorward::portal::technician_service
