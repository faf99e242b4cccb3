#pragma once

#include "desktop-client/agent/grounds.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/stores/account_store.h"
#include "desktop-client/agent/stores/code_store.h"
#include "desktop-client/agent/stores/identity_store.h"
#include "desktop-client/agent/stores/roster_store.h"
#include "protocol/assertion.h"
#include "protocol/channel_handshake.h"
#include "protocol/device_message.h"
#include "protocol/may_sign_in.h"
#include "protocol/roster.h"
#include "protocol/roster_head.h"

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace doorward::agent {

/// The workstation's own account for its break-glass code; no technician's can have an underscore.
inline constexpr std::string_view k_break_glass_account = "doorward_break_glass";

/// A complete sync, put together from its messages.
struct RosterUpdate {
    std::int64_t from_revision = 0;
    bool full = false;
    protocol::RosterChanges changes;
    protocol::SignedEnvelope head;
};

/// Whom somebody at a prompt is taken for.
struct Claimant {
    std::optional<protocol::TechnicianId> technician;  ///< nothing where nobody here goes by that name
    /// Failures are counted under it: the technician's own account name; who is nobody has the account's that was asked
    /// for, so that inventing names makes no counts.
    std::string counted_as;
    std::string decoy;  ///< what ids of keys that do not exist are made from
};

/// Who this workstation is, and its tenant's roster: in the store as it came, in memory as protocol::Roster. Nothing in
/// it counts unless a head signed by the pinned portal key says so. Phones' own proofs are checked before a key is
/// used.
class RosterService {
public:
    /// `machine` is machine_identity().
    RosterService(platform::Database& database, AuditService& audit, Timekeeper& timekeeper, std::string machine)
        : m_identity(database),
          m_store(database),
          m_accounts(database),
          m_codes(database),
          m_ledger(database),
          m_audit(audit),
          m_timekeeper(timekeeper),
          m_machine_text(std::move(machine)) {}

    /// Makes the device's keys if the store is new; reads what is there and verifies the head again.
    [[nodiscard]] Stored<> start();

    [[nodiscard]] const DeviceKeys& keys() const { return *m_keys; }
    [[nodiscard]] const std::optional<Enrolment>& enrolment() const { return m_enrolment; }
    [[nodiscard]] const protocol::Roster& roster() const { return m_roster; }
    [[nodiscard]] const std::optional<protocol::RosterHead>& head() const { return m_head; }
    /// The pinned portal key, and the next one where a head has announced it.
    [[nodiscard]] std::vector<crypto::PortalPublicKey> portal_keys() const;

    /// A new enrolment replaces whatever another portal said before.
    [[nodiscard]] Stored<> enrol(const Enrolment& enrolment);
    /// On a refusal everything is as before.
    [[nodiscard]] std::expected<void, protocol::OutOfStepReason> apply(
        const RosterUpdate& update, const std::optional<protocol::Incarnation>& welcomed);

    /// A genuine welcome. Its time answers a nonce of ours: the one thing that may lower the floor, and accepted steps
    /// that lie in the future because the clock was once ahead. Its nonce is who we are from now on.
    [[nodiscard]] Stored<> welcomed(const protocol::WelcomeBody& welcome);
    /// A genuine welcome that says we are in quarantine.
    [[nodiscard]] Stored<> quarantined(protocol::QuarantineReason reason);
    /// Which machine this is, for the portal; nothing where it cannot be told.
    [[nodiscard]] const std::optional<crypto::Digest>& machine() const { return m_machine; }
    [[nodiscard]] Stored<std::optional<protocol::ChannelNonce>> last_nonce() { return m_ledger.last_nonce(); }

    /// Several technicians use this account, so whoever asks for it says who they are.
    [[nodiscard]] bool is_shared(std::string_view account) const;
    /// By the account alone. Nobody where it was made for another technician.
    [[nodiscard]] Claimant claimant(std::string_view account) const;
    /// By the username typed at the prompt of a shared account.
    [[nodiscard]] Claimant claimant(std::string_view account, std::string_view typed) const;
    /// Whom a live session belongs to.
    [[nodiscard]] Claimant claimant(std::string_view account, const protocol::TechnicianId& technician) const;
    /// Whether a technician's new session may be in this account; rights are another question.
    [[nodiscard]] bool may_use(std::string_view account, const protocol::TechnicianId& technician) const;
    /// The same of an account with its owner, who must be the one it is for today.
    /// Without a technician it is about break-glass.
    [[nodiscard]] bool may_open(const AccountIdentity& identity,
                                const std::optional<protocol::TechnicianId>& technician) const;
    /// From now on the break-glass account is one of the names; inside the caller's transaction.
    [[nodiscard]] Stored<> reserve_break_glass();
    /// Accounts that were made for one owner while the roster now gives their name to another: the technician who is
    /// refused for it, by name; nothing where the other one is the tenant.
    using Conflicts = std::map<std::string, std::optional<protocol::TechnicianId>, std::less<>>;
    [[nodiscard]] const Conflicts& conflicts() const { return m_conflicts; }
    [[nodiscard]] protocol::Decision decide(const protocol::TechnicianId& technician,
                                            const Grounds& grounds = {}) const;
    /// Of somebody who has said nothing, with what it was made of; everything is missing before the enrolment.
    [[nodiscard]] protocol::Explanation explain(const protocol::TechnicianId& technician) const;
    /// What they have to say besides `grounds` before they can be let in. Whoever cannot be, or is nobody, is asked
    /// what some technician of this workstation is, always the same one's: the questions tell nothing about a name.
    [[nodiscard]] protocol::SignInAsks asks(const Claimant& claimant, const Grounds& grounds) const;
    /// The phones whose proofs hold.
    [[nodiscard]] std::vector<protocol::PhoneRecord> sound_phones(const protocol::TechnicianDocument& technician);
    [[nodiscard]] std::optional<protocol::RelyingParty> relying_party() const;
    [[nodiscard]] const protocol::DeviceDocument* device() const;

    /// The names that may sign in here at some time, with their reserved ids.
    [[nodiscard]] Stored<std::vector<AccountIdentity>> names();

    /// Runs after a roster was applied.
    void on_change(std::function<void()> observer) { m_observer = std::move(observer); }

private:
    [[nodiscard]] std::expected<protocol::RosterHead, protocol::OutOfStepReason> check_head(
        const RosterUpdate& update, const std::optional<protocol::Incarnation>& welcomed) const;
    [[nodiscard]] std::expected<void, protocol::OutOfStepReason> apply_in_memory(const RosterUpdate& update,
                                                                                 const protocol::RosterHead& head);
    [[nodiscard]] Stored<> save(const RosterUpdate& update, const protocol::RosterHead& head);
    [[nodiscard]] Stored<> save_time(const protocol::RosterHead& head);
    [[nodiscard]] Stored<> reserve_names();
    [[nodiscard]] Stored<Conflicts> find_conflicts();
    [[nodiscard]] Stored<> record_conflicts(AuditService::Writer& audit, const Conflicts& conflicts);
    [[nodiscard]] Stored<> load_roster();
    [[nodiscard]] Stored<> look_at_machine();
    [[nodiscard]] protocol::SignInQuestion question(const protocol::TechnicianId& technician,
                                                    const Grounds& grounds) const;
    [[nodiscard]] bool may_have_account(const protocol::TechnicianDocument& technician) const;
    [[nodiscard]] const protocol::TechnicianDocument* technician_of(std::string_view account) const;
    /// The accounts that the roster gives, and to whom.
    [[nodiscard]] std::vector<AccountStore::Wish> wanted_accounts() const;

    IdentityStore m_identity;
    RosterStore m_store;
    AccountStore m_accounts;
    CodeStore m_codes;
    LedgerStore m_ledger;
    AuditService& m_audit;
    Timekeeper& m_timekeeper;
    std::string m_machine_text;
    std::optional<crypto::Digest> m_machine;
    std::optional<DeviceKeys> m_keys;
    std::optional<Enrolment> m_enrolment;
    std::optional<protocol::RosterHead> m_head;
    protocol::Roster m_roster;
    std::unordered_map<protocol::PhoneId, bool> m_proofs;  ///< of the roster as it is; checked when first needed
    Conflicts m_conflicts;
    std::function<void()> m_observer;
};

}  // namespace doorward::agent
