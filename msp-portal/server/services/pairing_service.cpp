#include "msp-portal/server/services/pairing_service.h"

#include "crypto/encoding.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/stores/restore_store.h"
#include "msp-portal/server/stores/right_store.h"
#include "protocol/secrets.h"

#include <algorithm>
#include <chrono>

namespace doorward::portal::pairing_service {

namespace {

using namespace protocol;

constexpr std::chrono::minutes k_pairing_life{15};

struct Holder {
    TeamRecord team;
    TechnicianRecord technician;
};

// Whom a link is for, while they may still use it.
Result<Holder> holder_of(platform::Database& database, const TeamId& team_id, const TechnicianId& technician_id) {
    auto team = team_store::find(database, team_id);
    auto technician = technician_store::find(database, team_id, technician_id);
    if (!team || team->suspended || !technician || technician->status != TechnicianStatus::Active) {
        return std::unexpected(Error::LinkRefused);
    }
    return Holder{std::move(*team), std::move(*technician)};
}

// Whether a right that is not over, their own or everyone's, would let them in once they have a phone.
bool may_enter_devices(UnitOfWork& unit, const TechnicianRecord& technician) {
    const auto rights = right_store::device_rights_of_technician(unit.database, technician.team_id, technician.id);
    return std::ranges::any_of(rights, [&](const RightRecord& right) {
        return !right.document.valid_until || unit.now < *right.document.valid_until;
    });
}

// In the name of whoever made the link.
Result<KeyState> propose_phone(UnitOfWork& unit, const PairingView& view, const PhoneEntry& phone) {
    const auto author = technician_store::find(unit.database, view.team.id, view.pairing.created_by);
    if (!author || author->status != TechnicianStatus::Active) return std::unexpected(Error::LinkRefused);
    const auto fingerprint = crypto::sha256(phone.record.public_key);
    ChangePayload payload;
    payload.kind = ChangeKind::PhonePairing;
    payload.subject_kind = ChangeSubject::Technician;
    payload.subject_id = view.technician.id.uuid();
    payload.subject_name = view.technician.name;
    payload.target = phone.record.id.uuid();
    payload.difference = {
        {"phone", std::nullopt, phone.label},
        {"key_fingerprint", std::nullopt, crypto::hex_encode(crypto::ByteView(fingerprint.bytes()).first(8))},
        {"strength", std::nullopt, std::string(to_string(phone.record.strength))}};
    const Actor actor{view.team.id, author->id, author->person_id, author->name};
    const auto change = change_service::propose(unit, actor, std::move(payload));
    if (!change) return std::unexpected(change.error());
    return change->state == ChangeState::AppliedAlone ? KeyState::Active : KeyState::Waiting;
}

}  // namespace

Link new_pairing(UnitOfWork& unit, const Deployment& deployment, const TeamId& team, const TechnicianId& technician,
                 const TechnicianId& author) {
    link_store::end_pairings(unit, technician);
    const auto secret = LinkSecret::generate();
    const auto expires_at = unit.now + k_pairing_life;
    link_store::insert_pairing(unit,
                               {unit.new_id<PairingId>(), team, technician,
                                technician_store::take_phone_serial(unit, technician), author, expires_at},
                               pairing_secret_hash(secret));
    return {pairing_link(deployment.app_origin, secret), expires_at, false};
}

Result<InvitationView> look_up_invitation(platform::Database& database, const crypto::Digest& secret_hash,
                                          Timestamp now) {
    const auto invitation = link_store::find_invitation(database, secret_hash, now);
    if (!invitation) return std::unexpected(Error::LinkRefused);
    auto holder = holder_of(database, invitation->team_id, invitation->technician_id);
    if (!holder) return std::unexpected(holder.error());
    if (holder->technician.state != TechnicianState::Invitation) return std::unexpected(Error::LinkRefused);
    return InvitationView{std::move(holder->team), std::move(holder->technician), invitation->expires_at};
}

Result<Link> accept_invitation(UnitOfWork& unit, const Deployment& deployment, const crypto::Digest& secret_hash) {
    const auto view = look_up_invitation(unit.database, secret_hash, unit.now);
    if (!view) return std::unexpected(view.error());
    const auto invitation = link_store::find_invitation(unit.database, secret_hash, unit.now);
    PortalEvent event{.team_id = view->team.id, .kind = "invitation_opened"};
    event.technician = view->technician.id;
    audit_service::record(unit, event);
    return new_pairing(unit, deployment, view->team.id, view->technician.id, invitation->created_by);
}

Result<PairingView> look_up(platform::Database& database, const crypto::Digest& secret_hash, Timestamp now) {
    auto pairing = link_store::find_pairing(database, secret_hash, now);
    if (!pairing) return std::unexpected(Error::LinkRefused);
    auto holder = holder_of(database, pairing->team_id, pairing->technician_id);
    if (!holder) return std::unexpected(holder.error());
    const bool replaces = holder->technician.state == TechnicianState::Activated && pairing->serial > 1;
    return PairingView{std::move(*pairing), std::move(holder->team), std::move(holder->technician), replaces};
}

Result<KeyState> complete(UnitOfWork& unit, const crypto::Digest& secret_hash, const NewPhone& phone) {
    auto view = look_up(unit.database, secret_hash, unit.now);
    if (!view) return std::unexpected(view.error());
    if (restore_store::awaits_acceptance(unit.database, view->team.id)) return std::unexpected(Error::LinkRefused);
    if (!link_store::use_pairing(unit, view->pairing.id)) return std::unexpected(Error::LinkRefused);
    auto& technician = view->technician;
    if (technician_store::phones_of(unit.database, technician.id).size() >= k_most_phones) {
        return std::unexpected(Error::TooManyPhones);
    }
    const bool first = technician.state == TechnicianState::Invitation;
    // A first phone widens nothing while no workstation would let its technician in.
    const bool widens = !first || may_enter_devices(unit, technician);
    PhoneEntry entry{.record = phone.record,
                     .technician_id = technician.id,
                     .team_id = view->team.id,
                     .sign_count = phone.sign_count,
                     .label = phone.label,
                     .state = widens ? KeyState::Waiting : KeyState::Active,
                     .change_id = {},
                     .created_at = unit.now,
                     .last_used_at = {}};
    if (auto inserted = technician_store::insert_phone(unit, entry); !inserted)
        return std::unexpected(inserted.error());
    PortalEvent event{.team_id = view->team.id, .kind = "phone_paired"};
    event.technician = technician.id;
    event.subject_kind = "phone";
    event.subject_id = entry.record.id.uuid();
    event.subject_name = entry.label;
    audit_service::record(unit, event);
    unit.changed(view->team.id, Topic::Technicians, technician.id.uuid());
    link_store::end_invitations(unit, technician.id);
    if (widens) return propose_phone(unit, *view, entry);
    technician.state = TechnicianState::Activated;
    technician.activated_at = unit.now;
    ++technician.version;
    if (auto updated = technician_store::update(unit, technician); !updated) {
        return std::unexpected(updated.error());
    }
    roster_service::technician_changed(unit, view->team.id, technician.id);
    return KeyState::Active;
}

}  // namespace doorward::portal::pairing_service
