#include "desktop-client/agent/services/audit_service.h"

#include "crypto/random.h"
#include "platform/log.h"
#include "protocol/device_message.h"
#include "protocol/text.h"

#include <limits>
#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log{"audit"};

constexpr std::int64_t k_single_refusals = 5;
// Acknowledged events are kept a while, for a portal that was restored from a backup and asks for them again.
constexpr std::int64_t k_kept_events = 10'000;
constexpr std::int64_t k_every_event = std::numeric_limits<std::int64_t>::max();
// Leaves room for the base64 form and the head in a message of the channel.
constexpr std::size_t k_batch_bytes = 150'000;

std::optional<std::string> optional_line(const std::string& text) {
    std::string clean = protocol::clean_line(text);
    if (clean.empty()) return std::nullopt;
    return clean;
}

AdmissionRow admission_row(const AdmittedAs& who, std::string body = {}) {
    return {.technician = who.technician_id ? who.technician_id->to_string() : std::string(),
            .account = who.account,
            .service = who.service,
            .body = std::move(body)};
}

}  // namespace

void AuditService::set_device(const protocol::TenantId& tenant, const protocol::DeviceId& device) {
    m_tenant = tenant;
    m_device = device;
}

Stored<> AuditService::record(const AuditEntry& entry) {
    return transact([&](Writer& writer) { return writer.append(entry); });
}

protocol::AuditEvent AuditService::event_of(const AuditEntry& entry, std::int64_t count) const {
    const auto now = m_timekeeper.wall_now();
    protocol::AuditEvent event{.id = protocol::EventId::make(now, crypto::random_array<10>()),
                               .previous_hash = protocol::empty_chain().hash,
                               .at = now,
                               .clock_trusted = m_timekeeper.trusted(m_timekeeper.horizon()),
                               .kind = entry.kind,
                               .outcome = entry.outcome,
                               .reason = std::nullopt,
                               .tenant_id = *m_tenant,
                               .device_id = *m_device,
                               .technician_id = entry.technician_id,
                               .account = optional_line(entry.account),
                               .session_id = entry.session_id,
                               .request_id = entry.request_id,
                               .service = optional_line(entry.service),
                               .terminal = optional_line(entry.terminal),
                               .remote_host = optional_line(entry.remote_host),
                               .ticket = std::nullopt,
                               .count = count,
                               .duration_ms = entry.duration_ms,
                               .code_use = entry.code_use};
    if (!entry.reason.empty()) event.reason = std::string(entry.reason);
    // Where something is echoed, strangers and the tired type passwords, and the log forgets nothing.
    if (entry.outcome == protocol::AuditOutcome::Success) {
        event.ticket = entry.grounds.ticket;
        event.stated_reason = entry.grounds.reason;
    }
    return event;
}

Stored<> AuditService::append(const AuditEntry& entry, std::int64_t count) {
    if (!m_device) return {};
    auto event = event_of(entry, count);
    if (entry.opens_session && entry.outcome == protocol::AuditOutcome::Success) {
        const AdmittedAs who{.technician_id = entry.technician_id, .account = entry.account, .service = entry.service};
        auto saved = m_ledger.save_admission(admission_row(who, protocol::encode_audit_event(event)));
        if (!saved) return saved;
    }
    return append_event(std::move(event));
}

Stored<> AuditService::completed(const AdmittedAs& who) {
    const auto taken = m_ledger.take_admission(admission_row(who));
    return taken ? Stored<>() : std::unexpected(taken.error());
}

Stored<> AuditService::not_completed(const AdmittedAs& who) {
    const auto taken = m_ledger.take_admission(admission_row(who));
    if (!taken) return std::unexpected(taken.error());
    return *taken ? append_not_completed(**taken) : Stored<>();
}

Stored<> AuditService::append_not_completed(const AdmissionRow& admission) {
    if (!m_device) return {};
    auto event = protocol::decode_audit_event(admission.body);
    if (!event) return std::unexpected(platform::DatabaseError::Corrupt);
    const auto now = event_of(audit_entry(event->kind, protocol::AuditOutcome::Failed, "not_completed"), 1);
    event->id = now.id;
    event->at = now.at;
    event->clock_trusted = now.clock_trusted;
    event->outcome = now.outcome;
    event->reason = now.reason;
    event->tenant_id = now.tenant_id;
    event->device_id = now.device_id;
    event->code_use = std::nullopt;  // it was used once
    return append_event(std::move(*event));
}

Stored<> AuditService::none_completed() {
    return transact([&](Writer&) -> Stored<> {
        const auto admissions = m_ledger.admissions();
        if (!admissions) return std::unexpected(admissions.error());
        for (const auto& admission : *admissions) {
            if (auto appended = append_not_completed(admission); !appended) return appended;
        }
        return m_ledger.clear_admissions();
    });
}

Stored<> AuditService::append_event(protocol::AuditEvent event) {
    const auto head = m_ledger.audit_head();
    if (!head) return std::unexpected(head.error());
    event.sequence = head->sequence + 1;
    event.previous_hash = head->hash;
    const std::string body = protocol::encode_audit_event(event);
    const std::int64_t floor = event.clock_trusted ? event.at.milliseconds : 0;
    auto appended =
        m_ledger.append({.sequence = event.sequence, .hash = protocol::audit_event_hash(body)}, body, floor);
    if (appended) m_appended = event.sequence;
    return appended;
}

Stored<> AuditService::append_coalesced(const AuditEntry& entry) {
    if (!m_device) return {};
    std::string subject(protocol::to_string(entry.kind));
    // In a shared account the account does not say who it was.
    const std::string technician = entry.technician_id ? entry.technician_id->to_string() : std::string();
    for (const std::string_view part :
         {protocol::to_string(entry.outcome), entry.reason, std::string_view(entry.account),
          std::string_view(entry.service), std::string_view(technician)}) {
        subject.append("|").append(part);
    }
    const auto known = m_ledger.flood(subject);
    if (!known) return std::unexpected(known.error());
    FloodRow row = known->value_or(FloodRow{.subject = subject, .body = {}, .count = 0, .pending = 0});
    ++row.count;
    m_floods = true;
    if (row.count <= k_single_refusals) {
        if (auto appended = append(entry, 1); !appended) return appended;
    } else {
        ++row.pending;
        row.body = protocol::encode_audit_event(event_of(entry, row.pending));
    }
    return m_ledger.save_flood(row);
}

Stored<> AuditService::flush_floods() {
    auto flushed = transact([&](Writer&) -> Stored<> {
        const auto floods = m_ledger.floods();
        if (!floods) return std::unexpected(floods.error());
        for (const auto& row : *floods) {
            if (row.pending == 0) continue;
            auto event = protocol::decode_audit_event(row.body);
            if (!event) return std::unexpected(platform::DatabaseError::Corrupt);
            event->count = row.pending;
            if (auto appended = append_event(std::move(*event)); !appended) return appended;
        }
        return m_ledger.clear_floods();
    });
    if (flushed) m_floods = false;
    return flushed;
}

void AuditService::committed_now() {
    if (m_appended == 0) return;
    m_anchor.advance(m_appended);
    const auto now = m_timekeeper.wall_now();
    if (m_timekeeper.trusted(m_timekeeper.horizon())) m_timekeeper.floor_raised(now);
    if (m_observer) m_observer();
}

Stored<AuditBatch> AuditService::next_batch() {
    const auto from = m_ledger.acknowledged();
    if (!from) return std::unexpected(from.error());
    auto bodies = m_ledger.events_after(*from, protocol::k_most_audit_events);
    if (!bodies) return std::unexpected(bodies.error());
    AuditBatch batch{.events = {}, .position = {.sequence = *from, .hash = protocol::empty_chain().hash}};
    std::size_t bytes = 0;
    for (auto& body : *bodies) {
        bytes += body.size();
        if (bytes > k_batch_bytes && !batch.events.empty()) break;
        ++batch.position.sequence;
        batch.events.push_back(std::move(body));
    }
    if (!batch.events.empty()) batch.position.hash = protocol::audit_event_hash(batch.events.back());
    return batch;
}

Stored<bool> AuditService::contains(const protocol::ChainPosition& position) {
    if (position == protocol::empty_chain()) return true;
    const auto head = m_ledger.audit_head();
    if (!head) return std::unexpected(head.error());
    if (head->sequence <= position.sequence) return head->sequence == position.sequence && head->hash == position.hash;
    const auto next = m_ledger.events_after(position.sequence, 1);
    if (!next) return std::unexpected(next.error());
    const auto event = next->empty() ? std::nullopt : std::optional(protocol::decode_audit_event(next->front()));
    return event && *event && (*event)->sequence == position.sequence + 1 && (*event)->previous_hash == position.hash;
}

Stored<> AuditService::continue_from(const protocol::ChainPosition& held) {
    const auto known = contains(held);
    if (!known) return std::unexpected(known.error());
    if (*known) return acknowledged(held.sequence);
    return transact([&](Writer&) -> Stored<> {
        const auto from = m_ledger.acknowledged();
        if (!from) return std::unexpected(from.error());
        const auto bodies = m_ledger.events_after(*from, k_every_event);
        if (!bodies) return std::unexpected(bodies.error());
        if (auto taken = m_ledger.take_back(*from); !taken) return taken;
        if (auto moved = m_ledger.continue_from({.sequence = held.sequence, .hash = held.hash}); !moved) return moved;
        for (const auto& body : *bodies) {
            auto event = protocol::decode_audit_event(body);
            if (!event) return std::unexpected(platform::DatabaseError::Corrupt);
            // The portal may hold the old one already, and an id is one event.
            event->id = protocol::EventId::make(event->at, crypto::random_array<10>());
            if (auto appended = append_event(std::move(*event)); !appended) return appended;
        }
        k_log.warning("chain_continued", {{LogField::Count, held.sequence}});
        return append(audit_entry(protocol::AuditKind::Store, protocol::AuditOutcome::Noted, "chain_continued"), 1);
    });
}

Stored<> AuditService::acknowledged(std::int64_t sequence) {
    const auto head = m_ledger.audit_head();
    if (!head) return std::unexpected(head.error());
    const auto before = m_ledger.acknowledged();
    if (!before) return std::unexpected(before.error());
    if (sequence > head->sequence) {
        k_log.error("acknowledged", {{LogField::Reason, "portal_is_ahead"}, {LogField::Count, sequence}});
        return {};
    }
    if (sequence == *before) return {};
    if (sequence < *before) {
        // A portal that was restored from a backup holds less than it once said, and gets it again as long as it is
        // kept.
        const auto next = m_ledger.events_after(sequence, 1);
        if (!next) return std::unexpected(next.error());
        const auto event = next->empty() ? std::nullopt : std::optional(protocol::decode_audit_event(next->front()));
        if (!event || !*event || (*event)->sequence != sequence + 1) {
            k_log.error("acknowledged", {{LogField::Reason, "no_longer_kept"}, {LogField::Count, sequence}});
            return {};
        }
        k_log.warning("acknowledged", {{LogField::Reason, "portal_lost_some"}, {LogField::Count, sequence}});
    }
    auto transaction = platform::Transaction::begin(m_database);
    if (!transaction) return std::unexpected(transaction.error());
    if (auto saved = m_ledger.acknowledge(sequence, k_kept_events); !saved) return saved;
    return transaction->commit();
}

}  // namespace doorward::agent
