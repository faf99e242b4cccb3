#include "desktop-client/agent/services/log_witness.h"

#include "platform/log.h"

#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log{"log_witness"};

}  // namespace

Stored<> LogWitness::start() {
    auto envelope = m_store.head();
    if (!envelope) return std::unexpected(envelope.error());
    m_envelope = std::move(*envelope);
    if (!m_envelope) return {};
    auto head = protocol::decode_log_head(m_envelope->body);
    if (!head) return std::unexpected(platform::DatabaseError::Corrupt);
    m_head = std::move(*head);
    return {};
}

std::optional<protocol::LogName> LogWitness::own_log() const {
    const auto& enrolment = m_roster.enrolment();
    if (!enrolment) return std::nullopt;
    return protocol::LogName{.team_id = enrolment->team_id, .tenant_id = enrolment->tenant_id};
}

std::optional<protocol::LogHead> LogWitness::known() const {
    return m_head && m_head->log == own_log() ? m_head : std::nullopt;
}

protocol::LogHeadRequestMessage LogWitness::request() const {
    const auto held = known();
    return {.held_size = held ? held->size : 0};
}

Stored<> LogWitness::take(const protocol::LogHeadMessage& message,
                          const std::optional<protocol::Incarnation>& welcomed) {
    const auto head = protocol::verify_log_head(message.head, m_roster.portal_keys());
    if (!head) return report("log_head_unsigned");
    if (head->log != own_log() || head->incarnation != welcomed) return report("log_head_foreign");
    const auto held = known();
    if (!held) return keep(message.head, *head);
    std::string_view fault;
    if (head->size < held->size) {
        fault = "log_cut";
    } else if (!crypto::verify_consistency(held->tree(), head->tree(), message.proof)) {
        fault = "log_forked";
    }
    if (!fault.empty()) {
        if (auto reported = report(fault); !reported) return reported;
        // Within one life of the portal the log that was seen first counts, however often another is shown.
        if (head->incarnation == held->incarnation) return {};
    } else if (head->size == held->size && head->incarnation == held->incarnation) {
        return {};
    }
    return keep(message.head, *head);
}

Stored<> LogWitness::keep(const protocol::SignedEnvelope& envelope, const protocol::LogHead& head) {
    auto saved = m_audit.transact([&](AuditService::Writer&) { return m_store.save(envelope); });
    if (!saved) return saved;
    m_envelope = envelope;
    m_head = head;
    return {};
}

Stored<> LogWitness::report(std::string_view reason) {
    k_log.error("not_continued", {{LogField::Reason, reason}});
    return m_audit.transact([&](AuditService::Writer& audit) {
        return audit.append_coalesced(
            audit_entry(protocol::AuditKind::LogHead, protocol::AuditOutcome::Failed, reason));
    });
}

}  // namespace doorward::agent
