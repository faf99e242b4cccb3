#include "desktop-client/agent/services/roster_service.h"

#include "platform/log.h"
#include "protocol/phone_proof.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <utility>

namespace doorward::agent {
namespace {

using platform::DatabaseError;
using platform::LogField;
using protocol::OutOfStepReason;

const platform::Logger k_log{"roster"};
// Owns the break-glass account.
constexpr std::string_view k_nobody = "00000000-0000-0000-0000-000000000000";

OutOfStepReason reason_of(protocol::HeadError error) {
    return error == protocol::HeadError::Malformed ? OutOfStepReason::Malformed : OutOfStepReason::Signature;
}

OutOfStepReason reason_of(protocol::RosterErrorKind kind) {
    return kind == protocol::RosterErrorKind::WrongStateHash ? OutOfStepReason::Hash : OutOfStepReason::Malformed;
}

}  // namespace

Stored<> RosterService::start() {
    auto keys = m_identity.keys();
    if (!keys) return std::unexpected(keys.error());
    if (!*keys) {
        DeviceKeys fresh{crypto::DeviceSigningKey::generate(), crypto::DeviceAgreementKey::generate()};
        if (auto saved = m_identity.save_keys(fresh); !saved) return saved;
        m_keys.emplace(std::move(fresh));
    } else {
        m_keys.emplace(std::move(**keys));
    }
    if (!m_machine_text.empty()) {
        m_machine = crypto::purpose_hash(crypto::Purpose::Machine,
                                         {m_keys->signing.public_key().bytes(), crypto::as_bytes(m_machine_text)});
    }
    auto enrolment = m_identity.enrolment();
    if (!enrolment) return std::unexpected(enrolment.error());
    m_enrolment = std::move(*enrolment);
    if (!m_enrolment) return {};
    m_audit.set_device(m_enrolment->tenant_id, m_enrolment->device_id);
    if (auto looked = look_at_machine(); !looked) return looked;
    return load_roster();
}

// A store at work in another machine than the one it was enrolled in, or last trusted in, is treated as one in
// quarantine before anybody says so: a copy that never hears the portal takes no code.
Stored<> RosterService::look_at_machine() {
    if (!m_machine) return {};
    const auto known = m_ledger.machine();
    if (!known) return std::unexpected(known.error());
    if (!*known) return m_ledger.save_machine(*m_machine);
    if (**known == *m_machine || m_timekeeper.known().quarantine) return {};
    k_log.error("another_machine");
    return quarantined(protocol::QuarantineReason::AnotherMachine);
}

Stored<> RosterService::load_roster() {
    m_proofs.clear();
    m_conflicts.clear();
    m_head.reset();
    m_roster = {};
    m_timekeeper.set_horizon(std::nullopt);
    const auto head = m_store.head();
    if (!head) return std::unexpected(head.error());
    if (!*head) return {};
    auto documents = m_store.documents();
    if (!documents) return std::unexpected(documents.error());
    auto roster = protocol::Roster::create(std::move(*documents));
    if (!roster) return std::unexpected(DatabaseError::Corrupt);
    const auto decoded = protocol::decode_roster_head((*head)->body);
    const auto keys = portal_keys();
    const bool is_signed = std::ranges::any_of(keys, [&](const auto& key) {
        return protocol::verify_envelope(key, crypto::Purpose::RosterHead, **head).has_value();
    });
    if (!decoded || !is_signed || decoded->state_hash != roster->state_hash()) {
        return std::unexpected(DatabaseError::Corrupt);
    }
    m_roster = std::move(*roster);
    auto conflicts = find_conflicts();
    if (!conflicts) return std::unexpected(conflicts.error());
    m_conflicts = std::move(*conflicts);
    m_head = *decoded;
    m_timekeeper.set_horizon(m_head->offline_until);
    return {};
}

std::vector<crypto::PortalPublicKey> RosterService::portal_keys() const {
    std::vector<crypto::PortalPublicKey> keys;
    if (!m_enrolment) return keys;
    keys.push_back(m_enrolment->portal_key);
    if (m_enrolment->next_portal_key) keys.push_back(*m_enrolment->next_portal_key);
    return keys;
}

Stored<> RosterService::enrol(const Enrolment& enrolment) {
    m_audit.set_device(enrolment.tenant_id, enrolment.device_id);
    auto saved = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto done = m_identity.save_enrolment(enrolment); !done) return done;
        if (m_machine) {
            if (auto done = m_ledger.save_machine(*m_machine); !done) return done;
        }
        if (auto done = m_store.clear(); !done) return done;
        return audit.append(audit_entry(protocol::AuditKind::Enrolled, protocol::AuditOutcome::Success));
    });
    if (!saved) return saved;
    m_enrolment = enrolment;
    m_head.reset();
    m_roster = {};
    m_proofs.clear();
    m_conflicts.clear();
    return {};
}

std::expected<protocol::RosterHead, OutOfStepReason> RosterService::check_head(
    const RosterUpdate& update, const std::optional<protocol::Incarnation>& welcomed) const {
    const auto keys = portal_keys();
    protocol::HeadExpectation expectation{.team_id = m_enrolment->team_id,
                                          .tenant_id = m_enrolment->tenant_id,
                                          .device_id = m_enrolment->device_id,
                                          .portal_keys = keys,
                                          .held = std::nullopt,
                                          .welcomed = welcomed};
    if (m_head) {
        expectation.held = protocol::HeldRevision{.incarnation = m_head->incarnation, .revision = m_head->revision};
    }
    const auto head = protocol::verify_head(update.head, expectation);
    if (!head) {
        k_log.error("refused", {{LogField::Reason, protocol::to_string(head.error())}});
        return std::unexpected(reason_of(head.error()));
    }
    if (update.full) return *head;
    const bool continues =
        m_head && m_head->incarnation == head->incarnation && m_head->revision == update.from_revision;
    if (!continues) return std::unexpected(OutOfStepReason::Hash);
    return *head;
}

std::expected<void, OutOfStepReason> RosterService::apply_in_memory(const RosterUpdate& update,
                                                                    const protocol::RosterHead& head) {
    protocol::Roster fresh;
    protocol::Roster& target = update.full ? fresh : m_roster;
    const auto applied = target.apply(update.changes, head.state_hash);
    if (!applied) {
        k_log.error("refused", {{LogField::Reason, protocol::to_string(applied.error().kind)}});
        return std::unexpected(reason_of(applied.error().kind));
    }
    if (update.full) m_roster = std::move(fresh);
    m_proofs.clear();
    return {};
}

std::expected<void, OutOfStepReason> RosterService::apply(const RosterUpdate& update,
                                                          const std::optional<protocol::Incarnation>& welcomed) {
    const auto head = check_head(update, welcomed);
    auto applied = head ? apply_in_memory(update, *head) : std::unexpected(head.error());
    if (!applied) {
        const auto recorded = m_audit.transact([&](AuditService::Writer& audit) {
            return audit.append_coalesced(audit_entry(protocol::AuditKind::RosterRefused,
                                                      protocol::AuditOutcome::Refused,
                                                      protocol::to_string(applied.error())));
        });
        if (!recorded) k_log.error("audit", {{LogField::Reason, platform::to_string(recorded.error())}});
        return applied;
    }
    if (auto saved = save(update, *head); !saved) {
        k_log.error("not_stored", {{LogField::Reason, platform::to_string(saved.error())}});
        // What is in memory must be what is in the store.
        if (!load_roster()) {
            m_roster = {};
            if (m_observer) m_observer();
        }
        return std::unexpected(OutOfStepReason::Malformed);
    }
    m_head = *head;
    m_timekeeper.set_horizon(head->offline_until);
    if (m_observer) m_observer();
    return {};
}

Stored<> RosterService::save(const RosterUpdate& update, const protocol::RosterHead& head) {
    Enrolment enrolment = *m_enrolment;
    const bool by_next_key =
        enrolment.next_portal_key &&
        protocol::verify_envelope(*enrolment.next_portal_key, crypto::Purpose::RosterHead, update.head).has_value();
    if (by_next_key) enrolment.portal_key = *enrolment.next_portal_key;
    enrolment.next_portal_key = head.next_portal_key;
    if (!enrolment.rp_id && m_roster.team() != nullptr) {
        enrolment.rp_id = m_roster.team()->app_rp_id;
        enrolment.origin = m_roster.team()->app_origin;
    }
    const bool is_new = !m_head || m_head->incarnation != head.incarnation || m_head->revision != head.revision;
    Conflicts conflicts;
    auto saved = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (update.full) {
            if (auto done = m_store.clear(); !done) return done;
        }
        if (auto done = m_store.apply(update.changes); !done) return done;
        if (auto done = m_store.save_head(update.head); !done) return done;
        if (auto done = m_identity.save_enrolment(enrolment); !done) return done;
        if (is_new) {
            if (auto done = reserve_names(); !done) return done;
        }
        auto found = find_conflicts();
        if (!found) return std::unexpected(found.error());
        conflicts = std::move(*found);
        if (auto done = m_codes.clear_offline_sign_ins(); !done) return done;
        if (auto done = save_time(head); !done) return done;
        if (!is_new) return {};
        if (auto done = audit.append(audit_entry(protocol::AuditKind::RosterApplied, protocol::AuditOutcome::Success));
            !done) {
            return done;
        }
        return record_conflicts(audit, conflicts);
    });
    if (!saved) return saved;
    m_conflicts = std::move(conflicts);
    m_enrolment = std::move(enrolment);
    const auto time = m_ledger.time();
    if (!time) return std::unexpected(time.error());
    m_timekeeper.replace(*time);
    return {};
}

Stored<> RosterService::save_time(const protocol::RosterHead& head) {
    TimeRow row = m_timekeeper.known();
    // A head that somebody kept from another day clears nothing.
    const auto welcomed_at = m_timekeeper.welcomed_at();
    if (m_timekeeper.is_distrusted() && welcomed_at && head.issued_at >= *welcomed_at) {
        // Which codes were used in the lost part is not known: none of this minute or before works any more.
        const auto step = crypto::step_at(head.issued_at.milliseconds / 1000, crypto::k_per_machine_code);
        const auto wall = crypto::step_at(m_timekeeper.best_now().milliseconds / 1000, crypto::k_per_machine_code);
        if (step) row.least_step = std::max(row.least_step, step->value + 2);
        if (wall) row.least_step = std::max(row.least_step, wall->value + 2);
        row.rolled_back = false;
        row.quarantine.reset();
        if (m_machine) {
            if (auto saved = m_ledger.save_machine(*m_machine); !saved) return saved;
        }
        k_log.warning("trusted_again");
    }
    row.floor = std::max(row.floor, head.issued_at.milliseconds);
    row.boots_since_head = 0;
    return m_ledger.save_time(row);
}

Stored<> RosterService::quarantined(protocol::QuarantineReason reason) {
    TimeRow row = m_timekeeper.known();
    if (row.quarantine == reason) return {};
    row.quarantine = reason;
    auto saved = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto done = m_ledger.save_time(row); !done) return done;
        return audit.append(audit_entry(protocol::AuditKind::Store, protocol::AuditOutcome::Failed, "quarantined"));
    });
    if (saved) m_timekeeper.replace(row);
    return saved;
}

Stored<> RosterService::welcomed(const protocol::WelcomeBody& welcome) {
    const auto time = welcome.time;
    TimeRow row = m_timekeeper.known();
    const bool was_ahead = row.floor > time.milliseconds;
    row.floor = time.milliseconds;
    const auto now = crypto::step_at(time.milliseconds / 1000, crypto::k_per_machine_code);
    const auto wall = crypto::step_at(m_timekeeper.wall_now().milliseconds / 1000, crypto::k_per_machine_code);
    if (!now || !wall) return std::unexpected(DatabaseError::Constraint);
    // Before the enrolment there is nobody whose last connection it could be.
    std::optional<protocol::ChannelNonce> nonce;
    if (m_enrolment) nonce = welcome.portal_nonce;
    auto saved = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto done = m_ledger.save_time(row); !done) return done;
        if (auto done = m_ledger.save_last_nonce(nonce); !done) return done;
        // Codes are judged by the wall clock: what it could have accepted stays used, whatever the portal says.
        const auto lowered = m_codes.lower_steps(crypto::Step{std::max(now->value, wall->value) + 1});
        if (!lowered) return std::unexpected(lowered.error());
        if (!was_ahead && *lowered == 0) return {};
        return audit.append(audit_entry(protocol::AuditKind::Clock, protocol::AuditOutcome::Noted, "clock_was_ahead"));
    });
    if (!saved) return saved;
    m_timekeeper.replace(row);
    m_timekeeper.portal_said(time);
    return {};
}

bool RosterService::may_have_account(const protocol::TechnicianDocument& technician) const {
    const auto decision = decide(technician.id);
    return decision || (decision.error() >= protocol::SignInRefusal::RightNotInForce &&
                        decision.error() != protocol::SignInRefusal::NoPolicy);
}

std::vector<AccountStore::Wish> RosterService::wanted_accounts() const {
    std::vector<AccountStore::Wish> wanted;
    const std::string* const shared = m_roster.shared_account();
    for (const auto& [id, technician] : m_roster.technicians()) {
        if (!may_have_account(technician)) continue;
        if (shared != nullptr) {
            const auto* team = m_roster.team();
            const std::string name = team != nullptr ? team->name + " technicians" : std::string("Technicians");
            return {{.name = *shared, .full_name = name, .owner = m_roster.tenant()->id.to_string()}};
        }
        // Two that hold one name: nobody is guessed.
        if (m_roster.technician_by_account(technician.account) == nullptr) continue;
        wanted.push_back({.name = technician.account, .full_name = technician.name, .owner = id.to_string()});
    }
    std::ranges::sort(wanted, {}, &AccountStore::Wish::owner);
    return wanted;
}

Stored<> RosterService::reserve_names() {
    for (const auto& wish : wanted_accounts()) {
        const auto reserved = m_accounts.reserve(wish);
        if (!reserved) return std::unexpected(reserved.error());
        if (*reserved == Reservation::NoneLeft) k_log.error("no_uid_left", {{LogField::Account, wish.name}});
    }
    return {};
}

Stored<RosterService::Conflicts> RosterService::find_conflicts() {
    const auto used = m_accounts.used();
    if (!used) return std::unexpected(used.error());
    Conflicts conflicts;
    const std::string* const shared = m_roster.shared_account();
    for (const auto& identity : *used) {
        if (shared != nullptr) {
            const bool is_other = identity.name == *shared && identity.owner != m_roster.tenant()->id.to_string();
            if (is_other) conflicts.emplace(identity.name, std::nullopt);
            continue;
        }
        const auto* technician = m_roster.technician_by_account(identity.name);
        if (technician == nullptr || technician->id.to_string() == identity.owner) continue;
        conflicts.emplace(identity.name, technician->id);
    }
    return conflicts;
}

// Each of them once.
Stored<> RosterService::record_conflicts(AuditService::Writer& audit, const Conflicts& conflicts) {
    for (const auto& [account, technician] : conflicts) {
        const auto known = m_conflicts.find(account);
        if (known != m_conflicts.end() && known->second == technician) continue;
        k_log.error("account_of_another",
                    {{LogField::Account, account}, {LogField::Technician, technician ? technician->to_string() : ""}});
        AuditEntry entry = audit_entry(protocol::AuditKind::AccountConflict, protocol::AuditOutcome::Failed,
                                       "account_of_another_technician");
        entry.technician_id = technician;
        entry.account = account;
        if (auto appended = audit.append(entry); !appended) return appended;
    }
    return {};
}

Stored<std::vector<AccountIdentity>> RosterService::names() {
    std::vector<AccountIdentity> identities;
    for (const auto& wish : wanted_accounts()) {
        if (m_conflicts.contains(wish.name)) continue;
        auto identity = m_accounts.identity(wish.name);
        if (!identity) return std::unexpected(identity.error());
        if (*identity && (*identity)->owner == wish.owner) identities.push_back(std::move(**identity));
    }
    auto glass = m_accounts.identity(k_break_glass_account);
    if (!glass) return std::unexpected(glass.error());
    if (*glass) identities.push_back(std::move(**glass));
    std::ranges::sort(identities, {}, &AccountIdentity::uid);
    return identities;
}

const protocol::TechnicianDocument* RosterService::technician_of(std::string_view account) const {
    if (m_roster.shared_account() != nullptr || m_conflicts.contains(account)) return nullptr;
    return m_roster.technician_by_account(account);
}

bool RosterService::is_shared(std::string_view account) const {
    const std::string* const shared = m_roster.shared_account();
    return shared != nullptr && *shared == account;
}

Claimant RosterService::claimant(std::string_view account) const {
    Claimant claimant{.technician = std::nullopt, .counted_as = std::string(account), .decoy = std::string(account)};
    if (const auto* technician = technician_of(account)) claimant.technician = technician->id;
    return claimant;
}

Claimant RosterService::claimant(std::string_view account, std::string_view typed) const {
    const auto* technician = m_conflicts.contains(account) ? nullptr : m_roster.technician_by_username(typed);
    if (technician != nullptr) return claimant(account, technician->id);
    // No account name holds a space, so this is nobody else's.
    std::string decoy(account);
    decoy.append(" ").append(typed);
    return {.technician = std::nullopt, .counted_as = std::string(account), .decoy = std::move(decoy)};
}

Claimant RosterService::claimant(std::string_view account, const protocol::TechnicianId& technician) const {
    const auto* known = m_roster.technician(technician);
    const std::string name = known != nullptr ? known->account : std::string(account);
    return {.technician = technician, .counted_as = name, .decoy = name};
}

bool RosterService::may_use(std::string_view account, const protocol::TechnicianId& technician) const {
    if (!is_shared(account)) {
        const auto* owner = technician_of(account);
        return owner != nullptr && owner->id == technician;
    }
    return !m_conflicts.contains(account) && m_roster.technician(technician) != nullptr;
}

bool RosterService::may_open(const AccountIdentity& identity,
                             const std::optional<protocol::TechnicianId>& technician) const {
    if (!technician) return identity.name == k_break_glass_account && identity.owner == k_nobody;
    const std::string owner = is_shared(identity.name) ? m_roster.tenant()->id.to_string() : technician->to_string();
    return may_use(identity.name, *technician) && identity.owner == owner;
}

Stored<> RosterService::reserve_break_glass() {
    const auto reserved = m_accounts.reserve(
        {.name = std::string(k_break_glass_account), .full_name = "Break-glass", .owner = std::string(k_nobody)});
    if (!reserved) return std::unexpected(reserved.error());
    if (*reserved != Reservation::Reserved) return std::unexpected(DatabaseError::Constraint);
    return {};
}

protocol::SignInQuestion RosterService::question(const protocol::TechnicianId& technician,
                                                 const Grounds& grounds) const {
    const auto now = m_timekeeper.best_now();
    return {.technician_id = technician,
            .device_id = m_enrolment->device_id,
            .time = now,
            .context = {.minute_of_week = Timekeeper::local_minute(now),
                        .has_reason = grounds.reason.has_value(),
                        .ticket = grounds.ticket,
                        .approved_by = {}}};
}

protocol::Decision RosterService::decide(const protocol::TechnicianId& technician, const Grounds& grounds) const {
    if (!m_enrolment) return std::unexpected(protocol::SignInRefusal::TenantSuspended);
    return protocol::may_sign_in(m_roster, question(technician, grounds));
}

protocol::Explanation RosterService::explain(const protocol::TechnicianId& technician) const {
    if (!m_enrolment) {
        return {.decision = std::unexpected(protocol::SignInRefusal::TenantSuspended), .rights = {}, .policies = {}};
    }
    return protocol::explain_sign_in(m_roster, question(technician, {}));
}

protocol::SignInAsks RosterService::asks(const Claimant& claimant, const Grounds& grounds) const {
    if (!m_enrolment) return {};
    if (claimant.technician) {
        if (auto asks = protocol::what_to_ask(m_roster, question(*claimant.technician, grounds))) return *asks;
    }
    const auto drawn = crypto::purpose_hash(crypto::Purpose::StandIn,
                                            {m_keys->agreement.private_bytes(), crypto::as_bytes(claimant.decoy)});
    // The nearest id by exclusive or: who comes or goes changes it for few names only.
    std::vector<std::pair<std::array<std::uint8_t, 16>, protocol::TechnicianId>> by_distance;
    for (const auto& [id, technician] : m_roster.technicians()) {
        std::array<std::uint8_t, 16> distance{};
        std::ranges::transform(id.bytes(), drawn.array(), distance.begin(), std::bit_xor<std::uint8_t>());
        by_distance.emplace_back(distance, id);
    }
    std::ranges::sort(by_distance);
    for (const auto& [distance, stand_in] : by_distance) {
        if (auto asks = protocol::what_to_ask(m_roster, question(stand_in, grounds))) return *asks;
    }
    return {};
}

std::vector<protocol::PhoneRecord> RosterService::sound_phones(const protocol::TechnicianDocument& technician) {
    std::vector<protocol::PhoneRecord> phones;
    const auto party = relying_party();
    if (!party) return phones;
    for (const auto& phone : technician.phones) {
        auto known = m_proofs.find(phone.id);
        if (known == m_proofs.end()) {
            const auto proof = protocol::verify_phone_proof(m_enrolment->team_id, technician.id, phone, *party);
            if (!proof) {
                k_log.error("phone_refused", {{LogField::Technician, technician.id.to_string()},
                                              {LogField::Reason, protocol::to_string(proof.error())}});
            }
            known = m_proofs.emplace(phone.id, proof.has_value()).first;
        }
        if (known->second) phones.push_back(phone);
    }
    return phones;
}

std::optional<protocol::RelyingParty> RosterService::relying_party() const {
    if (!m_enrolment || !m_enrolment->rp_id || !m_enrolment->origin) return std::nullopt;
    return protocol::RelyingParty{.rp_id = *m_enrolment->rp_id, .origin = *m_enrolment->origin};
}

const protocol::DeviceDocument* RosterService::device() const {
    return m_enrolment ? m_roster.device(m_enrolment->device_id) : nullptr;
}

}  // namespace doorward::agent
