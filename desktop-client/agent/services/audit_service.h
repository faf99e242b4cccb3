#pragma once

#include "desktop-client/agent/grounds.h"
#include "desktop-client/agent/services/generation_anchor.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/stores/ledger_store.h"
#include "desktop-client/agent/stores/result.h"
#include "platform/database.h"
#include "protocol/audit_event.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

/// What is said about a decision; identity, time and place in the chain are added when it is recorded.
struct AuditEntry {
    protocol::AuditKind kind = protocol::AuditKind::AgentStarted;
    protocol::AuditOutcome outcome = protocol::AuditOutcome::Noted;
    std::string_view reason{};  ///< a machine word, empty for none
    std::optional<protocol::TechnicianId> technician_id{};
    std::string account{};
    std::optional<protocol::SessionId> session_id{};
    std::optional<protocol::RequestId> request_id{};
    std::string service{};
    std::string terminal{};
    std::string remote_host{};
    std::optional<std::int64_t> duration_ms{};
    std::optional<protocol::CodeUse> code_use{};
    Grounds grounds{};           ///< of who was let in; of anybody else it is not kept
    bool opens_session = false;  ///< a sign-in that is to become a session, once it is accepted
};

[[nodiscard]] inline AuditEntry audit_entry(protocol::AuditKind kind, protocol::AuditOutcome outcome,
                                            std::string_view reason = {}) {
    AuditEntry entry;
    entry.kind = kind;
    entry.outcome = outcome;
    entry.reason = reason;
    return entry;
}

/// Whose accepted sign-in.
struct AdmittedAs {
    std::optional<protocol::TechnicianId> technician_id;
    std::string account;
    std::string service;
};

struct AuditBatch {
    std::vector<std::string> events;
    protocol::ChainPosition position;  ///< where the last of them stands
};

/// Every durable decision goes through transact(): what it changes and what is recorded about it become durable
/// together, or neither does. The events are one hash chain; its sequence number is the store's generation. A sign-in
/// that was accepted is remembered until it is a session, so that one that never became one is on record as well.
class AuditService {
public:
    /// Appends inside a transaction of transact().
    class Writer {
    public:
        [[nodiscard]] Stored<> append(const AuditEntry& entry) { return m_audit.append(entry, 1); }
        /// For what a stranger can cause as often as they like: after a few of one kind in a minute, the others are
        /// counted and become one event.
        [[nodiscard]] Stored<> append_coalesced(const AuditEntry& entry) { return m_audit.append_coalesced(entry); }
        /// The sign-in is a session now.
        [[nodiscard]] Stored<> completed(const AdmittedAs& who) { return m_audit.completed(who); }
        /// The sign-in will never be one, which becomes an event; nothing where it was remembered as none.
        [[nodiscard]] Stored<> not_completed(const AdmittedAs& who) { return m_audit.not_completed(who); }

    private:
        friend class AuditService;
        explicit Writer(AuditService& audit) : m_audit(audit) {}
        AuditService& m_audit;
    };

    AuditService(platform::Database& database, Timekeeper& timekeeper, GenerationAnchor& anchor)
        : m_database(database), m_ledger(database), m_timekeeper(timekeeper), m_anchor(anchor) {}

    /// Before the enrolment there is no chain: entries then go nowhere (the log has them).
    void set_device(const protocol::TenantId& tenant, const protocol::DeviceId& device);

    template <class Work>
    [[nodiscard]] Stored<> transact(Work work) {
        auto transaction = platform::Transaction::begin(m_database);
        if (!transaction) return std::unexpected(transaction.error());
        m_appended = 0;
        Writer writer(*this);
        if (Stored<> done = work(writer); !done) return done;
        if (auto committed = transaction->commit(); !committed) return committed;
        committed_now();
        return {};
    }
    [[nodiscard]] Stored<> record(const AuditEntry& entry);
    /// At the start, when no sign-in can be under way: whatever is remembered as accepted never became a session.
    [[nodiscard]] Stored<> none_completed();

    /// Turns what was counted into events. True where there was something; call it once a minute while
    /// floods_pending().
    [[nodiscard]] Stored<> flush_floods();
    [[nodiscard]] bool floods_pending() const { return m_floods; }

    /// The oldest events that the portal has not acknowledged, within the limits of one message; empty when there are
    /// none.
    [[nodiscard]] Stored<AuditBatch> next_batch();
    [[nodiscard]] Stored<> acknowledged(std::int64_t sequence);
    /// The portal released us from quarantine, or came back from a backup, and holds our chain up to `held`: what is
    /// kept behind that is sent again. Where it is not in ours (it is from the time that a roll-back took from us),
    /// what was not acknowledged yet is chained again behind it, as new events.
    [[nodiscard]] Stored<> continue_from(const protocol::ChainPosition& held);
    [[nodiscard]] Stored<AuditHeadRow> head() { return m_ledger.audit_head(); }
    [[nodiscard]] Stored<std::int64_t> acknowledged_sequence() { return m_ledger.acknowledged(); }

    /// Runs after a commit that appended something.
    void on_appended(std::function<void()> observer) { m_observer = std::move(observer); }

private:
    [[nodiscard]] Stored<> append(const AuditEntry& entry, std::int64_t count);
    [[nodiscard]] Stored<> append_coalesced(const AuditEntry& entry);
    [[nodiscard]] Stored<> append_event(protocol::AuditEvent event);
    [[nodiscard]] Stored<> completed(const AdmittedAs& who);
    [[nodiscard]] Stored<> not_completed(const AdmittedAs& who);
    [[nodiscard]] Stored<> append_not_completed(const AdmissionRow& admission);
    [[nodiscard]] Stored<bool> contains(const protocol::ChainPosition& position);
    [[nodiscard]] protocol::AuditEvent event_of(const AuditEntry& entry, std::int64_t count) const;
    void committed_now();

    platform::Database& m_database;
    LedgerStore m_ledger;
    Timekeeper& m_timekeeper;
    GenerationAnchor& m_anchor;
    std::optional<protocol::TenantId> m_tenant;
    std::optional<protocol::DeviceId> m_device;
    std::int64_t m_appended = 0;  ///< the sequence reached inside the transaction, 0 for no append
    bool m_floods = false;
    std::function<void()> m_observer;
};

}  // namespace doorward::agent
