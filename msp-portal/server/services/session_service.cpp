#include "msp-portal/server/services/session_service.h"

#include "crypto/encoding.h"
#include "crypto/passkey.h"
#include "crypto/random.h"
#include "msp-portal/server/services/admin_passkey_service.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "protocol/challenge.h"
#include "protocol/client_data.h"
#include "protocol/text.h"

#include <algorithm>

namespace doorward::portal {

bool SignedIn::may(std::string_view permission) const {
    return std::ranges::find(permissions, permission) != permissions.end();
}

namespace session_service {

namespace {

using namespace protocol;

constexpr std::chrono::minutes k_nonce_life{2};

crypto::Digest nonce_hash(const NonceBytes& nonce) {
    return crypto::purpose_hash(crypto::Purpose::AdminSession, {nonce});
}

void record(UnitOfWork& unit, const TechnicianRecord& technician, std::string_view kind, AuditOutcome outcome,
            const std::optional<std::string>& reason = {}) {
    PortalEvent event{.team_id = technician.team_id, .kind = kind, .outcome = outcome, .reason = reason};
    event.actor = technician.id;
    event.technician = technician.id;
    audit_service::record(unit, event);
}

bool over(const AdminSessionRecord& session, Timestamp now) {
    return now >= session.expires_at || now >= session.last_used_at + k_idle;
}

// Why this technician may not work in the portal now, or who they are there.
std::expected<SignedIn, std::string> entitled(platform::Database& database, AdminSessionRecord session, Timestamp now) {
    auto team = team_store::find(database, session.team_id);
    auto technician = technician_store::find(database, session.team_id, session.technician_id);
    if (!team || !technician) return std::unexpected("technician_unknown");
    if (team->suspended) return std::unexpected("team_suspended");
    if (technician->status != TechnicianStatus::Active) return std::unexpected("technician_disabled");
    auto permissions = team_store::administration_permissions(database, team->id, technician->id, now);
    if (permissions.empty()) return std::unexpected("no_right");
    Actor actor{team->id, technician->id, technician->person_id, technician->name};
    return SignedIn{std::move(actor), std::move(*technician), std::move(*team), std::move(permissions),
                    std::move(session)};
}

std::expected<Started, std::string> start(UnitOfWork& unit, const AdminPasskey& passkey, const Client& client) {
    auto token = SessionToken::generate();
    const AdminSessionRecord session{token_hash(token), unit.new_id<AdminSessionId>(),
                                     passkey.team_id,   passkey.technician_id,
                                     passkey.id,        client,
                                     unit.now,          unit.now,
                                     unit.now + k_life};
    auto signed_in = entitled(unit.database, session, unit.now);
    if (!signed_in) return std::unexpected(std::move(signed_in.error()));
    session_store::insert(unit, session);
    return Started{std::move(token), std::move(*signed_in)};
}

Result<AdminPasskey> register_passkey(UnitOfWork& unit, const Deployment& deployment, const SetUpView& view,
                                      const SetUpCompletion& completion) {
    const auto challenge = admin_register_challenge(view.technician.id, completion.secret.bytes());
    if (!check_client_data(completion.registration.client_data_json, CeremonyType::Create, deployment.portal_origin,
                           challenge)) {
        return std::unexpected(Error::CeremonyRefused);
    }
    auto registered = crypto::verify_registration(
        {completion.registration.client_data_json, completion.registration.attestation_object}, deployment.portal_host);
    if (!registered || registered->credential_id != completion.registration.credential_id) {
        return std::unexpected(Error::CeremonyRefused);
    }
    const auto raw = registered->public_key.raw();
    return AdminPasskey{.id = unit.new_id<AdminPasskeyId>(),
                        .team_id = view.team.id,
                        .technician_id = view.technician.id,
                        .credential_id = std::move(registered->credential_id),
                        .algorithm = registered->public_key.algorithm(),
                        .public_key = {raw.begin(), raw.end()},
                        .sign_count = registered->sign_count,
                        .label = completion.label,
                        .state = view.link.kind == SetUpKind::Administrator ? KeyState::Waiting : KeyState::Active,
                        .change_id = {},
                        .created_at = unit.now,
                        .last_used_at = {}};
}

// The owner says who they are and names the team.
Result<void> introduce(UnitOfWork& unit, const SetUpView& view, const OwnerIntroduction& owner) {
    if (!account_name(view.team.account_prefix, owner.username)) return std::unexpected(Error::Malformed);
    auto technician = view.technician;
    technician.name = owner.name;
    technician.username = owner.username;
    technician.email = owner.email;
    technician.person_id = team_store::person_for(unit, owner.email);
    technician.state = TechnicianState::Activated;
    technician.activated_at = unit.now;
    ++technician.version;
    if (auto updated = technician_store::update(unit, technician); !updated) return updated;
    auto team = view.team;
    team.name = owner.team_name;
    ++team.version;
    team_store::update(unit, team);
    roster_service::team_changed(unit, team.id);
    return {};
}

Result<ChangeRecord> propose_passkey(UnitOfWork& unit, const SetUpView& view, const AdminPasskey& passkey) {
    const auto author = technician_store::find(unit.database, view.team.id, *view.link.created_by);
    if (!author || author->status != TechnicianStatus::Active) return std::unexpected(Error::LinkRefused);
    const auto fingerprint = crypto::sha256(passkey.public_key);
    ChangePayload payload;
    payload.kind = ChangeKind::AdministratorPasskey;
    payload.subject_kind = ChangeSubject::Technician;
    payload.subject_id = view.technician.id.uuid();
    payload.subject_name = view.technician.name;
    payload.target = passkey.id.uuid();
    payload.difference = {
        {"passkey", std::nullopt, passkey.label},
        {"key_fingerprint", std::nullopt, crypto::hex_encode(crypto::ByteView(fingerprint.bytes()).first(8))}};
    const Actor actor{view.team.id, author->id, author->person_id, author->name};
    return change_service::propose(unit, actor, std::move(payload));
}

}  // namespace

NonceBytes create_nonce(UnitOfWork& unit) {
    const auto nonce = crypto::random_array<32>();
    session_store::insert_nonce(unit, nonce_hash(nonce), unit.now + k_nonce_life);
    return nonce;
}

crypto::Digest token_hash(const SessionToken& token) {
    return crypto::purpose_hash(crypto::Purpose::SessionToken, {token.bytes()});
}

Result<std::variant<Started, Refused>> sign_in(UnitOfWork& unit, const Deployment& deployment, const NonceBytes& nonce,
                                               const Assertion& assertion, const Client& client) {
    if (!session_store::use_nonce(unit, nonce_hash(nonce))) return Refused{"nonce_unknown", {}};
    const auto passkey = technician_store::find_passkey_by_credential(unit.database, assertion.credential_id);
    if (!passkey) return Refused{"passkey_unknown", {}};
    const auto technician = technician_store::find(unit.database, passkey->team_id, passkey->technician_id);
    if (!technician) return Refused{"technician_unknown", {}};
    const auto refuse = [&](std::string reason) {
        record(unit, *technician, "administrator_sign_in", AuditOutcome::Refused, reason);
        return Refused{std::move(reason), technician->id};
    };
    if (passkey->state != KeyState::Active) return refuse("passkey_waiting");
    const auto sign_count =
        admin_passkey_service::verify(deployment, *passkey, assertion, admin_session_challenge(nonce));
    if (!sign_count) return refuse(sign_count.error());
    auto started = start(unit, *passkey, client);
    if (!started) return refuse(started.error());
    technician_store::passkey_used(unit, passkey->id, *sign_count);
    record(unit, *technician, "administrator_sign_in", AuditOutcome::Success);
    return std::move(*started);
}

Result<SignedIn> authenticate(platform::Database& database, const crypto::Digest& hash,
                              const crypto::Digest& user_agent_hash, Timestamp now) {
    auto session = session_store::find(database, hash);
    if (!session || over(*session, now) || session->client.user_agent_hash != user_agent_hash) {
        return std::unexpected(Error::SignInRefused);
    }
    auto signed_in = entitled(database, std::move(*session), now);
    if (!signed_in) return std::unexpected(Error::SignInRefused);
    return std::move(*signed_in);
}

void sign_out(UnitOfWork& unit, const SignedIn& signed_in) {
    session_store::end(unit, signed_in.session.token_hash);
    record(unit, signed_in.technician, "administrator_sign_out", AuditOutcome::Success);
}

bool still_live(platform::Database& database, const crypto::Digest& hash, Timestamp now) {
    auto session = session_store::find(database, hash);
    return session && !over(*session, now) && entitled(database, std::move(*session), now);
}

std::vector<ShownSession> own_sessions(platform::Database& database, const SignedIn& signed_in, Timestamp now) {
    std::vector<ShownSession> shown;
    const auto passkeys = technician_store::passkeys_of(database, signed_in.technician.id);
    for (auto& session : session_store::of_technician(database, signed_in.technician.id)) {
        const auto passkey = std::ranges::find(passkeys, session.passkey_id, &AdminPasskey::id);
        if (over(session, now) || passkey == passkeys.end()) continue;
        const bool current = session.id == signed_in.session.id;
        shown.push_back({std::move(session), passkey->label, current});
    }
    return shown;
}

Result<void> end_session(UnitOfWork& unit, const SignedIn& signed_in, const AdminSessionId& id) {
    const auto sessions = session_store::of_technician(unit.database, signed_in.technician.id);
    const auto found = std::ranges::find(sessions, id, &AdminSessionRecord::id);
    if (found == sessions.end()) return std::unexpected(Error::NotFound);
    session_store::end(unit, found->token_hash);
    record(unit, signed_in.technician, "administrator_session_ended", AuditOutcome::Success);
    return {};
}

void end_other_sessions(UnitOfWork& unit, const SignedIn& signed_in) {
    for (const auto& session : session_store::of_technician(unit.database, signed_in.technician.id)) {
        if (session.id != signed_in.session.id) session_store::end(unit, session.token_hash);
    }
    record(unit, signed_in.technician, "administrator_session_ended", AuditOutcome::Success, "all_others");
}

Result<void> remove_passkey(UnitOfWork& unit, const SignedIn& signed_in, const AdminPasskeyId& id) {
    const auto passkeys = technician_store::passkeys_of(unit.database, signed_in.technician.id);
    const auto found = std::ranges::find(passkeys, id, &AdminPasskey::id);
    if (found == passkeys.end()) return std::unexpected(Error::NotFound);
    const auto working = std::ranges::count(passkeys, KeyState::Active, &AdminPasskey::state);
    if (found->state == KeyState::Active && working == 1) return std::unexpected(Error::LastPasskey);
    change_service::withdraw_passkey(unit, signed_in.actor, id);
    technician_store::set_passkey_state(unit, id, KeyState::Removed);
    PortalEvent event{.team_id = signed_in.team.id, .kind = "passkey_removed"};
    event.actor = signed_in.technician.id;
    event.technician = signed_in.technician.id;
    event.subject_kind = "passkey";
    event.subject_id = id.uuid();
    event.subject_name = found->label;
    audit_service::record(unit, event);
    unit.changed(signed_in.team.id, Topic::Technicians, signed_in.technician.id.uuid());
    return {};
}

Result<SetUpView> look_up_set_up(platform::Database& database, const crypto::Digest& secret_hash, Timestamp now) {
    auto link = link_store::find_set_up(database, secret_hash, now);
    if (!link) return std::unexpected(Error::LinkRefused);
    auto team = team_store::find(database, link->team_id);
    auto technician = technician_store::find(database, link->team_id, link->technician_id);
    if (!team || !technician || technician->status != TechnicianStatus::Active) {
        return std::unexpected(Error::LinkRefused);
    }
    return SetUpView{std::move(*link), std::move(*team), std::move(*technician)};
}

Result<std::optional<Started>> complete_set_up(UnitOfWork& unit, const Deployment& deployment,
                                               const SetUpCompletion& completion, const Client& client) {
    const auto view = look_up_set_up(unit.database, set_up_secret_hash(completion.secret), unit.now);
    if (!view) return std::unexpected(view.error());
    if ((view->link.kind == SetUpKind::Owner) != completion.owner.has_value()) return std::unexpected(Error::Malformed);
    auto passkey = register_passkey(unit, deployment, *view, completion);
    if (!passkey) return std::unexpected(passkey.error());
    if (!link_store::use_set_up(unit, view->link.id)) return std::unexpected(Error::LinkRefused);
    if (view->link.kind == SetUpKind::Recovery) {
        // Whoever lost the passkey does not leave it working.
        for (const auto& old : technician_store::passkeys_of(unit.database, view->technician.id)) {
            technician_store::set_passkey_state(unit, old.id, KeyState::Removed);
        }
    }
    if (auto inserted = technician_store::insert_passkey(unit, *passkey); !inserted) {
        return std::unexpected(inserted.error());
    }
    if (completion.owner) {
        if (auto introduced = introduce(unit, *view, *completion.owner); !introduced) {
            return std::unexpected(introduced.error());
        }
    }
    PortalEvent event{.team_id = view->team.id, .kind = "passkey_registered"};
    event.reason = std::string(to_string(view->link.kind));
    event.technician = view->technician.id;
    event.subject_kind = "passkey";
    event.subject_id = passkey->id.uuid();
    event.subject_name = passkey->label;
    audit_service::record(unit, event);
    unit.changed(view->team.id, Topic::Technicians, view->technician.id.uuid());
    unit.changed(view->team.id, Topic::Team, view->team.id.uuid());
    if (view->link.kind == SetUpKind::Administrator) {
        const auto change = propose_passkey(unit, *view, *passkey);
        if (!change) return std::unexpected(change.error());
        if (change->state != ChangeState::AppliedAlone) return std::nullopt;
    }
    auto started = start(unit, *passkey, client);
    if (!started) return std::unexpected(Error::SignInRefused);
    return std::optional(std::move(*started));
}

}  // namespace session_service
}  // namespace doorward::portal
